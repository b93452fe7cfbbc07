package main

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"lightson/cmd/rig"
	"lightson/models"
	"lightson/models/figures"
	"lightson/models/imports"
	"lightson/models/reach"
)

// What figures may cost that follow a change of the data, as shares of what they cost from
// nothing, and how much an hour may take while pages are served.
const (
	freshShare  = 0.1
	pushShare   = 0.05
	servedTimes = 1.5
	memoryTimes = 1.3 // of the memory at first, after some imports
	pushed      = 100 // polls of one push
)

// measureFollow pushes polls and computes the figures again, beside figures that are computed
// from nothing, and loads an hour by a server that shows pages, beside the same by command.
func (b *bench) measureFollow(ctx context.Context) error {
	for _, kind := range rig.Kinds {
		week, err := b.week(ctx, kind)
		if err != nil {
			return err
		}
		d, err := b.Create(ctx, kind, "follow", week)
		if err != nil {
			return err
		}
		if err := b.raceFollowing(ctx, d); err != nil {
			return err
		}
		if err := b.raceServed(ctx, d); err != nil {
			return err
		}
		if err := b.Drop(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// raceFollowing compares within this process.
func (b *bench) raceFollowing(ctx context.Context, d *rig.Database) (err error) {
	db, err := models.Open(ctx, d.URL, d.Dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	f := &follower{db: db, figures: figures.New(db), pusher: imports.NewPusher(db), at: rig.Newest}
	defer f.figures.Close()
	if _, err := f.figures.Trend(ctx); err != nil {
		return err
	}
	took, err := b.race(ctx,
		contestant{name: "figures after a push, " + string(d.Kind), prepare: func(ctx context.Context) error { return f.push(ctx, pushed) }, run: f.look},
		contestant{name: "a trend after it, " + string(d.Kind), run: f.lookBack},
		contestant{name: "all figures, " + string(d.Kind), run: f.everything},
	)
	if err != nil {
		return err
	}
	b.table.compare(fmt.Sprintf("fresh figures after a push of %d polls, %s", pushed, d.Kind), took[0], "a full snapshot", took[2], freshShare)
	b.table.compare("the trend after it, "+string(d.Kind), took[1], "a full snapshot", took[2], freshShare)

	var once, report times
	for range b.runs {
		before := processor(syscall.RUSAGE_SELF)
		if err := errors.Join(f.push(ctx, 1), f.look(ctx)); err != nil {
			return err
		}
		once = append(once, processor(syscall.RUSAGE_SELF)-before)
		before = processor(syscall.RUSAGE_CHILDREN)
		if err := b.Lightson(ctx, d, "report", "-o", d.Dir+"/follow.csv"); err != nil {
			return err
		}
		report = append(report, processor(syscall.RUSAGE_CHILDREN)-before)
	}
	b.table.compare("processor time of a push of one poll and its figures, "+string(d.Kind), once, "of a report", report, pushShare)
	return nil
}

// processor is the time that processors worked for this process, or for its children.
func processor(who int) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(who, &used); err != nil {
		panic(err) // it fails for no who but an unknown one
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// A follower pushes polls into a database and looks at its figures.
type follower struct {
	db      *models.DB
	figures *figures.Figures
	pusher  *imports.Pusher
	latest  *figures.Snapshot
	at      time.Time
}

// push brings polls of as many stores, a moment after the last.
func (f *follower) push(ctx context.Context, polls int) error {
	if f.latest == nil {
		if err := f.look(ctx); err != nil {
			return err
		}
	}
	p := imports.NewPush(time.Now())
	defer p.Close()
	f.at = f.at.Add(time.Second)
	for n := range polls {
		if err := p.Add(f.latest.Stores[n].Code, "active", f.at.Format("2006-01-02 15:04:05.999999 UTC"), ""); err != nil {
			return err
		}
	}
	_, err := f.pusher.MergeWithin(ctx, p, reach.All())
	return err
}

func (f *follower) look(ctx context.Context) (err error) {
	f.latest, err = f.figures.Snapshot(ctx)
	return err
}

func (f *follower) lookBack(ctx context.Context) error {
	_, err := f.figures.Trend(ctx)
	return err
}

func (f *follower) everything(ctx context.Context) error {
	_, err := f.figures.SnapshotAt(ctx, models.OptionalInstant{}, nil)
	return err
}

// raceServed loads hour after hour, by a server whose pages somebody has seen and by command,
// and compares the server's memory with that at first.
func (b *bench) raceServed(ctx context.Context, d *rig.Database) (err error) {
	s, err := b.Serve(ctx, d)
	if err != nil {
		return err
	}
	defer s.Kill()
	if err := s.Answers(ctx, "/"); err != nil {
		return err
	}
	first, err := rig.Resident(s.Process().Pid)
	if err != nil {
		return err
	}
	var file string
	hours := 1
	next := func(ctx context.Context) (err error) {
		file, err = b.hour(ctx, hours)
		hours++
		return err
	}
	took, err := b.race(ctx,
		contestant{name: "one more hour while serving, " + string(d.Kind), prepare: next, run: func(ctx context.Context) error {
			id, err := s.Upload(ctx, file)
			if err != nil {
				return err
			}
			return s.Imported(ctx, id)
		}},
		contestant{name: "one more hour by command, " + string(d.Kind), prepare: next, run: func(ctx context.Context) error { return b.Lightson(ctx, d, "load", file) }},
	)
	if err != nil {
		return err
	}
	if _, err := s.Text(ctx, "/"); err != nil {
		return err
	}
	last, err := rig.Resident(s.Process().Pid)
	if err != nil {
		return err
	}
	b.table.compare("one more hour while serving, sent → complete, "+string(d.Kind), took[0], "by command", took[1], servedTimes)
	b.addPeak(fmt.Sprintf("memory of a server after %d hours, %s", 2*b.runs, d.Kind), last, "at first", first, int64(float64(first)*memoryTimes))
	return s.Stop()
}
