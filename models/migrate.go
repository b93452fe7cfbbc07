package models

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"
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

const (
	migrationLockEvery = 100 * time.Millisecond
	// migrationLockWithin bounds the wait for the migrations of another program.
	migrationLockWithin = 5 * time.Minute
)

// MigrateAlone runs migrations of this database while no other program migrates it, and
// waits for one that does. Our own tables and those of the job queue are migrated so:
// programs that start together do it one after another.
func (db *DB) MigrateAlone(ctx context.Context, migrate func(context.Context) error) error {
	patient, cancel := context.WithTimeoutCause(ctx, migrationLockWithin, errMigrationLock)
	defer cancel()
	lock, err := db.backend.lockMigrations(patient)
	if err != nil {
		return fmt.Errorf("lock the migrations: %w", err)
	}
	return errors.Join(migrate(ctx), lock.Close())
}

var errMigrationLock = errors.New("another program has been migrating this database for five minutes")

// migrateTries bounds how often a migration is tried while others try it too.
const migrateTries = 5

// Queries that count the tables in which goose keeps versions.
const (
	sqliteVersions   = "SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'"
	postgresVersions = "SELECT count(to_regclass('goose_db_version'))"
)

func (b *sqliteBackend) migrated(ctx context.Context) (bool, error) {
	return newest(ctx, b.reader, sqliteMigrations, sqliteVersions)
}

func (b *sqliteBackend) migrate(ctx context.Context) (err error) {
	if err := refuseNewer(ctx, b.writer, sqliteMigrations, sqliteVersions); err != nil {
		return err
	}
	// On a file system without locks two processes may open a new file at once. The
	// slower one fails because the tables exist. Each migration is one transaction, so
	// the next try goes on with what is left.
	for range migrateTries {
		if err = migrateUp(ctx, goose.DialectSQLite3, b.writer, sqliteMigrations); err == nil {
			return nil
		}
	}
	return err
}

func (b *sqliteBackend) lockMigrations(ctx context.Context) (io.Closer, error) {
	return lockSQLiteMigrations(ctx, filepath.Dir(b.path))
}

func (b *postgresBackend) migrated(ctx context.Context) (bool, error) {
	return newest(ctx, b.sql, postgresMigrations, postgresVersions)
}

func (b *postgresBackend) migrate(ctx context.Context) error {
	if err := refuseNewer(ctx, b.sql, postgresMigrations, postgresVersions); err != nil {
		return err
	}
	return migrateUp(ctx, goose.DialectPostgres, b.sql, postgresMigrations)
}

// lockMigrations takes a lock that ends with its connection. The connection is none of
// the pool, which may have only one. Earlier versions take the same lock, by goose.
func (b *postgresBackend) lockMigrations(ctx context.Context) (io.Closer, error) {
	conn, err := pgx.ConnectConfig(ctx, b.pool.Config().ConnConfig)
	if err != nil {
		return nil, err
	}
	lock := closer(func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackWithin)
		defer cancel()
		return conn.Close(ctx)
	})
	var schema string
	if err := conn.QueryRow(ctx, "SELECT coalesce(current_schema(), '')").Scan(&schema); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	key := int64(crc32.ChecksumIEEE([]byte("lightson " + schema))) // servers in other schemas do not wait
	for {
		var locked bool
		if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", key).Scan(&locked); err != nil {
			return nil, errors.Join(err, lock.Close())
		}
		if locked {
			return lock, nil
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(context.Cause(ctx), lock.Close())
		case <-time.After(migrationLockEvery):
		}
	}
}

// newest reports whether every migration that a program knows was applied, and no other. Then
// there is nothing to wait for, and to do.
func newest(ctx context.Context, pool *sql.DB, dir, tables string) (bool, error) {
	var some int
	if err := pool.QueryRowContext(ctx, tables).Scan(&some); err != nil || some == 0 {
		return false, err
	}
	rows, err := pool.QueryContext(ctx, "SELECT version_id FROM goose_db_version WHERE is_applied AND version_id > 0 ORDER BY version_id")
	if err != nil {
		return false, err
	}
	defer rows.Close()
	var applied []int64
	for rows.Next() {
		var version int64
		if err := rows.Scan(&version); err != nil {
			return false, err
		}
		applied = append(applied, version)
	}
	known, err := versions(dir)
	return slices.Equal(applied, known), errors.Join(err, rows.Err())
}

type closer func() error

func (c closer) Close() error { return c() }

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
