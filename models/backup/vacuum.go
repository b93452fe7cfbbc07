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

// Vacuumed is how large a database was before and after it was vacuumed, in bytes.
type Vacuumed struct {
	Before, After int64
	Tables        int // of PostgreSQL
}

// GivenBack is how much smaller the database is; never negative.
func (v Vacuumed) GivenBack() int64 { return max(0, v.Before-v.After) }

// Vacuum writes the SQLite database in dir anew without the pages that nothing uses any
// more, and so gives their room back to the disk. The new file is checked, and must have
// what the old one has, before it takes its name in one step: at every moment the name
// leads to one of the two. Vacuum gives an error while anyone uses the database.
func Vacuum(ctx context.Context, dir string) (v Vacuumed, err error) {
	path := filepath.Join(dir, models.SQLiteFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return v, fmt.Errorf("there is no database at %s", path)
	}
	lock, free, err := models.LockFolder(dir)
	if err != nil {
		return v, err
	}
	if !free {
		return v, inUse(dir)
	}
	defer lock.Close()
	if err := closeDatabase(ctx, dir); err != nil {
		return v, err
	}
	old, err := inspect(ctx, path)
	if err != nil {
		return v, err
	}
	if err := needRoom(ctx, path); err != nil {
		return v, err
	}
	workDir, err := newWorkDir(dir)
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(workDir)) }()
	fresh := filepath.Join(workDir, models.SQLiteFile)
	if err := copyDatabase(ctx, path, fresh); err != nil {
		return v, fmt.Errorf("vacuum: %w", err)
	}
	now, err := inspect(ctx, fresh)
	if err != nil {
		return v, fmt.Errorf("check what was vacuumed: %w", err)
	}
	v = Vacuumed{Before: old.Bytes, After: now.Bytes}
	now.Bytes = old.Bytes
	if now != old {
		return v, fmt.Errorf("check what was vacuumed: expected %+v, found %+v", old, now)
	}
	return v, replaceSame(fresh, path)
}

// replaceSame puts a file in the place of another, with its mode and owner.
func replaceSame(fresh, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if err := os.Chmod(fresh, info.Mode().Perm()); err != nil {
		return err
	}
	if err := takeOwner(fresh, info); err != nil {
		return fmt.Errorf("give the new file to the owner of the old one: %w", err)
	}
	if err := syncFile(fresh); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// spareRoom is how many bytes stay free beside a new file.
const spareRoom = 16 << 20

// needRoom gives an error where the disk has no room for the pages that are used.
func needRoom(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", models.SQLiteURI(path)+"?mode=ro")
	if err != nil {
		return err
	}
	var used int64
	err = db.QueryRowContext(ctx, "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size").Scan(&used)
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if free, known := freeBytes(dir); known && free < used+spareRoom {
		return fmt.Errorf("%d bytes are free in %s, and the new file needs %d beside the old one; nothing was changed", free, dir, used+spareRoom)
	}
	return nil
}
