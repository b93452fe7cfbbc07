package main

import (
	"bytes"
	"context"
	_ "embed" // of the program for Node.js
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"lightson/cmd/rig"
)

// How much longer than DuckDB a load may take, and how much longer a load of timesLarger as
// many stores; and the bytes of memory that each of these may add to its peak.
const (
	loadDuckDB      = 1.2
	loadDuckDBLarge = 1.5
	loadGrowth      = 11.0
	loadStoreBytes  = 1000
)

//go:embed duckdb.mjs
var duckDBScript string

// measureDuckDB loads the polls into SQLite, and beside it DuckDB reads the same file into a
// table in memory, and into one in a file, which it compresses. Then both make a report.
func (b *bench) measureDuckDB(ctx context.Context) error {
	usual, err := b.feeds(ctx)
	if err != nil {
		return err
	}
	if err := b.raceDuckDB(ctx, usual, loadDuckDB); err != nil {
		return err
	}
	if err := b.measureDuckDBReport(ctx); err != nil || !b.large {
		return err
	}
	large, err := b.generate(ctx, b.stores*timesLarger, b.days)
	if err != nil {
		return err
	}
	if err := b.raceDuckDB(ctx, large, loadDuckDBLarge); err != nil {
		return err
	}
	if err := b.raceSizes(ctx, usual, large); err != nil {
		return err
	}
	return os.Remove(large.polls)
}

func (b *bench) raceDuckDB(ctx context.Context, f *feeds, target float64) error {
	file := filepath.Join(b.Dir, "polls.duckdb")
	took, err := b.race(ctx,
		b.loadOf(f),
		contestant{name: "DuckDB in memory", run: func(ctx context.Context) error { return readDuckDB(ctx, f, ":memory:") }},
		contestant{
			name: "DuckDB in a file",
			prepare: func(context.Context) error {
				return errors.Join(os.RemoveAll(file), os.RemoveAll(file+".wal"))
			},
			run: func(ctx context.Context) error { return readDuckDB(ctx, f, file) },
		},
	)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("load of %d stores into SQLite", len(f.codes))
	b.table.compare(what, took[0], "DuckDB read_csv into a table in memory", took[1], target)
	b.table.beside(what, took[0], "into a table in a file", took[2])
	return nil
}

// raceSizes loads the polls of some stores and of many more, and finds how much memory these
// need.
func (b *bench) raceSizes(ctx context.Context, usual, large *feeds) error {
	took, err := b.race(ctx, b.loadOf(large), b.loadOf(usual))
	if err != nil {
		return err
	}
	b.table.compare(fmt.Sprintf("load of %d stores into SQLite", len(large.codes)), took[0],
		fmt.Sprintf("of %d", len(usual.codes)), took[1], loadGrowth)
	for _, kind := range rig.Kinds {
		var peaks [2]int64
		for n, f := range []*feeds{usual, large} {
			d, err := b.fresh(ctx, kind, "memory")
			if err != nil {
				return err
			}
			peak, err := b.Peak(ctx, d, "load", f.polls)
			if err = errors.Join(err, b.Drop(ctx, d)); err != nil {
				return err
			}
			peaks[n] = peak
		}
		stores, polls := len(large.codes)-len(usual.codes), large.rows-usual.rows
		each := max(0, peaks[1]-peaks[0]) / int64(stores)
		b.table.add(row{
			what: fmt.Sprintf("memory of a load into %s for each more store", kind), median: fmt.Sprintf("%d bytes", each),
			with:       fmt.Sprintf("a load of %d stores (%.1f bytes for each more poll)", len(large.codes), float64(peaks[1]-peaks[0])/float64(polls)),
			withMedian: megabytes(peaks[1]), ratio: fmt.Sprintf("%.2f", float64(peaks[1])/float64(peaks[0])),
			target: fmt.Sprintf("≤ %d bytes", loadStoreBytes), verdict: verdict(each <= loadStoreBytes),
		})
	}
	return nil
}

// loadOf loads polls into an empty SQLite database.
func (b *bench) loadOf(f *feeds) contestant {
	var into *rig.Database
	return contestant{
		name: fmt.Sprintf("load of %d stores", len(f.codes)),
		prepare: func(ctx context.Context) (err error) {
			if into != nil {
				err = b.Drop(ctx, into)
			}
			if err == nil {
				into, err = b.fresh(ctx, rig.SQLite, "duckdb")
			}
			return err
		},
		run: func(ctx context.Context) error { return b.Lightson(ctx, into, "load", f.polls) },
	}
}

// readDuckDB has DuckDB read the polls into a database, and checks that it read all rows.
func readDuckDB(ctx context.Context, f *feeds, database string) error {
	printed, err := runDuckDB(ctx, duckDBScript, f.polls, database)
	if err != nil {
		return err
	}
	if printed != strconv.FormatInt(f.rows, 10) {
		return fmt.Errorf("DuckDB read %s rows, expected %d", printed, f.rows)
	}
	return nil
}

// runDuckDB runs a script of ours for Node.js with DuckDB, and returns what it printed.
func runDuckDB(ctx context.Context, script string, args ...string) (string, error) {
	dir := os.Getenv("TEST_DUCKDB")
	if dir == "" {
		return "", errors.New("TEST_DUCKDB is not set: expected the folder in which DuckDB for Node.js is installed; .ci/with-services --duckdb sets it")
	}
	cmd := exec.CommandContext(ctx, "node", append([]string{"--input-type=module", "--eval", script}, args...)...)
	cmd.Dir = dir
	var said bytes.Buffer
	cmd.Stderr = &said
	printed, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("node: %w: %s", err, said.String())
	}
	return strings.TrimSpace(string(printed)), nil
}
