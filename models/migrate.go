package models

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// A folder per dialect. Files are append-only: one that was released is never
// changed, because databases out there have run it.
//
//go:embed migrations
var migrations embed.FS

func (b *sqliteBackend) migrate(ctx context.Context) error {
	return migrateUp(ctx, goose.DialectSQLite3, b.writer, "migrations/sqlite")
}

func (b *postgresBackend) migrate(ctx context.Context) error {
	// Two servers may start at once: the second waits for the first.
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return err
	}
	return migrateUp(ctx, goose.DialectPostgres, b.sql, "migrations/postgres", goose.WithSessionLocker(locker))
}

func migrateUp(ctx context.Context, dialect goose.Dialect, pool *sql.DB, dir string, opts ...goose.ProviderOption) error {
	files, err := fs.Sub(migrations, dir)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(dialect, pool, files, opts...)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}
