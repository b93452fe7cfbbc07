package main

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"lightson/cmd/rig"
)

// A workload is imports and reports that a server does one after the other while
// its pages are measured.
type workload struct {
	cancel           context.CancelFunc
	group            *errgroup.Group
	imports, reports int // done so far
}

// keepBusy asks for reports, and drops files into the server's inbox: a new hour, and
// the demo's polls once more, in turn.
func (b *bench) keepBusy(ctx context.Context, s *rig.Server) (*workload, error) {
	f, err := b.feeds(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	g, ctx := errgroup.WithContext(ctx)
	work := &workload{cancel: cancel, group: g}
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
func (w *workload) stop() (string, error) {
	w.cancel()
	err := w.group.Wait()
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return fmt.Sprintf("%d imports, %d reports done", w.imports, w.reports), err
}
