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

func TestAReportIsReadOnceAndKeepsNoOtherWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newReportCache()
		var mu sync.Mutex
		reads := map[string]int{}
		read := func(id string) func(context.Context) (*finishedReport, error) {
			return func(context.Context) (*finishedReport, error) {
				mu.Lock()
				reads[id]++
				mu.Unlock()
				time.Sleep(time.Second)
				return &finishedReport{}, nil
			}
		}
		began := time.Now()
		got := map[string]*finishedReport{}
		var crowd sync.WaitGroup
		for n := range 30 {
			crowd.Go(func() {
				id := fmt.Sprint(n % 3)
				r, err := c.get(t.Context(), everybody, id, read(id))
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				if got[id] != nil && got[id] != r {
					t.Errorf("report %s is another one for somebody", id)
				}
				got[id] = r
			})
		}
		crowd.Wait()
		if len(reads) != 3 || reads["0"]+reads["1"]+reads["2"] != 3 {
			t.Errorf("reads: %v", reads)
		}
		if took := time.Since(began); took != time.Second {
			t.Errorf("three reports at once took %v", took)
		}
	})
}

func TestTheReportsLookedAtLastAreKept(t *testing.T) {
	c := newReportCache()
	reads := 0
	look := func(a audience, id string) {
		t.Helper()
		if _, err := c.get(t.Context(), a, id, func(context.Context) (*finishedReport, error) {
			reads++
			return &finishedReport{}, nil
		}); err != nil {
			t.Error(err)
		}
	}
	for range 3 {
		for n := range cachedReports {
			look(everybody, fmt.Sprint(n))
		}
	}
	if reads != cachedReports {
		t.Errorf("%d reports were read %d times", cachedReports, reads)
	}
	look(everybody, "0") // so that 1 is the one that nobody looked at for longest
	look(everybody, "another")
	look(everybody, "0")
	if reads != cachedReports+1 {
		t.Errorf("the report looked at just now is gone: %d reads", reads)
	}
	look(everybody, "1")
	if reads != cachedReports+2 {
		t.Errorf("more than %d reports are kept: %d reads", cachedReports, reads)
	}
	look(audience{who: "others"}, "0")
	if reads != cachedReports+3 {
		t.Error("one audience is shown the report of another")
	}
}

func TestAReportThatCannotBeReadIsReadAgain(t *testing.T) {
	c := newReportCache()
	broken := errors.New("broken")
	if _, err := c.get(t.Context(), everybody, "a", func(context.Context) (*finishedReport, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("told %v", err)
	}
	want := &finishedReport{}
	if got, err := c.get(t.Context(), everybody, "a", func(context.Context) (*finishedReport, error) { return want, nil }); got != want || err != nil {
		t.Errorf("told %v", err)
	}
}
