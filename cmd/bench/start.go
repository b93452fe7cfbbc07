package main

import (
	"context"
	"fmt"
	"time"

	"lightson/cmd/rig"
)

// startLimit is how long a server on an existing database may take from its
// start to its first answer.
const startLimit = 200 * time.Millisecond

// measureStart starts servers and waits for their first answer.
func (b *bench) measureStart(ctx context.Context) error {
	for _, kind := range rig.Kinds {
		week, err := b.week(ctx, kind)
		if err != nil {
			return err
		}
		// The queue's tables exist in a database that was served before.
		if err := b.Lightson(ctx, week, "migrate"); err != nil {
			return err
		}
		var running *rig.Server
		stop := func(context.Context) error {
			if running == nil {
				return nil
			}
			last := running
			running = nil
			return last.Stop()
		}
		defer stop(ctx) //nolint:errcheck // by then only after another error
		start := func(path string) contestant {
			return contestant{
				name: fmt.Sprintf("start to %s, %s", path, kind), prepare: stop,
				run: func(ctx context.Context) (err error) {
					if running, err = b.Serve(ctx, week); err != nil {
						return err
					}
					return running.Answers(ctx, path)
				},
			}
		}
		first, home := start(health), start("/")
		took, err := b.race(ctx, first, home)
		if err != nil {
			return err
		}
		if err := stop(ctx); err != nil {
			return err
		}
		b.table.limit(first.name, took[0], startLimit)
		// The home page needs a snapshot first, as a report does.
		b.table.beside(home.name, took[1], first.name, took[0])
	}
	return nil
}
