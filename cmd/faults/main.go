// Command faults kills Lights On at random points of its work, again and again,
// and checks after each kill that the next start finds everything whole: no
// import or report is stuck, no data are half there, and the next work succeeds.
// A copy from one database to the other leaves its target empty or whole.
// It ends with a table, and with a failure if anything was lost.
//
// Run it with make faults. It needs a PostgreSQL server at TEST_POSTGRES_URL and
// the programs psql and sqlite3. The seed that it prints repeats the same
// choices; what they meet depends on the machine as well.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"

	"lightson/cmd/rig"
)

func main() { rig.Main("faults", run) }

// options say how much is tried.
type options struct {
	seed    uint64
	faults  int        // on each database
	lanes   int        // faults under way at the same time
	stores  int        // of the demo data
	only    []string   // scenarios
	kinds   []rig.Kind // databases
	program string     // the lightson that is killed
}

func parseOptions(args []string, stderr io.Writer) (o options, err error) {
	f := rig.NewFlags("faults", stderr)
	f.Uint64Var(&o.seed, "seed", rand.Uint64N(1_000_000), "repeats the choices of an earlier run")
	f.Count(&o.faults, "faults", 100, "kills on each database")
	f.Count(&o.lanes, "lanes", 6, "how many are under way at the same time; most wait for a lease to end")
	f.Count(&o.stores, "stores", 1500, "stores of the demo data")
	f.Only(&o.only, scenarioNames(), "what to interrupt")
	f.Database(&o.kinds)
	f.Program(&o.program)
	return o, f.Parse(args)
}

func run(ctx context.Context, args []string, out, stderr io.Writer) (err error) {
	o, err := parseOptions(args, stderr)
	if err != nil {
		return err
	}
	r, err := rig.New("faults", o.program)
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
