package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"lightson/cmd/rig"
	"lightson/models"
	"lightson/models/figures"
)

// longWeeks is how long a long history is.
const longWeeks = 30

// week is a database with the demo data, which reach back a week and a day.
// Sections share it and may add to it, as long as the long one gets the same.
func (b *bench) week(ctx context.Context, kind rig.Kind) (*rig.Database, error) {
	if b.weeks[kind] != nil {
		return b.weeks[kind], nil
	}
	f, err := b.feeds(ctx)
	if err != nil {
		return nil, err
	}
	d, err := b.fresh(ctx, kind, "week")
	if err != nil {
		return nil, err
	}
	b.say("loading a week into %s", kind)
	if err := b.Lightson(ctx, d, "load", f.polls, f.hours, f.zones); err != nil {
		return nil, err
	}
	b.weeks[kind] = d
	return d, d.Do(ctx, vacuum(kind))
}

// long is the same with 30 weeks of history: the whole days of the week once
// more for each earlier week, which is quicker than generating and loading them.
func (b *bench) long(ctx context.Context, kind rig.Kind) (*rig.Database, error) {
	if b.longs[kind] != nil {
		return b.longs[kind], nil
	}
	week, err := b.week(ctx, kind)
	if err != nil {
		return nil, err
	}
	d, err := b.Create(ctx, kind, "long", week)
	if err != nil {
		return nil, err
	}
	b.say("filling %d weeks of %s", longWeeks, kind)
	const earlier = `INSERT INTO poll_days (day, store_id, polls)
		SELECT p.day - 7 * weeks.n AS day, p.store_id, p.polls FROM weeks CROSS JOIN poll_days p
		WHERE p.day > (SELECT max(day) - 8 FROM poll_days) AND p.day < (SELECT max(day) FROM poll_days)
		ORDER BY 1, 2 ON CONFLICT DO NOTHING`
	newest, err := d.Number(ctx, "SELECT max(day) FROM poll_days")
	if err != nil {
		return nil, err
	}
	var days []int32
	for n := range longWeeks + 1 {
		days = append(days, int32(newest)-7*int32(n))
	}
	if err := d.AddMonths(ctx, days...); err != nil {
		return nil, err
	}
	err = d.Do(ctx,
		fmt.Sprintf(`WITH RECURSIVE weeks (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM weeks WHERE n < %d) `, longWeeks-1)+earlier,
		fmt.Sprintf(`UPDATE stores SET first_poll_at = first_poll_at - %d * 604800000000 WHERE first_poll_at > 0`, longWeeks-1),
		vacuum(kind))
	if err == nil {
		err = b.change(ctx, d)
	}
	if err != nil {
		return nil, err
	}
	b.longs[kind] = d
	return d, nil
}

// change names a store. The packed rows of stores that statements deleted are written with it, as
// they are in a database that imports have filled.
func (b *bench) change(ctx context.Context, d *rig.Database) error {
	f, err := b.feeds(ctx)
	if err != nil {
		return err
	}
	file := filepath.Join(b.Dir, "name.csv")
	if err := os.WriteFile(file, []byte("store_id,name\n"+f.codes[0]+",Named\n"), 0o600); err != nil {
		return err
	}
	return b.Lightson(ctx, d, "load", file)
}

// eachLong does something with 30 weeks of history and the figures of them, in each kind of
// database.
func (b *bench) eachLong(ctx context.Context, do func(context.Context, *rig.Database, *figures.Figures) error) error {
	for _, kind := range rig.Kinds {
		d, err := b.long(ctx, kind)
		if err != nil {
			return err
		}
		db, err := models.Open(ctx, d.URL, d.Dir)
		if err != nil {
			return err
		}
		f := figures.New(db)
		err = do(ctx, d, f)
		f.Close()
		if err = errors.Join(err, db.Close()); err != nil {
			return err
		}
	}
	return nil
}

// vacuum leaves the tables as they are after a quiet hour.
func vacuum(kind rig.Kind) string {
	if kind == rig.SQLite {
		return "ANALYZE"
	}
	return "VACUUM ANALYZE"
}
