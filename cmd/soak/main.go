// Command soak lets a server work for minutes as it would for days: an hour of
// polls every few seconds, reports, and people who look at pages. Every minute
// it prints how the server fares, and at the end a verdict: no error, memory and
// goroutines that do not grow, a write-ahead log and tables that stay in bounds.
//
// Run it with make soak. It needs a PostgreSQL server at TEST_POSTGRES_URL, the
// programs psql and sqlite3, and Linux, whose /proc tells what is resident.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"lightson/cmd/rig"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// options say how long and how much.
type options struct {
	minutes  float64
	stores   int           // of the demo data
	every    time.Duration // from one hour of polls to the next
	visitors int
	kinds    []rig.Kind // databases
	program  string     // the lightson that is soaked
}

func parseOptions(args []string, stderr io.Writer) (options, error) {
	var o options
	var database string
	f := flag.NewFlagSet("soak", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Float64Var(&o.minutes, "minutes", 10, "how long, on each database")
	f.IntVar(&o.stores, "stores", 2000, "stores of the demo data")
	f.DurationVar(&o.every, "every", 3*time.Second, "from one hour of polls to the next")
	f.IntVar(&o.visitors, "visitors", 8, "who look at pages")
	f.StringVar(&database, "database", "", "PostgreSQL or SQLite; empty for one after the other")
	f.StringVar(&o.program, "program", "bin/lightson", "the program to soak")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if o.minutes < 0.5 || o.stores < 1 || o.visitors < 1 || o.every <= 0 || f.NArg() > 0 {
		return o, errors.New("expected at least half a minute, one store and one visitor, and nothing but flags")
	}
	for _, kind := range rig.Kinds {
		if database == "" || strings.EqualFold(database, string(kind)) {
			o.kinds = append(o.kinds, kind)
		}
	}
	if len(o.kinds) == 0 {
		return o, fmt.Errorf("--database: expected PostgreSQL or SQLite, found %s", database)
	}
	return o, nil
}

func run(ctx context.Context, args []string, getenv func(string) string, out, stderr io.Writer) (err error) {
	o, err := parseOptions(args, stderr)
	if err != nil {
		return err
	}
	r, err := rig.New("soak", o.program, getenv("TEST_POSTGRES_URL"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	var failed []string
	for _, kind := range o.kinds {
		s := &soak{options: o, Rig: r, out: out, kind: kind}
		met, err := s.run(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
		if !met {
			failed = append(failed, string(kind))
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("not met on %s", strings.Join(failed, " and "))
	}
	return nil
}
