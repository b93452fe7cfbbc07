package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"lightson/cmd/rig"
)

// triggerLimit is how long POST /trigger_report may take, whatever else the server
// does.
const triggerLimit = 100 * time.Millisecond

// measureTriggers asks for a report every 20 ms while a server imports all polls of
// the demo data. Beside it, it asks for the cheapest answer: that one waits for the
// processors only, which the import uses too.
func (b *bench) measureTriggers(ctx context.Context) error {
	f, err := b.feeds(ctx)
	if err != nil {
		return err
	}
	for _, kind := range rig.Kinds {
		var triggers, cheapest times
		for range b.runs {
			into, err := b.fresh(ctx, kind, "trigger")
			if err != nil {
				return err
			}
			longest, err := b.longestDuring(ctx, into, f.polls)
			if err != nil {
				return err
			}
			triggers, cheapest = append(triggers, longest[0]), append(cheapest, longest[1])
		}
		b.table.limitBeside(fmt.Sprintf("longest trigger during a load into %s", kind), triggers, triggerLimit, "longest "+health, cheapest)
	}
	return nil
}

// longestDuring measures the longest trigger, and the longest of the cheapest answer,
// while a server imports a file.
func (b *bench) longestDuring(ctx context.Context, into *rig.Database, file string) (longest [2]time.Duration, err error) {
	s, err := b.Serve(ctx, into)
	if err != nil {
		return longest, err
	}
	defer s.Kill()
	if err := s.Answers(ctx, health); err != nil {
		return longest, err
	}
	g, ctx := errgroup.WithContext(ctx)
	done := make(chan struct{})
	g.Go(func() error {
		defer close(done)
		return s.TakesIn(ctx, file, 1)
	})
	for n, ask := range []func() error{
		func() error { _, err := s.Trigger(ctx, ""); return err },
		func() error { _, err := s.Text(ctx, health); return err },
	} {
		g.Go(func() error {
			for {
				select {
				case <-done:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				case <-time.After(20 * time.Millisecond):
				}
				began := time.Now()
				if err := ask(); err != nil {
					return err
				}
				longest[n] = max(longest[n], time.Since(began))
			}
		})
	}
	if err := g.Wait(); err != nil {
		return longest, err
	}
	return longest, s.Stop()
}
