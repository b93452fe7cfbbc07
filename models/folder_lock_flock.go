//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package models

import (
	"errors"
	"os"
	"syscall"
)

// LockFolder takes the lock of a folder without waiting: together with others
// who use the database in it, or alone. locked is false where somebody's lock
// is in the way. It holds until the file is closed. SQLite's own locks are on
// the file of the database, which a restore replaces: they cannot keep anyone
// from opening the old one just before.
func LockFolder(dir string, alone bool) (lock *os.File, locked bool, err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, false, err
	}
	how := syscall.LOCK_SH
	if alone {
		how = syscall.LOCK_EX
	}
	err = syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, false, f.Close()
	}
	return f, true, nil // where a file system has no locks, SQLite's must do
}
