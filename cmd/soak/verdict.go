package main

import (
	"cmp"
	"fmt"
	"slices"
	"text/tabwriter"

	"lightson/cmd/rig"
)

// How much more the last third of the time may need than the middle third: growth
// times as much, or the tolerance more. The first third does not count: caches fill
// in it, and the garbage collector finds its pace.
const (
	growth              = 1.2
	memoryTolerance     = 16e6 // bytes
	goroutinesTolerance = 8
)

// Bounds of what is on disk. The write-ahead log is cut back to 64 MiB once it is in
// the database, and may be longer while readers need it. A row of polls is rewritten
// every hour of its day: PostgreSQL keeps the old versions until autovacuum runs,
// once a minute, which is twenty of our hours.
const (
	walLimit   = 128e6
	tableTimes = 6 // bytes of the table for one of packed polls
)

// verdict prints what was asked for and what came of it, and reports whether all
// of it was met.
func (s *soak) verdict(after size) (met bool) {
	met = true
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	line := func(what, found, wanted string, ok bool) {
		verdict := "met"
		if !ok {
			verdict, met = "NOT MET", false
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", what, found, wanted, verdict)
	}
	t := &s.tally
	line("errors", fmt.Sprintf("%d of %d visits", t.errors, t.visits), "0", t.errors == 0 && t.visits > 0)
	line("work done", fmt.Sprintf("%d hours, %d reports", t.imports, t.reports), "some of both", t.imports > 0 && t.reports > 0)

	middle, last := s.thirds()
	flat := func(what string, of func(sample) int64, tolerance float64, show func(int64) string) {
		before, now := medianOf(middle, of), medianOf(last, of)
		limit := max(growth*float64(before), float64(before)+tolerance)
		line(what+", median of the last third", show(now), fmt.Sprintf("≤ %s (middle third %s)", show(int64(limit)), show(before)), float64(now) <= limit)
	}
	flat("resident memory", func(s sample) int64 { return s.resident }, memoryTolerance, megabytes)
	flat("goroutines", func(s sample) int64 { return s.goroutines }, goroutinesTolerance, func(n int64) string { return fmt.Sprint(n) })
	if s.kind == rig.SQLite {
		longest := slices.MaxFunc(s.series, func(a, b sample) int { return cmp.Compare(a.wal, b.wal) }).wal
		line("write-ahead log, longest", megabytes(longest), "≤ "+megabytes(walLimit), longest <= walLimit)
	}

	// A store has a row a day with one poll an hour, and the first and the last day
	// are not full. A poll has five bytes, and a row one more. The last hour may have
	// been imported when we did not wait for it any more.
	rows, packed := after.rows-s.before.rows, after.packed-s.before.packed
	rowLimit := int64(t.polls/24 + 2*len(s.codes))
	line("rows of polls", fmt.Sprintf("%d for %d polls imported", rows, t.polls), fmt.Sprintf("≤ %d", rowLimit), rows <= rowLimit)
	least := int64(5*t.polls) + rows
	most := least + int64(5*len(s.codes))
	line("bytes of polls", fmt.Sprint(packed), fmt.Sprintf("%d to %d", least, most), least <= packed && packed <= most)
	line("table of polls", megabytes(after.table), fmt.Sprintf("≤ %s", megabytes(tableTimes*after.packed)), after.table <= tableTimes*after.packed)
	_ = w.Flush() // a verdict that cannot be printed is seen not to be there
	fmt.Fprintf(s.out, "database: %s before, %s after\n", megabytes(s.before.whole), megabytes(after.whole))
	for _, problem := range t.problems {
		fmt.Fprintln(s.out, " ", problem)
	}
	return met
}

func (s *soak) thirds() (middle, last []sample) {
	third := len(s.series) / 3
	return s.series[third : 2*third], s.series[2*third:]
}

func medianOf(samples []sample, of func(sample) int64) int64 {
	values := make([]int64, len(samples))
	for n, one := range samples {
		values[n] = of(one)
	}
	slices.Sort(values)
	if len(values) == 0 {
		return 0
	}
	return values[len(values)/2]
}
