package backup

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"

	"lightson/models"
	"lightson/models/polls"
)

// Contents is what is in a SQLite database that was looked at as a file.
type Contents struct {
	Tables  int64 // their version
	Data    int64 // version of the data
	Stores  int64
	Polls   int64
	Reports int64
	Bytes   int64
}

// Inspect checks that a file is an undamaged database of ours, of this version or
// an older one, and counts what is in it. It changes nothing.
func Inspect(ctx context.Context, path string) (c Contents, err error) {
	if c.Bytes, err = sqliteSize(path); err != nil {
		return c, err
	}
	db, err := sql.Open("sqlite", models.SQLiteURI(path)+"?mode=ro&_pragma=busy_timeout(10000)")
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	if err := undamaged(ctx, db); err != nil {
		return c, fmt.Errorf("%s is damaged: %w", path, err)
	}
	var ours int
	err = db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE type = 'table'
		AND name IN ('goose_db_version', 'stores', 'poll_days', 'data_versions', 'reports')`).Scan(&ours)
	if err != nil {
		return c, fmt.Errorf("read %s: %w", path, err)
	}
	if ours < 5 {
		return c, fmt.Errorf("%s is a SQLite database, but not one of Lights On", path)
	}
	for _, number := range []struct {
		query string
		into  *int64
	}{
		{models.AppliedVersion, &c.Tables},
		{"SELECT version FROM data_versions", &c.Data},
		{"SELECT count(*) FROM stores", &c.Stores},
		{fmt.Sprintf("SELECT COALESCE(SUM((length(polls) - 1) / %d), 0) FROM poll_days", polls.MarkBytes), &c.Polls},
		{"SELECT count(*) FROM reports", &c.Reports},
	} {
		if err := db.QueryRowContext(ctx, number.query).Scan(number.into); err != nil {
			return c, fmt.Errorf("read %s: %w", path, err)
		}
	}
	return c, nil
}

func sqliteSize(path string) (bytes int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	begin := make([]byte, len(models.SQLiteHeader))
	if _, err := io.ReadFull(f, begin); err != nil || string(begin) != models.SQLiteHeader {
		return 0, fmt.Errorf("%s is no SQLite database; expected a file that lightson backup wrote", path)
	}
	return info.Size(), nil
}

// undamaged asks SQLite to look at every page, and for rows that belong to
// nothing.
func undamaged(ctx context.Context, db *sql.DB) error {
	var first string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&first); err != nil {
		return err
	}
	if first != "ok" {
		return errors.New(first)
	}
	rows, err := db.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return err
	}
	defer rows.Close()
	if rows.Next() {
		return errors.New("it has rows that belong to nothing")
	}
	return rows.Err()
}
