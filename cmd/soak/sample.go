package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"lightson/cmd/rig"
)

// A sample is how the process is at one moment.
type sample struct {
	resident, heap int64 // bytes
	goroutines     int64
	wal            int64 // bytes, of SQLite
}

// sampleEvery is how often the process is looked at.
const sampleEvery = time.Second

// watch samples until the time is over, and prints a line each minute.
func (s *soak) watch(ctx context.Context) error {
	for n := 0; ; n++ {
		one, err := s.sample(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return err
		}
		s.series = append(s.series, one)
		if minute := int(time.Minute / sampleEvery); n > 0 && n%minute == 0 {
			s.print(n, fmt.Sprintf("%d min", n/minute))
		}
		if err := rig.Sleep(ctx, sampleEvery); err != nil {
			return err
		}
	}
}

func (s *soak) sample(ctx context.Context) (one sample, err error) {
	text, err := s.server.Text(ctx, "/metrics")
	if err != nil {
		return one, err
	}
	goroutines, err := metric(text, "go_goroutines")
	if err != nil {
		return one, err
	}
	heap, err := metric(text, "go_memstats_heap_inuse_bytes")
	if err != nil {
		return one, err
	}
	one.goroutines, one.heap = int64(goroutines), int64(heap)
	if one.resident, err = rig.Resident(s.server.Process().Pid); err != nil {
		return one, err
	}
	if s.kind == rig.SQLite {
		info, err := os.Stat(s.db.File() + "-wal")
		if err == nil {
			one.wal = info.Size()
		} else if !errors.Is(err, fs.ErrNotExist) {
			return one, err
		}
	}
	return one, nil
}

// metric is the value of a metric without labels, in Prometheus' text format.
func metric(text, name string) (float64, error) {
	for line := range strings.Lines(text) {
		if value, found := strings.CutPrefix(line, name+" "); found {
			return strconv.ParseFloat(strings.TrimSpace(value), 64)
		}
	}
	return 0, fmt.Errorf("/metrics has no %s: %.400s", name, text)
}

// print writes a line of how it fares.
func (s *soak) print(n int, when string) {
	if n < 0 {
		return
	}
	median, tail := s.tally.quantiles()
	s.tally.mu.Lock()
	defer s.tally.mu.Unlock()
	one := s.series[n]
	fmt.Fprintf(s.out, "%s: %d visits, %d errors, p50 %s, p99 %s; %d hours and %d reports; resident %s, heap %s, %d goroutines",
		when, s.tally.visits, s.tally.errors, median.Round(100*time.Microsecond), tail.Round(100*time.Microsecond),
		s.tally.imports, s.tally.reports, megabytes(one.resident), megabytes(one.heap), one.goroutines)
	if s.kind == rig.SQLite {
		fmt.Fprintf(s.out, ", log %s", megabytes(one.wal))
	}
	fmt.Fprintln(s.out)
}

func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }
