package jobs

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

const openFlags = unix.O_NOFOLLOW | unix.O_NONBLOCK

func isLinkError(err error) bool { return errors.Is(err, unix.ELOOP) }

// beingWritten reports whether any process has the file open for writing: the
// kernel grants a read lease only while none has. known is false where the kernel
// cannot say, as on many network file systems. See fcntl(2), F_SETLEASE.
func beingWritten(f *os.File) (written, known bool) {
	_, err := unix.FcntlInt(f.Fd(), unix.F_SETLEASE, unix.F_RDLCK)
	if errors.Is(err, unix.EAGAIN) {
		return true, true
	}
	if err != nil {
		return false, false
	}
	_, err = unix.FcntlInt(f.Fd(), unix.F_SETLEASE, unix.F_UNLCK)
	return false, err == nil
}

// madeByOther reports whether a link was made by another user than ours, except root.
func madeByOther(link fs.FileInfo) bool {
	stat, is := link.Sys().(*syscall.Stat_t)
	return !is || stat.Uid != 0 && int64(stat.Uid) != int64(os.Geteuid())
}
