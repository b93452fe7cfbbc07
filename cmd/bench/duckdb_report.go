package main

import (
	"context"
	_ "embed" // of the query, and of the program for Node.js
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"lightson/cmd/rig"
)

// reportDuckDB is how much of the time of DuckDB's query a report may take.
const reportDuckDB = 0.4

// duckDBReport makes the report from a row per poll, with every store always open.
//
//go:embed duckdb_report.sql
var duckDBReport string

//go:embed duckdb_report.mjs
var duckDBTimed string

// keyedDuckDB are the statements that make the tables which duckDBReport reads, from the files
// that both sides have: a row per poll, with the small number of its store, by time.
func keyedDuckDB(f *feeds) []string {
	file := func(path string) string {
		return "read_csv('" + strings.ReplaceAll(path, "'", "''") + "', all_varchar => true)"
	}
	return []string{
		`CREATE TABLE stores AS SELECT (row_number() OVER ())::INTEGER AS id, store_id AS code FROM (
			SELECT store_id FROM ` + file(f.polls) + ` UNION SELECT store_id FROM ` + file(f.hours) + ` UNION SELECT store_id FROM ` + file(f.zones) + `)`,
		`CREATE TABLE polls AS SELECT s.id AS store_id, epoch_us(p.ts) AS ts, p.active FROM (
			SELECT store_id, replace(timestamp_utc, ' UTC', '')::TIMESTAMP AS ts, bool_and(status = 'active') AS active
			FROM ` + file(f.polls) + ` GROUP BY ALL) p JOIN stores s ON s.code = p.store_id ORDER BY ts, s.id`,
	}
}

// measureDuckDBReport makes reports on both databases, and beside them DuckDB makes one by a
// query over a table in a file. Of DuckDB the statement alone is timed, of ours the whole
// command.
func (b *bench) measureDuckDBReport(ctx context.Context) error {
	f, err := b.feeds(ctx)
	if err != nil {
		return err
	}
	tables := filepath.Join(b.Dir, "report.duckdb")
	b.say("making a row per poll for DuckDB")
	for _, statement := range keyedDuckDB(f) {
		if _, err := timeDuckDB(ctx, tables, statement); err != nil {
			return err
		}
	}
	ours, theirs := filepath.Join(b.Dir, "report.csv"), filepath.Join(b.Dir, "report-duckdb.csv")
	statement := "COPY (" + strings.TrimSpace(duckDBReport) + ") TO '" + strings.ReplaceAll(theirs, "'", "''") + "' (HEADER)"
	var query times // without the start of Node.js, which the race times as well
	contestants := []contestant{{
		name: "DuckDB's query, from the start of Node.js",
		run: func(ctx context.Context) error {
			took, err := timeDuckDB(ctx, tables, statement)
			query = append(query, took)
			return err
		},
	}}
	for _, kind := range rig.Kinds {
		week, err := b.week(ctx, kind)
		if err != nil {
			return err
		}
		contestants = append(contestants, contestant{
			name:    fmt.Sprintf("report, %s", kind),
			prepare: week.Settle,
			run:     func(ctx context.Context) error { return b.onTwo(ctx, week, "report", "-o", ours) },
		})
	}
	took, err := b.race(ctx, contestants...)
	if err != nil {
		return err
	}
	compared, err := b.compareReports(ctx, b.weeks[rig.PostgreSQL], ours, theirs)
	if err != nil {
		return err
	}
	for n, c := range contestants[1:] {
		b.table.compare(c.name+", two threads", took[n+1], "DuckDB's query; "+compared, query, reportDuckDB)
	}
	return nil
}

// onTwo runs the program with two threads.
func (b *bench) onTwo(ctx context.Context, d *rig.Database, args ...string) error {
	cmd := b.Command(ctx, d, args...)
	cmd.Env = append(cmd.Env, "GOMAXPROCS=2")
	said, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("lightson %s: %w: %s", args[0], err, said)
	}
	return nil
}

// timeDuckDB has DuckDB run a statement on a database in a file, and says how long it took.
func timeDuckDB(ctx context.Context, database, statement string) (time.Duration, error) {
	printed, err := runDuckDB(ctx, duckDBTimed, statement, database)
	if err != nil {
		return 0, err
	}
	return time.ParseDuration(printed + "ms")
}
