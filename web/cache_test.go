package web

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

type testCache = cache[int, string, string]

// never is a computation that must not run.
func never(t *testing.T) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		t.Helper()
		t.Error("computed, though it was kept")
		return "", nil
	}
}

func always(value string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return value, nil }
}

// wantValue asks for a value that may have to be computed.
func wantValue(t *testing.T, c *testCache, a audience, epoch int, key, want string, compute func(context.Context) (string, error)) {
	t.Helper()
	if got, err := c.get(t.Context(), a, epoch, key, compute); got != want || err != nil {
		t.Errorf("%s of %s in epoch %d: %q, %v; want %q", key, a.who, epoch, got, err, want)
	}
}

func TestAValueIsComputedOnceForAllWhoAskAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c testCache
		computed := 0 // by the one goroutine that computes
		var crowd sync.WaitGroup
		for range 100 {
			crowd.Go(func() {
				wantValue(t, &c, everybody, 1, "a", "value", func(context.Context) (string, error) {
					computed++
					time.Sleep(time.Second)
					return "value", nil
				})
			})
		}
		crowd.Wait()
		if computed != 1 {
			t.Errorf("computed %d times", computed)
		}
		wantValue(t, &c, everybody, 1, "a", "value", never(t))
	})
}

func TestAnErrorIsToldToAllWhoWaitAndNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c testCache
		broken := errors.New("broken")
		var crowd sync.WaitGroup
		for range 10 {
			crowd.Go(func() {
				_, err := c.get(t.Context(), everybody, 1, "a", func(context.Context) (string, error) {
					time.Sleep(time.Second)
					return "", broken
				})
				if !errors.Is(err, broken) {
					t.Errorf("one of them is told %v", err)
				}
			})
		}
		crowd.Wait()
		if _, found := c.find(everybody, 1, "a"); found {
			t.Error("something was kept")
		}
		wantValue(t, &c, everybody, 1, "a", "mended", always("mended"))
	})
}

func TestAnotherEpochBeginsAnew(t *testing.T) {
	var c testCache
	wantValue(t, &c, everybody, 1, "a", "old", always("old"))
	wantValue(t, &c, everybody, 2, "a", "new", always("new"))
	if value, found := c.find(everybody, 1, "a"); found {
		t.Errorf("the epoch before still has %q", value)
	}
	wantValue(t, &c, everybody, 1, "a", "again", always("again"))
}

// A request can be late: its epoch is from before what others have seen already.
func TestALateRequestForgetsNothingNewer(t *testing.T) {
	c := testCache{most: func(int) int { return 10 }, keepsPrevious: true, size: func(_, s string) int { return len(s) }}
	wantValue(t, &c, everybody, 1, "a", "old", always("old"))
	wantValue(t, &c, everybody, 2, "a", "new", always("new"))
	wantValue(t, &c, everybody, 1, "a", "old", never(t))
	wantValue(t, &c, everybody, 1, "b", "odd", always("odd"))
	wantValue(t, &c, everybody, 2, "a", "new", never(t))
	if c.sum() != 9 {
		t.Errorf("%d bytes are counted, want 9", c.sum())
	}
	wantValue(t, &c, everybody, 1, "c", "late", always("late")) // no room for it
	wantValue(t, &c, everybody, 2, "a", "new", never(t))
	if _, found := c.find(everybody, 1, "a"); found || c.sum() != 3 {
		t.Errorf("older values take the room of newer ones: %v, %d bytes", found, c.sum())
	}
	wantValue(t, &c, everybody, 3, "a", "3", always("3"))
	wantValue(t, &c, everybody, 4, "a", "4", always("4"))
	if _, found := c.find(everybody, 2, "a"); found || c.sum() != 2 {
		t.Errorf("an epoch that ended long ago is kept: %v, %d bytes", found, c.sum())
	}
}

func TestWhatIsComputedTooLateIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c testCache
		var slow sync.WaitGroup
		slow.Go(func() {
			wantValue(t, &c, everybody, 1, "a", "old", func(context.Context) (string, error) {
				time.Sleep(time.Second)
				return "old", nil
			})
		})
		synctest.Wait()
		wantValue(t, &c, everybody, 2, "a", "new", always("new"))
		slow.Wait()
		wantValue(t, &c, everybody, 2, "a", "new", never(t))
	})
}

func TestAudiencesShareNothing(t *testing.T) {
	var c testCache
	other := audience{who: "others"}
	wantValue(t, &c, everybody, 1, "a", "public", always("public"))
	if _, found := c.find(other, 1, "a"); found {
		t.Error("another audience finds it")
	}
	wantValue(t, &c, other, 1, "a", "secret", always("secret"))
	wantValue(t, &c, everybody, 1, "a", "public", never(t))
	c.put(other, 1, "b", "secret")
	if _, found := c.find(everybody, 1, "b"); found {
		t.Error("everybody finds what was put for others")
	}
}

func TestAFullCacheBeginsAnew(t *testing.T) {
	c := testCache{most: func(int) int { return 10 }, size: func(_, s string) int { return len(s) }}
	for n := range 5 {
		key := fmt.Sprint(n)
		wantValue(t, &c, everybody, 1, key, "xxx", always("xxx"))
		if c.sum() > c.most(1) || c.sum() != 3*len(c.latest.values) {
			t.Errorf("%d values of %d bytes", len(c.latest.values), c.sum())
		}
		wantValue(t, &c, everybody, 1, key, "xxx", never(t))
	}
	if _, found := c.find(everybody, 1, "0"); found {
		t.Error("the first is still there")
	}
	c.put(everybody, 1, "4", "another") // of what is there nothing is counted twice
	if value, _ := c.find(everybody, 1, "4"); value != "xxx" || c.sum() != 3*len(c.latest.values) {
		t.Errorf("%q, %d values of %d bytes", value, len(c.latest.values), c.sum())
	}
	wantValue(t, &c, everybody, 1, "long", "more than ten", always("more than ten"))
	if _, found := c.find(everybody, 1, "long"); found || c.sum() > c.most(1) {
		t.Errorf("a value that fills the cache alone is kept: %v, %d bytes", found, c.sum())
	}
}

func TestAVisitorWhoLeavesSpoilsNothingForThoseWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c testCache
		first, leave := context.WithCancel(t.Context())
		var both sync.WaitGroup
		both.Go(func() {
			_, _ = c.get(first, everybody, 1, "a", func(ctx context.Context) (string, error) {
				time.Sleep(time.Second)
				return "value", ctx.Err()
			})
		})
		synctest.Wait()
		both.Go(func() { wantValue(t, &c, everybody, 1, "a", "value", never(t)) })
		synctest.Wait()
		leave()
		both.Wait()
	})
}

func TestWhoWaitsCanLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c testCache
		var slow sync.WaitGroup
		slow.Go(func() {
			wantValue(t, &c, everybody, 1, "a", "value", func(context.Context) (string, error) {
				time.Sleep(time.Hour)
				return "value", nil
			})
		})
		synctest.Wait()
		why := errors.New("left")
		waiting, leave := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { leave(why) })
		began := time.Now()
		if _, err := c.get(waiting, everybody, 1, "a", never(t)); !errors.Is(err, why) || time.Since(began) != time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		slow.Wait()
	})
}

// A computation ends when the last who waits for it leaves. Who comes just then has
// it computed anew.
func TestAComputationEndsWhenAllLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c testCache
		until := func(ctx context.Context) (string, error) {
			<-ctx.Done()
			time.Sleep(time.Second) // it takes a while to end
			return "", ctx.Err()
		}
		left := make(chan error, 3)
		visit := func(stay time.Duration) {
			ctx, leave := context.WithTimeout(t.Context(), stay)
			defer leave()
			_, err := c.get(ctx, everybody, 1, "a", until)
			left <- err
		}
		go visit(time.Second)
		synctest.Wait()
		go visit(3 * time.Second)
		go visit(2 * time.Second)
		time.Sleep(3500 * time.Millisecond)
		began := time.Now()
		wantValue(t, &c, everybody, 1, "a", "anew", always("anew"))
		if waited := time.Since(began); waited != 500*time.Millisecond {
			t.Errorf("the computation ended %v later, want half a second", waited)
		}
		for range 3 {
			if err := <-left; err == nil {
				t.Error("someone got a value that was never there")
			}
		}
	})
}

func TestAPanicKeepsNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c testCache
		var both sync.WaitGroup
		both.Go(func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_, _ = c.get(t.Context(), everybody, 1, "a", func(context.Context) (string, error) {
				time.Sleep(time.Second)
				panic("broken")
			})
		})
		synctest.Wait()
		both.Go(func() {
			if _, err := c.get(t.Context(), everybody, 1, "a", never(t)); !errors.Is(err, errPanicked) {
				t.Errorf("told %v", err)
			}
		})
		both.Wait()
		wantValue(t, &c, everybody, 1, "a", "mended", always("mended"))
	})
}

func TestAComputationEndsWithTheTimeLimit(t *testing.T) {
	compute := func(ctx context.Context) (string, error) {
		<-ctx.Done()
		return "", ctx.Err()
	}
	for name, tt := range map[string]struct{ limit, want time.Duration }{
		"of the request":      {time.Second, time.Second},
		"where there is none": {time.Hour, answerWithin},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var c testCache
				ctx, cancel := context.WithTimeoutCause(t.Context(), tt.limit, errTimeLimit)
				defer cancel()
				began := time.Now()
				if _, err := c.get(ctx, everybody, 1, "a", compute); !errors.Is(err, errTimeLimit) || time.Since(began) != tt.want {
					t.Errorf("after %v: %v", time.Since(began), err)
				}
			})
		})
	}
}
