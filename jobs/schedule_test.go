package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lightson/jobs"
	"lightson/models"
	"lightson/models/modelstest"
)

// keep runs one piece of work by the schedule for as long as a fake clock says,
// and returns the log.
func keep(t *testing.T, every, long time.Duration, run func(context.Context) error) string {
	t.Helper()
	var log lockedBuffer
	// A run takes time, as all do. Where the clock stands still from a tick to the
	// end of its run, gocron may take the same tick for the next one as well.
	takesTime := func(ctx context.Context) error {
		time.Sleep(time.Millisecond)
		return run(ctx)
	}
	schedule, err := jobs.NewSchedule(slog.New(slog.NewTextHandler(&log, nil)), "count stars", every, takesTime)
	if err != nil {
		t.Fatal(err)
	}
	schedule.Start()
	time.Sleep(long)
	if err := schedule.Shutdown(); err != nil {
		t.Error("stop:", err)
	}
	return log.String()
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestTheScheduleBeginsAtOnceAndRepeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		log := keep(t, time.Minute, 5*time.Minute+30*time.Second, func(context.Context) error { runs.Add(1); return nil })
		if got := runs.Load(); got != 6 {
			t.Errorf("ran %d times in five and a half minutes, want 6", got)
		}
		if log != "" {
			t.Errorf("success was logged: %s", log)
		}
	})
}

func TestSlowWorkSkipsTicksAndDoesNotOverlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most, runs atomic.Int32
		// Runs begin every third minute. None is under way at the end: gocron would
		// wait for it in a loop that keeps the fake clock from going on.
		keep(t, time.Minute, time.Hour-15*time.Second, func(context.Context) error {
			most.Store(max(most.Load(), running.Add(1)))
			defer running.Add(-1)
			runs.Add(1)
			time.Sleep(150 * time.Second)
			return nil
		})
		if most.Load() != 1 {
			t.Errorf("%d at the same time", most.Load())
		}
		if got := runs.Load(); got < 15 || got > 24 {
			t.Errorf("work of two and a half minutes ran %d times in an hour", got)
		}
	})
}

func TestWorkThatPanicsOrFailsIsLoggedAndRepeated(t *testing.T) {
	for name, run := range map[string]func() error{
		"scheduled work panicked": func() error { panic("out of stars") },
		"scheduled work failed":   func() error { return errors.New("out of stars") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var runs atomic.Int32
				log := keep(t, time.Minute, 150*time.Second, func(context.Context) error { runs.Add(1); return run() })
				if got := runs.Load(); got != 3 {
					t.Errorf("ran %d times, want 3", got)
				}
				if got := strings.Count(log, name); got != 3 || !strings.Contains(log, "out of stars") || !strings.Contains(log, "count stars") {
					t.Errorf("log: %s", log)
				}
			})
		})
	}
}

func TestServersOnOneDatabaseLookIntoTheInboxOncePerPeriod(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		// Two servers, each with connections of its own.
		one := newDesk(t, modelstest.OpenURL(t, url, dir))
		other := newDeskIn(t, modelstest.OpenURL(t, url, dir), one.settings)
		for range 3 {
			for _, d := range []*desk{one, other} {
				if err := d.AskIngest(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		const looks = "SELECT count(*) FROM river_job WHERE kind = 'ingest'"
		if got := query(t, one.db, looks); got != 1 {
			t.Errorf("%d looks in one period, want 1", got)
		}

		one.drop("polls.csv", polls)
		one.start()
		other.start()
		one.holds("done/polls.csv")
		if got := len(one.imports()); got != 1 {
			t.Errorf("%d imports of one file", got)
		}
		if got := query(t, other.db, looks); got != 1 {
			t.Errorf("%d looks in one period after both began, want 1", got)
		}
	})
}

func TestTheInboxIsLookedIntoAgainAndAgain(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.settings.IngestEvery = time.Second
		d = newDeskIn(t, db, d.settings).start()
		d.drop("a.csv", polls)
		d.holds("done/a.csv")
		d.drop("b.csv", zones)
		d.holds("done/a.csv", "done/b.csv")
	})
}

// After a downtime of many periods, one look finds all that came meanwhile.
func TestTheInboxIsLookedIntoOnceAfterADowntime(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		first := newDesk(t, db).start()
		first.stop(time.Minute)
		execute(t, db, "UPDATE river_job SET unique_key = NULL WHERE kind = 'ingest'") // periods have gone by
		for _, name := range []string{"a.csv", "b.csv", "c.csv"} {
			first.drop(name, polls)
		}
		next := newDeskIn(t, db, first.settings).start()
		next.holds("done/a.csv", "done/b.csv", "done/c.csv")
		if got := query(t, db, "SELECT count(*) FROM river_job WHERE kind = 'ingest'"); got != 2 {
			t.Errorf("%d looks, want one for each start", got)
		}
		if imports := next.imports(); len(imports) != 1 || imports[0].State != models.Complete || len(imports[0].Files) != 3 {
			t.Errorf("imports: %+v", imports)
		}
	})
}
