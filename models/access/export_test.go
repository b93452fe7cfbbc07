package access

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/alexedwards/argon2id"
	"gorm.io/gorm"

	"lightson/models/reach"
)

// RealHashing is the work of a password outside of tests.
var RealHashing = hashing

func init() {
	// Tests sign in hundreds of times.
	hashing = argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// WatchHashing counts comparisons with hashes of today's parameters.
func WatchHashing(a *Accounts) (count func() int64) {
	var n atomic.Int64
	a.compare = func(password, hash string) (bool, *argon2id.Params, error) {
		same, params, err := argon2id.CheckHash(password, hash)
		if err == nil && *params == hashing {
			n.Add(1)
		}
		return same, params, err
	}
	return n.Load
}

// TakeAllTurns lets nobody hash a password until free is called.
func TakeAllTurns(a *Accounts) (free func()) {
	for range cap(a.hashes) {
		a.hashes <- struct{}{}
	}
	return func() {
		for range cap(a.hashes) {
			<-a.hashes
		}
	}
}

// FlushMarks waits until marks are written.
func (a *Accounts) FlushMarks() error { return a.marks.flush(context.Background()) }

// MustWait reports whether a try would be refused now, without making one.
func (a *Accounts) MustWait(ctx context.Context, email, address string) (bool, error) {
	limits, err := a.limitsOf(ctx, "", email, Try{Address: address})
	if err != nil {
		return false, err
	}
	err = a.refuseTry(func() *gorm.DB { return a.db.GORM(ctx) }, limits)
	var refused TooManyTries
	if errors.As(err, &refused) {
		return true, nil
	}
	return false, err
}

// CommonReach is what two reaches have in common.
func (a *Accounts) CommonReach(ctx context.Context, x, y reach.Reach) (reach.Reach, error) {
	return commonReach(a.db.GORM(ctx), x, y)
}

// WithinReach reports whether a reach is within another now.
func (a *Accounts) WithinReach(ctx context.Context, x, y reach.Reach) (bool, error) {
	return withinReach(a.db.GORM(ctx), x, y)
}
