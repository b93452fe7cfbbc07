package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lightson/cmd/rig"
)

// A simulated week: an import each hour. It has fewer stores than usual, since the
// result does not depend on their number.
const (
	bloatHours  = 7 * 24
	bloatStores = 2000
)

// overdue asks whether autovacuum would work on a partition of the table by its own rule. In a
// simulated week it has no time for that between two imports, so we do it.
const overdue = `SELECT count(*) FROM pg_class c
	JOIN pg_stat_user_tables s ON s.relid = c.oid
	LEFT JOIN LATERAL (
		SELECT max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_threshold')::float AS threshold,
			max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_scale_factor')::float AS factor
		FROM pg_options_to_table(c.reloptions)
	) o ON true
	WHERE c.oid IN (SELECT relid FROM pg_partition_tree('poll_days')) AND s.n_dead_tup >
		coalesce(o.threshold, current_setting('autovacuum_vacuum_threshold')::float)
		+ coalesce(o.factor, current_setting('autovacuum_vacuum_scale_factor')::float) * greatest(c.reltuples, 0)`

// measureBloat imports a week hour by hour into PostgreSQL and compares the
// table with one that was written in one go.
func (b *bench) measureBloat(ctx context.Context) error {
	f, err := b.feeds(ctx)
	if err != nil {
		return err
	}
	codes := f.codes[:min(bloatStores, len(f.codes))]
	d, err := b.fresh(ctx, rig.PostgreSQL, "bloat")
	if err != nil {
		return err
	}
	file := filepath.Join(b.Dir, "bloat.csv")
	vacuums := 0
	var took times
	for hour := range bloatHours {
		if err := rig.WriteHour(file, codes, rig.Newest.Add(time.Duration(hour)*time.Hour)); err != nil {
			return err
		}
		start := time.Now()
		if err := b.Lightson(ctx, d, "load", file); err != nil {
			return err
		}
		took = append(took, time.Since(start))
		due, err := d.Number(ctx, overdue)
		if err != nil {
			return err
		}
		if due > 0 {
			vacuums++
			if err := d.Do(ctx, "VACUUM poll_days"); err != nil {
				return err
			}
		}
	}
	if err := os.Remove(file); err != nil {
		return err
	}
	return b.addBloat(ctx, d, took, vacuums)
}

func (b *bench) addBloat(ctx context.Context, d *rig.Database, took times, vacuums int) error {
	stats, err := d.Ask(ctx, `SELECT sum(n_dead_tup), sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_hot_upd)
		FROM pg_stat_user_tables WHERE relid IN (SELECT relid FROM pg_partition_tree('poll_days'))`)
	if err != nil {
		return err
	}
	var dead, inserted, updated, hot int64
	if _, err := fmt.Sscan(strings.ReplaceAll(stats, "|", " "), &dead, &inserted, &updated, &hot); err != nil {
		return fmt.Errorf("statistics of poll_days: %w: %s", err, stats)
	}
	const size = "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('poll_days')"
	before, err := d.Number(ctx, size)
	if err != nil {
		return err
	}
	if err := d.Do(ctx, "VACUUM FULL poll_days"); err != nil {
		return err
	}
	after, err := d.Number(ctx, size)
	if err != nil {
		return err
	}
	b.table.add(row{
		what: fmt.Sprintf("poll_days after %d hourly imports of %d stores", bloatHours, min(bloatStores, len(b.data.codes))), median: megabytes(before),
		with: "written anew", withMedian: megabytes(after), ratio: fmt.Sprintf("%.2f", float64(before)/float64(after)),
	})
	b.table.add(row{
		what: "  its rows: HOT updates among all", median: fmt.Sprintf("%.0f %%", 100*float64(hot)/float64(max(updated, 1))),
		with: fmt.Sprintf("%d dead after %d vacuums", dead, vacuums), withMedian: fmt.Sprintf("%d inserted, %d updated", inserted, updated),
	})
	b.table.compare("  an import of its last day", took[len(took)-24:], "of its first", took[:24], 1.5)
	return nil
}
