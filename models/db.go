package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// ErrNotFound is returned for anything that was asked for by id and is not there.
var ErrNotFound = errors.New("not found")

// DB is the database of Lights On. What only reads uses its handle; every write
// goes through Update.
type DB struct {
	read    *gorm.DB
	backend backend
	marks   markCache
}

// backend is everything that differs between PostgreSQL and SQLite.
type backend interface {
	name() string
	migrate(ctx context.Context) error
	// update runs work in a transaction that may write, view in one that sees
	// a single state of the database throughout.
	update(ctx context.Context, work func(*Tx) error) error
	view(ctx context.Context, work func(*Tx) error) error
	// mark differs before and after anything was committed by anyone.
	mark(ctx context.Context) (string, error)
	// roomy reports whether one caller may hold two connections at a time.
	roomy() bool
	close() error
}

// A Tx is one transaction. GORM's statements, the poll table's own and those
// of the job queue all run in it.
type Tx struct {
	gorm *gorm.DB
	bulk bulk
	pgx  pgx.Tx  // nil on SQLite
	sql  *sql.Tx // nil on PostgreSQL
	dry  bool    // a merge in it writes nothing
}

// bulk is the tables that are read and written by the hundred thousand rows, for
// which GORM's reflection is too slow: each database has its own fast way.
type bulk struct {
	stores storeTable
	hours  hoursTable
	polls  PollTable
}

// GORM is the transaction as GORM has it.
func (tx *Tx) GORM(ctx context.Context) *gorm.DB { return tx.gorm.WithContext(ctx) }

// StoreTable is the table stores, where many of its rows are read or written.
func (tx *Tx) StoreTable() storeTable { return tx.bulk.stores }

// HoursTable is the table hours, likewise.
func (tx *Tx) HoursTable() hoursTable { return tx.bulk.hours }

// PollTable is the table poll_days.
func (tx *Tx) PollTable() PollTable { return tx.bulk.polls }

// PGX is the transaction for a library that speaks pgx; nil on SQLite.
func (tx *Tx) PGX() pgx.Tx { return tx.pgx }

// SQL is the transaction for a library that speaks database/sql; nil on PostgreSQL.
func (tx *Tx) SQL() *sql.Tx { return tx.sql }

// Open connects to the PostgreSQL of url, or to the SQLite file lightson.db in
// dir when url is empty. It changes nothing: Migrate does.
func Open(ctx context.Context, url, dir string) (*DB, error) {
	switch {
	case url == "":
		return openSQLite(ctx, dir)
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		return openPostgres(ctx, url)
	default:
		scheme, _, _ := strings.Cut(url, "://")
		return nil, fmt.Errorf("DATABASE_URL: expected postgres://…, or nothing for SQLite; found %s://…", scheme)
	}
}

func newDB(read *gorm.DB, b backend) *DB {
	return &DB{read: read, backend: b}
}

// Migrate brings the tables to the form that this version needs.
func (db *DB) Migrate(ctx context.Context) error {
	if err := db.backend.migrate(ctx); err != nil {
		return fmt.Errorf("migrate %s: %w", db.backend.name(), err)
	}
	return nil
}

// Update runs work in one transaction, committed if work returns nil.
func (db *DB) Update(ctx context.Context, work func(*Tx) error) error {
	defer db.marks.wrote()
	return db.backend.update(ctx, work)
}

// GORM reads what is committed, outside of any transaction.
func (db *DB) GORM(ctx context.Context) *gorm.DB { return db.read.WithContext(ctx) }

// View runs work on one unchanging state of the database.
func (db *DB) View(ctx context.Context, work func(*Tx) error) error {
	return db.backend.view(ctx, work)
}

// readyWithin is how long an answer of the database may take.
const readyWithin = 2 * time.Second

// Ready reports whether the database answers, and soon.
func (db *DB) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	_, err := db.DataVersion(ctx)
	return db.silent(err)
}

// checkWithin bounds the look at a whole SQLite file: a large one must not make a
// start wait for minutes.
const checkWithin = 5 * time.Second

// Check looks whether the database is sound, as far as that can be said within
// seconds. PostgreSQL looks after its files itself.
func (db *DB) Check(ctx context.Context) error {
	lite, is := db.backend.(*sqliteBackend)
	if !is {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	if err := lite.check(ctx); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

// silent takes an answer that did not come in time for a fault.
func (db *DB) silent(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		err = Fault{Away: true, words: "The " + db.Backend() + " database does not answer in time.", cause: err}
	}
	return err
}

// TwoConnections reports whether one caller may hold two connections at a time.
func (db *DB) TwoConnections() bool { return db.backend.roomy() }

// Backend is "PostgreSQL" or "SQLite".
func (db *DB) Backend() string { return db.backend.name() }

// Postgres is the connection pool on PostgreSQL, else nil.
func (db *DB) Postgres() *pgxpool.Pool {
	if p, ok := db.backend.(*postgresBackend); ok {
		return p.pool
	}
	return nil
}

// SQLite is the pool of the one writing connection on SQLite, else nil.
func (db *DB) SQLite() *sql.DB {
	if s, ok := db.backend.(*sqliteBackend); ok {
		return s.writer
	}
	return nil
}

// Close closes every connection. Wait for jobs and requests before.
func (db *DB) Close() error { return db.backend.close() }

// learn lets GORM look at our models before anything runs. It does so at the
// first use of each, and where one has another in it, two first uses at the same
// time write and read the same map.
func learn(g *gorm.DB) error {
	for _, model := range []any{
		&DataVersion{}, &Store{}, &Hours{}, &Import{}, &ImportFile{}, &ImportReject{}, &JournalPart{}, &Report{}, &ReportPart{},
		&SalesRate{}, &RemoteSource{},
	} {
		if err := (&gorm.Statement{DB: g}).Parse(model); err != nil {
			return err
		}
	}
	return nil
}

// gormConfig holds for both databases. GORM's own transaction around every
// write is off because on PostgreSQL statements join one begun by pgx, which a
// second BEGIN and COMMIT would end too early.
func gormConfig() *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		Logger:                 logger.Discard, // errors are returned, and logged once by who asked
		NowFunc:                func() time.Time { return time.Now().UTC() },
	}
}
