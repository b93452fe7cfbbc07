package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	sqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// A database file that is not what it should be is refused before anything is
// written, with a sentence that says which file and what to do.

// instead is what to do where the file cannot be used.
const instead = "Restore it from a backup, or choose another data folder (LIGHTSON_DATA); nothing was changed"

// SQLiteHeader is how every SQLite database begins.
const SQLiteHeader = "SQLite format 3\x00"

// looksLikeSQLite refuses what is no database at all, as SQLite itself would only
// once it had begun with it. A file that is empty, or not there, will be one.
func looksLikeSQLite(path string) error {
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
		return fmt.Errorf("%s is not a SQLite database. %s", path, instead)
	case err != nil:
		return refuseFile(path, err)
	}
	return nil
}

// isOurs refuses the database of another program, which must not get our tables.
func (b *sqliteBackend) isOurs(ctx context.Context) error {
	var stranger string
	err := b.writer.QueryRowContext(ctx, `
		SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'river_%'
		AND NOT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'goose_db_version') ORDER BY name LIMIT 1`).Scan(&stranger)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("%s is the database of another program: it has a table %s, and none of ours. %s", b.path, stranger, instead)
}

// check reads the whole file and looks whether it is sound.
func (b *sqliteBackend) check(ctx context.Context) error {
	var found string
	err := b.reader.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&found)
	if err == nil && found != "ok" {
		return fmt.Errorf("%s is damaged: %s. %s", b.path, lastLine(found), instead)
	}
	if fault, is := FaultOf(err); is && !fault.Away {
		return refuseFile(b.path, err)
	}
	return err
}

// lastLine is the line of SQLite's finding that says what it found.
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
		return fmt.Errorf("%s is damaged: %w. %s", path, err, instead)
	case code == sqlite3.SQLITE_BUSY, code == sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("%s is locked by another program: %w. End that one first", path, err)
	case code == sqlite3.SQLITE_READONLY, code == sqlite3.SQLITE_CANTOPEN, code == sqlite3.SQLITE_PERM, errors.Is(err, os.ErrPermission):
		return fmt.Errorf("%s cannot be opened for writing: %w. Expected a file and a folder that our user may write", path, err)
	}
	return fmt.Errorf("open %s: %w", path, err)
}
