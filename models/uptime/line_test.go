package uptime_test

import (
	"slices"
	"sort"
	"testing"

	"pgregory.net/rapid"

	"lightson/models/uptime"
)

// lineOf is the line of a scene from eight days before its as-of instant until eight days
// after it, and the history that tells the same without a line as of a later instant. The
// store is not polled between the two.
func lineOf(s scene, later uptime.Instant) (uptime.Line, uptime.History) {
	within := uptime.Span{From: s.asOf.Add(-8 * uptime.Day), To: s.asOf.Add(8 * uptime.Day)}
	known := s.history(within)
	known.Polls = slices.DeleteFunc(slices.Clone(known.Polls), func(p uptime.Poll) bool { return p.At > s.asOf })
	line := known.Raw().AppendLine(nil, within)
	known.AsOf = later
	return line, known
}

// drawLater is an instant up to a day after the as-of instant of a scene, often just it.
func drawLater(s scene, d draw) uptime.Instant {
	if d.oneIn(4) {
		return s.asOf
	}
	return s.asOf.Add(d.micros(uptime.Day))
}

func TestALineTellsTheFiguresOfWhatItWasMadeFromAlsoLater(t *testing.T) {
	holds(t, func(t *rapid.T, s scene, d draw) {
		later := drawLater(s, d)
		line, known := lineOf(s, later)
		windows := uptime.Windows(later)
		spans := append(windows[:], uptime.Span{From: later.Add(-30 * uptime.Hour), To: later.Add(uptime.Day)}, uptime.Span{From: later.Add(-50 * uptime.Hour), To: later.Add(-20 * uptime.Hour)},
			uptime.Span{From: later.Add(-25 * uptime.Hour), To: later.Add(-25 * uptime.Hour)})
		for _, excused := range [][]uptime.Span{nil, known.Excused} {
			known.Excused = excused
			got, want := make([]uptime.Figures, len(spans)), make([]uptime.Figures, len(spans))
			line.Measure(later, excused, spans, got)
			known.Measure(spans, want)
			if !slices.Equal(got, want) {
				t.Fatalf("as of %v: %+v, want %+v", later, got, want)
			}
		}
	})
}

func TestWindowsSlideAlongALine(t *testing.T) {
	slid := 0
	holds(t, func(t *rapid.T, s scene, d draw) {
		line, _ := lineOf(s, s.asOf)
		spans := func(asOf uptime.Instant) []uptime.Span {
			windows := uptime.Windows(asOf)
			return append(windows[:], uptime.Span{From: asOf.Add(-30 * uptime.Hour), To: asOf.Add(-uptime.Hour)})
		}
		later := drawLater(s, d)
		was, got, want := make([]uptime.Figures, 4), make([]uptime.Figures, 4), make([]uptime.Figures, 4)
		line.Measure(s.asOf, nil, spans(s.asOf), was)
		line.Slide(later, spans(s.asOf), was, spans(later), got)
		line.Measure(later, nil, spans(later), want)
		if !slices.Equal(got, want) {
			t.Fatalf("from %v to %v: %+v, want %+v", s.asOf, later, got, want)
		}
		if later > s.asOf && was[uptime.LastWeek].Outages > 0 && was[uptime.LastWeek] != want[uptime.LastWeek] {
			slid++
		}
	})
	if slid == 0 {
		t.Error("no week with outages became another")
	}
}

func TestWindowsGlideForAsLongAsTheirEdgesStayInTheirPieces(t *testing.T) {
	draws, moved, kept := 0, 0, 0
	holds(t, func(t *rapid.T, s scene, d draw) {
		draws++
		line, _ := lineOf(s, s.asOf)
		glide := line.Glide(s.asOf)
		most := uptime.Micros(sort.Search(int(8*uptime.Day), func(by int) bool { return !glide.Until(s.asOf.Add(uptime.Micros(by))) }) - 1)
		if most < 0 {
			return
		}
		measured := func(asOf uptime.Instant) (figures [uptime.WindowCount]uptime.Figures) {
			windows := uptime.Windows(asOf)
			line.Measure(asOf, nil, windows[:], figures[:])
			return figures
		}
		for _, by := range []uptime.Micros{most, d.micros(most + 1)} {
			got, want := measured(s.asOf), measured(s.asOf.Add(by))
			glide.Move(&got, by)
			if got != want {
				t.Fatalf("from %v by %v: %+v, want %+v", s.asOf, by, got, want)
			}
			if got == measured(s.asOf) {
				kept++
			} else {
				moved++
			}
		}
	})
	if (uptime.Glide{}).Until(-1) {
		t.Error("the zero glide goes on before 1970")
	}
	if draws >= 100 && (moved == 0 || kept == 0) {
		t.Errorf("figures moved %d times and stayed as they were %d times", moved, kept)
	}
}

func TestALineHasThePiecesOfWhatItWasMadeFrom(t *testing.T) {
	holds(t, func(t *rapid.T, s scene, d draw) {
		later := drawLater(s, d)
		line, known := lineOf(s, later)
		within := uptime.Span{From: later.Add(-d.micros(uptime.Week)), To: later.Add(d.micros(uptime.Day) - d.micros(uptime.Week))}
		var got, want []uptime.Piece
		line.Pieces(later, within, func(p uptime.Piece) { got = append(got, p) })
		known.Raw().Pieces(within, func(p uptime.Piece) { want = append(want, p) })
		if !slices.Equal(got, want) {
			t.Fatalf("as of %v, within %v: %v, want %v", later, within, got, want)
		}
	})
}

func TestALineTellsTheStateThatItSawBegin(t *testing.T) {
	told := 0
	holds(t, func(t *rapid.T, s scene, d draw) {
		later := drawLater(s, d)
		line, known := lineOf(s, later)
		for _, opening := range known.Openings {
			if n := len(known.Polls); opening.Contains(later) && n > 0 {
				got, some := line.Now(later, opening, known.Polls[n-1])
				if !some {
					continue
				}
				told++
				if want := known.Now(); got != want {
					t.Fatalf("as of %v: %+v, want %+v", later, got, want)
				}
			}
		}
	})
	if told == 0 {
		t.Error("no line told a state")
	}
}

func TestALineOfNothingHasNoFigures(t *testing.T) {
	figures := []uptime.Figures{{Open: 1}}
	uptime.Line(nil).Measure(0, nil, []uptime.Span{{From: -5, To: 5}}, figures)
	if figures[0] != (uptime.Figures{}) {
		t.Errorf("%+v", figures[0])
	}
}

// A store was polled until its as-of instant, and its line is joined with an earlier one at a
// poll that both know.
func TestALineJoinedAtAPollThatBothKnowIsTheWholeLine(t *testing.T) {
	holds(t, func(t *rapid.T, s scene, d draw) {
		within := uptime.Span{From: s.asOf.Add(-8 * uptime.Day), To: s.asOf.Add(8 * uptime.Day)}
		known := s.history(within).Raw()
		known.Polls = slices.DeleteFunc(slices.Clone(known.Polls), func(p uptime.Poll) bool { return p.At > s.asOf })
		whole := known.AppendLine(nil, within)
		if len(known.Polls) == 0 {
			return
		}
		both := known.Polls[d(len(known.Polls))].At
		if both < within.From {
			return
		}
		earlier := known
		earlier.AsOf = both
		recent := known.AppendLine(nil, uptime.Span{From: both.Add(-d.micros(uptime.Day)), To: within.To})
		from := within.From
		if d.oneIn(2) {
			from = both.Add(-d.micros(2 * uptime.Day))
		}
		joined := earlier.AppendLine(nil, within).JoinAt(both, recent, from)
		var got, want []uptime.Piece
		of := uptime.Span{From: max(from, within.From), To: within.To}
		joined.Pieces(within.To, of, func(p uptime.Piece) { got = append(got, p) })
		whole.Pieces(within.To, of, func(p uptime.Piece) { want = append(want, p) })
		if !slices.Equal(got, want) {
			t.Fatalf("joined at %v: %v, want %v", both, got, want)
		}
	})
}

func TestAHeatMapOfALineIsThatOfItsStoreAndCanBeTakenOutAgain(t *testing.T) {
	holds(t, func(t *rapid.T, s scene, d draw) {
		line, known := lineOf(s, s.asOf)
		week := uptime.Windows(s.asOf)[uptime.LastWeek]
		hours := uptime.ClockHours(uptime.NewZone(s.loc, week), week)
		var want, got, rest uptime.HeatMap
		want.Fill(hours, known.Raw())
		got.FillLine(hours, line, s.asOf, week)
		if got != want {
			t.Fatalf("%v, want %v", got, want)
		}
		cut := week.From.Add(d.micros(uptime.Week))
		rest.FillLine(hours, line, s.asOf, uptime.Span{From: cut, To: week.To})
		got.Take(&rest)
		var begin uptime.HeatMap
		begin.FillLine(hours, line, s.asOf, uptime.Span{From: week.From, To: cut})
		if got != begin {
			t.Fatalf("cut at %v: %v, want %v", cut, got, begin)
		}
	})
}
