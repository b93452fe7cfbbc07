package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"lightson/models/polls"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm/schema"
)

// MigrateTo migrates an empty database as a release did that knew the first
// migrations only.
func (db *DB) MigrateTo(ctx context.Context, version int64) error {
	dialect, dir, pool := goose.DialectSQLite3, "migrations/sqlite", (*sql.DB)(nil)
	switch b := db.backend.(type) {
	case *sqliteBackend:
		pool = b.writer
	case *postgresBackend:
		dialect, dir, pool = goose.DialectPostgres, "migrations/postgres", b.sql
	}
	files, err := fs.Sub(migrations, dir)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(dialect, pool, files)
	if err != nil {
		return err
	}
	_, err = provider.UpTo(ctx, version)
	return err
}

// Pages is how large a SQLite file is.
func (db *DB) Pages() (n int64, err error) {
	err = db.read.Raw("PRAGMA page_count").Scan(&n).Error
	return n, err
}

// Columns are the columns that each GORM model counts on, by table.
func (db *DB) Columns() (map[string][]string, error) {
	columns := map[string][]string{}
	for _, model := range []any{
		&DataVersion{}, &Store{}, &Hours{}, &Import{}, &ImportFile{}, &importReject{}, &journalPart{}, &Report{}, &reportPart{}, &SalesRate{}, &RemoteSource{},
	} {
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

// Seen is a glance at the data from within a transaction.
func (tx *Tx) Seen() (version int64, stores, hours int, count int64, err error) {
	ctx := context.Background()
	v, err := tx.dataVersion(ctx)
	if err != nil {
		return 0, 0, 0, 0, err
	}
	all, err := tx.stores(ctx)
	if err != nil {
		return 0, 0, 0, 0, err
	}
	byStore, err := tx.allHours(ctx)
	if err != nil {
		return 0, 0, 0, 0, err
	}
	for _, rows := range byStore {
		hours += len(rows)
	}
	err = tx.PollTable().ReadDays(ctx, -1_000_000, 1_000_000, func(_, _ int32, day polls.Day) error {
		count += int64(day.Len())
		return nil
	})
	return v.Version, len(all), hours, count, err
}

// Merge merges a batch without an import around it.
func (tx *Tx) Merge(b *Batch) error {
	_, _, err := tx.merge(context.Background(), b)
	return err
}

// TrendOf is the trend of a snapshot that may be out of date.
func (f *Figures) TrendOf(s *Snapshot) (*Trend, error) { return f.trendOf(context.Background(), s) }

// AskedForTrend reports whether this process has a trend, or is computing one.
func (f *Figures) AskedForTrend() bool {
	f.trends.mu.Lock()
	defer f.trends.mu.Unlock()
	return f.trends.has || f.trends.pending != nil
}

// KeptSnapshot is the version of the snapshot that is there without computing one.
func (f *Figures) KeptSnapshot() int64 {
	f.snapshots.mu.Lock()
	defer f.snapshots.mu.Unlock()
	if !f.snapshots.has {
		return 0
	}
	return f.snapshots.latest.Version
}

// LockAlone takes the lock of a folder, as a restore does.
func LockAlone(dir string) (io.Closer, error) {
	lock, locked, err := lockFolder(dir, true)
	if err == nil && !locked {
		err = errors.New("somebody has it")
	}
	return lock, err
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
	err = db.read.Raw(appliedVersion).Scan(&version).Error
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

// LayOutAll and MeasureAll are the two halves of computing a snapshot.
func (s *Snapshot) LayOutAll(ctx context.Context) error { return s.layOutAll(ctx) }

func (s *Snapshot) MeasureAll(ctx context.Context) ([]needyStore, error) {
	return s.measureAll(ctx, nil)
}

// AppendRow packs a row of a report.
func AppendRow(dst []byte, r ReportRow) []byte { return r.append(dst) }

// ReadRow unpacks a row of a report.
func ReadRow(b []byte) (row ReportRow, rest []byte, err error) { return readReportRow(b) }
