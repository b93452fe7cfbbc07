package backup

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lightson/models"
)

// BackUp writes a copy of the SQLite database in dir to path and returns what is in
// it. Servers may go on reading and writing; the copy is the state of one instant. It
// is checked before it gets its name. A file that exists is only replaced where
// replace is set. A database of an earlier version is copied as it is.
func BackUp(ctx context.Context, dir, path string, replace bool) (c Contents, err error) {
	if err := checkTarget(dir, path, replace); err != nil {
		return c, err
	}
	lock, err := models.ShareFolder(ctx, dir)
	if err != nil {
		return c, err
	}
	defer lock.Close()
	temp, err := os.CreateTemp(filepath.Dir(path), ".lightson-backup-*")
	if err != nil {
		return c, fmt.Errorf("write %s: %w", path, errors.Unwrap(err))
	}
	defer func() { err = errors.Join(err, removeDatabase(temp.Name()), temp.Close()) }()
	if err := copyDatabase(ctx, filepath.Join(dir, models.SQLiteFile), temp.Name()); err != nil {
		return c, fmt.Errorf("back up: %w", err)
	}
	if c, err = inspect(ctx, temp.Name()); err != nil {
		return c, fmt.Errorf("check the backup: %w", err)
	}
	// SQLite does not wait for the disk here.
	if err := temp.Sync(); err != nil {
		return c, fmt.Errorf("write %s: %w", path, err)
	}
	if err := publish(temp.Name(), path, replace); err != nil {
		return c, fmt.Errorf("write %s: %w", path, err)
	}
	return c, syncFolder(filepath.Dir(path))
}

// checkTarget gives an error where path cannot be a backup of the database in dir,
// before anything is written.
func checkTarget(dir, path string, replace bool) error {
	database, err := os.Stat(filepath.Join(dir, models.SQLiteFile))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database at %s", filepath.Join(dir, models.SQLiteFile))
	}
	if err != nil {
		return err
	}
	existing, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case os.SameFile(existing, database):
		return fmt.Errorf("%s is the database itself; expected another file", path)
	case !existing.Mode().IsRegular():
		return fmt.Errorf("%s is not a file; expected the name of a file", path)
	case !replace:
		return fmt.Errorf("%s is there already; --force replaces it", path)
	}
	return nil
}

// copyDatabase copies a database in one reading transaction, while others may write to
// it. Free pages are left out.
func copyDatabase(ctx context.Context, from, to string) error {
	db, err := sql.Open("sqlite", models.SQLiteURI(from)+"?mode=rw&_pragma=busy_timeout(10000)&_pragma=cache_size(-16000)")
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", to)
	return errors.Join(err, db.Close())
}

// publish gives a finished file its name in one step. Own code, because
// natefinch/atomic and google/renameio always replace a file that has the name:
// unless replace is set, one that was made meanwhile must stay. SQLite has written
// and we have synced the file, which is all that they do besides renaming.
func publish(temp, path string, replace bool) error {
	if replace {
		return os.Rename(temp, path)
	}
	err := os.Link(temp, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) { // no links on this file system
		return errors.Join(fs.ErrExist, err)
	}
	return os.Rename(temp, path)
}

// removeDatabase removes a database and its companions, as far as they exist.
func removeDatabase(path string) (err error) {
	for _, ending := range append([]string{""}, models.SQLiteCompanions...) {
		if removeErr := os.Remove(path + ending); !errors.Is(removeErr, fs.ErrNotExist) {
			err = errors.Join(err, removeErr)
		}
	}
	return err
}

// syncFolder has the names of a folder written to disk, so that they survive a loss of
// power.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = f.Sync() // not every system can sync folders
	return f.Close()
}
