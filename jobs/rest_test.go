package jobs_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/modelstest"
)

// asked keeps the statements that a database is sent.
type asked struct {
	mu   sync.Mutex
	list []string
}

func (a *asked) Begin(ctx context.Context, text string) (context.Context, func(error)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.list = append(a.list, text)
	return ctx, func(error) {}
}

func (a *asked) last(n int) []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.list[max(0, len(a.list)-n):])
}

func isWhetherChanged(text string) bool {
	return strings.Contains(text, "pg_current_snapshot") || strings.Contains(text, "PRAGMA data_version")
}

func TestAServerThatRestsAsksOneQuestionAgainAndAgain(t *testing.T) {
	rests := func(t *testing.T, url string) {
		t.Parallel() // it waits for most of the time
		var statements asked
		db, err := models.OpenWatched(t.Context(), url, t.TempDir(), &statements)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		newDesk(t, db).start()
		const times = 8 // more than there are quick looks after the start
		until(t, "nothing but that question was asked for some looks", func() bool {
			last := statements.last(times)
			return len(last) == times && !slices.ContainsFunc(last, func(text string) bool { return !isWhetherChanged(text) })
		})
	}
	t.Run("SQLite", func(t *testing.T) { rests(t, "") })
	// What commits to any other database of a server is a change for this question.
	t.Run("PostgreSQL", func(t *testing.T) { rests(t, modelstest.NewServer(t).Create("rests")) })
}

func TestAJobOfAnotherProcessIsFound(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		db, other := modelstest.OpenURL(t, url, dir), modelstest.OpenURL(t, url, dir)
		d := newDesk(t, db).start()
		id := newDesk(t, other).ask() // which never starts
		if r := d.theReport(id); r.State != models.Complete {
			t.Errorf("report is %s: %s", r.State, r.Error)
		}
	})
}

func TestAJobThatWasPutOffIsDoneOnceItIsDue(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		first, second := d.ask(), d.takeIn(polls, hours, zones)
		soon := "now() + interval '1 second'"
		if db.Postgres() == nil {
			soon = "datetime('now', '+1 second', 'subsec')"
		}
		execute(t, db, "UPDATE river_job SET scheduled_at = "+soon+", state = 'retryable' WHERE kind = 'report'")
		execute(t, db, "UPDATE river_job SET scheduled_at = "+soon+", state = 'scheduled' WHERE kind = 'import'")
		d.start()
		if r := d.theReport(first); r.State != models.Complete {
			t.Errorf("report is %s: %s", r.State, r.Error)
		}
		if i := d.theImport(second); i.State != models.Complete {
			t.Errorf("import is %s: %s", i.State, i.Error)
		}
	})
}

// Two servers that look at the same moments would race for it, and the wrong one may win for long.
func TestAServerWithoutTheFilesOfAnImportLeavesItToOthersForAWhile(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		newDesk(t, db).takeIn(polls)
		newDesk(t, db).start() // it has a disk of its own
		const snoozes = "SELECT COALESCE(sum(CAST(metadata ->> 'snoozes' AS integer)), 0) FROM river_job"
		until(t, "it was given back", func() bool { return query(t, db, snoozes) > 0 })
		time.Sleep(time.Second) // in which it may be taken again by a fetch that was under way
		before, from := query(t, db, snoozes), time.Now()
		until(t, "it was given back again", func() bool { return query(t, db, snoozes) > before })
		if after := time.Since(from); after < 2*time.Second {
			t.Errorf("given back again after %s: another server that rests does not look as often", after)
		}
	})
}

func TestAServerListensAgainWhenItsConnectionIsLost(t *testing.T) {
	url, dir := modelstest.URL(t, modelstest.PostgreSQL) // SQLite tells nobody of anything
	db, other := modelstest.OpenURL(t, url, dir), modelstest.OpenURL(t, url, dir)
	d, stranger := newDesk(t, db).start(), newDesk(t, other)
	const listening = " FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle' AND (query LIKE 'LISTEN %' OR query LIKE 'SELECT pg_current_snapshot()%' AND query NOT LIKE '%to_regclass%')"
	until(t, "it listens", func() bool { return query(t, other, "SELECT count(*)"+listening) == 1 })
	was := query(t, other, "SELECT max(pid)"+listening)
	query(t, other, "SELECT count(pg_terminate_backend(pid))"+listening)
	for range 2 { // at once, and once it listens again
		if r := d.theReport(stranger.ask()); r.State != models.Complete {
			t.Errorf("report is %s: %s", r.State, r.Error)
		}
		until(t, "it listens on another connection", func() bool {
			return query(t, other, "SELECT COALESCE(max(pid), 0)"+listening+" AND pid <> "+strconv.Itoa(was)) > 0
		})
	}
}

func TestRecordsOfJobsAreDeletedAndStuckJobsTriedAgain(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.ask()
		for _, file := range []string{polls, hours, zones} {
			d.takeIn(file)
		}
		const old = "'2023-01-25 18:00:00+00:00'"
		of := func(n string) string {
			return " WHERE id = (SELECT id FROM river_job ORDER BY id LIMIT 1 OFFSET " + n + ")"
		}
		execute(t, db, "UPDATE river_job SET state = 'completed', finalized_at = "+old+of("0"))
		execute(t, db, "UPDATE river_job SET state = 'running', attempt = 1, attempted_at = "+old+of("1"))
		execute(t, db, "UPDATE river_job SET state = 'running', attempt = max_attempts, attempted_at = "+old+of("2"))
		if err := d.CleanQueue(t.Context()); err != nil {
			t.Fatal(err)
		}
		for state, want := range map[string]int{"completed": 0, "running": 0, "retryable": 1, "discarded": 1, "available": 1} {
			if got := query(t, db, "SELECT count(*) FROM river_job WHERE state = '"+state+"'"); got != want {
				t.Errorf("%d jobs are %s, want %d", got, state, want)
			}
		}
	})
}
