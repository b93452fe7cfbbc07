package uptime_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lightson/models/uptime"
)

func TestDownLiesBetweenLeastAndMost(t *testing.T) {
	holds(t, func(t *rapid.T, s scene, _ draw) {
		for i, f := range s.figures() {
			if f.Least() > f.Down || f.Down > f.Most() || f.Least() < 0 || f.Most() > f.Up+f.Down {
				t.Fatalf("window %d: %+v: %d, %d–%d", i, f, f.Down, f.Least(), f.Most())
			}
			if f.Close < 0 || f.Close > f.Up+f.Down {
				t.Fatalf("window %d: %+v closely seen of %d", i, f.Close, f.Up+f.Down)
			}
			var least uptime.Micros
			week := uptime.Windows(s.asOf)[i]
			for _, o := range s.week().Outages(week) {
				if least += o.Least; o.Least > o.Length() || o.Length() > o.Most {
					t.Fatalf("outage %+v of %d", o, o.Length())
				}
			}
			if least != f.Least() {
				t.Fatalf("window %d: outages are certain for %d, want %d", i, least, f.Least())
			}
		}
	})
}

// A truth is a state that changes now and then while the store is open, at most once
// between two polls of an opening, and not at all before its first or after its last one
// within their reach.
func TestTheTruthLiesBetweenLeastAndMost(t *testing.T) {
	holds(t, func(t *rapid.T, s scene, d draw) {
		week := uptime.Windows(s.asOf)[2]
		var down uptime.Micros // true down time that polls speak for
		for _, o := range s.openings() {
			var made []uptime.Poll
			for _, p := range s.polls {
				if o.Contains(p.At) {
					made = append(made, p)
				}
			}
			add := func(from, to uptime.Instant) {
				for _, open := range spoken(s, o) {
					down += uptime.Span{From: from, To: to}.Clip(open).Clip(week).Length()
				}
			}
			for i, p := range made {
				before, after := max(o.From, p.At.Add(-uptime.Reach)), o.To
				if i > 0 {
					before = p.At
				}
				if i+1 < len(made) {
					after = made[i+1].At
				}
				if i == 0 { // it may have changed once before the first poll
					change := before.Add(d.micros(1 + uptime.Micros(p.At-before)))
					if p.Active == d.oneIn(2) && p.Active {
						add(before, change)
					} else if !p.Active {
						add(change, p.At)
					}
				}
				limit := min(after, p.At.Add(uptime.Reach))
				change := p.At.Add(d.micros(1 + uptime.Micros(limit-p.At)))
				same := i+1 < len(made) && made[i+1].Active == p.Active
				switch {
				case same && !p.Active:
					add(p.At, limit)
				case same:
				case p.Active:
					add(change, limit)
				default:
					add(p.At, change)
				}
			}
		}
		if f := s.figures()[2]; down < f.Least() || down > f.Most() {
			t.Fatalf("%d was down, between %d and %d", down, f.Least(), f.Most())
		}
	})
}

// spoken is the open time of an opening that a poll speaks for and no correction excuses.
func spoken(s scene, opening uptime.Span) (spans []uptime.Span) {
	h := s.week()
	h.Openings = []uptime.Span{opening}
	h.Walk(opening, func(s uptime.Stretch) {
		if s.State == uptime.Up || s.State == uptime.Down {
			spans = append(spans, s.Span)
		}
	})
	return spans
}

func TestHoursFromADateOnChangeNothingBeforeIt(t *testing.T) {
	holds(t, func(t *rapid.T, s scene, d draw) {
		last := uptime.DateOf(s.asOf.Time().Date()) + 3
		if n := len(s.dated); n > 0 {
			last = s.dated[n-1].From
		}
		from := last + uptime.Date(1+d(5))
		after := s
		after.dated = append(slices.Clone(s.dated), uptime.Schedule{From: from, Hours: d.hours()})
		before := uptime.Span{From: s.asOf.Add(-uptime.Week)}
		before.To = uptime.NewZone(s.loc, uptime.Windows(s.asOf)[2]).Instant(from, 0)
		clipped := func(s scene) (spans []uptime.Span) {
			for _, o := range s.openingsOver(uptime.Span{From: before.From, To: before.To.Add(uptime.Week)}) {
				if part := o.Clip(before); !part.Empty() {
					spans = append(spans, part)
				}
			}
			return spans
		}
		if was, is := clipped(s), clipped(after); !slices.Equal(was, is) {
			t.Fatalf("hours from %s on change the openings before from %s to %s", uptime.DateText(from), describe(was), describe(is))
		}
	})
}

func TestASpecialDayChangesOnlyOpeningsThatBeginOnIt(t *testing.T) {
	holds(t, func(t *rapid.T, s scene, d draw) {
		date := uptime.DateOf(s.asOf.Time().Date()) - uptime.Date(d(6))
		closed := s
		closed.special = slices.DeleteFunc(slices.Clone(s.special), func(d uptime.SpecialDay) bool { return d.Date == date })
		s.special = slices.Clone(closed.special)
		s.special = slices.Insert(s.special, 0, uptime.SpecialDay{Date: date, Hours: []uptime.Hours{{Start: d.clock(), End: d.clock()}}})
		slices.SortFunc(s.special, func(a, b uptime.SpecialDay) int { return int(a.Date - b.Date) })
		zone := uptime.NewZone(s.loc, uptime.Windows(s.asOf)[2])
		next := date + 1
		if zone.Instant(next, 0) == zone.Instant(next+1, 0) {
			next++ // that date was left out, and the time of day at which an opening ends is one of the date after it
		}
		touched := uptime.Span{From: zone.Instant(date, 0), To: zone.Instant(next+1, 0)}
		week := uptime.Windows(s.asOf)[2]
		outside := func(s scene) (spans []uptime.Span) {
			for _, o := range s.openings() {
				for _, side := range []uptime.Span{{From: week.From, To: touched.From}, {From: touched.To, To: week.To}} {
					if part := o.Clip(side); !part.Empty() {
						spans = append(spans, part)
					}
				}
			}
			return spans
		}
		if was, is := outside(closed), outside(s); !slices.Equal(was, is) {
			t.Fatalf("a special day on %s changes other days from %s to %s", uptime.DateText(date), describe(was), describe(is))
		}
	})
}

func TestACorrectionChangesOnlyItsSpan(t *testing.T) {
	holds(t, func(t *rapid.T, s scene, _ draw) {
		week := uptime.Windows(s.asOf)[2]
		raw := s.week().Raw()
		var want, got []uptime.Piece
		raw.Pieces(week, func(p uptime.Piece) {
			if !slices.ContainsFunc(s.excused, func(e uptime.Span) bool { return !e.Clip(p.Span).Empty() }) {
				want = append(want, p)
			}
		})
		s.week().Pieces(week, func(p uptime.Piece) {
			inside := slices.ContainsFunc(s.excused, func(e uptime.Span) bool { return e.From <= p.From && p.To <= e.To })
			if inside != (p.State == uptime.Excused) {
				t.Fatalf("%+v", p)
			}
			if slices.Contains(want, p) {
				got = append(got, p)
			}
		})
		if !slices.Equal(want, got) {
			t.Fatalf("pieces apart from corrections were %v, are %v", want, got)
		}
		f := s.figures()[2]
		var excused uptime.Micros
		for _, o := range s.openings() {
			for _, e := range s.excused {
				excused += o.Clip(week).Clip(e).Length()
			}
		}
		if f.Excused != excused {
			t.Fatalf("excused %d, want %d", f.Excused, excused)
		}
	})
}
