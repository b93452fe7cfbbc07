package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"lightson/cmd/rig"
)

// harness is one run.
type harness struct {
	options
	*rig.Rig
	log io.Writer

	data  *data
	bases map[rig.Kind]*bases
	takes map[ofKind]time.Duration // how long each scenario takes without a fault

	nextTrial atomic.Int64 // numbers the databases

	mu       sync.Mutex
	outcomes []outcome
}

// ofKind is a scenario on a kind of database.
type ofKind struct {
	scenario string
	kind     rig.Kind
}

// An outcome is what became of one fault.
type outcome struct {
	ofKind
	inWork   bool          // it came while the work was under way
	lost     error         // what was lost; nil if it was survived
	recovery time.Duration // from the next start until all work was final
}

func (h *harness) say(format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	fmt.Fprintf(h.log, format+"\n", args...)
}

// prepare makes the data and what they must look like, the databases that are
// copied for each fault, and learns how long each scenario takes.
func (h *harness) prepare(ctx context.Context) (err error) {
	if h.data, err = h.newData(ctx); err != nil {
		return err
	}
	h.bases, h.takes = map[rig.Kind]*bases{}, map[ofKind]time.Duration{}
	for _, kind := range rig.Kinds { // of each, since one is copied into the other
		if h.bases[kind], err = h.newBases(ctx, kind); err != nil {
			return err
		}
	}
	for _, kind := range h.kinds {
		for _, s := range h.chosen() {
			if err := h.measure(ctx, kind, s); err != nil {
				return fmt.Errorf("%s on %s, without a fault: %w", s.name, kind, err)
			}
		}
	}
	return nil
}

// measure does a scenario without a fault. The checks must find its work done, or
// they would be worth nothing.
func (h *harness) measure(ctx context.Context, kind rig.Kind, s scenario) error {
	t := h.newTrial(kind, s, 0)
	defer t.close()
	if err := t.prepare(ctx); err != nil {
		return err
	}
	began := time.Now()
	if err := s.work(ctx, t); err != nil {
		return err
	}
	took := time.Since(began)
	h.takes[ofKind{s.name, kind}] = took
	h.say("%s, %s takes %s", kind, s.name, took.Round(time.Millisecond))
	t.stop()
	if s.again != nil {
		if err := s.again(ctx, t); err != nil {
			return err
		}
	}
	return t.recover(ctx)
}

// chosen are the scenarios that were asked for.
func (h *harness) chosen() []scenario {
	return slices.DeleteFunc(slices.Clone(scenarios), func(s scenario) bool {
		return !slices.Contains(h.only, s.name)
	})
}

// tryAll tries the faults, several at a time, scenarios and databases in turn.
func (h *harness) tryAll(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(h.lanes)
	chosen := h.chosen()
	for n := range h.faults {
		for _, kind := range h.kinds {
			g.Go(func() error { return h.try(ctx, kind, chosen[n%len(chosen)], n+1) })
		}
	}
	return g.Wait()
}

// try does a scenario, kills its program somewhere in it, and checks what the
// next start finds.
func (h *harness) try(ctx context.Context, kind rig.Kind, s scenario, number int) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	t := h.newTrial(kind, s, number)
	defer t.close()
	o := outcome{ofKind: t.ofKind}
	o.inWork, o.lost = t.killInWork(ctx)
	if o.lost == nil && s.again != nil {
		o.lost = s.again(ctx, t)
	}
	if o.lost == nil && t.dice.IntN(4) == 0 {
		o.lost = t.killNextStart(ctx)
	}
	if o.lost == nil {
		o.lost = t.recover(ctx)
		o.recovery = t.recovery
	}
	if ctx.Err() != nil {
		return ctx.Err() // we were interrupted, so the outcome says nothing
	}
	if o.lost != nil {
		h.say("LOST: seed %d, fault %d, %s on %s, %s: %v\n%s", h.seed, number, s.name, kind, t.did, o.lost, t.said())
	} else {
		h.say("%s, fault %d, %s: %s, recovered within %s", kind, number, s.name, t.did, t.recovery.Round(time.Millisecond))
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.outcomes = append(h.outcomes, o)
	return nil
}

// dice are those of one fault: the same for the same seed.
func (h *harness) dice(kind rig.Kind, number int) *rand.Rand {
	return rand.New(rand.NewPCG(h.seed, uint64(number)<<8|uint64(slices.Index(rig.Kinds, kind))))
}
