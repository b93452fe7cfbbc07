package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"lightson/cmd/rig"
)

// What a million stores may take on two processors. These are no ratios: they hold for the machine
// that the targets were set on, and one like it.
const (
	millionStores = 1_000_000
	millionHours  = 2 // that are imported while pages are served

	millionLoad   = 60 * time.Second
	millionReport = 8 * time.Second
	millionHour   = 4 * time.Second
	millionPeak   = 1e9 // bytes, of a load and of a report
	millionServer = 3e9 // bytes, of a server that shows pages and has imported some hours
)

// measureMillion loads the polls of a million stores by command, makes a report of them by
// command, and imports hours of them by a server that shows pages. It is for --million only: it
// takes a quarter of an hour and 15 GB of the disk.
func (b *bench) measureMillion(ctx context.Context) error {
	if !b.million {
		return nil
	}
	f, err := b.generate(ctx, millionStores, b.days)
	if err != nil {
		return err
	}
	defer os.Remove(f.polls)
	for _, kind := range rig.Kinds {
		d, err := b.fresh(ctx, kind, "million")
		if err != nil {
			return err
		}
		if err := b.measureMillionOn(ctx, d, f); err != nil {
			return err
		}
		if err := b.Drop(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) measureMillionOn(ctx context.Context, d *rig.Database, f *feeds) error {
	of := func(what string) string { return fmt.Sprintf("a million stores, %s: %s", d.Kind, what) }
	for _, work := range []struct {
		what  string
		args  []string
		limit time.Duration
	}{
		{"load", []string{"load", f.polls, f.hours, f.zones}, millionLoad},
		{"report", []string{"report", "-o", filepath.Join(b.Dir, "million.csv")}, millionReport},
	} {
		b.say("%s", of(work.what))
		began := time.Now()
		peak, err := b.Peak(ctx, d, work.args...)
		if err != nil {
			return err
		}
		b.addTaken(of(work.what), time.Since(began), work.limit)
		b.addPeak(of("memory of a "+work.what), peak, "", 0, millionPeak)
	}
	b.say("%s", of("serve"))
	s, err := b.Serve(ctx, d)
	if err != nil {
		return err
	}
	defer s.Kill()
	if err := s.Answers(ctx, "/stores"); err != nil {
		return err
	}
	if err := s.Answers(ctx, "/"); err != nil {
		return err
	}
	var took times
	for n := range millionHours {
		file := filepath.Join(b.Dir, "million-hour.csv")
		if err := rig.WriteHour(file, f.codes, rig.Newest.Add(time.Duration(n+1)*time.Hour)); err != nil {
			return err
		}
		began := time.Now()
		id, err := s.Upload(ctx, file)
		if err == nil {
			err = s.Imported(ctx, id)
		}
		if err != nil {
			return err
		}
		took = append(took, time.Since(began))
		if _, err := s.Text(ctx, "/"); err != nil {
			return err
		}
	}
	resident, err := rig.Resident(s.Process().Pid)
	if err != nil {
		return err
	}
	b.addTaken(of("one more hour while serving, sent → complete"), took.median(), millionHour)
	b.addPeak(of(fmt.Sprintf("memory of a server after %d hours", millionHours)), resident, "", 0, millionServer)
	return s.Stop()
}

// addTaken adds what some work took to the table.
func (b *bench) addTaken(what string, took, limit time.Duration) {
	b.table.add(row{what: what, median: seconds(took), target: "≤ " + seconds(limit), verdict: verdict(took <= limit)})
}
