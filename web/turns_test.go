package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/labstack/echo/v4"
)

func TestTurnsComeInTheOrderInWhichPagesAreReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := newTurns()
		for range 2 * runtime.GOMAXPROCS(0) {
			if taken, err := all.take(t.Context()); !taken || err != nil {
				t.Fatalf("a free turn: %t, %v", taken, err)
			}
		}
		var order []int
		for n := range 5 {
			go func() {
				if taken, err := all.take(t.Context()); !taken || err != nil {
					t.Errorf("page %d: %t, %v", n, taken, err)
				}
				order = append(order, n)
				all.Release(1)
			}()
			synctest.Wait()
		}
		all.Release(1)
		synctest.Wait()
		if !slices.Equal(order, []int{0, 1, 2, 3, 4}) {
			t.Errorf("they were made in the order %v", order)
		}
	})
}

func TestAPageThatGetsNoTurnIsMadeAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := newTurns()
		for all.TryAcquire(1) { //nolint:revive // until there is none
		}
		began := time.Now()
		if taken, err := all.take(t.Context()); taken || err != nil || time.Since(began) != turnPatience {
			t.Errorf("%t, %v after %v", taken, err, time.Since(began))
		}
		left, cancel := context.WithCancel(t.Context())
		cancel()
		if taken, err := all.take(left); taken || !errors.Is(err, context.Canceled) {
			t.Errorf("a visitor who left: %t, %v", taken, err)
		}
	})
}

func TestAPageKeepsNoTurnWhileItWaitsForFiguresAndNoneWhenItIsMade(t *testing.T) {
	all := newTurns()
	free := func() (n int) {
		for all.TryAcquire(1) {
			n++
		}
		all.Release(int64(n))
		return n
	}
	most := free()
	r := &recording{turns: all}
	c := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder())
	err := r.record(t.Context(), c, func(c echo.Context) error {
		for range 2 {
			_, err := asked(c.Request().Context(), func(context.Context) (int, error) {
				if free() != most {
					t.Error("it has a turn while it waits")
				}
				return 0, nil
			}, func(int) int64 { return 1 })
			if err != nil || free() != most-1 {
				t.Errorf("with figures %d of %d turns are free (%v)", free(), most, err)
			}
		}
		return nil
	})
	if err != nil || free() != most {
		t.Errorf("once it is made %d of %d turns are free (%v)", free(), most, err)
	}
}
