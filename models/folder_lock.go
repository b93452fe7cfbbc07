package models

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/gofrs/flock"
)

// The lock of a data folder keeps servers and commands out while a restore
// replaces the database file. SQLite's own locks are on that file, so they cannot
// keep anyone from opening the old one just before. The system releases the lock
// when its process ends, however it ends. A file system without locks is used
// without one.

// LockFolder takes the lock of a folder for the caller alone, without waiting.
// locked is false where anybody else uses the folder. Closing the lock releases it.
func LockFolder(dir string) (lock io.Closer, locked bool, err error) {
	l := folderLock(dir)
	locked, err = l.TryLock()
	if err != nil {
		return l, true, unusableFolder(err)
	}
	return l, locked, nil
}

// ShareFolder takes a share of the lock of a folder: any number of servers and
// commands hold one at a time. It waits up to ten seconds for a restore to end.
// For packages of models only.
func ShareFolder(ctx context.Context, dir string) (lock io.Closer, err error) {
	patient, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	l := folderLock(dir)
	locked, err := l.TryRLockContext(patient, 100*time.Millisecond)
	switch {
	case locked:
		return l, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case patient.Err() != nil:
		return nil, fmt.Errorf("%s is being restored; please try again when that is done", filepath.Join(dir, SQLiteFile))
	}
	return l, unusableFolder(err)
}

// lockSQLiteMigrations takes the lock of those who make the database in a folder, or
// change its tables. It has a file of its own, since everybody shares the folder's
// lock. The file is removed before the lock is released, so whoever waited may have
// locked a file that is no longer there, and tries again.
func lockSQLiteMigrations(ctx context.Context, dir string) (io.Closer, error) {
	path := filepath.Join(dir, "lightson.migrating")
	for {
		l := flock.New(path, flock.SetPermissions(0o600))
		locked, err := l.TryLockContext(ctx, migrationLockEvery/5)
		switch {
		case ctx.Err() != nil && !locked:
			return nil, context.Cause(ctx)
		case err != nil:
			return l, unusableFolder(err)
		}
		ours, err := l.Stat()
		if err != nil {
			return nil, errors.Join(err, l.Close())
		}
		if there, err := os.Lstat(path); err == nil && os.SameFile(ours, there) {
			return closer(func() error {
				_ = os.Remove(path) // some systems keep a file that is open
				return l.Close()
			}), nil
		}
		if err := l.Close(); err != nil {
			return nil, err
		}
	}
}

// folderLock locks the folder itself where the system can, as earlier versions
// do, so that they and this one see each other's locks and people see no extra
// file. Windows only locks files.
func folderLock(dir string) *flock.Flock {
	if runtime.GOOS == "windows" {
		return flock.New(filepath.Join(dir, "lightson.lock"))
	}
	return flock.New(dir, flock.SetFlag(os.O_RDONLY))
}

// unusableFolder tells a folder that cannot be opened from one that its file
// system cannot lock, which is no error.
func unusableFolder(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}
