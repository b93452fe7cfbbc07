// Command bench measures Lights On against what the PostgreSQL and the SQLite
// of the same machine do with the same data, and prints one table of ratios:
// those travel between machines, where seconds do not.
//
// Run it with make bench. It needs a PostgreSQL server at TEST_POSTGRES_URL and
// the programs psql and sqlite3. Whatever a side does outside its own work,
// such as making an empty database, is not timed; the sides take turns, so that
// both meet the machine in the same mood.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options say how much is measured.
type options struct {
	runs    int           // rounds of every race
	stores  int           // of the demo data
	days    int           // of the demo data
	visit   time.Duration // how long a page is visited
	clients int           // who visit at once
	only    []string      // sections; empty for all
	program string        // the lightson that is measured
}

func parseOptions(args []string, stderr io.Writer) (options, error) {
	var o options
	var only string
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.IntVar(&o.runs, "runs", 5, "how often each side of a comparison runs")
	f.IntVar(&o.stores, "stores", 14_000, "stores of the demo data")
	f.IntVar(&o.days, "days", 8, "days of the demo data; what is said of a week needs 8")
	f.DurationVar(&o.visit, "visit", 3*time.Second, "how long each page is visited")
	f.IntVar(&o.clients, "clients", 32, "how many clients visit a page at once")
	f.StringVar(&only, "only", "", "sections to run, with commas between: "+strings.Join(sectionNames(), ", "))
	f.StringVar(&o.program, "program", "bin/lightson", "the program to measure")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if o.runs < 1 || o.clients < 1 || f.NArg() > 0 {
		return o, fmt.Errorf("expected at least one run and one client, and nothing but flags")
	}
	for name := range strings.SplitSeq(only, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if !slices.Contains(sectionNames(), name) {
			return o, fmt.Errorf("--only: expected some of %s, found %s", strings.Join(sectionNames(), ", "), name)
		}
		o.only = append(o.only, name)
	}
	return o, nil
}

func run(ctx context.Context, args []string, getenv func(string) string, out, stderr io.Writer) (err error) {
	o, err := parseOptions(args, stderr)
	if err != nil {
		return err
	}
	b, err := newBench(o, getenv("TEST_POSTGRES_URL"), stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	for _, s := range sections {
		if len(o.only) > 0 && !slices.Contains(o.only, s.name) {
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
