package models

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// A Mark stands for the state of the database at some time. Two that are equal
// mean that nothing was written between them, so whatever was made from the
// database at the first is still right at the second.
type Mark struct {
	Data   int64  // version of the data, for what depends on nothing else
	Sales  int64  // version of the sales rates
	writes uint64 // by this process
	others string // by anyone, as the database tells it
}

// markAge is how old the database's answer may be. It bounds how long a write of
// another process can go unseen; those of this process are seen at once.
const markAge = 10 * time.Millisecond

type markCache struct {
	writes atomic.Uint64
	mu     sync.Mutex
	latest Mark
	asked  time.Time
}

// wrote says that this process may have written something.
func (c *markCache) wrote() { c.writes.Add(1) }

// Mark is the present mark. It costs a query every few milliseconds, however
// often it is asked for.
func (db *DB) Mark(ctx context.Context) (Mark, error) {
	c := &db.marks
	writes := c.writes.Load() // before asking: a write in between makes a new mark
	c.mu.Lock()
	defer c.mu.Unlock()
	if writes == c.latest.writes && time.Since(c.asked) < markAge {
		return c.latest, nil
	}
	others, err := db.backend.mark(ctx)
	if err != nil {
		return Mark{}, fmt.Errorf("mark: %w", err)
	}
	version, err := db.DataVersion(ctx) // after it: at worst newer than the mark says
	if err != nil {
		return Mark{}, err
	}
	c.latest, c.asked = Mark{version.Version, version.Sales, writes, others}, time.Now()
	return c.latest, nil
}
