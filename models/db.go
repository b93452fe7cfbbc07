package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"lightson/models/statements"
)

// ErrNotFound is returned where nothing has the id that was asked for.
var ErrNotFound = errors.New("not found")

// DB is the database of Lights On. Several goroutines may use it at once. Every write
// goes through Update.
type DB struct {
	read        *gorm.DB
	backend     backend
	changeMarks changeMarkCache
	promised    promisedReports
	reaches     reachesSeen
	leases      leaseWatch
}

// backend is everything that differs between PostgreSQL and SQLite.
type backend interface {
	name() string
	migrate(ctx context.Context) error
	// migrated reports whether migrate would do nothing.
	migrated(ctx context.Context) (bool, error)
	// lockMigrations waits until nobody else migrates. Closing the lock releases it.
	lockMigrations(ctx context.Context) (io.Closer, error)
	// update runs work in a transaction that may write, view in one that sees
	// a single state of the database throughout.
	update(ctx context.Context, work func(*Tx) error) error
	view(ctx context.Context, work func(*Tx) error) error
	// changeMark differs before and after anyone committed anything.
	changeMark(ctx context.Context) (string, error)
	// twoConnections reports whether one caller may hold two connections at a time.
	twoConnections() bool
	connections() Connections
	// size is how many bytes the database takes on its disk.
	size(ctx context.Context) (int64, error)
	close() error
}

// Connections are how a pool of connections is used.
type Connections struct {
	InUse, Idle, Most int
	Waits             int64         // how often somebody had to wait for one since the start
	Waited            time.Duration // how long all of them did
}

// Connections are those of the database. On SQLite they are the one that writes and those that
// read, together.
func (db *DB) Connections() Connections { return db.backend.connections() }

// Size is how many bytes the database takes on its disk.
func (db *DB) Size(ctx context.Context) (int64, error) { return db.backend.size(ctx) }

// A Tx is one transaction. GORM's statements, the poll table's own and those
// of the job queue all run in it.
type Tx struct {
	gorm *gorm.DB
	bulk bulk
	pgx  pgx.Tx  // nil on SQLite
	sql  *sql.Tx // nil on PostgreSQL
	dry  bool    // see DryRun

	newHours  newHours  // of stores that it added
	committed *[]func() // see OnCommit; nil in View
}

// bulk holds the tables that are read and written by the hundred thousand rows.
// GORM's reflection is too slow for them, so each database has its own fast way.
type bulk struct {
	stores storeTable
	hours  hoursTable
	polls  PollTable
}

// GORM gives statements of GORM that run in the transaction.
// For packages of models only.
func (tx *Tx) GORM(ctx context.Context) *gorm.DB { return tx.gorm.WithContext(ctx) }

// StoreTable is the table stores, for reading or writing many of its rows.
// For packages of models only.
func (tx *Tx) StoreTable() storeTable { return tx.bulk.stores }

// PollTable is the table poll_days.
// For packages of models only.
func (tx *Tx) PollTable() PollTable { return tx.bulk.polls }

// PGX is the transaction for a library that speaks pgx; nil on SQLite.
func (tx *Tx) PGX() pgx.Tx { return tx.pgx }

// SQL is the transaction for a library that speaks database/sql; nil on PostgreSQL.
func (tx *Tx) SQL() *sql.Tx { return tx.sql }

// OnCommit has something done once the transaction is committed, before Update returns. It
// must be quick. Where the transaction is rolled back, it is not done.
func (tx *Tx) OnCommit(do func()) {
	if tx.committed != nil {
		*tx.committed = append(*tx.committed, do)
	}
}

// Open connects to the PostgreSQL of url, or to the SQLite file lightson.db in
// dir where url is empty. It makes the folder and the file where there are none, and
// no tables: Migrate does.
// No error of it shows a password of the URL.
func Open(ctx context.Context, url, dir string) (*DB, error) {
	return OpenWatched(ctx, url, dir, nil)
}

// OpenWatched is Open, with somebody who is told of all statements.
func OpenWatched(ctx context.Context, url, dir string, watch statements.Watch) (*DB, error) {
	switch {
	case url == "":
		return openSQLite(ctx, dir, watch)
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		db, err := openPostgres(ctx, url, watch)
		return db, HidePasswordsIn(err, url)
	default:
		return nil, notPostgres(url)
	}
}

func newDB(read *gorm.DB, b backend) *DB {
	return &DB{read: read, backend: b}
}

// Migrate brings the tables to the form that this version needs. It gives a
// NewerError for a database of a newer version.
func (db *DB) Migrate(ctx context.Context) error {
	if done, err := db.backend.migrated(ctx); done && err == nil {
		return nil // an error shows again
	}
	if err := db.MigrateAlone(ctx, db.backend.migrate); err != nil {
		return fmt.Errorf("migrate %s: %w", db.backend.name(), err)
	}
	return nil
}

// Update runs work in one transaction, which is committed if work returns nil and
// rolled back otherwise. On SQLite one Update runs at a time, so work must be short
// and must not call Update itself.
func (db *DB) Update(ctx context.Context, work func(*Tx) error) error {
	defer db.changeMarks.countWrite()
	var committed []func()
	err := db.backend.update(ctx, func(tx *Tx) error {
		committed, tx.committed = nil, &committed
		return work(tx)
	})
	if err != nil {
		return err
	}
	for _, do := range committed {
		do()
	}
	return nil
}

// GORM gives statements of GORM that read what is committed, outside of any
// transaction.
// For packages of models only.
func (db *DB) GORM(ctx context.Context) *gorm.DB { return db.read.WithContext(ctx) }

// View runs work in a transaction that only reads and sees one state of the
// database throughout.
// For packages of models only.
func (db *DB) View(ctx context.Context, work func(*Tx) error) error {
	return db.backend.view(ctx, work)
}

// ViewOf is View of the state that another transaction shares, see Tx.Share, where the ticket is
// not empty. It gives ErrDataMoved where that transaction has ended.
// For packages of models only.
func (db *DB) ViewOf(ctx context.Context, ticket string, work func(*Tx) error) error {
	return db.View(ctx, func(tx *Tx) error {
		if ticket != "" {
			if err := tx.takeShare(ctx, ticket); err != nil {
				return err
			}
		}
		return work(tx)
	})
}

const readyTimeout = 2 * time.Second

// Ready gives an error unless the database answers within two seconds.
// For packages of models only.
func (db *DB) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	_, err := db.DataVersion(ctx)
	return db.timeoutFault(err)
}

// checkTimeout bounds the check of a SQLite file, so that a large one does not delay a
// start by minutes.
const checkTimeout = 5 * time.Second

// Check gives an error where damage of the SQLite file is found within five seconds.
// PostgreSQL checks its files itself.
func (db *DB) Check(ctx context.Context) error {
	sqlite, ok := db.backend.(*sqliteBackend)
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	if err := sqlite.check(ctx); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

// timeoutFault makes a Fault of the end of a time limit.
func (db *DB) timeoutFault(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		err = Fault{Away: true, said: "The {database} database does not answer in time.", database: db.Backend(), cause: err}
	}
	return err
}

// TwoConnections reports whether one caller may hold two connections at a time.
// For packages of models only.
func (db *DB) TwoConnections() bool { return db.backend.twoConnections() }

// Backend names the kind of database for people: "PostgreSQL" or "SQLite".
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

// Close closes every connection. Jobs and requests must have ended before.
func (db *DB) Close() error { return db.backend.close() }

// gormModels is every type that GORM reads and writes.
var gormModels = []any{
	&DataVersion{}, &Store{}, &Hours{}, &Import{}, &ImportFile{}, &ImportReject{}, &JournalPart{}, &Report{}, &ReportPart{},
	&RemoteSource{}, &InboxFile{},
}

// parseModels has GORM parse our models before anything runs. Otherwise it parses
// each at its first use, and two first uses at the same time, of a model and of one
// within it, race for the same map.
func parseModels(g *gorm.DB) error {
	for _, model := range gormModels {
		if err := (&gorm.Statement{DB: g}).Parse(model); err != nil {
			return err
		}
	}
	return nil
}

// gormConfig is for both databases. GORM's own transaction around every write is
// off: on PostgreSQL statements run in a transaction that pgx began, which GORM's
// COMMIT would end too early.
func gormConfig() *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		Logger:                 logger.Discard, // errors are returned, and logged once by the caller
		NowFunc:                func() time.Time { return time.Now().UTC() },
	}
}
