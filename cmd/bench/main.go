// Command bench measures Lights On against what the PostgreSQL and the SQLite
// of the same machine do with the same data, and prints one table of ratios:
// those travel between machines, where seconds do not.
//
// Run it with make bench. It needs a PostgreSQL server at TEST_POSTGRES_URL, the
// programs psql and sqlite3, and for --only duckdb Node.js with DuckDB in TEST_DUCKDB. What a side needs beforehand, such as an empty
// database, is not timed. The sides take turns, so that both run beside the same
// load of the machine.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"lightson/cmd/rig"
)

func main() { rig.Main("bench", run) }

// options say how much is measured.
type options struct {
	runs    int           // rounds of every race
	stores  int           // of the demo data
	days    int           // of the demo data
	visit   time.Duration // how long a page is visited
	clients int           // who visit at once
	only    []string      // sections
	large   bool          // whether ten times as many stores are loaded as well
	million bool          // whether a million are
	program string        // the lightson that is measured
}

func parseOptions(args []string, stderr io.Writer) (o options, err error) {
	f := rig.NewFlags("bench", stderr)
	f.Count(&o.runs, "runs", 5, "how often each side of a comparison runs")
	f.Count(&o.stores, "stores", 14_000, "stores of the demo data")
	f.Count(&o.days, "days", 8, "days of the demo data; what is said of a week needs 8")
	f.Period(&o.visit, "visit", 3*time.Second, "how long each page is visited")
	f.Count(&o.clients, "clients", 32, "how many clients visit a page at once")
	f.Only(&o.only, sectionNames(), "sections to run")
	f.BoolVar(&o.large, "large", false, "also load ten times as many stores")
	f.BoolVar(&o.million, "million", false, "also load a million stores, which takes a quarter of an hour")
	f.Program(&o.program)
	return o, f.Parse(args)
}

func run(ctx context.Context, args []string, out, stderr io.Writer) (err error) {
	o, err := parseOptions(args, stderr)
	if err != nil {
		return err
	}
	b, err := newBench(o, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	for _, s := range sections {
		if !slices.Contains(o.only, s.name) {
			continue
		}
		if err := s.run(b, ctx); err != nil {
			// What was measured before is worth seeing all the same.
			b.table.print(out)
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	fmt.Fprintln(out, b.describe(ctx))
	b.table.print(out)
	return nil
}
