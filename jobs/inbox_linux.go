package jobs

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// beingWritten reports whether any process has the file open for writing: the
// kernel grants a read lease only while none has. known is false where the kernel
// cannot say, as on many network file systems. See fcntl(2), F_SETLEASE.
func beingWritten(path string) (written, known bool) {
	f, err := os.Open(path)
	if err != nil {
		return false, false
	}
	defer f.Close()
	_, err = unix.FcntlInt(f.Fd(), unix.F_SETLEASE, unix.F_RDLCK)
	if errors.Is(err, unix.EAGAIN) {
		return true, true
	}
	if err != nil {
		return false, false
	}
	_, err = unix.FcntlInt(f.Fd(), unix.F_SETLEASE, unix.F_UNLCK)
	return false, err == nil
}
