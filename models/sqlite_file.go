package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	sqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// A database file that cannot be used is refused before anything is written, with a
// sentence that says which file and what to do.

// fileAdvice says what to do where the file cannot be used.
const fileAdvice = "Restore it from a backup, or choose another data folder (LIGHTSON_DATA); nothing was changed"

// SQLiteHeader is the first 16 bytes of every SQLite database.
// For packages of models only.
const SQLiteHeader = "SQLite format 3\x00"

// refuseNonSQLite refuses a file without the header of a SQLite database. SQLite
// itself would only notice after it has opened the file for writing. An empty or
// missing file is fine: it becomes a database.
func refuseNonSQLite(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return refuseFile(path, err)
	}
	defer f.Close()
	start := make([]byte, len(SQLiteHeader))
	n, err := io.ReadFull(f, start)
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case n > 0 && string(start[:n]) != SQLiteHeader[:n], errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s is not a SQLite database. %s", path, fileAdvice)
	case err != nil:
		return refuseFile(path, err)
	}
	return nil
}

// SQLiteCompanions are the endings of the files that SQLite may keep beside a database.
// For packages of models only.
var SQLiteCompanions = []string{"-wal", "-shm", "-journal"}

// makePrivate makes the database file for our user alone if it is new, and takes it from
// everybody else if it is not. The file is never opened here where it exists: closing it
// would release the locks that this process has on it.
func makePrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err == nil {
		return f.Close()
	}
	if !errors.Is(err, os.ErrExist) {
		return err
	}
	TakeFromOthers(path)
	return nil
}

// TakeFromOthers takes a database file and its companions from everybody else: earlier
// versions let the umask decide. A group that may write to the file keeps it, because
// someone gave it that right.
// For packages of models only.
func TakeFromOthers(path string) {
	for _, ending := range append([]string{""}, SQLiteCompanions...) {
		info, err := os.Stat(path + ending)
		if err != nil || info.Mode().Perm()&othersMay == 0 {
			continue
		}
		mode := os.FileMode(0o600)
		if info.Mode().Perm()&groupMayWrite != 0 {
			mode = info.Mode().Perm() &^ othersMay
		}
		_ = os.Chmod(path+ending, mode) // Exposed says so where it cannot be
	}
}

const (
	othersMay     = 0o007
	groupMayWrite = 0o020
)

// Exposed reports whether everybody on the machine may read or write the SQLite file:
// another user owns it, so that it cannot be made private, or its file system has no
// modes.
func (db *DB) Exposed() bool {
	b, ok := db.backend.(*sqliteBackend)
	if !ok || runtime.GOOS == "windows" {
		return false
	}
	info, err := os.Stat(b.path)
	return err == nil && info.Mode().Perm()&othersMay != 0
}

// refuseForeign refuses the database of another program, which must not get our
// tables.
func (b *sqliteBackend) refuseForeign(ctx context.Context) error {
	var foreignTable string
	err := b.writer.QueryRowContext(ctx, `
		SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'river_%'
		AND NOT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'goose_db_version') ORDER BY name LIMIT 1`).Scan(&foreignTable)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("%s is the database of another program: it has a table %s, and none of ours. %s", b.path, foreignTable, fileAdvice)
}

// check reads the whole file and gives an error where it is damaged.
func (b *sqliteBackend) check(ctx context.Context) error {
	var result string
	err := b.reader.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&result)
	if err == nil && result != "ok" {
		return fmt.Errorf("%s is damaged: %s. %s", b.path, lastLine(result), fileAdvice)
	}
	if fault, found := FaultOf(err); found && !fault.Away {
		return refuseFile(b.path, err)
	}
	return err
}

// lastLine is the line of a result of quick_check that names the damage.
func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}

// refuseFile words why the file cannot be used.
func refuseFile(path string, err error) error {
	var e *sqlite.Error
	code := 0
	if errors.As(err, &e) {
		code = e.Code() & 0xff
	}
	switch {
	case code == sqlite3.SQLITE_CORRUPT, code == sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%s is damaged: %w. %s", path, err, fileAdvice)
	case code == sqlite3.SQLITE_BUSY, code == sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("%s is locked by another program: %w. End that one first", path, err)
	case code == sqlite3.SQLITE_READONLY, code == sqlite3.SQLITE_CANTOPEN, code == sqlite3.SQLITE_PERM, errors.Is(err, os.ErrPermission):
		return fmt.Errorf("%s cannot be opened for writing: %w. Expected a file and a folder that our user may write", path, err)
	}
	return fmt.Errorf("open %s: %w", path, err)
}
