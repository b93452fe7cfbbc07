package months

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Older are transactions that were open at a moment. One of them may see the database as it
// was before, but always sees which tables there are now. So it would find rows missing that
// were moved to another table after it began, or that went with a table.
type Older struct {
	pool *pgxpool.Pool
	ours int32 // process of PostgreSQL that is not waited for
	open []string
}

// openTransactions are those of all people in this database. One that waits for a row lock is
// left out: it is a writer, whose next statement sees what is committed by then.
const openTransactions = `SELECT l.pid || ' ' || l.virtualtransaction FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
	WHERE l.locktype = 'virtualxid' AND l.granted AND a.datname = current_database() AND a.usesysid IS NOT NULL
	AND l.pid NOT IN (pg_backend_pid(), $1)
	AND NOT EXISTS (SELECT FROM pg_locks w WHERE w.pid = l.pid AND NOT w.granted AND w.locktype IN ('transactionid', 'tuple'))`

// OpenNow are the transactions that are open now.
func OpenNow(ctx context.Context, pool *pgxpool.Pool) (*Older, error) {
	return openBeside(ctx, pool, 0)
}

// openBeside leaves out the transaction of one process of PostgreSQL.
func openBeside(ctx context.Context, pool *pgxpool.Pool, ours int32) (o *Older, err error) {
	o = &Older{pool: pool, ours: ours}
	o.open, err = o.now(ctx)
	return o, err
}

func (o *Older) now(ctx context.Context) ([]string, error) {
	rows, err := o.pool.Query(ctx, openTransactions, o.ours)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

const lookEvery = 20 * time.Millisecond

// Ended waits until all of them have ended, and reports whether they have within a time.
func (o *Older) Ended(ctx context.Context, within time.Duration) (bool, error) {
	for end := time.Now().Add(within); len(o.open) > 0; {
		now, err := o.now(ctx)
		if err != nil {
			return false, err
		}
		o.open = both(o.open, now)
		if len(o.open) == 0 {
			break
		}
		if time.Now().After(end) {
			return false, nil
		}
		if err := pause(ctx, lookEvery); err != nil {
			return false, err
		}
	}
	return true, nil
}

// both is what two lists have in common.
func both(a, b []string) (list []string) {
	in := map[string]bool{}
	for _, v := range b {
		in[v] = true
	}
	for _, v := range a {
		if in[v] {
			list = append(list, v)
		}
	}
	return list
}

func pause(ctx context.Context, how time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(how):
		return nil
	}
}
