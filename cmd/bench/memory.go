package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"lightson/cmd/rig"
)

// The most memory that may be resident, and how much larger a file may be
// without changing that.
const (
	loadMemory   = 150e6
	reportMemory = 120e6
	timesLarger  = 10
)

// measureMemory finds the peak of a load and of a report, with the demo data and
// with ten times as many days of them.
func (b *bench) measureMemory(ctx context.Context) error {
	usual, err := b.feeds(ctx)
	if err != nil {
		return err
	}
	large, err := b.generate(ctx, b.stores, b.days*timesLarger)
	if err != nil {
		return err
	}
	for _, kind := range rig.Kinds {
		load, report, err := b.peaks(ctx, kind, usual, b.runs)
		if err != nil {
			return err
		}
		b.addPeak(fmt.Sprintf("memory of a load into %s", kind), load, "", 0, loadMemory)
		b.addPeak(fmt.Sprintf("memory of a report, %s", kind), report, "", 0, reportMemory)
		// One run is enough where it is ten times as long.
		loadLarge, reportLarge, err := b.peaks(ctx, kind, large, 1)
		if err != nil {
			return err
		}
		b.addPeak(fmt.Sprintf("memory of a load of %d polls into %s", large.rows, kind),
			loadLarge, fmt.Sprintf("of %d polls", usual.rows), load, loadMemory)
		b.addPeak(fmt.Sprintf("memory of a report of %d polls, %s", large.rows, kind),
			reportLarge, fmt.Sprintf("of %d polls", usual.rows), report, reportMemory)
	}
	return os.Remove(large.polls)
}

// peaks are the highest of some runs.
func (b *bench) peaks(ctx context.Context, kind rig.Kind, f *feeds, runs int) (load, report int64, err error) {
	for range runs {
		d, err := b.fresh(ctx, kind, "memory")
		if err != nil {
			return 0, 0, err
		}
		peak, err := b.Peak(ctx, d, "load", f.polls, f.hours, f.zones)
		if err != nil {
			return 0, 0, err
		}
		load = max(load, peak)
		if peak, err = b.Peak(ctx, d, "report", "-o", filepath.Join(b.Dir, "memory.csv")); err != nil {
			return 0, 0, err
		}
		report = max(report, peak)
		b.say("%s, %d polls: load %s, report %s", kind, f.rows, megabytes(load), megabytes(report))
		if err := b.Drop(ctx, d); err != nil {
			return 0, 0, err
		}
	}
	return load, report, nil
}

func (b *bench) addPeak(what string, peak int64, with string, other, limit int64) {
	r := row{what: what, median: megabytes(peak), target: "≤ " + megabytes(limit), verdict: verdict(peak <= limit)}
	if with != "" {
		r.with, r.withMedian, r.ratio = with, megabytes(other), fmt.Sprintf("%.2f", float64(peak)/float64(other))
	}
	b.table.add(r)
}

func megabytes(bytes int64) string { return fmt.Sprintf("%.0f MB", float64(bytes)/1e6) }
