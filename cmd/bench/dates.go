package main

import (
	"context"
	"fmt"
	"path/filepath"

	"lightson/cmd/rig"
)

// datedTime is how much longer a report may take where hours have dates and time is
// corrected.
const datedTime = 1.15

// datedStatements give every tenth store other hours from a day in the last week on, and
// every hundredth a correction of six hours in it.
var datedStatements = []string{
	`INSERT INTO hours (store_id, valid_from, day, start_s, end_s)
		SELECT h.store_id, v.newest_poll_at / 86400000000 - 3, h.day, h.start_s / 2, h.end_s
		FROM hours h, data_versions v WHERE h.store_id % 10 = 0 AND h.start_s < 86400`,
	`INSERT INTO corrections (id, scope, name, from_at, to_at, category, note, entered_by, entered_at, withdrawn_by)
		SELECT 'bench ' || s.code, 'store', s.code, v.newest_poll_at - 180000000000, v.newest_poll_at - 158400000000, 'power_or_network', '', '', v.newest_poll_at, ''
		FROM stores s, data_versions v WHERE s.id % 100 = 0`,
}

// measureDates makes reports of the same polls with and without hours that have dates and
// corrections, in turn.
func (b *bench) measureDates(ctx context.Context) error {
	file := filepath.Join(b.Dir, "report.csv")
	for _, kind := range rig.Kinds {
		week, err := b.week(ctx, kind)
		if err != nil {
			return err
		}
		dated, err := b.Create(ctx, kind, "dated", week)
		if err != nil {
			return err
		}
		if err := dated.Do(ctx, datedStatements...); err != nil {
			return err
		}
		var contestants []contestant
		for _, of := range []*rig.Database{week, dated} {
			contestants = append(contestants, contestant{
				name:    fmt.Sprintf("report of a %s of %s", of.Name, kind),
				prepare: of.Settle,
				run:     func(ctx context.Context) error { return b.Lightson(ctx, of, "report", "--details", "-o", file) },
			})
		}
		took, err := b.race(ctx, contestants...)
		if err != nil {
			return err
		}
		b.table.compare(fmt.Sprintf("report, 10 %% on second hours, 1 %% corrected, %s", kind), took[1], "without", took[0], datedTime)
	}
	return nil
}
