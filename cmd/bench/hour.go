package main

import (
	"context"
	"fmt"

	"lightson/cmd/rig"
)

// measureHour loads one more hour, a poll of each store, into a week of history
// and into thirty. Each round is the next hour.
func (b *bench) measureHour(ctx context.Context) error {
	var file string
	var contestants []contestant
	for _, kind := range rig.Kinds {
		week, err := b.week(ctx, kind)
		if err != nil {
			return err
		}
		long, err := b.long(ctx, kind)
		if err != nil {
			return err
		}
		for _, into := range []*rig.Database{week, long} {
			contestants = append(contestants, contestant{
				name:    fmt.Sprintf("one more hour into a %s of %s", into.Name, kind),
				prepare: into.Settle,
				run:     func(ctx context.Context) error { return b.Lightson(ctx, into, "load", file) },
			})
		}
	}
	settle := contestants[0].prepare
	contestants[0].prepare = func(ctx context.Context) (err error) {
		if file, err = b.nextHour(ctx); err != nil {
			return err
		}
		return settle(ctx)
	}
	took, err := b.race(ctx, contestants...)
	if err != nil {
		return err
	}
	for n, kind := range rig.Kinds {
		b.table.compare(fmt.Sprintf("one more hour into %d weeks of %s", longWeeks, kind),
			took[2*n+1], "into one week", took[2*n], 1.5)
	}
	return nil
}
