package main

import (
	"context"
	"fmt"

	"lightson/cmd/rig"
	"lightson/models/alerts"
	"lightson/models/figures"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// backtestTimes are how many times as long as the figures of the same stores and days a
// backtest may take. A rule for missing data tells of most stores of the demo data.
var backtestTimes = map[alerts.Kind]float64{alerts.Offline: 3, alerts.NoData: 6}

// measureBacktests tries alert rules on 30 days of all stores, beside computing the figures
// of these for a report.
func (b *bench) measureBacktests(ctx context.Context) error {
	return b.eachLong(ctx, b.raceBacktests)
}

func (b *bench) raceBacktests(ctx context.Context, d *rig.Database, f *figures.Figures) error {
	s, err := f.Snapshot(ctx)
	if err != nil {
		return err
	}
	contestants := []contestant{{
		name:    fmt.Sprintf("figures of 30 days of %s", d.Kind),
		prepare: d.Settle,
		run: func(ctx context.Context) error {
			_, err := f.MeasureRange(ctx, s, nil, uptime.Span{From: s.AsOf.Add(-alerts.BacktestTime), To: s.AsOf}, nil)
			return err
		},
	}}
	rules := []alerts.Rule{judgedRules[0], judgedRules[2]}
	short := make([]string, len(rules))
	for n, r := range rules {
		contestants = append(contestants, contestant{
			name:    fmt.Sprintf("backtest, %s, of %s", r.Kind, d.Kind),
			prepare: d.Settle,
			run: func(ctx context.Context) error {
				found, err := alerts.RunBacktest(ctx, f, s, r, reach.All())
				if found.Short != "" {
					short[n] = ": " + found.Short
				}
				return err
			},
		})
	}
	took, err := b.race(ctx, contestants...)
	if err != nil {
		return err
	}
	for n, r := range rules {
		most := backtestTimes[r.Kind]
		if short[n] != "" {
			most = 0 // it was not finished
		}
		b.table.compare(fmt.Sprintf("backtest of 30 days of all stores, %s, %s%s", r.Kind, d.Kind, short[n]), took[n+1], "their figures", took[0], most)
	}
	return nil
}
