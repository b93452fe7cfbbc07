package main

import (
	"context"
	"fmt"
	"time"

	"lightson/cmd/rig"
	"lightson/models/figures"
	"lightson/models/history"
	"lightson/models/uptime"
)

// ninetyTimes is how many times as long as the figures of the same days for a report it may
// take to add up ninety days of all stores, once.
const ninetyTimes = 2.5

// measureNinetyDays adds up ninety days of all stores by group and date, beside a report of
// the same days.
func (b *bench) measureNinetyDays(ctx context.Context) error {
	return b.eachLong(ctx, b.raceNinetyDays)
}

func (b *bench) raceNinetyDays(ctx context.Context, d *rig.Database, f *figures.Figures) error {
	t, err := f.Trend(ctx)
	if err != nil {
		return err
	}
	kept := history.New(f)
	if err := addUpDays(ctx, kept, t); err != nil {
		return err
	}
	took, err := b.race(ctx,
		contestant{fmt.Sprintf("figures of 90 days of %s", d.Kind), d.Settle, func(ctx context.Context) error {
			_, err := f.MeasureRange(ctx, t.Snapshot, nil, uptime.Span{From: t.AsOf.Add(-history.Length * uptime.Day), To: t.AsOf}, nil)
			return err
		}},
		contestant{fmt.Sprintf("90 days by group and date of %s", d.Kind), d.Settle, func(ctx context.Context) error { return addUpDays(ctx, history.New(f), t) }},
		contestant{fmt.Sprintf("90 days that are kept of %s", d.Kind), d.Settle, func(ctx context.Context) error { return addUpDays(ctx, kept, t) }})
	if err != nil {
		return err
	}
	b.table.compare(fmt.Sprintf("90 days of all stores by group and date, %s", d.Kind), took[1], "figures of them", took[0], ninetyTimes)
	b.table.compare(fmt.Sprintf("90 days of all stores once they are kept, %s", d.Kind), took[2], "figures of them", took[0], .05)
	return nil
}

// addUpDays asks for the days of all stores until there are all.
func addUpDays(ctx context.Context, h *history.History, t *figures.Trend) error {
	stores, recent := make([]int, len(t.Stores)), make([]uptime.Figures, len(t.Dates))
	for n := range stores {
		stores[n] = n
	}
	for {
		days := h.Days(ctx, t, stores, recent, t.Dates[len(t.Dates)-1], time.Minute)
		if days.Err != nil || !days.Pending {
			return days.Err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}
