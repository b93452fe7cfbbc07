package models

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

// A ChangeMark stands for the state of the database at some time. Where two are
// equal, nothing was written between them, and whatever was made from the database
// at the first is still right at the second. Marks have no order.
type ChangeMark struct {
	Data    int64  // version of the data, for what depends on stores, hours, polls, special days and corrections only
	Entered int64  // version of the sales rates and targets, likewise
	writes  uint64 // how many this process began
	others  string // what the database says about the writes of all processes
}

// changeMarkAge is for how long an answer of the database is used again. A write of
// another process can go unseen for that long; writes of this process are seen at once.
const changeMarkAge = 10 * time.Millisecond

// changeMarkTimeout bounds the wait for the mark. Every page waits for it, and a page
// that says that the database does not answer is better than no page.
const changeMarkTimeout = 5 * time.Second

type changeMarkCache struct {
	writes   atomic.Uint64
	latest   atomic.Pointer[readMark]
	mu       sync.Mutex // of whoever reads a new one
	failedAt time.Time  // when reading last failed
	failure  error      // why it did
}

// A readMark is a mark and when it was read.
type readMark struct {
	of     *changeMarkCache
	mark   ChangeMark
	readAt time.Time
}

// holds reports whether the mark is of an age at most, and this process wrote nothing since.
func (m *readMark) holds(c *changeMarkCache, age time.Duration) bool {
	return m != nil && m.of == c && m.mark.writes == c.writes.Load() && time.Since(m.readAt) < age
}

type markKey struct{}

// heldMarkAge is for how long a context with one mark has it, should it last.
const heldMarkAge = 5 * time.Second

// WithOneMark is a context in which the mark stays the same, unless this process writes
// something. It is for what is short and of one state, such as a request.
func WithOneMark(ctx context.Context) context.Context {
	return context.WithValue(ctx, markKey{}, new(atomic.Pointer[readMark]))
}

// countWrite records that this process may have written something.
func (c *changeMarkCache) countWrite() { c.writes.Add(1) }

// Touch makes a new mark although nothing was written. Caches call it when they
// have something newer to show for the same data.
// For packages of models only.
func (db *DB) Touch() { db.changeMarks.countWrite() }

// ChangeMark is the present mark, or the one that [WithOneMark] holds. It costs one or two
// small queries every 10 ms, however often it is asked for, and a [Fault] where the database
// does not answer within five seconds.
// For packages of models only.
func (db *DB) ChangeMark(ctx context.Context) (ChangeMark, error) {
	c := &db.changeMarks
	held, some := ctx.Value(markKey{}).(*atomic.Pointer[readMark])
	if some {
		if m := held.Load(); m.holds(c, heldMarkAge) {
			return m.mark, nil
		}
	}
	m := c.latest.Load()
	if !m.holds(c, changeMarkAge) {
		var err error
		if m, err = db.newChangeMark(ctx); err != nil {
			return ChangeMark{}, err
		}
	}
	if some {
		held.Store(m)
	}
	return m.mark, nil
}

// newChangeMark reads the mark, once for all who wait for it.
func (db *DB) newChangeMark(ctx context.Context) (*readMark, error) {
	c, began := &db.changeMarks, time.Now()
	writes := c.writes.Load() // before the query, so that a write during it makes another mark
	c.mu.Lock()
	defer c.mu.Unlock()
	if m := c.latest.Load(); m != nil && m.mark.writes == writes && time.Since(m.readAt) < changeMarkAge {
		return m, nil
	} else if c.failedAt.After(began) { // while we waited: all who waited share the failure
		return nil, c.failure
	}
	bounded, cancel := context.WithTimeout(ctx, changeMarkTimeout)
	defer cancel()
	mark, err := db.readChangeMark(bounded, writes)
	if err != nil {
		if ctx.Err() == nil {
			err = db.timeoutFault(err)
			c.failedAt, c.failure = time.Now(), err
		}
		return nil, err
	}
	m := &readMark{c, mark, time.Now()}
	c.latest.Store(m)
	return m, nil
}

func (db *DB) readChangeMark(ctx context.Context, writes uint64) (ChangeMark, error) {
	others, err := db.backend.changeMark(ctx)
	if err != nil {
		return ChangeMark{}, fmt.Errorf("mark: %w", err)
	}
	version, err := db.DataVersion(ctx) // read second, so that it is never older than others
	if err != nil {
		return ChangeMark{}, err
	}
	return ChangeMark{version.Version, version.Entered, writes, others}, nil
}

// Commits is what the database says about the writes of all processes: it differs before
// and after anyone committed anything. It has no order.
func (db *DB) Commits(ctx context.Context) (string, error) { return db.backend.changeMark(ctx) }

// CommitsOn asks PostgreSQL for the same on a connection of the caller's own. A connection of
// the pool that rested is asked first whether it lives, which is another question.
func CommitsOn(ctx context.Context, conn *pgx.Conn) (commits string, err error) {
	err = lostConnection(ctx, conn.QueryRow(ctx, "SELECT "+postgresCommits).Scan(&commits))
	return commits, err
}
