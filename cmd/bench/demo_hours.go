package main

import (
	"bufio"
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
// outage lasts as long as it would, and begins in about one of a hundred stores.
func (b *bench) demoHours(ctx context.Context) (paths []string, err error) {
	dir := filepath.Join(b.Dir, "demo-later")
	if err := b.demo(ctx, dir, 1, rig.Newest.Add(24*time.Hour)); err != nil {
		return nil, err
	}
	in, err := os.Open(filepath.Join(dir, "store_status.csv"))
	if err != nil {
		return nil, err
	}
	defer in.Close()
	hours := make([]strings.Builder, 24)
	lines := bufio.NewScanner(in)
	lines.Scan()
	for n := range hours {
		fmt.Fprintln(&hours[n], lines.Text()) // the header
	}
	for lines.Scan() {
		at, err := time.Parse("2006-01-02 15:04:05.999999 UTC", lines.Text()[strings.LastIndexByte(lines.Text(), ',')+1:])
		if err != nil {
			return nil, err
		}
		if n := at.Sub(rig.Newest); n > 0 {
			fmt.Fprintln(&hours[min(23, n/time.Hour)], lines.Text())
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	for n := range hours {
		path := filepath.Join(b.Dir, fmt.Sprintf("demo-hour-%d.csv", n))
		paths = append(paths, path)
		err = errors.Join(err, os.WriteFile(path, []byte(hours[n].String()), 0o600))
	}
	return paths, err
}
