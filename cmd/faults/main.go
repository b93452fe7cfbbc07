// Command faults kills Lights On at random points of its work, again and again,
// and checks after each kill that the next start finds everything whole: no
// import or report is stuck, no data are half there, and the next work succeeds.
// It ends with a table, and with a failure if anything was lost.
//
// Run it with make faults. It needs a PostgreSQL server at TEST_POSTGRES_URL and
// the programs psql and sqlite3. The seed that it prints repeats the same
// choices; what they meet depends on the machine as well.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

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
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(1)
	}
}

// options say how much is tried.
type options struct {
	seed    uint64
	faults  int        // on each database
	lanes   int        // faults under way at the same time
	stores  int        // of the demo data
	only    []string   // scenarios; empty for all
	kinds   []rig.Kind // databases
	program string     // the lightson that is killed
}

func parseOptions(args []string, stderr io.Writer) (options, error) {
	var o options
	var only, database string
	f := flag.NewFlagSet("faults", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Uint64Var(&o.seed, "seed", rand.Uint64N(1_000_000), "repeats the choices of an earlier run")
	f.IntVar(&o.faults, "faults", 100, "kills on each database")
	f.IntVar(&o.lanes, "lanes", 6, "how many are under way at the same time; most wait for a lease to end")
	f.IntVar(&o.stores, "stores", 1500, "stores of the demo data")
	f.StringVar(&only, "only", "", "what to interrupt, with commas between: "+strings.Join(scenarioNames(), ", "))
	f.StringVar(&database, "database", "", "PostgreSQL or SQLite; empty for both")
	f.StringVar(&o.program, "program", "bin/lightson", "the program to kill")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if o.faults < 1 || o.lanes < 1 || o.stores < 1 || f.NArg() > 0 {
		return o, errors.New("expected at least one fault, one lane and one store, and nothing but flags")
	}
	for name := range strings.SplitSeq(only, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if !slices.Contains(scenarioNames(), name) {
			return o, fmt.Errorf("--only: expected some of %s, found %s", strings.Join(scenarioNames(), ", "), name)
		}
		o.only = append(o.only, name)
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
	r, err := rig.New("faults", o.program, getenv("TEST_POSTGRES_URL"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	h := &harness{options: o, Rig: r, log: stderr}
	h.say("seed %d", o.seed)
	if err := h.prepare(ctx); err != nil {
		return err
	}
	err = h.tryAll(ctx)
	lost := h.print(out)
	if err == nil && lost > 0 {
		err = fmt.Errorf("%d of the faults lost something; seed %d", lost, o.seed)
	}
	return err
}
