package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lightson/cmd/rig"
)

// The most that a server may do that nobody asks for anything.
const (
	idleShare     = 0.003 // of one processor
	idleQuestions = 1.0   // that PostgreSQL is asked in a second
)

// idleFor is how long a server is watched, and idleAfter how long it is left alone before: a
// look into the inbox is a job, and there are some after a start.
const (
	idleFor   = time.Minute
	idleAfter = 150 * time.Second
)

// measureIdle watches servers that rest.
func (b *bench) measureIdle(ctx context.Context) error {
	for _, kind := range rig.Kinds {
		week, err := b.week(ctx, kind)
		if err != nil {
			return err
		}
		if err := b.watchIdle(ctx, kind, *week); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) watchIdle(ctx context.Context, kind rig.Kind, d rig.Database) (err error) {
	var through *askProxy
	if kind == rig.PostgreSQL {
		if through, err = newAskProxy(ctx, &d); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, through.close()) }()
	}
	s, err := b.Serve(ctx, &d, "--ingest-every", "1m")
	if err != nil {
		return err
	}
	defer s.Kill()
	if err := s.Answers(ctx, "/"); err != nil {
		return err
	}
	if err := rig.Sleep(ctx, idleAfter); err != nil {
		return err
	}
	before, err := rig.ProcessorTime(s.Process().Pid)
	if err != nil {
		return err
	}
	asked := through.asked()
	if err := rig.Sleep(ctx, idleFor); err != nil {
		return err
	}
	after, err := rig.ProcessorTime(s.Process().Pid)
	if err != nil {
		return err
	}
	asked = through.asked() - asked
	share := (after - before).Seconds() / idleFor.Seconds()
	b.table.add(row{
		what: fmt.Sprintf("processor of a server at rest, %s", kind), median: percent(share),
		target: "≤ " + percent(idleShare), verdict: verdict(share <= idleShare),
	})
	if kind == rig.PostgreSQL {
		each := float64(asked) / idleFor.Seconds()
		b.table.add(row{
			what: fmt.Sprintf("questions to %s of a server at rest", kind), median: fmt.Sprintf("%.2f a second", each),
			target: fmt.Sprintf("≤ %.0f", idleQuestions), verdict: verdict(each <= idleQuestions),
		})
	}
	return s.Stop()
}

func percent(share float64) string { return fmt.Sprintf("%.2f %%", share*100) }
