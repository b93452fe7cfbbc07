package models

import (
	"context"
	"database/sql"
	"embed"
	"hash/crc32"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// A folder per dialect. Files are append-only: one that was released is never
// changed, because databases out there have run it.
//
//go:embed migrations
var migrations embed.FS

const (
	sqliteMigrations   = "migrations/sqlite"
	postgresMigrations = "migrations/postgres"
)

// migrateTries bounds how often a migration is begun that others do as well.
const migrateTries = 5

func (b *sqliteBackend) migrate(ctx context.Context) (err error) {
	if err := refuseNewer(ctx, b.writer, sqliteMigrations, "SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'"); err != nil {
		return err
	}
	// goose has no lock for SQLite: where two processes open a new file at
	// once, the slower one fails to make tables that are there by then. Each
	// migration is one transaction, so trying again goes on from there.
	for range migrateTries {
		if err = migrateUp(ctx, goose.DialectSQLite3, b.writer, sqliteMigrations); err == nil {
			return nil
		}
	}
	return err
}

func (b *postgresBackend) migrate(ctx context.Context) error {
	if err := refuseNewer(ctx, b.sql, postgresMigrations, "SELECT count(to_regclass('goose_db_version'))"); err != nil {
		return err
	}
	// Two servers may start at once: the second waits for the first, if their
	// tables are in the same schema. goose asks again every five seconds
	// unless told otherwise, and the migration takes a tenth of one.
	var schema string
	if err := b.pool.QueryRow(ctx, "SELECT coalesce(current_schema(), '')").Scan(&schema); err != nil {
		return err
	}
	locker, err := lock.NewPostgresSessionLocker(
		lock.WithLockID(int64(crc32.ChecksumIEEE([]byte("lightson "+schema)))),
		lock.WithLockTimeout(1, 300))
	if err != nil {
		return err
	}
	return migrateUp(ctx, goose.DialectPostgres, b.sql, postgresMigrations, goose.WithSessionLocker(locker))
}

func migrateUp(ctx context.Context, dialect goose.Dialect, pool *sql.DB, dir string, opts ...goose.ProviderOption) error {
	provider, err := migrationsOf(dialect, pool, dir, opts...)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

func migrationsOf(dialect goose.Dialect, pool *sql.DB, dir string, opts ...goose.ProviderOption) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, dir)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, pool, files, opts...)
}

// MigrateTo brings an empty database to the form that an earlier release needed:
// tests fill it and migrate it as a newer program would.
func (db *DB) MigrateTo(ctx context.Context, version int64) error {
	dialect, dir, pool := goose.DialectSQLite3, sqliteMigrations, (*sql.DB)(nil)
	switch b := db.backend.(type) {
	case *sqliteBackend:
		pool = b.writer
	case *postgresBackend:
		dialect, dir, pool = goose.DialectPostgres, postgresMigrations, b.sql
	}
	provider, err := migrationsOf(dialect, pool, dir)
	if err != nil {
		return err
	}
	_, err = provider.UpTo(ctx, version)
	return err
}
