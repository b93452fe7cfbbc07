package uptime_test

import (
	"slices"
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
