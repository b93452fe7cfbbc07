package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"lightson/cmd/rig"
)

// feeds are demo files on disk and what the measurements need to know of them.
type feeds struct {
	polls, hours, zones string // paths
	rows, bytes         int64  // of polls
	codes               []string
	numbers             bool // all store ids fit a bigint
}

// feeds are the demo data of the size asked for, made when first needed.
func (b *bench) feeds(ctx context.Context) (*feeds, error) {
	if b.data != nil {
		return b.data, nil
	}
	f, err := b.generate(ctx, b.stores, b.days)
	b.data = f
	return f, err
}

func (b *bench) generate(ctx context.Context, stores, days int) (*feeds, error) {
	dir := filepath.Join(b.Dir, fmt.Sprintf("demo-%d-%d", stores, days))
	if err := b.demo(ctx, dir, stores, days, rig.Newest); err != nil {
		return nil, err
	}
	f := &feeds{
		polls: filepath.Join(dir, "store_status.csv"), hours: filepath.Join(dir, "menu_hours.csv"),
		zones: filepath.Join(dir, "timezones.csv"), numbers: true,
	}
	return f, f.look()
}

// demo writes demo data into a folder.
func (b *bench) demo(ctx context.Context, dir string, stores, days int, until time.Time) error {
	b.say("writing demo data: %d stores, %d days", stores, days)
	return b.Lightson(ctx, &rig.Database{Dir: dir}, "demo", "--stores", strconv.Itoa(stores),
		"--days", strconv.Itoa(days), "--until", until.Format(time.RFC3339Nano), dir)
}

// look reads the polls once, which also brings the file into the system's cache
// before anything is timed.
func (f *feeds) look() error {
	file, err := os.Open(f.polls)
	if err != nil {
		return err
	}
	defer file.Close()
	known := map[string]bool{}
	lines := bufio.NewScanner(file)
	lines.Scan() // the header
	for lines.Scan() {
		f.rows++
		code, _, _ := strings.Cut(lines.Text(), ",")
		if known[code] {
			continue
		}
		code = strings.Clone(code)
		known[code] = true
		f.codes = append(f.codes, code)
		if _, err := strconv.ParseInt(code, 10, 64); err != nil {
			f.numbers = false
		}
	}
	if info, err := file.Stat(); err == nil {
		f.bytes = info.Size()
	}
	return lines.Err()
}

// nextHour writes the polls of the hour after the newest one, one of each store, in
// no order.
func (b *bench) nextHour(ctx context.Context) (path string, err error) {
	b.hours++
	return b.hour(ctx, b.hours-1)
}

// hour writes the polls of an hour, so many after the demo data were made.
func (b *bench) hour(ctx context.Context, n int) (path string, err error) {
	f, err := b.feeds(ctx)
	if err != nil {
		return "", err
	}
	path = filepath.Join(b.Dir, fmt.Sprintf("hour-%d.csv", n))
	return path, rig.WriteHour(path, f.codes, rig.Newest.Add(time.Duration(n)*time.Hour))
}
