package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// A row is one line of the table, worded.
type row struct {
	what, median     string
	with, withMedian string // what it is compared with
	ratio            string
	target, verdict  string // both empty where nothing is asked
}

// table is what is known so far. Each row is also shown at once: the whole takes
// long enough for someone to wait for its first lines.
type table struct {
	rows []row
	live io.Writer
}

func (t *table) add(r row) {
	t.rows = append(t.rows, r)
	fmt.Fprintf(t.live, "  %s: %s", r.what, r.median)
	if r.with != "" {
		fmt.Fprintf(t.live, " (%s: %s; %s)", r.with, r.withMedian, r.ratio)
	}
	fmt.Fprintf(t.live, " %s %s\n", r.target, r.verdict)
}

// compare adds a race in which one may take at most target times as long as the
// other.
func (t *table) compare(what string, took times, with string, other times, target float64) {
	r := versus(what, took, with, other)
	r.target, r.verdict = fmt.Sprintf("≤ %.2f", target), verdict(medianRatio(took, other) <= target)
	t.add(r)
}

// beside adds a race that has no target.
func (t *table) beside(what string, took times, with string, other times) {
	t.add(versus(what, took, with, other))
}

func versus(what string, took times, with string, other times) row {
	return row{
		what: what, median: seconds(took.median()), with: with, withMedian: seconds(other.median()),
		ratio: fmt.Sprintf("%.2f", medianRatio(took, other)),
	}
}

// limit adds something that may take at most so long.
func (t *table) limit(what string, took times, limit time.Duration) {
	t.add(row{
		what: what, median: seconds(took.median()),
		target: "< " + seconds(limit), verdict: verdict(took.median() < limit),
	})
}

// limitBeside adds something that may take at most so long, beside something that
// shows how busy the machine was meanwhile.
func (t *table) limitBeside(what string, took times, limit time.Duration, with string, other times) {
	r := versus(what, took, with, other)
	r.target, r.verdict = "< "+seconds(limit), verdict(took.median() < limit)
	t.add(r)
}

// floor adds what the machine needs at least, to compare by eye.
func (t *table) floor(what string, took times) {
	t.add(row{what: "floor: " + what, median: seconds(took.median())})
}

// notes explain the table.
const notes = `
A ratio is the median of the ratios of the rounds, in which the sides took turns.
Commands are timed from their start to their end, on databases that exist and are migrated; what is compared with does
no more than is said: the bare tables have no key, and the SQL query knows no business hours. Some ids of the demo data
are UUIDs, so the bare table of PostgreSQL takes ids as text; with bigint and without the UUIDs it takes as long.
The clients that visit pages ask again as soon as they are answered, and share the processors with the server. A page
with … in its name is another one at each visit. Bytes on the wire are those of a browser that takes gzip, with headers.
`

func verdict(met bool) string {
	if met {
		return "met"
	}
	return "NOT MET"
}

func seconds(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%.2f ms", d.Seconds()*1e3)
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%.1f ms", d.Seconds()*1e3)
	case d < time.Second:
		return fmt.Sprintf("%.0f ms", d.Seconds()*1e3)
	default:
		return fmt.Sprintf("%.2f s", d.Seconds())
	}
}

func (t *table) print(out io.Writer) {
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(r row) {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.what, r.median, r.with, r.withMedian, r.ratio, r.target, r.verdict)
	}
	line(row{"what", "median", "compared with", "median", "ratio", "target", ""})
	for _, r := range t.rows {
		line(r)
	}
	_ = w.Flush() // a table that cannot be printed is seen not to be there
	fmt.Fprint(out, notes)
}
