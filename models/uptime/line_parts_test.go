package uptime_test

import (
	"slices"
	"sort"
	"testing"

	"pgregory.net/rapid"

	"lightson/models/uptime"
)

func TestALineInTwoPartsIsTheWholeLine(t *testing.T) {
	parted := 0
	holds(t, func(t *rapid.T, s scene, d draw) {
		whole, known := lineOf(s, s.asOf)
		from := s.asOf.Add(-d.micros(8 * uptime.Day))
		newer := known.Raw().AppendLine(nil, uptime.Span{From: from, To: s.asOf.Add(8 * uptime.Day)})
		parts := uptime.LineParts{Older: whole.Before(newer), Newer: newer}
		if len(parts.Older) > 0 && len(newer) > 0 {
			parted++
		}
		last := uptime.Windows(s.asOf)
		windows := append(last[:], uptime.Span{From: from.Add(-uptime.Hour), To: from}, uptime.Span{From: from.Add(-d.micros(uptime.Day)), To: from.Add(d.micros(uptime.Day))})
		for _, excused := range [][]uptime.Span{nil, known.Excused} {
			got, want := make([]uptime.Figures, len(windows)), make([]uptime.Figures, len(windows))
			parts.Measure(s.asOf, excused, windows, got)
			whole.Measure(s.asOf, excused, windows, want)
			if !slices.Equal(got, want) {
				t.Fatalf("in two parts from %v: %+v, want %+v", from, got, want)
			}
			one := make([]uptime.Figures, len(windows))
			parts.Append(nil).Measure(s.asOf, excused, windows, one)
			if !slices.Equal(one, want) {
				t.Fatalf("put together at %v: %+v, want %+v", from, one, want)
			}
		}
	})
	if parted == 0 {
		t.Error("no line had two parts")
	}
}

func TestASpanGlidesForAsLongAsItsEndsStayInTheirPieces(t *testing.T) {
	draws, moved, kept, older := 0, 0, 0, 0
	holds(t, func(t *rapid.T, s scene, d draw) {
		draws++
		whole, known := lineOf(s, s.asOf)
		from := s.asOf.Add(-d.micros(8 * uptime.Day))
		newer := known.Raw().AppendLine(nil, uptime.Span{From: from, To: s.asOf.Add(8 * uptime.Day)})
		parts := uptime.LineParts{Older: whole.Before(newer), Newer: newer}
		to := s.asOf.Add(-d.micros(4 * uptime.Day))
		span := uptime.Span{From: to.Add(-d.micros(4 * uptime.Day)), To: to}
		measured := func(by uptime.Micros) uptime.Figures {
			into := make([]uptime.Figures, 1)
			parts.Measure(s.asOf.Add(by), nil, []uptime.Span{{From: span.From.Add(by), To: span.To.Add(by)}}, into)
			return into[0]
		}
		glide := parts.Glide(span)
		goes := func(by uptime.Micros) bool {
			_, moved := glide.Move(&uptime.Figures{}, by)
			return moved
		}
		most := uptime.Micros(sort.Search(int(3*uptime.Day), func(by int) bool { return !goes(uptime.Micros(by)) }) - 1)
		if most < 0 {
			return
		}
		if len(newer) > 0 && span.To < from {
			older++
		}
		got, by := measured(0), d.micros(most+1)
		next, _ := glide.Move(&got, by)
		if want := measured(by); got != want {
			t.Fatalf("%v by %v: %+v, want %+v", span, by, got, want)
		}
		if _, beyond := next.Move(&uptime.Figures{}, most-by+1); beyond != goes(most+1) {
			t.Fatalf("%v by %v and then %v: %t, want as by both at once", span, by, most-by+1, beyond)
		}
		if _, goesOn := next.Move(&got, most-by); !goesOn || got != measured(most) {
			t.Fatalf("%v by %v and then %v: %t %+v, want %+v", span, by, most-by, goesOn, got, measured(most))
		}
		if got == measured(0) {
			kept++
		} else {
			moved++
		}
	})
	if draws >= 100 && (moved == 0 || kept == 0 || older == 0) {
		t.Errorf("figures moved %d times and stayed as they were %d times, %d of them before the newer part", moved, kept, older)
	}
	if _, moved := (uptime.SpanGlide{}).Move(&uptime.Figures{}, 0); moved {
		t.Error("the zero glide moves")
	}
}

func TestAPartIsReplacedByOneThatBeginsAtTheSameInstant(t *testing.T) {
	line := uptime.History{Openings: []uptime.Span{{From: 0, To: 10}, {From: 20, To: 30}}, AsOf: 30}.AppendLine(nil, uptime.Span{From: 0, To: 30})
	later := uptime.History{Openings: []uptime.Span{{From: 20, To: 40}}, AsOf: 40}.AppendLine(nil, uptime.Span{From: 0, To: 40})
	for _, c := range []struct {
		one, other uptime.Line
		want       bool
	}{{line, line, true}, {line, later, false}, {line, nil, false}, {nil, nil, false}, {line[2:], later, true}} {
		if got := c.one.BeginsAs(c.other); got != c.want {
			t.Errorf("%v begins as %v: %t", c.one, c.other, got)
		}
	}
}
