package main

import (
	"io"
	"strings"
	"testing"
	"time"

	"lightson/cmd/rig"
)

// soaked is a run in which nothing grew, but for what change does to it.
func soaked(change func(s *soak, after *size)) (met bool, said string) {
	var out strings.Builder
	s := &soak{kind: rig.SQLite, out: io.Writer(&out), codes: make([]string, 10)}
	for range 90 {
		s.series = append(s.series, sample{resident: 100e6, heap: 50e6, goroutines: 60, wal: 4e6})
	}
	for range 48 {
		s.tally.imported(10)
	}
	s.tally.visited("/", time.Millisecond, nil)
	s.tally.reported("1")
	after := size{rows: 20, packed: 5*480 + 20, table: 4000, whole: 10_000}
	change(s, &after)
	met = s.verdict(after)
	return met, out.String()
}

func TestASoakInWhichNothingGrowsIsMet(t *testing.T) {
	if met, said := soaked(func(*soak, *size) {}); !met {
		t.Error(said)
	}
}

func TestWhatASoakDoesNotAccept(t *testing.T) {
	late := func(change func(*sample)) func(*soak, *size) {
		return func(s *soak, _ *size) {
			for n := range s.series[60:] {
				change(&s.series[60+n])
			}
		}
	}
	for what, change := range map[string]func(*soak, *size){
		"an error":             func(s *soak, _ *size) { s.tally.visited("/", 0, io.ErrUnexpectedEOF) },
		"no report":            func(s *soak, _ *size) { s.tally.reports = 0 },
		"memory that grows":    late(func(s *sample) { s.resident = 130e6 }),
		"goroutines that grow": late(func(s *sample) { s.goroutines = 90 }),
		"a long log":           func(s *soak, _ *size) { s.series[3].wal = 200e6 },
		"too many rows":        func(_ *soak, after *size) { after.rows, after.packed = 90, 5*480+90 },
		"polls that are lost":  func(_ *soak, after *size) { after.packed -= 5 },
		"a bloated table":      func(_ *soak, after *size) { after.table = 40_000 },
	} {
		if met, said := soaked(change); met || strings.Count(said, "NOT MET") != 1 {
			t.Errorf("%s: met: %v\n%s", what, met, said)
		}
	}
}
