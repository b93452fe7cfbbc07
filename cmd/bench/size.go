package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"lightson/cmd/rig"
)

// Days of hourly imports. The first are left out: until then the journal of the last
// imports grows, which stays as large as it is afterwards.
const (
	sizeDays   = 11
	settleDays = 4
	sizeStores = 2000
)

// measureSize imports the polls of each hour, as an inbox does, and says what a year of
// them takes on the disk for each store, with all that the imports leave behind, and what the
// tables for SQL take beside them.
func (b *bench) measureSize(ctx context.Context) error {
	f, err := b.feeds(ctx)
	if err != nil {
		return err
	}
	codes := f.codes[:min(sizeStores, len(f.codes))]
	for _, kind := range rig.Kinds {
		if err := b.measureSizeOn(ctx, kind, codes); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) measureSizeOn(ctx context.Context, kind rig.Kind, codes []string) error {
	d, err := b.fresh(ctx, kind, "size")
	if err != nil {
		return err
	}
	file := filepath.Join(b.Dir, "size.csv")
	defer os.Remove(file)
	var settled, all int64
	for day := range sizeDays {
		for hour := range 24 {
			if err := rig.WriteHour(file, codes, rig.Newest.Add(time.Duration(24*day+hour)*time.Hour)); err != nil {
				return err
			}
			if err := b.Lightson(ctx, d, "load", file); err != nil {
				return err
			}
		}
		if kind == rig.PostgreSQL { // in simulated days autovacuum has no time for it
			if err := b.Lightson(ctx, d, "vacuum"); err != nil {
				return err
			}
		}
		if all, err = sizeOf(ctx, d); err != nil {
			return err
		}
		if day == settleDays-1 {
			settled = all
		}
	}
	perYear := (all - settled) * 365 / (sizeDays - settleDays) / int64(len(codes))
	b.table.add(row{
		what: fmt.Sprintf("%s: a year of hourly polls of a store, from %d days of imports", kind, sizeDays-settleDays), median: kilobytes(perYear),
		with: fmt.Sprintf("14,000 stores, 1 year, and 5 bytes a poll would be %s", megabytes(14_000*365*24*5)), withMedian: megabytes(14_000 * perYear),
		ratio: fmt.Sprintf("%.2f", float64(perYear)/(365*24*5)),
	})
	if err := b.Lightson(ctx, d, "refresh"); err != nil {
		return err
	}
	refreshed, err := sizeOf(ctx, d)
	if err != nil {
		return err
	}
	tables := (refreshed - all) * 365 / sizeDays / int64(len(codes))
	b.table.add(row{
		what: fmt.Sprintf("%s: a year of a store in the tables for SQL, from %d days", kind, sizeDays), median: kilobytes(tables),
		with: "its polls", withMedian: kilobytes(perYear), ratio: fmt.Sprintf("%.2f", float64(tables)/float64(perYear)),
	})
	return nil
}

// sizeOf is what a database takes on the disk, in bytes.
func sizeOf(ctx context.Context, d *rig.Database) (int64, error) {
	if d.Kind == rig.PostgreSQL {
		return d.Number(ctx, "SELECT pg_database_size(current_database())")
	}
	info, err := os.Stat(d.File())
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
