package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lightson/cmd/rig"
	"lightson/models"
	"lightson/models/alerts"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// Judging alert rules may take so much of the time of the hourly import before it. At worst
// a tenth of all stores goes dark by chance, and as many come back.
const (
	judgedShare = 0.1
	worstShare  = 0.5
)

// judgedRules are about all stores. Nobody has accounts.
var judgedRules = []alerts.Rule{
	{Subject: entered.All, Kind: alerts.Offline, After: 30 * uptime.Minute, TellBack: true, Again: uptime.Hour, QuietFrom: -1, QuietTo: -1, Enabled: true},
	{Subject: entered.All, Kind: alerts.Offline, After: 2 * uptime.Hour, Remind: 4 * uptime.Hour, Again: uptime.Hour, QuietFrom: -1, QuietTo: -1, Enabled: true},
	{Subject: entered.All, Kind: alerts.NoData, After: 3 * uptime.Hour, TellBack: true, Again: uptime.Hour, QuietFrom: -1, QuietTo: -1, Enabled: true},
}

// measureJudging loads one more hour, and judges alert rules after it: an hour as the demo
// has it, and one of the worst. What is judged is the snapshot that pages need after an import
// anyway, so its computing is not counted.
func (b *bench) measureJudging(ctx context.Context) error {
	demo, err := b.demoHours(ctx)
	if err != nil {
		return err
	}
	for _, kind := range rig.Kinds {
		week, err := b.week(ctx, kind)
		if err != nil {
			return err
		}
		for n, hours := range []struct {
			name  string
			share float64
			file  func(n int) (string, error)
		}{
			{"an hour of the demo", judgedShare, func(n int) (string, error) { return demo[n], nil }},
			{"an hour that finds a tenth dark by chance", worstShare, func(n int) (string, error) { return b.hour(ctx, n) }},
		} {
			judged, err := b.Create(ctx, kind, fmt.Sprintf("judged%d", n), week)
			if err != nil {
				return err
			}
			took, err := b.raceJudging(ctx, judged, hours.file)
			if err != nil {
				return err
			}
			b.table.compare(fmt.Sprintf("judging %d alert rules about all stores, %s", len(judgedRules), kind), took[1], hours.name, took[0], hours.share)
		}
	}
	return nil
}

// raceJudging is given the files of the hours after the demo data.
func (b *bench) raceJudging(ctx context.Context, d *rig.Database, hour func(n int) (string, error)) (took []times, err error) {
	db, err := models.Open(ctx, d.URL, d.Dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	j := judging{db: db, figures: figures.New(db)}
	defer j.figures.Close()
	if err := j.begin(ctx); err != nil {
		return nil, err
	}
	var file string
	hours := 0 // without a gap after the demo data: no store is told of while the poller was silent
	return b.race(ctx,
		contestant{
			name: fmt.Sprintf("one more hour into %s", d.Kind),
			prepare: func(ctx context.Context) (err error) {
				if file, err = hour(hours); err != nil {
					return err
				}
				hours++
				return d.Settle(ctx)
			},
			run: func(ctx context.Context) error { return b.Lightson(ctx, d, "load", file) },
		},
		contestant{name: fmt.Sprintf("judging on %s", d.Kind), prepare: j.look, run: j.judge},
	)
}

// A judging judges one database again and again.
type judging struct {
	db       *models.DB
	figures  *figures.Figures
	snapshot *figures.Snapshot
}

// begin adds the rules and judges once: the first time, everything is new.
func (j *judging) begin(ctx context.Context) error {
	for _, r := range judgedRules {
		r.Channels = []string{}
		if err := alerts.SaveRule(ctx, j.db, &r, uptime.At(time.Now())); err != nil {
			return err
		}
	}
	if err := j.look(ctx); err != nil {
		return err
	}
	return j.judge(ctx)
}

// look computes the snapshot of the present data, which are not judged yet.
func (j *judging) look(ctx context.Context) (err error) {
	due, err := alerts.FindDue(ctx, j.db)
	if err == nil && !due.Judge {
		err = errors.New("there is nothing to judge")
	}
	if err != nil {
		return err
	}
	j.snapshot, err = j.figures.Snapshot(ctx)
	return err
}

func (j *judging) judge(ctx context.Context) error {
	everybody := alerts.Recipients{"": {Told: true, Reach: reach.All(), Imports: true}}
	return alerts.Judge(ctx, j.db, j.snapshot, everybody, uptime.At(time.Now()))
}
