package backup

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	sqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"lightson/models"
)

// Restored is what Restore did.
type Restored struct {
	Contents        // of the restored database
	Aside    string // path of the database that was there before; empty where there was none
}

// Restore puts a copy of the backup at path in place of the SQLite database in dir. The
// copy is checked and migrated to this version first. The database that was there
// stays under another name. At every moment the name that servers open leads to one of
// the two. Restore gives an error while anyone uses the database.
func Restore(ctx context.Context, path, dir string) (r Restored, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return r, fmt.Errorf("make the data folder: %w", err)
	}
	lock, free, err := models.LockFolder(dir)
	if err != nil {
		return r, err
	}
	if !free {
		return r, inUse(dir)
	}
	defer lock.Close()
	if err := closeDatabase(ctx, dir); err != nil {
		return r, err
	}
	workDir, err := newWorkDir(dir)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(workDir)) }()
	if r.Contents, err = prepare(ctx, path, workDir); err != nil {
		return r, err
	}
	r.Aside, err = replaceDatabase(filepath.Join(workDir, models.SQLiteFile), dir)
	return r, err
}

func inUse(dir string) error {
	return fmt.Errorf("%s is being used; please stop the server and other commands first", filepath.Join(dir, models.SQLiteFile))
}

// closeDatabase has SQLite write the log of the database in dir into its file. SQLite
// refuses while anyone else has the database open, which is how programs are noticed
// that do not lock the folder. A damaged file, which may be why it is being
// restored, stays as it is.
func closeDatabase(ctx context.Context, dir string) error {
	path := filepath.Join(dir, models.SQLiteFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	db, err := sql.Open("sqlite", models.SQLiteURI(path)+"?mode=rw&_pragma=busy_timeout(1000)")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	var mode string
	err = db.QueryRowContext(ctx, "PRAGMA journal_mode = DELETE").Scan(&mode)
	closeErr := db.Close()
	var refused *sqlite.Error
	if errors.As(err, &refused) && (refused.Code()&0xff == sqlite3.SQLITE_BUSY || refused.Code()&0xff == sqlite3.SQLITE_LOCKED) || err == nil && mode != "delete" {
		return inUse(dir)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return nil // damaged: it is put aside with its companions
	}
	return closeErr
}

// newWorkDir makes a folder in the data folder, so that files can be renamed from one to
// the other, and removes those of restores that were killed. Nobody else restores
// meanwhile.
func newWorkDir(dir string) (string, error) {
	old, err := filepath.Glob(filepath.Join(dir, ".restore-*"))
	for _, workDir := range old {
		err = errors.Join(err, os.RemoveAll(workDir))
	}
	if err != nil {
		return "", err
	}
	return os.MkdirTemp(dir, ".restore-*")
}

// prepare copies a backup to a folder, checks the copy and migrates it.
func prepare(ctx context.Context, path, workDir string) (c Contents, err error) {
	if _, err := sqliteSize(path); err != nil {
		return c, err
	}
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		return c, fmt.Errorf("%s has a log beside it, so it is no backup but a database that was not closed; lightson backup makes one of it", path)
	}
	ready := filepath.Join(workDir, models.SQLiteFile)
	if err := copyFile(ready, path); err != nil {
		return c, fmt.Errorf("copy the backup: %w", err)
	}
	found, err := inspect(ctx, ready)
	if err == nil {
		err = models.RefuseNewerSQLite(found.Tables)
	}
	if err != nil {
		return c, fmt.Errorf("check the backup: %w", err)
	}
	db, err := models.Open(ctx, "", workDir)
	if err != nil {
		return c, err
	}
	if err := errors.Join(db.Migrate(ctx), db.Close()); err != nil {
		return c, err
	}
	if err := closeDatabase(ctx, workDir); err != nil {
		return c, err
	}
	if c, err = inspect(ctx, ready); err != nil {
		return c, fmt.Errorf("check the backup: %w", err)
	}
	return c, syncFile(ready)
}

// replaceDatabase gives the database in dir another name and the ready one its name. That
// name is never without a file: it goes to the new one in one step.
func replaceDatabase(ready, dir string) (aside string, err error) {
	path := filepath.Join(dir, models.SQLiteFile)
	old := fmt.Sprintf("%s.before-restore-%s", path, time.Now().UTC().Format("20060102T150405.000000Z"))
	if _, err := os.Stat(path); err == nil {
		aside = old
		models.TakeFromOthers(path) // it stays as it is put aside
		if err := os.Link(path, old); err != nil {
			if err := copyFile(old, path); err != nil { // no links on this file system
				return "", fmt.Errorf("put the database aside: %w", err)
			}
		}
	}
	// A log that still exists belongs to a damaged database. SQLite must not take it for
	// the log of the new one.
	for _, ending := range models.SQLiteCompanions {
		if err := os.Rename(path+ending, old+ending); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("put the database aside: %w", err)
		}
	}
	if err := os.Rename(ready, path); err != nil {
		return "", fmt.Errorf("restore: %w", err)
	}
	return aside, syncFolder(dir)
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
