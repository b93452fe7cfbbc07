package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lightson/cmd/rig"
)

// What one visitor may wait for the first byte of a page, and how many bytes a page may be
// on the wire.
const (
	firstByteMedian = 50 * time.Millisecond
	firstByteCold   = 200 * time.Millisecond // of the very first request after a start
	wireLimit       = 60_000
)

// looks is how often a page is asked for after the first time.
const looks = 20

// everyPage is each kind of page that people look at, with one report and one store.
func (f *feeds) everyPage(report string) []string {
	return []string{
		"/", "/stores", "/stores?sort=store", "/stores?q=77", "/stores?state=offline", "/stores/" + f.codes[0], "/outages", "/groups", "/reports", "/reports/" + report,
		"/imports", "/quality", "/targets", "/special-days", "/corrections", "/corrections/new", "/alerts", "/alerts/new", "/scheduled-reports", "/digests",
		"/channels", "/channels/new", "/deliveries", "/feeds", "/audit",
	}
}

// measureWeight asks for every page as one visitor does, first of a server that has just
// started and then again.
func (b *bench) measureWeight(ctx context.Context) error {
	for _, kind := range rig.Kinds {
		week, err := b.week(ctx, kind)
		if err != nil {
			return err
		}
		report, err := b.reportOf(ctx, week)
		if err != nil {
			return err
		}
		f, err := b.feeds(ctx)
		if err != nil {
			return err
		}
		for _, path := range f.everyPage(report) {
			if err := b.weigh(ctx, week, path, report); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) reportOf(ctx context.Context, d *rig.Database) (id string, err error) {
	s, err := b.Serve(ctx, d)
	if err != nil {
		return "", err
	}
	if err = s.Answers(ctx, health); err == nil {
		id, err = s.Report(ctx, "")
	}
	return id, errors.Join(err, s.Stop())
}

// weigh measures one page of a server of its own.
func (b *bench) weigh(ctx context.Context, d *rig.Database, path, report string) (err error) {
	s, err := b.Serve(ctx, d)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	if err := s.Answers(ctx, health); err != nil {
		return err
	}
	c, err := rig.Dial(ctx, s.Addr)
	if err != nil {
		return err
	}
	defer c.Close()
	var cold time.Duration
	var warm []time.Duration
	wire := int64(0)
	for n := range 1 + looks {
		if err := c.Get(path); err != nil {
			return err
		}
		wire = max(wire, c.Wire)
		if n == 0 {
			cold = c.FirstByte
			continue
		}
		warm = append(warm, c.FirstByte)
	}
	slices.Sort(warm)
	name := path
	if path == "/reports/"+report {
		name = "/reports/R"
	}
	median := warm[len(warm)/2]
	b.table.add(row{
		what: fmt.Sprintf("%s %s, to the first byte", d.Kind, name), median: seconds(median), with: "first after a start", withMedian: seconds(cold),
		ratio:   kilobytes(wire),
		target:  fmt.Sprintf("≤ %s, first ≤ %s, ≤ %s", seconds(firstByteMedian), seconds(firstByteCold), kilobytes(wireLimit)),
		verdict: verdict(median <= firstByteMedian && cold <= firstByteCold && wire <= wireLimit),
	})
	return nil
}

func kilobytes(bytes int64) string { return fmt.Sprintf("%.1f kB", float64(bytes)/1e3) }
