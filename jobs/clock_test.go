package jobs_test

import (
	"testing"
	"time"

	"lightson/jobs"
	"lightson/models"
)

func TestAJobOfAClockAheadIsDoneNow(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		id := d.takeIn(polls)
		later := "datetime('now', '+5 hours')"
		if db.Postgres() != nil {
			later = "now() + interval '5 hours'"
		}
		execute(t, db, "UPDATE river_job SET scheduled_at = "+later)
		d.start()
		if i := d.theImport(id); i.State != models.Complete || i.Attempt != 1 {
			t.Errorf("import is %s after %d attempts", i.State, i.Attempt)
		}
	})
}

func TestASourceOfAClockAheadIsLookedAtNow(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		for name, serve := range map[string]func(p *puller, h *host){
			"it was checked":  func(*puller, *host) {},
			"it failed":       func(_ *puller, h *host) { h.serves(status(503)) },
			"a server has it": func(p *puller, _ *host) { p.claimSource() },
		} {
			h := newHost(t, text(polls, ""))
			p := newPuller(t, db, h, "https://%s/polls.csv")
			right := p.now
			p.later(5 * time.Hour)
			serve(p, h)
			s := p.look()[0]
			h.serves(text(polls, ""))
			before := h.asked.Load()
			p.later(right.Add(time.Minute).Sub(p.now))
			if s.ImportID != "" {
				p.work(s.ImportID)
			}
			p.look()
			if asked := h.asked.Load() - before; asked != 1 {
				t.Errorf("%s: asked %d times once the clock was right, want 1", name, asked)
			}
		}
	})
}

// claimSource is what a server does that dies before it has asked the source.
func (p *puller) claimSource() {
	p.t.Helper()
	list, err := p.db.Sources(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	list[0].NextAt = jobs.Instant(p.now.Add(45 * time.Minute))
	if err := p.db.SaveSource(p.t.Context(), list[0]); err != nil {
		p.t.Fatal(err)
	}
}

func TestTheClockOfTheScheduleGoesOnByTheTimeThatPasses(t *testing.T) {
	before := time.Now()
	clock := jobs.NewSteadyClock()
	first := clock.Now()
	if first.Before(before.Round(0).Add(-time.Second)) || first.After(time.Now().Add(time.Second)) {
		t.Errorf("it begins at %s", first)
	}
	if second := clock.Now(); second.Before(first) || clock.Since(first) < second.Sub(first) || clock.Until(first) > 0 {
		t.Errorf("it goes from %s to %s", first, second)
	}
}

func TestLooksOfAClockAheadKeepNoLaterOnesFromHappening(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db).start()
		looks := func() int { return query(t, db, "SELECT count(*) FROM river_job WHERE kind = 'ingest'") }
		if err := d.ForgetLooksAhead(t.Context()); err != nil || looks() != 1 {
			t.Fatalf("%d looks are known, %v; want the one of the start", looks(), err)
		}
		later := "datetime('now', '+5 hours')"
		if db.Postgres() != nil {
			later = "now() + interval '5 hours'"
		}
		execute(t, db, "UPDATE river_job SET finalized_at = "+later)
		if err := d.ForgetLooksAhead(t.Context()); err != nil || looks() != 0 {
			t.Errorf("%d looks of the future are known, %v", looks(), err)
		}
		if err := d.AskIngest(t.Context()); err != nil || looks() != 1 {
			t.Errorf("%d looks after another was asked for, %v", looks(), err)
		}
	})
}
