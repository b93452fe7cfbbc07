package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	postgresgorm "gorm.io/driver/postgres"
	"gorm.io/gorm"

	"lightson/models/statements"
)

// postgresConns bounds the pool: pages and jobs of one server need a dozen
// connections, and PostgreSQL ships with a hundred for all its clients.
// pool_max_conns in the URL overrides it.
const postgresConns = 16

// postgresBackend is one pool of pgx connections. GORM shares it through
// database/sql, so that COPY, the job queue and GORM can be in one transaction.
type postgresBackend struct {
	pool *pgxpool.Pool
	sql  *sql.DB
	gorm *gorm.DB

	table atomic.Int64 // the number of the table data_versions at the latest mark; 0 before
}

func openPostgres(ctx context.Context, url string, watch statements.Watch) (*DB, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("DATABASE_URL: %w", err)
	}
	if !strings.Contains(url, "pool_max_conns") {
		config.MaxConns = postgresConns
	}
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "lightson"
	}
	setNetworkTimeouts(config.ConnConfig, url)
	if watch != nil {
		config.ConnConfig.Tracer = statements.Tracer(watch)
	}
	pooled := endReplaced(config)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open PostgreSQL: %w", err)
	}
	pooled(pool)
	b := &postgresBackend{pool: pool, sql: stdlib.OpenDBFromPool(pool)}
	if err := pool.Ping(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open PostgreSQL: %w", err), b.close())
	}
	b.gorm, err = gorm.Open(postgresDialect{postgresgorm.New(postgresgorm.Config{Conn: b.sql})}, gormConfig())
	if err == nil {
		err = parseModels(b.gorm)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open PostgreSQL: %w", err), b.close())
	}
	return newDB(b.gorm.WithContext(ctx), b), nil
}

// setNetworkTimeouts bounds the wait for a server that cannot be reached to five
// seconds, and for one whose network was cut to 25: the system's limits are hours.
func setNetworkTimeouts(config *pgx.ConnConfig, url string) {
	if !strings.Contains(url, "connect_timeout") {
		config.ConnectTimeout = 5 * time.Second
	}
	dialer := net.Dialer{
		Timeout:         config.ConnectTimeout,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3},
	}
	config.DialFunc = dialer.DialContext
}

func (b *postgresBackend) name() string { return "PostgreSQL" }

func (b *postgresBackend) twoConnections() bool { return b.pool.Config().MaxConns > 1 }

func (b *postgresBackend) connections() Connections {
	s := b.pool.Stat()
	return Connections{
		InUse: int(s.AcquiredConns()), Idle: int(s.IdleConns()), Most: int(s.MaxConns()),
		Waits: s.EmptyAcquireCount(), Waited: s.EmptyAcquireWaitTime(),
	}
}

func (b *postgresBackend) size(ctx context.Context) (bytes int64, err error) {
	err = lostConnection(ctx, b.pool.QueryRow(ctx, "SELECT pg_database_size(current_database())").Scan(&bytes))
	return bytes, err
}

func (b *postgresBackend) update(ctx context.Context, work func(*Tx) error) error {
	return b.transaction(ctx, pgx.TxOptions{}, work)
}

func (b *postgresBackend) view(ctx context.Context, work func(*Tx) error) error {
	return b.transaction(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, work)
}

// rollbackWithin bounds the wait for a rollback. A server that hangs would keep
// whoever asked for the transaction, and a stop that waits for them, for ever.
const rollbackWithin = 3 * time.Second

// transaction pins one connection for GORM and begins the transaction on the
// pgx connection underneath, so that both speak within it.
func (b *postgresBackend) transaction(ctx context.Context, opts pgx.TxOptions, work func(*Tx) error) error {
	var begun bool
	err := b.gorm.WithContext(ctx).Connection(func(g *gorm.DB) (err error) {
		conn, ok := g.Statement.ConnPool.(*sql.Conn)
		if !ok {
			return fmt.Errorf("expected GORM to pin a *sql.Conn, found %T", g.Statement.ConnPool)
		}
		var raw *pgx.Conn
		if err := conn.Raw(func(driver any) error {
			raw = driver.(*stdlib.Conn).Conn()
			return nil
		}); err != nil {
			return err
		}
		var t pgx.Tx
		defer func() {
			// conn.Raw, not raw itself: a lost connection was already given back, and
			// its pool is closing it.
			lost := true
			_ = conn.Raw(func(any) error {
				if begun {
					// It must reach the server even where ctx ended the work. After
					// Commit it does nothing.
					end, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackWithin)
					defer cancel()
					_ = t.Rollback(end)
				}
				lost = raw.IsClosed()
				return nil
			})
			err = lostTransaction(ctx, lost, err)
		}()
		if t, err = raw.BeginTx(ctx, opts); err != nil {
			return err
		}
		begun = true
		tx := &Tx{gorm: g, bulk: bulk{stores: &postgresStores{t}, hours: &postgresHours{t}}, pgx: t}
		tx.bulk.polls = newPartedPolls(tx, newPostgresPolls(t))
		if err := work(tx); err != nil {
			return err
		}
		return t.Commit(ctx)
	})
	if !begun {
		err = lostConnection(ctx, err)
	}
	return err
}

// Share lets other transactions, of other servers too, see what this view sees for as long as it
// lasts: they name the ticket, see DB.ViewOf. On SQLite the ticket is empty, and whoever is to see
// the same compares the version of the data.
// For packages of models only.
func (tx *Tx) Share(ctx context.Context) (ticket string, err error) {
	if tx.pgx == nil {
		return "", nil
	}
	if err := tx.pgx.QueryRow(ctx, "SELECT pg_export_snapshot()").Scan(&ticket); err != nil {
		return "", fmt.Errorf("share a view: %w", err)
	}
	return ticket, nil
}

// takeShare has the transaction see what another one shares. It must come before any query.
func (tx *Tx) takeShare(ctx context.Context, ticket string) error {
	if tx.pgx == nil {
		return fmt.Errorf("take a share of a view: expected PostgreSQL, found SQLite and the ticket %q", ticket)
	}
	_, err := tx.pgx.Exec(ctx, "SET TRANSACTION SNAPSHOT '"+strings.ReplaceAll(ticket, "'", "''")+"'")
	var refused *pgconn.PgError
	if errors.As(err, &refused) && (refused.Code == "22023" || refused.Code == "42704" || refused.Code == "55000") {
		return fmt.Errorf("take a share of a view: %w", errors.Join(ErrDataMoved, err)) // it ended
	}
	if err != nil {
		return fmt.Errorf("take a share of a view: %w", err)
	}
	return nil
}

// postgresCommits is PostgreSQL's snapshot of which transactions have ended, see changeMark.
const postgresCommits = "pg_current_snapshot()::text || ' since ' || pg_postmaster_start_time()::text"

// changeMark is PostgreSQL's snapshot of which transactions have ended. It changes
// whenever one that wrote something begins or ends. When the server began is part of it,
// because after a failover another server may come to the same transaction ids by other
// commits.
//
// Every page asks for it first. A lost connection means that all of the pool were
// lost. So the pool is emptied and the query tried once more, which finds a server
// that has restarted without trying every old connection first.
func (b *postgresBackend) changeMark(ctx context.Context) (mark string, err error) {
	for range 2 {
		var table int64
		err = lostConnection(ctx, b.pool.QueryRow(ctx, "SELECT "+postgresCommits+", COALESCE(to_regclass('data_versions')::oid, 0)::bigint").Scan(&mark, &table))
		if err == nil {
			if last := b.table.Swap(table); last != table && last != 0 {
				b.pool.Reset() // its connections know the tables of before, see endReplaced
			}
		}
		if !Away(err) {
			break
		}
		b.pool.Reset()
	}
	return mark, err
}

// closeTimeout bounds the wait for connections that are in use: a server that hangs
// would make us hang.
const closeTimeout = 5 * time.Second

func (b *postgresBackend) close() error {
	closed := make(chan error, 1)
	go func() {
		err := b.sql.Close()
		b.pool.Close()
		closed <- err
	}()
	select {
	case err := <-closed:
		return err
	case <-time.After(closeTimeout):
		return errors.New("connections to PostgreSQL are in use still")
	}
}

// Copy adds rows to a table: on PostgreSQL by COPY, in a third of the time that statements
// take, on SQLite by statements of many rows.
// For packages of models only.
func (tx *Tx) Copy(ctx context.Context, table string, columns []string, rows int, row func(n int) ([]any, error)) error {
	if tx.pgx == nil {
		return copySQLite(ctx, tx.sql, table, columns, rows, row)
	}
	_, err := tx.pgx.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromSlice(rows, row))
	return err
}

// UsedByOthers reports whether another server or command of the same user has the
// database of PostgreSQL open. On SQLite the lock of the data folder tells that.
// For commands that close db next.
func (db *DB) UsedByOthers(ctx context.Context) (used bool, err error) {
	pool := db.Postgres()
	if pool == nil {
		return false, nil
	}
	ours := pool.AcquireAllIdle(ctx)
	var pids []int32
	for _, conn := range ours {
		defer conn.Release()
		pids = append(pids, int32(conn.Conn().PgConn().PID()))
	}
	if len(ours) == 0 {
		return false, nil
	}
	err = ours[0].QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
		AND application_name = current_setting('application_name') AND NOT pid = ANY ($1))`, pids).Scan(&used)
	return used, err
}
