//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package models

import "os"

// lockFolder cannot lock folders here: SQLite's own locks must do.
func lockFolder(dir string, _ bool) (lock *os.File, locked bool, err error) {
	lock, err = os.Open(dir)
	return lock, true, err
}
