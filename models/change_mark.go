package models

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// A ChangeMark stands for the state of the database at some time. Two that are equal
// mean that nothing was written between them, so whatever was made from the
// database at the first is still right at the second.
type ChangeMark struct {
	Data   int64  // version of the data, for what depends on nothing else
	Sales  int64  // version of the sales rates
	writes uint64 // by this process
	others string // by anyone, as the database tells it
}

// markAge is how old the database's answer may be. It bounds how long a write of
// another process can go unseen; those of this process are seen at once.
const markAge = 10 * time.Millisecond

// markPatience is how long the database may take to tell its mark. Every page
// waits for that, and a page that says that it cannot be shown is better than
// none.
const markPatience = 5 * time.Second

type markCache struct {
	writes atomic.Uint64
	mu     sync.Mutex
	latest ChangeMark
	asked  time.Time
	failed time.Time // when it last could not be told, and why
	why    error
}

// wrote says that this process may have written something.
func (c *markCache) wrote() { c.writes.Add(1) }

// Touch makes a new mark although nothing was written: what is kept in memory
// beside the database has changed.
func (db *DB) Touch() { db.marks.wrote() }

// ChangeMark is the present mark. It costs a query every few milliseconds, however
// often it is asked for.
func (db *DB) ChangeMark(ctx context.Context) (ChangeMark, error) {
	c, began := &db.marks, time.Now()
	writes := c.writes.Load() // before asking: a write in between makes a new mark
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case writes == c.latest.writes && time.Since(c.asked) < markAge:
		return c.latest, nil
	case c.failed.After(began): // while we waited: those who come together are told together
		return ChangeMark{}, c.why
	}
	patient, cancel := context.WithTimeout(ctx, markPatience)
	defer cancel()
	mark, err := db.readMark(patient, writes)
	if err != nil {
		if ctx.Err() == nil {
			err = db.silent(err)
			c.failed, c.why = time.Now(), err
		}
		return ChangeMark{}, err
	}
	c.latest, c.asked = mark, time.Now()
	return c.latest, nil
}

func (db *DB) readMark(ctx context.Context, writes uint64) (ChangeMark, error) {
	others, err := db.backend.mark(ctx)
	if err != nil {
		return ChangeMark{}, fmt.Errorf("mark: %w", err)
	}
	version, err := db.DataVersion(ctx) // after it: at worst newer than the mark says
	if err != nil {
		return ChangeMark{}, err
	}
	return ChangeMark{version.Version, version.Sales, writes, others}, nil
}
