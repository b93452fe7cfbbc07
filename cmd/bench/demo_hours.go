package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lightson/cmd/rig"
)

// demoHours are files with the polls of the hours after the demo data, as the demo goes on: an
// outage lasts as long as it would, and begins in less than one of a hundred stores. Each
// store is polled in each hour: where the demo misses a poll, it is as it was.
func (b *bench) demoHours(ctx context.Context) (paths []string, err error) {
	f, err := b.feeds(ctx)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(b.Dir, "demo-later")
	if err := b.demo(ctx, dir, b.stores, 1, rig.Newest.Add(24*time.Hour)); err != nil {
		return nil, err
	}
	later, err := readHours(filepath.Join(dir, "store_status.csv"))
	if err != nil {
		return nil, err
	}
	state := map[string]string{}
	for n, polls := range later {
		text := []byte("store_id,status,timestamp_utc\n")
		for _, code := range f.codes {
			at := rig.Newest.Add(time.Duration(n)*time.Hour + 30*time.Minute).Format(pollTime)
			if poll, polled := polls[code]; polled {
				state[code], at, _ = strings.Cut(poll, ",")
			}
			text = fmt.Appendf(text, "%s,%s,%s\n", code, cmp.Or(state[code], "active"), at)
		}
		path := filepath.Join(b.Dir, fmt.Sprintf("demo-hour-%d.csv", n))
		paths = append(paths, path)
		err = errors.Join(err, os.WriteFile(path, text, 0o600))
	}
	return paths, err
}

const pollTime = "2006-01-02 15:04:05.999999 UTC"

// readHours reads the polls of a file by hour after the demo data and by store: a state and an
// instant, with a comma between them.
func readHours(path string) (hours [24]map[string]string, err error) {
	in, err := os.Open(path)
	if err != nil {
		return hours, err
	}
	defer in.Close()
	for n := range hours {
		hours[n] = map[string]string{}
	}
	lines := bufio.NewScanner(in)
	lines.Scan() // the header
	for lines.Scan() {
		code, poll, _ := strings.Cut(lines.Text(), ",")
		_, stamp, _ := strings.Cut(poll, ",")
		at, err := time.Parse(pollTime, stamp)
		if err != nil {
			return hours, err
		}
		if after := at.Sub(rig.Newest); after > 0 {
			hours[min(after/time.Hour, 23)][code] = poll
		}
	}
	return hours, lines.Err()
}
