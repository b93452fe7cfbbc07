package models

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"lightson/models/uptime"
	"lightson/models/words"
)

// State is how far an import or a report has come.
type State string

const (
	Previewed State = "preview" // imports only: nothing was written, and someone must confirm
	Queued    State = "queued"
	Running   State = "running"
	Complete  State = "complete"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Final reports whether the state never changes again.
func (s State) Final() bool { return s == Complete || s == Failed || s == Cancelled }

// Work is what an import and a report have in common: someone asked for it, a job
// does it in the background, people watch its state. The row is the truth about it;
// the job queue only wakes a worker.
//
// A worker holds a lease and renews it. Where it dies, the lease stays as it is, and
// another worker takes the work over as the next attempt. Every write names its attempt, so a
// worker that lost its attempt cannot write.
type Work struct {
	ID         string
	Source     Source
	State      State
	Error      words.Stored // for people, where State is Failed
	Attempt    int
	Deaths     int            // attempts whose worker died
	LeaseUntil uptime.Instant // 0 where there is no worker; see leaseWatch
	CreatedAt  uptime.Instant `gorm:"autoCreateTime:false"`
	StartedAt  uptime.Instant // when the latest attempt began; 0 before the first
	FinishedAt uptime.Instant // 0 until State is final
	Done       int64          // progress: of an import in bytes, of a report in stores
	Total      int64
}

// Source is the way by which an import or a report was asked for.
type Source string

const (
	FromPage    Source = "page"
	FromAPI     Source = "api"
	FromCommand Source = "command"
	FromInbox   Source = "inbox"
	FromDemo    Source = "demo"
	FromPush    Source = "push"   // polls that programs sent
	FromSource  Source = "source" // a file fetched from one of the sources

	FromSchedule Source = "schedule" // a report that is made again and again
)

// WorkKind is a kind of work, and the name of its table.
type WorkKind string

const (
	ImportWork WorkKind = "imports"
	ReportWork WorkKind = "reports"
)

// An Attempt is the right to work on an import or a report until the lease ends.
type Attempt struct {
	Kind   WorkKind
	ID     string
	Number int
	Deaths int            // of earlier attempts; only set by Orphans
	lease  uptime.Instant // as Orphans saw it last
}

const (
	// Lease is how long a worker must be seen without a Beat to be taken for dead.
	Lease = 10 * time.Second
	// MaxAttempts is at how many deaths of workers work fails, because the work
	// itself may be what kills them. Attempts that were released, because a server
	// stopped or lost the database, do not count.
	MaxAttempts = 3
)

var (
	// ErrNotClaimable says that another worker has the work, or that it is not queued.
	ErrNotClaimable = errors.New("not waiting for a worker")
	// ErrAttemptLost says that the work was cancelled or has another attempt by now.
	ErrAttemptLost = errors.New("this attempt was given up")
)

// ShortID is the last eight characters of the id, which are enough to tell works apart
// by eye: they are random, and the first ones are the time.
func (w Work) ShortID() string { return w.ID[max(0, len(w.ID)-8):] }

// NewID makes a public id: unguessable, and later ones sort later.
// For packages of models only.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// Now is the present time as columns have it.
func Now() uptime.Instant { return uptime.At(time.Now()) }

// A leaseWatch tells which workers are dead. Clocks of servers differ and jump, so no
// lease is compared with a clock: a worker changes it at every Beat, and is dead once its
// lease was seen unchanged for so long on the steady clock of the program that looks.
type leaseWatch struct {
	mu   sync.Mutex
	now  func() time.Time // nil = time.Now
	seen map[WorkKind]map[string]leaseSeen
}

type leaseSeen struct {
	attempt int
	lease   uptime.Instant
	since   time.Time
}

// look takes all running work of a kind, and returns that whose worker is dead.
func (l *leaseWatch) look(kind WorkKind, running []Work) (dead []Work) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now
	if l.now != nil {
		now = l.now
	}
	before, seen := l.seen[kind], map[string]leaseSeen{}
	for _, w := range running {
		s, known := before[w.ID]
		if !known || s.attempt != w.Attempt || s.lease != w.LeaseUntil {
			s = leaseSeen{w.Attempt, w.LeaseUntil, now()}
		}
		seen[w.ID] = s
		if w.LeaseUntil == 0 || now().Sub(s.since) >= Lease {
			dead = append(dead, w)
		}
	}
	if l.seen == nil {
		l.seen = map[WorkKind]map[string]leaseSeen{}
	}
	l.seen[kind] = seen
	return dead
}

// watched counts the running work of all kinds that was seen by the latest looks.
func (l *leaseWatch) watched() (count int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, seen := range l.seen {
		count += len(seen)
	}
	return count
}

// Claim begins an attempt at work that is queued, or that runs without a lease. Otherwise
// it gives ErrNotClaimable.
func (db *DB) Claim(ctx context.Context, kind WorkKind, id string) (a Attempt, err error) {
	err = db.Update(ctx, func(tx *Tx) error {
		a, err = tx.Claim(ctx, kind, id)
		return err
	})
	return a, err
}

// Claim is DB.Claim in a transaction that has more to do.
// For packages of models only.
func (tx *Tx) Claim(ctx context.Context, kind WorkKind, id string) (Attempt, error) {
	a := Attempt{Kind: kind, ID: id}
	table := func() *gorm.DB { return tx.GORM(ctx).Table(string(kind)) }
	at := Now()
	done := table().
		Where("id = ? AND (state = ? OR (state = ? AND lease_until = 0))", id, Queued, Running).
		Updates(map[string]any{
			"state": Running, "attempt": gorm.Expr("attempt + 1"), "done": 0,
			"deaths":     gorm.Expr("deaths + CASE WHEN state = ? THEN 1 ELSE 0 END", Running), // its worker died
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

// Beat renews the lease and records progress: bytes of an import, stores of a report.
// At ErrAttemptLost the worker must stop.
func (db *DB) Beat(ctx context.Context, a Attempt, done, total int64) error {
	return db.write(ctx, a, map[string]any{
		"lease_until": leaseFrom(Now()), "done": done, "total": total,
	})
}

// Fail ends the work. The reason is a sentence for people.
func (db *DB) Fail(ctx context.Context, a Attempt, reason words.Message) error {
	return db.write(ctx, a, map[string]any{
		"state": Failed, "error": reason.Stored(), "finished_at": Now(),
	})
}

// Complete ends the work in the transaction that writes its result, so that there is
// never one without the other. result are columns of the row.
// For packages of models only.
func (a Attempt) Complete(ctx context.Context, tx *Tx, result map[string]any) error {
	result["state"], result["finished_at"] = Complete, Now()
	return a.Write(tx.GORM(ctx), result)
}

// QueuedWork are the ids of the work of a kind that is queued, the oldest first.
func (tx *Tx) QueuedWork(ctx context.Context, kind WorkKind) (ids []string, err error) {
	if err := tx.GORM(ctx).Table(string(kind)).Where("state = ?", Queued).Order("created_at, id").Pluck("id", &ids).Error; err != nil {
		return nil, fmt.Errorf("read queued %s: %w", kind, err)
	}
	return ids, nil
}

// Release makes unfinished work queued again. It is for workers that must stop.
func (tx *Tx) Release(ctx context.Context, a Attempt) error {
	return a.Write(tx.GORM(ctx), map[string]any{"state": Queued, "lease_until": 0})
}

// ReleaseOrphan makes work whose worker died queued again and counts the death. It
// gives ErrAttemptLost where the worker has renewed its lease meanwhile.
func (tx *Tx) ReleaseOrphan(ctx context.Context, a Attempt) error {
	return a.Write(tx.GORM(ctx).Where("lease_until = ?", a.lease), map[string]any{
		"state": Queued, "lease_until": 0, "deaths": gorm.Expr("deaths + 1"),
	})
}

func (db *DB) write(ctx context.Context, a Attempt, columns map[string]any) error {
	return db.Update(ctx, func(tx *Tx) error { return a.Write(tx.GORM(ctx), columns) })
}

// Write changes columns of the row, or gives ErrAttemptLost where the work is not
// running or has another attempt by now.
// For packages of models only.
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

// Cancel ends work that is queued or running, unless it is an import whose rows are in
// the data already. It reports whether it did.
func (db *DB) Cancel(ctx context.Context, kind WorkKind, id string) (bool, error) {
	cancelled := false
	err := db.Update(ctx, func(tx *Tx) error {
		table := tx.GORM(ctx).Table(string(kind))
		if kind == ImportWork {
			table = table.Where("NOT merged")
		}
		done := table.Where("id = ? AND state IN ?", id, []State{Queued, Running}).
			Updates(map[string]any{"state": Cancelled, "finished_at": Now()})
		cancelled = done.RowsAffected > 0
		return done.Error
	})
	if err != nil {
		return false, fmt.Errorf("cancel %s %s: %w", kind, id, err)
	}
	return cancelled, nil
}

// Orphans are the latest attempts at running work whose worker is dead. A program that
// calls it again and again learns of a death when Lease has passed.
func (db *DB) Orphans(ctx context.Context, kind WorkKind) ([]Attempt, error) {
	var works []Work
	if err := db.GORM(ctx).Table(string(kind)).Where("state = ?", Running).Find(&works).Error; err != nil {
		return nil, fmt.Errorf("look for orphaned %s: %w", kind, err)
	}
	dead := db.leases.look(kind, works)
	attempts := make([]Attempt, len(dead))
	for n, w := range dead {
		attempts[n] = Attempt{kind, w.ID, w.Attempt, w.Deaths, w.LeaseUntil}
	}
	return attempts, nil
}

// RunningSeen counts the running work that the latest Orphans of each kind saw. While there
// is any, a worker may die without a write, so only another look learns of it.
func (db *DB) RunningSeen() int { return db.leases.watched() }
