package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// A contestant is one of several things that are timed in turn.
type contestant struct {
	name    string
	prepare func(context.Context) error // not timed; may be nil
	run     func(context.Context) error
}

// times are how long a contestant took, by round.
type times []time.Duration

// race times the contestants one after the other, round by round, and returns the
// times of each. Runs within a round can be compared even on a machine that does
// other things as well, since they are close in time.
func (b *bench) race(ctx context.Context, contestants ...contestant) ([]times, error) {
	took := make([]times, len(contestants))
	for round := range b.runs {
		for n, c := range contestants {
			if c.prepare != nil {
				if err := c.prepare(ctx); err != nil {
					return nil, fmt.Errorf("prepare %s: %w", c.name, err)
				}
			}
			start := time.Now()
			if err := c.run(ctx); err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			took[n] = append(took[n], time.Since(start))
			b.say("%d/%d %s: %s", round+1, b.runs, c.name, seconds(took[n][round]))
		}
	}
	return took, nil
}

func (t times) median() time.Duration {
	sorted := slices.Sorted(slices.Values(t))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// medianRatio is the median of the ratios of each round.
func medianRatio(a, b times) float64 {
	ratios := make([]float64, len(a))
	for n := range a {
		ratios[n] = float64(a[n]) / float64(b[n])
	}
	slices.Sort(ratios)
	return (ratios[(len(ratios)-1)/2] + ratios[len(ratios)/2]) / 2
}
