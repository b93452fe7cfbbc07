package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm/schema"

	"lightson/models/uptime"
)

// Pages is how large a SQLite file is.
func (db *DB) Pages() (n int64, err error) {
	err = db.read.Raw("PRAGMA page_count").Scan(&n).Error
	return n, err
}

// Columns are the columns that each GORM model counts on, by table.
func (db *DB) Columns() (map[string][]string, error) {
	columns := map[string][]string{}
	for _, model := range gormModels {
		s, err := schema.Parse(model, &sync.Map{}, db.read.NamingStrategy)
		if err != nil {
			return nil, err
		}
		columns[s.Table] = s.DBNames
	}
	return columns, nil
}

// Select reports whether a table has these columns.
func (db *DB) Select(table string, columns []string) error {
	return db.Update(context.Background(), func(tx *Tx) error {
		return tx.gorm.Exec("SELECT " + strings.Join(columns, ", ") + " FROM " + table + " LIMIT 0").Error
	})
}

// MigrationVersions are the versions that there have been, the same on both
// databases.
func MigrationVersions() ([]int64, error) {
	list, err := versions(sqliteMigrations)
	others, othersErr := versions(postgresMigrations)
	if err == nil && othersErr == nil && !slices.Equal(list, others) {
		err = fmt.Errorf("SQLite has the versions %v, PostgreSQL %v", list, others)
	}
	return list, errors.Join(err, othersErr)
}

// AppliedVersion is the version that the database is at.
func (db *DB) AppliedVersion() (version int64, err error) {
	err = db.read.Raw(AppliedVersion).Scan(&version).Error
	return version, err
}

// Shape is every column that there is, and the versions that were applied.
func (db *DB) Shape() (shape []string, err error) {
	columns := "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = current_schema()"
	if db.SQLite() != nil {
		columns = "SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c"
	}
	err = db.read.Raw(columns).Scan(&shape).Error
	slices.Sort(shape)
	var applied []string
	versionsErr := db.read.Raw("SELECT version_id || ' ' || is_applied FROM goose_db_version ORDER BY id").Scan(&applied).Error
	return append(shape, applied...), errors.Join(err, versionsErr)
}

// AddReport records a report without looking for one that says the same.
func (tx *Tx) AddReport(ctx context.Context, r *Report) (added bool, err error) {
	return tx.addReport(ctx, r)
}

// SetLeaseClock sets the steady clock by which workers are taken for dead.
func (db *DB) SetLeaseClock(now func() time.Time) { db.leases.now = now }

// MigrateDown takes back the migrations after a version.
func (db *DB) MigrateDown(ctx context.Context, version int64) error {
	dialect, dir, pool := goose.DialectSQLite3, sqliteMigrations, db.SQLite()
	if b, is := db.backend.(*postgresBackend); is {
		dialect, dir, pool = goose.DialectPostgres, postgresMigrations, b.sql
	}
	provider, err := migrationsOf(dialect, pool, dir)
	if err == nil {
		_, err = provider.DownTo(ctx, version)
	}
	return err
}

// StoresWithHoursBetween reads a range of the stores.
func (tx *Tx) StoresWithHoursBetween(ctx context.Context, lowest, highest int32) ([]Store, [][]uptime.Schedule, error) {
	return tx.storesWithHoursBetween(ctx, lowest, highest)
}
