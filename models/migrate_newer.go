package models

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/pressly/goose/v3"
)

// A NewerError says that the database is of a newer Lights On, whose tables this
// program does not know.
// For packages of models only.
type NewerError struct{ Found, Known int64 }

func (e NewerError) Error() string {
	return fmt.Sprintf("this database is of a newer version of Lights On: its tables are at version %d, and this program knows them "+
		"up to %d. Nothing was changed; please run that version, or a newer one", e.Found, e.Known)
}

// versions are the numbers of the migrations of a folder, in order.
func versions(dir string) (list []int64, err error) {
	files, err := fs.Glob(migrations, path.Join(dir, "*.sql"))
	for _, file := range files {
		version, numberErr := goose.NumericComponent(file)
		if numberErr != nil {
			return nil, numberErr
		}
		list = append(list, version)
	}
	slices.Sort(list)
	return list, err
}

// AppliedVersion is the query for the number of the last migration of a database.
// For packages of models only.
const AppliedVersion = "SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied"

// refuseNewer gives a NewerError before anything is changed. The query tables counts
// the tables in which goose keeps versions.
func refuseNewer(ctx context.Context, pool *sql.DB, dir, tables string) error {
	var some int
	if err := pool.QueryRowContext(ctx, tables).Scan(&some); err != nil || some == 0 {
		return err
	}
	var found int64
	if err := pool.QueryRowContext(ctx, AppliedVersion).Scan(&found); err != nil {
		return err
	}
	return refuseVersion(found, dir)
}

// RefuseNewerSQLite gives a NewerError for a version of SQLite tables that this program
// does not know.
// For packages of models only.
func RefuseNewerSQLite(found int64) error { return refuseVersion(found, sqliteMigrations) }

func refuseVersion(found int64, dir string) error {
	known, err := versions(dir)
	if err == nil && found > slices.Max(known) {
		return NewerError{found, slices.Max(known)}
	}
	return err
}

// Versions are the number of the last migration of the database, 0 where it has none of
// our tables, and of the last one that this program knows. Nothing is changed.
// For packages of models only.
func (db *DB) Versions(ctx context.Context) (found, known int64, err error) {
	dir, pool, tables := sqliteMigrations, (*sql.DB)(nil), sqliteVersions
	switch b := db.backend.(type) {
	case *sqliteBackend:
		pool = b.reader
	case *postgresBackend:
		dir, pool, tables = postgresMigrations, b.sql, postgresVersions
	}
	list, err := versions(dir)
	if err != nil {
		return 0, 0, err
	}
	known = slices.Max(list)
	var some int
	if err := pool.QueryRowContext(ctx, tables).Scan(&some); err != nil || some == 0 {
		return 0, known, err
	}
	err = pool.QueryRowContext(ctx, AppliedVersion).Scan(&found)
	return found, known, err
}
