package uptime_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lightson/models/uptime"
)

// holds checks a property on stores that rapid invents and, where it fails,
// makes as simple as it can.
func holds(t *testing.T, property func(t *rapid.T, s scene, d draw)) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		d := draw(func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "n") })
		s := d.scene(9)
		t.Log(s)
		property(t, s, d)
	})
}

func TestUpDownExcusedAndNoDataAreAllOfTheOpenTime(t *testing.T) {
	holds(t, func(t *rapid.T, s scene, _ draw) {
		for i, w := range uptime.Windows(s.asOf) {
			var open uptime.Micros
			for _, o := range s.openings() {
				open += o.Clip(w).Length()
			}
			f := s.figures()[i]
			if f.Open != open || f.Up+f.Down+f.Excused+f.NoData() != open || min(f.Up, f.Down, f.Excused, f.NoData()) < 0 {
				t.Fatalf("window %d: %+v, want %d open", i, f, open)
			}
		}
	})
}

func TestSwappingActiveAndInactiveSwapsUpAndDown(t *testing.T) {
	holds(t, func(t *rapid.T, s scene, _ draw) {
		before := s.figures()
		for i := range s.polls {
			s.polls[i].Active = !s.polls[i].Active
		}
		for i, after := range s.figures() {
			if after.Up != before[i].Down || after.Down != before[i].Up {
				t.Fatalf("window %d: %+v became %+v", i, before[i], after)
			}
		}
	})
}

func TestPollsMadeOutsideHoursChangeNothing(t *testing.T) {
	holds(t, func(t *rapid.T, s scene, d draw) {
		before := s.figures()
		openings := s.openingsOver(uptime.Span{From: s.asOf.Add(-2 * uptime.Week), To: s.asOf + 1})
		closed := func(i uptime.Instant) bool {
			return !slices.ContainsFunc(openings, func(o uptime.Span) bool { return o.Contains(i) })
		}
		for i := range s.polls { // moved one by one to where the store is closed too, between its neighbours
			p := &s.polls[i]
			from, to := s.asOf.Add(-10*uptime.Day), s.asOf
			if i > 0 {
				from = s.polls[i-1].At + 1
			}
			if i+1 < len(s.polls) {
				to = s.polls[i+1].At - 1
			}
			moved := from + uptime.Instant(d(int(to-from+1)))
			if closed(p.At) && closed(moved) {
				*p = uptime.Poll{At: moved, Active: !p.Active}
			}
		}
		if after := s.figures(); after != before {
			t.Fatalf("%+v became %+v", before, after)
		}
		s.polls = slices.DeleteFunc(s.polls, func(p uptime.Poll) bool { return closed(p.At) })
		if after := s.figures(); after != before {
			t.Fatalf("without them %+v became %+v", before, after)
		}
	})
}

func TestALongerWindowHoldsMore(t *testing.T) {
	holds(t, func(t *rapid.T, s scene, _ draw) {
		f := s.figures()
		for i, most := range []uptime.Micros{uptime.Hour, uptime.Day, uptime.Week} {
			if f[i].Open > most {
				t.Fatalf("window %d is open for %s of %s hours", i, f[i].Open.Hours(), most.Hours())
			}
			if i > 0 && (f[i-1].Up > f[i].Up || f[i-1].Down > f[i].Down || f[i-1].Open > f[i].Open || f[i-1].NoData() > f[i].NoData()) {
				t.Fatalf("window %d: %+v is more than window %d: %+v", i-1, f[i-1], i, f[i])
			}
		}
	})
}

func TestTheOrderOfHoursRowsDoesNotMatter(t *testing.T) {
	holds(t, func(t *rapid.T, s scene, _ draw) {
		before := s.openings()
		s.hours = rapid.Permutation(s.hours).Draw(t, "shuffled")
		typed := slices.Clone(s.hours)
		if after := s.openings(); !slices.Equal(before, after) {
			t.Fatalf("openings became %s", describe(after))
		}
		if !slices.Equal(typed, s.hours) {
			t.Fatal("Openings reordered the caller's hours")
		}
	})
}

func TestOpeningsAreInOrderApartAndMeetWhatWasAsked(t *testing.T) {
	holds(t, func(t *rapid.T, s scene, _ draw) {
		week := uptime.Windows(s.asOf)[2]
		previous := uptime.Instant(-1 << 62)
		for _, o := range s.openings() {
			if o.From <= previous || o.Empty() || o.Clip(week).Empty() {
				t.Fatalf("%+v after %d", o, previous)
			}
			previous = o.To
		}
	})
}

func TestMeasureIsTheSumOverAWalkOfEachWindow(t *testing.T) {
	holds(t, func(t *rapid.T, s scene, d draw) {
		windows := uptime.Windows(s.asOf)
		asked := windows[:]
		if d.oneIn(2) { // windows need not be nested, nor end at as-of
			from := s.asOf.Add(-d.micros(uptime.Week))
			asked = append(asked, uptime.Span{From: from, To: from.Add(d.micros(uptime.Day))})
		}
		got := make([]uptime.Figures, len(asked))
		s.week().Measure(asked, got)
		for i, w := range asked {
			var want uptime.Figures
			s.week().Walk(w, func(s uptime.Stretch) {
				length := s.Length()
				want.Open += length
				switch s.State {
				case uptime.Up:
					want.Up += length
				case uptime.Excused:
					want.Excused += length
				case uptime.Down:
					want.Down += length
					want.Outages++
					want.Longest = max(want.Longest, length)
				}
			})
			got[i].CertainUp, got[i].CertainDown, got[i].Close = 0, 0, 0
			if got[i] != want {
				t.Fatalf("window %v: %+v, want %+v", w, got[i], want)
			}
			var down uptime.Micros
			outages := s.week().Outages(w)
			for _, o := range outages {
				down += o.Length()
			}
			if down != want.Down || len(outages) != want.Outages {
				t.Fatalf("window %v: outages %v sum to %d, want %d", w, outages, down, want.Down)
			}
		}
	})
}

func TestWhatEachPollSaysAddsUpToTheFigures(t *testing.T) {
	holds(t, func(t *rapid.T, s scene, _ draw) {
		s.excused = nil // polls say nothing of corrections
		for i, w := range uptime.Windows(s.asOf) {
			var up, down uptime.Micros
			for _, o := range s.openings() {
				uptime.History{Polls: s.polls, AsOf: s.asOf}.Evidence(o, func(p uptime.Poll, said uptime.Span) {
					if p.Active {
						up += said.Clip(w).Length()
					} else {
						down += said.Clip(w).Length()
					}
				})
			}
			if f := s.figures()[i]; up != f.Up || down != f.Down {
				t.Fatalf("window %d: polls say %d up and %d down, want %+v", i, up, down, f)
			}
		}
	})
}

// A week is a week, wherever it is cut.
func TestWindowsThatTileAWindowAddUpToIt(t *testing.T) {
	holds(t, func(t *rapid.T, s scene, d draw) {
		week := uptime.Windows(s.asOf)[2]
		cut := week.From.Add(d.micros(uptime.Week))
		var got [3]uptime.Figures
		s.week().Measure([]uptime.Span{week, {From: week.From, To: cut}, {From: cut, To: week.To}}, got[:])
		whole, first, second := got[0], got[1], got[2]
		if first.Up+second.Up != whole.Up || first.Down+second.Down != whole.Down || first.Open+second.Open != whole.Open {
			t.Fatalf("%+v and %+v are not %+v", first, second, whole)
		}
	})
}
