package main

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"lightson/cmd/rig"
)

// A busyness is imports and reports that a server does one after the other, as
// long as someone watches how its pages fare.
type busyness struct {
	cancel           context.CancelFunc
	group            *errgroup.Group
	imports, reports int
}

// keepBusy drops files into the server's inbox, in turn a new hour and all polls
// once more, and asks for reports.
func (b *bench) keepBusy(ctx context.Context, s *rig.Server) (*busyness, error) {
	f, err := b.feeds(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	g, ctx := errgroup.WithContext(ctx)
	work := &busyness{cancel: cancel, group: g}
	g.Go(func() error {
		for ; ctx.Err() == nil; work.imports++ {
			file := f.polls
			if work.imports%2 == 0 {
				if file, err = b.nextHour(ctx); err != nil {
					return err
				}
			}
			if err := s.TakesIn(ctx, file, work.imports); err != nil {
				return err
			}
		}
		return nil
	})
	g.Go(func() error {
		for ; ctx.Err() == nil; work.reports++ {
			if _, err := s.Report(ctx, ""); err != nil {
				return err
			}
		}
		return nil
	})
	return work, nil
}

// stop ends it and says what was done.
func (w *busyness) stop() (string, error) {
	w.cancel()
	err := w.group.Wait()
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return fmt.Sprintf("%d imports, %d reports done", w.imports, w.reports), err
}
