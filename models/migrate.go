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

// migrations has a folder for each database. A file that was released is never changed,
// because databases have run it.
//
//go:embed migrations
var migrations embed.FS

const (
	sqliteMigrations   = "migrations/sqlite"
	postgresMigrations = "migrations/postgres"
)

// migrateTries bounds how often a migration is tried while others try it too.
const migrateTries = 5

func (b *sqliteBackend) migrate(ctx context.Context) (err error) {
	if err := refuseNewer(ctx, b.writer, sqliteMigrations, "SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'"); err != nil {
		return err
	}
	// goose has no lock for SQLite. Where two processes open a new file at once, the
	// slower one fails because the tables exist. Each migration is one transaction, so
	// the next try goes on with what is left.
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
	// Servers that start at once wait for each other if their tables are in the same
	// schema. By default goose tries every five seconds; a migration takes 0.1.
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

// MigrateTo brings an empty database to the tables of an earlier release. It is for
// tests, which fill it and then migrate it.
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
