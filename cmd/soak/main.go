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
	"fmt"
	"io"
	"strings"
	"time"

	"lightson/cmd/rig"
)

func main() { rig.Main("soak", run) }

// options say how long and how much.
type options struct {
	minutes  float64
	stores   int           // of the demo data
	every    time.Duration // from one hour of polls to the next
	visitors int
	kinds    []rig.Kind // databases
	program  string     // the lightson that is soaked
}

func parseOptions(args []string, stderr io.Writer) (o options, err error) {
	f := rig.NewFlags("soak", stderr)
	f.Float64Var(&o.minutes, "minutes", 10, "how long, on each database; at least half a minute")
	f.Count(&o.stores, "stores", 2000, "stores of the demo data")
	f.Period(&o.every, "every", 3*time.Second, "from one hour of polls to the next")
	f.Count(&o.visitors, "visitors", 8, "who look at pages")
	f.Database(&o.kinds)
	f.Program(&o.program)
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if o.minutes < 0.5 {
		return o, fmt.Errorf("--minutes: expected at least 0.5, found %v", o.minutes)
	}
	return o, nil
}

func run(ctx context.Context, args []string, out, stderr io.Writer) (err error) {
	o, err := parseOptions(args, stderr)
	if err != nil {
		return err
	}
	r, err := rig.New("soak", o.program)
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
