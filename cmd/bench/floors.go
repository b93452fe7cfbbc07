package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"lightson/cmd/rig"
	"lightson/models/feed"
)

// measureFloors measures what no implementation can do without.
func (b *bench) measureFloors(ctx context.Context) error {
	f, err := b.feeds(ctx)
	if err != nil {
		return err
	}
	week, err := b.week(ctx, rig.PostgreSQL)
	if err != nil {
		return err
	}
	packed := filepath.Join(b.Dir, "packed.bin")
	if err := week.Do(ctx, fmt.Sprintf(`\copy (SELECT day, store_id, polls FROM poll_days ORDER BY day, store_id) TO '%s' WITH (FORMAT binary)`, packed)); err != nil {
		return err
	}
	bare, err := b.Empty(ctx, rig.PostgreSQL, "floors")
	if err != nil {
		return err
	}
	const table = "CREATE TABLE packed (day integer NOT NULL, store_id integer NOT NULL, polls bytea NOT NULL%s)"
	replace := func(key string) func(context.Context) error {
		return func(ctx context.Context) error {
			return bare.Do(ctx, "DROP TABLE IF EXISTS packed", fmt.Sprintf(table, key), "CHECKPOINT")
		}
	}
	fill := func(ctx context.Context) error {
		return bare.Do(ctx, fmt.Sprintf(`\copy packed FROM '%s' WITH (FORMAT binary)`, packed))
	}
	floors := []contestant{
		{name: "read the file", run: func(context.Context) error { return readThrough(f.polls) }},
		{name: "read and parse it, one core", run: func(context.Context) error { return parse(f.polls) }},
		{name: "COPY of the packed days, no key", prepare: replace(""), run: fill},
		{name: "COPY of the packed days, with their key", prepare: replace(", PRIMARY KEY (day, store_id)"), run: fill},
		{name: "the packed days to disk and fsync", run: func(context.Context) error { return b.writeAndSync(packed) }},
		{name: "start lightson", run: func(ctx context.Context) error { return b.Lightson(ctx, bare, "version") }},
		{name: "start psql and connect", run: func(ctx context.Context) error { return bare.Do(ctx, "SELECT 1") }},
	}
	took, err := b.race(ctx, floors...)
	if err != nil {
		return err
	}
	for n, floor := range floors {
		b.table.floor(floor.name, took[n])
	}
	return nil
}

func readThrough(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	buffer := make([]byte, 256<<10)
	for {
		_, err := file.Read(buffer) // io.Copy would let the system skip reading
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func parse(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = feed.Read(file, time.Now(), feed.Sink{Poll: func(feed.Poll) error { return nil }})
	return err
}

// writeAndSync writes what is in a file to another, down to the disk.
func (b *bench) writeAndSync(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(b.Dir, "synced"))
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Sync(), file.Close())
}
