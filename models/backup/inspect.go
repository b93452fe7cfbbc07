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

// Contents is what is in a database file.
type Contents struct {
	Tables  int64 // version of the tables: the number of the last migration
	Data    int64 // version of the data
	Stores  int64
	Polls   int64
	Reports int64
	Bytes   int64
}

// inspect checks that a file is an undamaged database of Lights On and counts what is
// in it. Tables of any version are fine. It changes nothing.
func inspect(ctx context.Context, path string) (c Contents, err error) {
	if c.Bytes, err = sqliteSize(path); err != nil {
		return c, err
	}
	db, err := sql.Open("sqlite", models.SQLiteURI(path)+"?mode=ro&_pragma=busy_timeout(10000)")
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	if err := checkIntegrity(ctx, db); err != nil {
		return c, fmt.Errorf("%s is damaged: %w", path, err)
	}
	var tables int
	err = db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE type = 'table'
		AND name IN ('goose_db_version', 'stores', 'poll_days', 'data_versions', 'reports')`).Scan(&tables)
	if err != nil {
		return c, fmt.Errorf("read %s: %w", path, err)
	}
	if tables < 5 {
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

// sqliteSize is the size of a file that begins like a SQLite database.
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
	header := make([]byte, len(models.SQLiteHeader))
	if _, err := io.ReadFull(f, header); err != nil || string(header) != models.SQLiteHeader {
		return 0, fmt.Errorf("%s is no SQLite database; expected a file that lightson backup wrote", path)
	}
	return info.Size(), nil
}

// checkIntegrity gives an error where SQLite finds a damaged page, or rows whose
// parents are missing.
func checkIntegrity(ctx context.Context, db *sql.DB) error {
	var result string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&result); err != nil {
		return err
	}
	if result != "ok" {
		return errors.New(result)
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
