package uptime_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models/uptime"
)

// agree compares everything the engine says of a store with the naive
// computation, and fails with the store when they differ. Before days the
// naive one believes that a store was never closed.
func agree(t *testing.T, s scene, days int) {
	t.Helper()
	windows := uptime.Windows(s.asOf)
	week := windows[2]
	naive := naiveStore(s, days, 25)

	var want [3]uptime.Figures
	for i, w := range windows {
		want[i] = naiveFigures(naive, w.From.Time(), w.To.Time())
	}
	if diff := cmp.Diff(want, s.figures()); diff != "" {
		t.Fatalf("Measure differs (-naive +engine):\n%s\n%s", diff, s)
	}

	wantWalk := naiveStretches(naive, week.From.Time(), week.To.Time())
	var gotWalk []uptime.Stretch
	s.week().Walk(week, func(s uptime.Stretch) { gotWalk = append(gotWalk, s) })
	if diff := cmp.Diff(wantWalk, gotWalk); diff != "" {
		t.Fatalf("Walk differs (-naive +engine):\n%s\n%s", diff, s)
	}

	wantOutages := naiveOutages(naive, week.From.Time(), week.To.Time())
	if diff := cmp.Diff(wantOutages, s.week().Outages(week)); diff != "" {
		t.Fatalf("Outages differ (-naive +engine):\n%s\n%s", diff, s)
	}

	got := s.history(s.aroundNow()).Now()
	agreeOnNow(t, s, naive, got)
}

// aroundNow is the time whose openings tell the present state.
func (s scene) aroundNow() uptime.Span {
	return uptime.Span{From: s.asOf.Add(-uptime.Week), To: s.asOf.Add(8 * uptime.Day)}
}

// agreeOnNow compares the present state with that of the naive computation.
func agreeOnNow(t interface {
	Helper()
	Fatalf(string, ...any)
}, s scene, naive []naiveOpening, got uptime.Current) {
	t.Helper()
	around, want := s.aroundNow(), naiveNow(naive, s.asOf)
	// The naive openings begin somewhere; the engine knows "long ago".
	if want.State != uptime.Closed {
		if !got.SinceKnown && len(naiveUntilNow(naive, s.asOf)) == 0 && want.Since < s.asOf.Add(-15*uptime.Day) {
			want.Since = uptime.Beginning
		}
		if !got.UntilKnown && want.Until > s.asOf.Add(15*uptime.Day) {
			want.Until = uptime.Forever
		}
	}
	if want.State == uptime.Closed { // only what was asked for is told
		if want.Since <= around.From {
			want.Since = uptime.Beginning
		}
		if want.Until >= around.To {
			want.Until = uptime.Forever
		}
	}
	want.SinceKnown, want.UntilKnown = want.Since != uptime.Beginning, want.Until != uptime.Forever
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("Now differs (-naive +engine):\n%s\n%s", diff, s)
	}
}

// naiveUntilNow are the polls of the opening that holds asOf.
func naiveUntilNow(naive []naiveOpening, asOf uptime.Instant) []naivePoll {
	for _, o := range naive {
		if now := asOf.Time(); !o.opens.After(now) && o.closes.After(now) {
			return o.polls
		}
	}
	return nil
}

func TestTheEngineAgreesWithANaiveOneOnRandomStores(t *testing.T) {
	stores := uint64(1000)
	if testing.Short() {
		stores = 200
	}
	for seed := range stores {
		agree(t, seeded(seed).scene(9), 40)
	}
}

func TestTheEngineAgreesWithANaiveOneOnLongHistories(t *testing.T) {
	for seed := range uint64(300) {
		agree(t, seeded(1e6+seed).scene(35), 75)
	}
}

// A caller that reads eight days, and one older poll where NeedsEarlier asks
// for it, must come to the same figures as one that reads everything.
func TestEightDaysOfPollsAreEnoughUnlessAnEarlierOneIsNeeded(t *testing.T) {
	needs, differs := 0, 0
	for seed := range uint64(2000) {
		s := seeded(2e6 + seed).scene(35)
		want := s.figures()

		week := uptime.Windows(s.asOf)[2]
		since := week.From.Add(-uptime.Reach)
		read := slices.IndexFunc(s.polls, func(p uptime.Poll) bool { return p.At >= since })
		if read < 0 {
			read = len(s.polls)
		}
		all := s.polls
		s.polls = all[read:]
		opening, needed := s.week().NeedsEarlier(week)
		if s.figures() != want {
			differs++
			if !needed {
				t.Fatalf("an earlier poll changes the figures but was not asked for: %v\nall: %v", s, all)
			}
		}
		if needed {
			needs++
			for i := read - 1; i >= 0; i-- {
				if opening.Contains(all[i].At) {
					s.polls = append([]uptime.Poll{all[i]}, s.polls...)
					break
				}
			}
		}
		if got := s.figures(); got != want {
			t.Fatalf("with eight days of polls and an earlier one: %s\nall: %v", cmp.Diff(want, got), all)
		}
	}
	if differs == 0 || needs == 0 {
		t.Errorf("no store needed an earlier poll (%d) or differed without (%d): the test says nothing", needs, differs)
	}
	t.Logf("%d of 2000 stores needed an earlier poll, %d differed without it", needs, differs)
}
