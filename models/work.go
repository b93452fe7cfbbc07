package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"lightson/models/uptime"
)

// State is how far an import or a report has come.
type State string

const (
	Previewed State = "preview" // of imports: read, nothing written yet, waiting for a yes
	Queued    State = "queued"
	Running   State = "running"
	Complete  State = "complete"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Final reports whether the state will not change any more.
func (s State) Final() bool { return s == Complete || s == Failed || s == Cancelled }

// Work is what an import and a report have in common: someone asked for it, a
// job does it in the background, people watch its state. This row is the truth
// about it; the job queue only wakes whoever does the work.
//
// Whoever works on it holds a lease that must be renewed. A worker that died
// stops renewing, and the work is given to another as the next attempt. Every
// write names its attempt, so one that was given up can write nothing.
type Work struct {
	ID         string
	Source     Source
	State      State
	Error      string // for people, where State is Failed
	Attempt    int
	Deaths     int // attempts whose worker died; others were given back
	LeaseUntil uptime.Instant
	CreatedAt  uptime.Instant `gorm:"autoCreateTime:false"`
	StartedAt  uptime.Instant // of the latest attempt; 0 before the first
	FinishedAt uptime.Instant // 0 until State is final
	Done       int64          // progress: of an import in bytes, of a report in stores
	Total      int64
}

// Source is where an import or a report was asked for.
type Source string

const (
	FromPage    Source = "page"
	FromAPI     Source = "api"
	FromCommand Source = "command"
	FromInbox   Source = "inbox"
	FromDemo    Source = "demo"
	FromPush    Source = "push"   // polls that programs sent
	FromSource  Source = "source" // a file fetched from one of the sources
)

// WorkKind names the table of a kind of work.
type WorkKind string

const (
	ImportWork WorkKind = "imports"
	ReportWork WorkKind = "reports"
)

// An Attempt is the right to work on something until the lease ends.
type Attempt struct {
	Kind   WorkKind
	ID     string
	Number int
	Deaths int // of attempts before; known of orphans only
}

const (
	// Lease is how long a worker may be silent before it is taken for dead.
	Lease = 10 * time.Second
	// MaxAttempts bounds how often work is tried whose worker keeps dying,
	// since the work itself may be what kills it. Attempts that were given back,
	// for a stop or for the loss of the database, are none of these.
	MaxAttempts = 3
)

var (
	// ErrNotClaimable says that someone else works on it or that it is final.
	ErrNotClaimable = errors.New("not waiting for a worker")
	// ErrAttemptLost says that the work was cancelled or given to another.
	ErrAttemptLost = errors.New("this attempt was given up")
)

// ShortID is enough of the id to tell works apart by eye: the first part of an
// id is time, the last is chance.
func (w Work) ShortID() string { return w.ID[max(0, len(w.ID)-8):] }

// NewID makes a public id: unguessable, and later ones sort later.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

func Now() uptime.Instant { return uptime.At(time.Now()) }

// Claim begins an attempt at work that is queued or whose worker died.
func (db *DB) Claim(ctx context.Context, kind WorkKind, id string) (a Attempt, err error) {
	err = db.Update(ctx, func(tx *Tx) error {
		a, err = tx.claim(ctx, kind, id)
		return err
	})
	return a, err
}

func (tx *Tx) claim(ctx context.Context, kind WorkKind, id string) (Attempt, error) {
	a := Attempt{Kind: kind, ID: id}
	table := func() *gorm.DB { return tx.GORM(ctx).Table(string(kind)) }
	at := Now()
	done := table().
		Where("id = ? AND (state = ? OR (state = ? AND lease_until < ?))", id, Queued, Running, at).
		Updates(map[string]any{
			"state": Running, "attempt": gorm.Expr("attempt + 1"), "done": 0,
			"deaths":     gorm.Expr("deaths + CASE WHEN state = ? THEN 1 ELSE 0 END", Running), // an orphan's
			"started_at": at, "lease_until": leaseFrom(at),
		})
	if done.Error == nil && done.RowsAffected == 0 {
		done.Error = ErrNotClaimable
	}
	if done.Error == nil {
		done.Error = table().Where("id = ?", id).Pluck("attempt", &a.Number).Error
	}
	if done.Error != nil {
		return a, fmt.Errorf("claim %s %s: %w", kind, id, done.Error)
	}
	return a, nil
}

func leaseFrom(at uptime.Instant) uptime.Instant {
	return at.Add(uptime.Micros(Lease.Microseconds()))
}

// Beat renews the lease and shows progress. ErrAttemptLost says to stop.
func (db *DB) Beat(ctx context.Context, a Attempt, done, total int64) error {
	return db.write(ctx, a, map[string]any{
		"lease_until": leaseFrom(Now()), "done": done, "total": total,
	})
}

// Fail ends the work with a reason for people.
func (db *DB) Fail(ctx context.Context, a Attempt, reason string) error {
	return db.write(ctx, a, map[string]any{
		"state": Failed, "error": reason, "finished_at": Now(),
	})
}

// Complete ends the work in the transaction that writes its result, so that
// there is never one without the other.
func (a Attempt) Complete(ctx context.Context, tx *Tx, result map[string]any) error {
	result["state"], result["finished_at"] = Complete, Now()
	return a.Write(tx.GORM(ctx), result)
}

// Release gives unfinished work back to the queue's next worker, as a server
// does that is asked to stop.
func (tx *Tx) Release(ctx context.Context, a Attempt) error {
	return a.Write(tx.GORM(ctx), map[string]any{"state": Queued, "lease_until": 0})
}

// ReleaseOrphan gives back work whose worker died, unless it has come to life
// again meanwhile: then it gives ErrAttemptLost.
func (tx *Tx) ReleaseOrphan(ctx context.Context, a Attempt) error {
	return a.Write(tx.GORM(ctx).Where("lease_until < ?", Now()), map[string]any{
		"state": Queued, "lease_until": 0, "deaths": gorm.Expr("deaths + 1"),
	})
}

func (db *DB) write(ctx context.Context, a Attempt, columns map[string]any) error {
	return db.Update(ctx, func(tx *Tx) error { return a.Write(tx.GORM(ctx), columns) })
}

// Write changes the row of the work, if the attempt is still the latest one.
func (a Attempt) Write(g *gorm.DB, columns map[string]any) error {
	done := g.Table(string(a.Kind)).
		Where("id = ? AND attempt = ? AND state = ?", a.ID, a.Number, Running).Updates(columns)
	if done.Error != nil {
		return fmt.Errorf("write %s %s: %w", a.Kind, a.ID, done.Error)
	}
	if done.RowsAffected == 0 {
		return fmt.Errorf("write %s %s: %w", a.Kind, a.ID, ErrAttemptLost)
	}
	return nil
}

// Cancel ends work that is not final yet, unless it is an import whose rows are
// in the data already. It reports whether it did.
func (db *DB) Cancel(ctx context.Context, kind WorkKind, id string) (bool, error) {
	some := false
	err := db.Update(ctx, func(tx *Tx) error {
		table := tx.GORM(ctx).Table(string(kind))
		if kind == ImportWork {
			table = table.Where("NOT merged")
		}
		done := table.Where("id = ? AND state IN ?", id, []State{Queued, Running}).
			Updates(map[string]any{"state": Cancelled, "finished_at": Now()})
		some = done.RowsAffected > 0
		return done.Error
	})
	if err != nil {
		return false, fmt.Errorf("cancel %s %s: %w", kind, id, err)
	}
	return some, nil
}

// Orphans are the running works whose worker was silent for a whole lease.
func (db *DB) Orphans(ctx context.Context, kind WorkKind) ([]Attempt, error) {
	var works []Work
	err := db.GORM(ctx).Table(string(kind)).
		Where("state = ? AND lease_until < ?", Running, Now()).Find(&works).Error
	if err != nil {
		return nil, fmt.Errorf("look for orphaned %s: %w", kind, err)
	}
	attempts := make([]Attempt, len(works))
	for n, w := range works {
		attempts[n] = Attempt{kind, w.ID, w.Attempt, w.Deaths}
	}
	return attempts, nil
}
