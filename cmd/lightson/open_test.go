package main

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"lightson/models"
)

// errStarting is what a PostgreSQL that starts gives, for all that retryWhileAway knows.
var errStarting = fmt.Errorf("the database system is starting up: %w", models.Fault{Away: true})

func TestADatabaseThatIsNotThereYetIsWaitedFor(t *testing.T) {
	for name, test := range map[string]struct {
		answersAfter time.Duration
		then         error
		stopAfter    time.Duration
		want         error
		lasts        time.Duration
		told         int
	}{
		"it is there":           {},
		"it starts":             {answersAfter: 3 * time.Second, lasts: 5 * time.Second, told: 1},
		"it takes long":         {answersAfter: 50 * time.Second, lasts: 55 * time.Second, told: 2},
		"it never answers":      {answersAfter: time.Hour, want: models.ErrAway, lasts: time.Minute, told: 2},
		"a wrong password":      {then: errPassword, want: errPassword},
		"it starts and refuses": {answersAfter: time.Second, then: errPassword, want: errPassword, lasts: 3 * time.Second, told: 1},
		"a signal to stop":      {answersAfter: time.Hour, stopAfter: 10 * time.Second, want: models.ErrAway, lasts: 11 * time.Second, told: 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancel(t.Context())
				defer stop()
				if test.stopAfter > 0 {
					time.AfterFunc(test.stopAfter, stop)
				}
				began, told := time.Now(), 0
				_, err := retryWhileAway(ctx, time.Minute, func() (int, error) {
					if time.Since(began) < test.answersAfter {
						return 0, errStarting
					}
					return 1, test.then
				}, func(error) { told++ })
				if !errors.Is(err, test.want) {
					t.Errorf("%v, want %v", err, test.want)
				}
				if lasted := time.Since(began); lasted < test.answersAfter && test.want == nil || lasted > test.lasts {
					t.Errorf("it lasted %s, want at most %s", lasted, test.lasts)
				}
				if told != test.told {
					t.Errorf("told %d times, want %d", told, test.told)
				}
			})
		})
	}
}

var errPassword = errors.New("wrong password")
