package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"lightson/cmd/rig"
)

// measureLoad loads the polls into an empty database, and then the same file once
// more, forced to read it again. Beside it, the database's own program imports the
// file into a bare table.
func (b *bench) measureLoad(ctx context.Context) error {
	f, err := b.feeds(ctx)
	if err != nil {
		return err
	}
	targets := map[rig.Kind]float64{rig.PostgreSQL: 0.35, rig.SQLite: 0.7}
	for _, kind := range rig.Kinds {
		var into *rig.Database
		bare, err := b.newBareTable(ctx, kind, f)
		if err != nil {
			return err
		}
		took, err := b.race(ctx,
			contestant{
				name: fmt.Sprintf("load into %s", kind),
				prepare: func(ctx context.Context) (err error) {
					if into, err = b.fresh(ctx, kind, "load"); err != nil {
						return err
					}
					return into.Settle(ctx)
				},
				run: func(ctx context.Context) error { return b.Lightson(ctx, into, "load", f.polls) },
			},
			contestant{name: bare.name, prepare: bare.prepare, run: bare.fill},
			contestant{
				name:    fmt.Sprintf("load into %s again", kind),
				prepare: func(ctx context.Context) error { return into.Settle(ctx) },
				run:     func(ctx context.Context) error { return b.Lightson(ctx, into, "load", "--force", f.polls) },
			},
		)
		if err != nil {
			return err
		}
		first, plain, again := took[0], took[1], took[2]
		b.table.compare(fmt.Sprintf("load into %s", kind), first, bare.name, plain, targets[kind])
		b.table.compare(fmt.Sprintf("load into %s again, all known", kind), again, "the first time", first, 1)
	}
	return nil
}

// A bareTable takes the polls as the database's own program takes any CSV file: it
// has no key, and nothing is checked or computed.
type bareTable struct {
	name    string
	in      *rig.Database
	create  string
	command string
}

func (b *bench) newBareTable(ctx context.Context, kind rig.Kind, f *feeds) (*bareTable, error) {
	in, err := b.Empty(ctx, kind, "bare")
	if err != nil {
		return nil, err
	}
	if kind == rig.SQLite {
		return &bareTable{
			name: "sqlite3 .import", in: in,
			create:  "CREATE TABLE bare (store_id TEXT, status TEXT, timestamp_utc TEXT)",
			command: fmt.Sprintf(".import --csv --skip 1 '%s' bare", f.polls),
		}, nil
	}
	id := "bigint"
	if !f.numbers {
		id = "text" // some ids are UUIDs
	}
	return &bareTable{
		name: fmt.Sprintf("psql \\copy (%s, text, timestamptz)", id), in: in,
		create:  fmt.Sprintf("CREATE TABLE bare (store_id %s, status text, timestamp_utc timestamptz)", id),
		command: fmt.Sprintf(`\copy bare FROM '%s' WITH (FORMAT csv, HEADER)`, f.polls),
	}, nil
}

func (t *bareTable) prepare(ctx context.Context) error {
	if t.in.Kind == rig.SQLite {
		// A file that does not exist yet costs less than one with free pages.
		leftovers, err := filepath.Glob(t.in.File() + "*")
		if err != nil {
			return err
		}
		for _, path := range leftovers {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
		return t.in.Do(ctx, t.create)
	}
	return t.in.Do(ctx, "DROP TABLE IF EXISTS bare", t.create, "CHECKPOINT")
}

func (t *bareTable) fill(ctx context.Context) error { return t.in.Do(ctx, t.command) }
