package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	sqlitegorm "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	sqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"lightson/models/statements"
)

// sqliteBackend is an embedded database file: one connection that writes, so
// that writers queue in the process instead of failing with "database is
// locked", and several that read beside it, which WAL mode allows without
// waiting.
type sqliteBackend struct {
	path                   string
	reader, writer         *sql.DB
	gormReader, gormWriter *gorm.DB

	lock io.Closer // a share of the lock of the data folder

	markMu sync.Mutex
	marker *sql.Conn // asks for data_version, whose values compare within one connection only
}

// SQLiteFile is the name of the embedded database in the data folder.
const SQLiteFile = "lightson.db"

func openSQLite(ctx context.Context, dir string, watch statements.Watch) (*DB, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	path := filepath.Join(dir, SQLiteFile)
	if err := refuseNonSQLite(path); err != nil {
		return nil, err
	}
	lock, err := ShareFolder(ctx, dir)
	if err != nil {
		return nil, err
	}
	if err := makePrivate(path); err != nil {
		return nil, errors.Join(refuseFile(path, err), lock.Close())
	}
	dsn := sqliteDSN(path)
	b := &sqliteBackend{path: path, lock: lock}
	driver, err := sqliteDriver()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open SQLite: %w", err), lock.Close())
	}
	b.writer = sql.OpenDB(statements.Connector(driver, dsn, watch))
	b.writer.SetMaxOpenConns(1)
	b.reader = sql.OpenDB(statements.Connector(driver, dsn+"&_pragma=query_only(1)", watch))
	b.reader.SetMaxOpenConns(max(4, 2*runtime.GOMAXPROCS(0)))
	b.reader.SetMaxIdleConns(max(4, 2*runtime.GOMAXPROCS(0)))

	// The writer goes first: it makes the file and its WAL, which readers may not.
	if err = b.makeFile(ctx); err == nil {
		err = b.refuseForeign(ctx)
	}
	if err != nil {
		return nil, errors.Join(refuseFile(path, err), b.close())
	}
	if b.gormWriter, err = gorm.Open(sqliteDialector(b.writer), gormConfig()); err == nil {
		b.gormReader, err = gorm.Open(sqliteDialector(b.reader), gormConfig())
	}
	if err == nil {
		err = errors.Join(parseModels(b.gormWriter), parseModels(b.gormReader))
	}
	if err != nil {
		return nil, errors.Join(refuseFile(path, err), b.close())
	}
	return newDB(b.gormReader.WithContext(ctx), b), nil
}

// makeFile makes the file if it is new, one process after another: two that do so at
// once both switch it to WAL mode. SQLite refuses one of them without waiting, so it
// tries again where the file system has no locks.
func (b *sqliteBackend) makeFile(ctx context.Context) (err error) {
	patient, cancel := context.WithTimeoutCause(ctx, migrationLockWithin, errMigrationLock)
	defer cancel()
	lock, err := b.lockMigrations(patient)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	const tries = 20
	for range tries {
		var refused *sqlite.Error
		err = b.writer.PingContext(ctx)
		if !errors.As(err, &refused) || refused.Code()&0xff != sqlite3.SQLITE_BUSY {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}

// sqliteDSN has the pragmas in it, so that every pooled connection has them.
// synchronous is FULL: NORMAL would keep the database whole as well, but a loss of
// power could take back the last commits, and with them a report whose id somebody
// was given. journal_size_limit cuts the log of a large import back once it is in
// the database.
func sqliteDSN(path string) string {
	return SQLiteURI(path) + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)" +
		"&_pragma=synchronous(FULL)&_pragma=journal_size_limit(67108864)&_pragma=foreign_keys(1)&_pragma=cache_size(-16000)" +
		"&_pragma=temp_store(MEMORY)&_txlock=immediate&_time_format=sqlite&_timezone=UTC"
}

// SQLiteURI is a path as a URI, to which parameters can be appended.
// For packages of models only.
func SQLiteURI(path string) string {
	file := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}
	return file.String()
}

func (b *sqliteBackend) name() string { return "SQLite" }

func (b *sqliteBackend) twoConnections() bool { return true }

func (b *sqliteBackend) connections() (c Connections) {
	for _, s := range []sql.DBStats{b.reader.Stats(), b.writer.Stats()} {
		c.InUse, c.Idle, c.Most = c.InUse+s.InUse, c.Idle+s.Idle, c.Most+s.MaxOpenConnections
		c.Waits, c.Waited = c.Waits+s.WaitCount, c.Waited+s.WaitDuration
	}
	return c
}

func (b *sqliteBackend) size(context.Context) (bytes int64, err error) {
	for _, end := range []string{"", "-wal"} {
		info, err := os.Stat(b.path + end)
		if err != nil && (end == "" || !errors.Is(err, fs.ErrNotExist)) {
			return 0, err
		}
		if err == nil {
			bytes += info.Size()
		}
	}
	return bytes, nil
}

// sqliteDriver is the driver that has registered itself.
func sqliteDriver() (driver.Driver, error) {
	db, err := sql.Open("sqlite", "")
	if err != nil {
		return nil, err
	}
	return db.Driver(), db.Close()
}

func (b *sqliteBackend) update(ctx context.Context, work func(*Tx) error) error {
	return b.transaction(ctx, b.writer, b.gormWriter, nil, work)
}

func (b *sqliteBackend) view(ctx context.Context, work func(*Tx) error) error {
	// A read-only transaction begins deferred in spite of _txlock=immediate, and
	// sees one state of the file from its first statement on.
	return b.transaction(ctx, b.reader, b.gormReader, &sql.TxOptions{ReadOnly: true}, work)
}

func (b *sqliteBackend) transaction(ctx context.Context, pool *sql.DB, g *gorm.DB, opts *sql.TxOptions, work func(*Tx) error) error {
	t, err := pool.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	defer t.Rollback() //nolint:errcheck // after Commit it does nothing
	session := g.Session(&gorm.Session{NewDB: true, Context: ctx})
	session.Statement.ConnPool = t
	tx := &Tx{gorm: session, bulk: bulk{stores: &sqliteStores{t}, hours: &sqliteHours{t}}, sql: t}
	tx.bulk.polls = newPartedPolls(tx, &sqlitePolls{t})
	if err := work(tx); err != nil {
		return err
	}
	return t.Commit()
}

// changeMark is SQLite's count of changes of the file by other connections.
func (b *sqliteBackend) changeMark(ctx context.Context) (mark string, err error) {
	b.markMu.Lock()
	defer b.markMu.Unlock()
	if b.marker == nil {
		if b.marker, err = b.reader.Conn(ctx); err != nil {
			return "", err
		}
	}
	err = b.marker.QueryRowContext(ctx, "PRAGMA data_version").Scan(&mark)
	return mark, err
}

func (b *sqliteBackend) close() error {
	b.markMu.Lock()
	defer b.markMu.Unlock()
	var err error
	if b.marker != nil {
		err = b.marker.Close()
	}
	err = errors.Join(err, b.reader.Close(), b.writer.Close())
	if b.lock != nil { // close may be called again
		err = errors.Join(err, b.lock.Close())
		b.lock = nil
	}
	return err
}

// sqliteDialect is GORM's SQLite dialect over the pure Go driver, whose errors
// GORM's own translation does not know.
type sqliteDialect struct{ gorm.Dialector }

func sqliteDialector(pool *sql.DB) gorm.Dialector {
	return sqliteDialect{sqlitegorm.New(sqlitegorm.Config{DriverName: "sqlite", Conn: pool})}
}

// Translate implements gorm.ErrorTranslator.
func (sqliteDialect) Translate(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return gorm.ErrDuplicatedKey
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return gorm.ErrForeignKeyViolated
	}
	return err
}
