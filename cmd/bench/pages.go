package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lightson/cmd/rig"
)

// How long a page may take, and the share of the throughput of the cheapest answer
// that it must have. The clients share the processors with the server: with 32 of
// them, a page that costs 0.6 ms of work takes 20.
const (
	pageMedian = 20 * time.Millisecond
	pageTail   = 100 * time.Millisecond // 99 of 100
	pageShare  = 0.25
	busyTimes  = 3 // how much longer the slowest visits of a store may take while imports run
)

// health is the cheapest answer that the server has.
const health = "/healthz"

// storePages are those of all stores, another at each visit.
const storePages = "/stores/…"

// pages are what people look at, with the table of one report. Some come twice: as
// one page that many look at, and as another page at each visit, where a cached page
// is no help. The latter must be quick, but need not have the share: they show what
// rendering costs.
func (f *feeds) pages(report string) []page {
	list := []page{always("/")}
	for _, query := range []string{
		"", "?sort=store", "?sort=store&order=desc", "?sort=state", "?sort=hour&order=desc", "?sort=day&order=desc", "?sort=week",
		"?state=offline", "?down=true",
	} {
		list = append(list, always("/stores"+query))
	}
	search := func(n int) string { return fmt.Sprintf("?q=%d", n%100_000) }
	list = append(list,
		always("/stores?q=77"), always("/stores/"+f.codes[0]),
		varying("/stores?page=…", func(n int) string { return fmt.Sprintf("/stores?page=%d", n%(len(f.codes)/50+1)) }),
		varying("/stores?q=…", func(n int) string { return "/stores" + search(n) }),
		varying(storePages, func(n int) string { return "/stores/" + f.codes[n%len(f.codes)] }),
	)
	for _, query := range []string{"", "?sort=down_week&order=desc", "?sort=availability", "?down=true", "?q=77"} {
		list = append(list, page{name: "/reports/R" + query, path: func(int) string { return "/reports/" + report + query }})
	}
	return append(list, varying("/reports/R?q=…", func(n int) string { return "/reports/" + report + search(n) }))
}

// measurePages visits every page with many clients at once, alone and then while
// imports and reports run.
func (b *bench) measurePages(ctx context.Context) error {
	for _, kind := range rig.Kinds {
		week, err := b.week(ctx, kind)
		if err != nil {
			return err
		}
		s, err := b.Serve(ctx, week)
		if err != nil {
			return err
		}
		err = s.Answers(ctx, health)
		if err == nil {
			err = b.visitPages(ctx, s, kind)
		}
		if err = errors.Join(err, s.Stop()); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) visitPages(ctx context.Context, s *rig.Server, kind rig.Kind) error {
	report, err := s.Report(ctx, "")
	if err != nil {
		return err
	}
	f, err := b.feeds(ctx)
	if err != nil {
		return err
	}
	list := f.pages(report)
	for _, p := range list {
		// Each page beside the cheapest answer, in the same seconds.
		bare, err := b.visitAll(ctx, s.Addr, []page{always(health)}, b.visit/3)
		if err != nil {
			return err
		}
		full, err := b.visitAll(ctx, s.Addr, []page{p}, b.visit)
		if err != nil {
			return err
		}
		b.addPage(kind, p.name, full[0], &bare[0], p.varies)
	}
	return b.visitBusy(ctx, s, kind, list)
}

// visitBusy visits all pages alone and while imports and reports run.
func (b *bench) visitBusy(ctx context.Context, s *rig.Server, kind rig.Kind, list []page) error {
	alone, err := b.visitAll(ctx, s.Addr, list, 5*b.visit)
	if err != nil {
		return err
	}
	work, err := b.keepBusy(ctx, s)
	if err != nil {
		return err
	}
	busy, err := b.visitAll(ctx, s.Addr, list, 5*b.visit)
	did, stopErr := work.stop()
	if err := errors.Join(err, stopErr); err != nil {
		return err
	}
	b.table.add(row{
		what: fmt.Sprintf("%s while %d pages are visited", kind, len(list)), median: did,
		target: "some of both", verdict: verdict(work.imports > 0 && work.reports > 0),
	})
	b.addPage(kind, "meanwhile: all pages", together(busy), nil, false)
	slowest := slices.MaxFunc(busy, func(a, b visits) int { return cmp.Compare(a.quantile(0.99), b.quantile(0.99)) })
	b.addPage(kind, "meanwhile: the slowest, "+slowest.name, slowest, nil, false)
	b.compareTails(kind, storePages, busy, alone)
	return nil
}

// compareTails compares the slowest visits of a page meanwhile with those of the same visitors
// alone.
func (b *bench) compareTails(kind rig.Kind, name string, busy, alone []visits) {
	tail := func(list []visits) time.Duration {
		return list[slices.IndexFunc(list, func(v visits) bool { return v.name == name })].quantile(0.99)
	}
	meanwhile, otherwise := tail(busy), tail(alone)
	ratio := float64(meanwhile) / float64(otherwise)
	b.table.add(row{
		what: fmt.Sprintf("%s meanwhile: p99 of %s", kind, name), median: seconds(meanwhile), with: "alone", withMedian: seconds(otherwise),
		ratio: fmt.Sprintf("%.2f", ratio), target: fmt.Sprintf("≤ %.2f", float64(busyTimes)), verdict: verdict(ratio <= busyTimes),
	})
}

// addPage adds a page to the table; bare is the cheapest answer, where the two
// were visited alike.
func (b *bench) addPage(kind rig.Kind, name string, page visits, bare *visits, varies bool) {
	median, tail := page.quantile(0.5), page.quantile(0.99)
	met := median < pageMedian && tail < pageTail && page.wire <= wireLimit
	r := row{
		what:   fmt.Sprintf("%s %s", kind, name),
		median: fmt.Sprintf("%s, p99 %s, %s", seconds(median), seconds(tail), kilobytes(page.wire)),
		target: fmt.Sprintf("< %s, p99 < %s, ≤ %s", seconds(pageMedian), seconds(pageTail), kilobytes(wireLimit)),
	}
	if bare != nil {
		share := page.perSecond() / bare.perSecond()
		r.with = fmt.Sprintf("%.0f/s, to %s", page.perSecond(), health)
		r.withMedian = fmt.Sprintf("%.0f/s, p99 %s", bare.perSecond(), seconds(bare.quantile(0.99)))
		r.ratio = fmt.Sprintf("%.2f", share)
		if !varies {
			met = met && share >= pageShare
			r.target += fmt.Sprintf(", ≥ %.2f", pageShare)
		}
	}
	r.verdict = verdict(met)
	b.table.add(r)
}
