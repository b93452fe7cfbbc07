package jobs

import "golang.org/x/sys/unix"

// diskSpace is how many bytes are free on the disk of a folder, of how many. known is
// false where the system does not say.
func diskSpace(dir string) (free, total int64, known bool) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil || s.Blocks == 0 {
		return 0, 0, false
	}
	return int64(s.Bavail) * s.Bsize, int64(s.Blocks) * s.Bsize, true
}
