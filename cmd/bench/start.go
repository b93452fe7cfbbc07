package main

import (
	"context"
	"fmt"
	"time"
)

// startLimit is how long a server on an existing database may take from its
// start to its first answer.
const startLimit = 200 * time.Millisecond

// measureStart starts servers and waits for their first answer.
func (b *bench) measureStart(ctx context.Context) error {
	for _, kind := range kinds {
		week, err := b.week(ctx, kind)
		if err != nil {
			return err
		}
		// The queue makes its tables when it first serves: that is no existing database.
		if err := b.lightson(ctx, week, "migrate"); err != nil {
			return err
		}
		var running *server
		stop := func(context.Context) error {
			if running == nil {
				return nil
			}
			last := running
			running = nil
			return last.stop()
		}
		defer stop(ctx) //nolint:errcheck // by then only after another error
		start := func(path string) contestant {
			return contestant{
				name: fmt.Sprintf("start to %s, %s", path, kind), prepare: stop,
				run: func(ctx context.Context) (err error) {
					if running, err = b.serve(ctx, week); err != nil {
						return err
					}
					return running.answers(ctx, path)
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
		// It is one snapshot later, which a load and a report pay for as well.
		b.table.beside(home.name, took[1], first.name, took[0])
	}
	return nil
}
