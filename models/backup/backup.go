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

// BackUp writes a copy of the SQLite database in dir to path, while servers go
// on reading and writing: it is the state of one instant. It is checked before
// it gets its name, and a file that is there is only replaced if replace says so.
// An older database is copied as it is.
func BackUp(ctx context.Context, dir, path string, replace bool) (c Contents, err error) {
	if err := mayWrite(dir, path, replace); err != nil {
		return c, err
	}
	lock, err := models.ShareFolder(ctx, dir)
	if err != nil {
		return c, err
	}
	defer lock.Close()
	made, err := os.CreateTemp(filepath.Dir(path), ".lightson-backup-*")
	if err != nil {
		return c, fmt.Errorf("write %s: %w", path, errors.Unwrap(err))
	}
	defer func() { err = errors.Join(err, removeDatabase(made.Name()), made.Close()) }()
	if err := copyDatabase(ctx, filepath.Join(dir, models.SQLiteFile), made.Name()); err != nil {
		return c, fmt.Errorf("back up: %w", err)
	}
	if c, err = Inspect(ctx, made.Name()); err != nil {
		return c, fmt.Errorf("check the backup: %w", err)
	}
	// SQLite does not wait for the disk here.
	if err := made.Sync(); err != nil {
		return c, fmt.Errorf("write %s: %w", path, err)
	}
	if err := publish(made.Name(), path, replace); err != nil {
		return c, fmt.Errorf("write %s: %w", path, err)
	}
	return c, syncFolder(filepath.Dir(path))
}

// mayWrite reports what is in the way of a backup before anything is done.
func mayWrite(dir, path string, replace bool) error {
	database, err := os.Stat(filepath.Join(dir, models.SQLiteFile))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database at %s", filepath.Join(dir, models.SQLiteFile))
	}
	if err != nil {
		return err
	}
	there, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case os.SameFile(there, database):
		return fmt.Errorf("%s is the database itself; expected another file", path)
	case !there.Mode().IsRegular():
		return fmt.Errorf("%s is no file; expected the name of one", path)
	case !replace:
		return fmt.Errorf("%s is there already; --force replaces it", path)
	}
	return nil
}

// copyDatabase copies a database that others may be writing to, in one reading
// transaction, and leaves out the pages that are free.
func copyDatabase(ctx context.Context, from, to string) error {
	db, err := sql.Open("sqlite", models.SQLiteURI(from)+"?mode=rw&_pragma=busy_timeout(10000)&_pragma=cache_size(-16000)")
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", to)
	return errors.Join(err, db.Close())
}

// publish gives a file its name. Unless it may replace another, a file that came
// to be there meanwhile stays.
func publish(made, path string, replace bool) error {
	if replace {
		return os.Rename(made, path)
	}
	err := os.Link(made, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) { // no links on this file system
		return errors.Join(fs.ErrExist, err)
	}
	return os.Rename(made, path)
}

// beside are the files that SQLite may keep beside a database.
var beside = []string{"-wal", "-shm", "-journal"}

// removeDatabase removes a database and what is beside it, as far as they are
// there.
func removeDatabase(path string) (err error) {
	for _, ending := range append([]string{""}, beside...) {
		if removeErr := os.Remove(path + ending); !errors.Is(removeErr, fs.ErrNotExist) {
			err = errors.Join(err, removeErr)
		}
	}
	return err
}

// syncFolder makes names last that were given in a folder.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = f.Sync() // not every system can
	return f.Close()
}
