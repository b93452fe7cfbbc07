package access

import (
	"cmp"
	"context"
	"log/slog"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/alexedwards/argon2id"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lightson/models"
	"lightson/models/uptime"
)

// Accounts keeps people, and what proves who somebody is: passwords, factors, sessions,
// invitations, keys and share links. Several goroutines and several servers may use the
// same database at once.
type Accounts struct {
	db             *models.DB
	now            func() time.Time
	idle, lifetime time.Duration // of sessions
	hashes         chan struct{} // a place for each password that is hashed
	compare        func(password, hash string) (bool, *argon2id.Params, error)
	marks          *marks
	some           atomic.Bool // there was an account; they are never deleted
}

// Options are settings of Accounts. The zero value has the defaults.
type Options struct {
	Now             func() time.Time // nil = time.Now
	SessionIdle     time.Duration    // how long a session lives without a request; 0 = DefaultSessionIdle
	SessionLifetime time.Duration    // how long a session lives at most; 0 = DefaultSessionLifetime
	Log             *slog.Logger     // nil = none
}

// Defaults of sessions.
const (
	DefaultSessionIdle     = 24 * time.Hour
	DefaultSessionLifetime = 30 * 24 * time.Hour
)

// NewAccounts opens the accounts of a migrated database. Close them before it.
func NewAccounts(db *models.DB, o Options) *Accounts {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Accounts{
		db: db, now: o.Now,
		idle:     cmp.Or(o.SessionIdle, DefaultSessionIdle),
		lifetime: cmp.Or(o.SessionLifetime, DefaultSessionLifetime),
		hashes:   make(chan struct{}, runtime.GOMAXPROCS(0)),
		compare:  argon2id.CheckHash,
		marks:    newMarks(db, o.Log),
	}
}

// Close waits for what is still to be written of when things were last used.
func (a *Accounts) Close(ctx context.Context) error { return a.marks.close(ctx) }

// instant is the present time as columns have it.
func (a *Accounts) instant() uptime.Instant { return uptime.At(a.now()) }

// after is the instant some time from now.
func (a *Accounts) after(d time.Duration) uptime.Instant { return uptime.At(a.now().Add(d)) }

// locked makes a query lock the rows that it finds until the transaction ends. SQLite
// has one writer at a time anyway.
func locked(g *gorm.DB) *gorm.DB { return g.Clauses(clause.Locking{Strength: "UPDATE"}) }
