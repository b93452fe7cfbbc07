package jobs

import (
	"context"
	"sync"
	"time"

	"lightson/models"
)

// commits tells the tasks of the schedule whether anybody has written anything. While nobody
// has, there is nothing to be found but what is due by the clock, so a server that rests asks
// this one small question and none of the others.
type commits struct {
	db   *models.DB
	ears *ears // nil on SQLite

	mu     sync.Mutex
	latest string
	readAt time.Time
}

const (
	// commitsShared is for how long an answer is used again by whoever is content with it:
	// the tasks of the schedule tick together.
	commitsShared = rescueEvery / 2
	// commitsTimeout bounds the wait for an answer.
	commitsTimeout = 5 * time.Second
)

func newCommits(db *models.DB) *commits {
	c := &commits{db: db}
	if pool := db.Postgres(); pool != nil {
		c.ears = &ears{pool: pool}
	}
	return c
}

// now is what the database says about the writes of all processes. The answer may be as old
// as age.
func (c *commits) now(ctx context.Context, age time.Duration) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if age > 0 && time.Since(c.readAt) < age {
		return c.latest, nil
	}
	ctx, cancel := context.WithTimeout(ctx, commitsTimeout)
	defer cancel()
	at := time.Now()
	found, err := c.read(ctx)
	if err != nil {
		return "", err
	}
	c.latest, c.readAt = found, at
	return found, nil
}

// read prefers the connection that listens, which needs no question before this one and
// shows in this way that it lives.
func (c *commits) read(ctx context.Context) (string, error) {
	if c.ears != nil {
		if found, err := c.ears.commits(ctx); err == nil {
			return found, nil
		}
	}
	return c.db.Commits(ctx)
}

// lookAnyway is after how long a task looks although nobody wrote anything and nothing was
// due. It makes good what a clock did that jumped.
const lookAnyway = 10 * time.Minute

// never is what a task says that finds something only once somebody has written it.
const never = lookAnyway

// A search is a task that looks for work in the database. It says in how long it would find
// something by the clock alone, or that something is left: zero.
type search func(context.Context) (again time.Duration, err error)

// whenChanged makes a task of a search that is made only where it may find something: after
// somebody has written something, and when it said that something would be due.
func (j *Jobs) whenChanged(look search) func(context.Context) error {
	var (
		mu      sync.Mutex
		seen    string
		due, at time.Time // of the clock, and of the time that passes
	)
	return func(ctx context.Context) error {
		mu.Lock()
		defer mu.Unlock()
		found, err := j.commits.now(ctx, commitsShared)
		if err != nil {
			return err
		}
		if found == seen && j.worker.now().Before(due) && time.Since(at) < lookAnyway {
			return nil
		}
		seen = "" // a look that fails, or panics, is made again
		began := time.Now()
		again, err := look(ctx)
		if err != nil {
			return err
		}
		seen, due, at = found, j.worker.now().Round(0).Add(again), began
		return nil
	}
}

// untilDue is in how long the first of some instants comes; never where there is none.
func (j *Jobs) untilDue(next models.OptionalInstant) time.Duration {
	if !next.Known {
		return never
	}
	return min(max(0, next.At.Time().Sub(j.worker.now())), never)
}
