package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lightson/models/causes"
)

const (
	plantedSeeds = 1000
	// plantedGoal is how many of the causes that are named have to be planted ones, and of the planted
	// ones named.
	plantedGoal = 0.95
)

// A score counts causes.
type score struct {
	seeds, planted, named, right int
	alike                        int // of the right ones, named as what cannot be told from another
	invented                     int // named where nothing was planted
}

func (s score) precision() float64 { return float64(s.right) / float64(s.named) }

func (s score) recall() float64 { return float64(s.right) / float64(s.planted) }

// add judges one plant.
func (s *score) add(p plant) {
	found := causes.Find(p.stores)
	s.seeds++
	s.planted += len(p.causes)
	s.named += len(found)
	if len(p.causes) == 0 {
		s.invented += len(found)
	}
	for _, name := range p.causes {
		is := func(c causes.Cause) bool { return c.Name == name }
		or := func(c causes.Cause) bool { return slices.Contains(c.Alike, name) }
		switch {
		case slices.ContainsFunc(found, is):
			s.right++
		case slices.ContainsFunc(found, or):
			s.right++
			s.alike++
		}
	}
}

// measureCauses says how many of the causes that were planted are named, and how many of the named
// ones were planted.
func (b *bench) measureCauses(ctx context.Context) error {
	var s score
	begin := time.Now()
	for seed := range uint64(plantedSeeds) {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.add(plantSeed(seed))
	}
	b.say("%d causes planted in %d seeds, %d named, %d of them right (%d of these by a second name), %d where there was none; %s",
		s.planted, s.seeds, s.named, s.right, s.alike, s.invented, time.Since(begin).Round(time.Millisecond))
	for _, r := range []struct {
		what  string
		share float64
	}{{"precision", s.precision()}, {"recall", s.recall()}} {
		b.table.add(row{
			what: fmt.Sprintf("%s of common causes, %d seeds", r.what, s.seeds), median: fmt.Sprintf("%.3f", r.share),
			target: fmt.Sprintf("≥ %.2f", plantedGoal), verdict: verdict(r.share >= plantedGoal),
		})
	}
	return nil
}
