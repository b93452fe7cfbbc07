package main

import (
	"context"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"lightson/cmd/rig"
)

// reportQuery makes the report from a row per poll, with every store always open.
//
//go:embed report.sql
var reportQuery string

// keyedPolls are the statements that make the table which reportQuery reads: a row
// per poll, with the small number of its store. The order of the rows matters. By
// time is how a table grows hour by hour; by store is the best case for the query,
// which no table of growing data is.
func keyedPolls(order string) []string {
	return []string{
		"DROP TABLE IF EXISTS keyed",
		`CREATE TABLE keyed AS
			SELECT s.id AS store_id, p.observed_at AS ts, p.active FROM polls p JOIN stores s ON s.code = p.store_id
			ORDER BY ` + order,
		"ALTER TABLE keyed ADD PRIMARY KEY (store_id, ts)",
		"VACUUM ANALYZE keyed",
	}
}

// measureReport makes reports: on PostgreSQL beside one SQL query over a row per
// poll, and on both databases with a week and with thirty of history.
func (b *bench) measureReport(ctx context.Context) error {
	ours, theirs := filepath.Join(b.Dir, "report.csv"), filepath.Join(b.Dir, "report-sql.csv")
	var contestants []contestant
	for _, kind := range rig.Kinds {
		week, err := b.week(ctx, kind)
		if err != nil {
			return err
		}
		long, err := b.long(ctx, kind)
		if err != nil {
			return err
		}
		for _, of := range []*rig.Database{week, long} {
			contestants = append(contestants, contestant{
				name:    fmt.Sprintf("report of a %s of %s", of.Name, kind),
				prepare: of.Settle,
				run:     func(ctx context.Context) error { return b.Lightson(ctx, of, "report", "-o", ours) },
			})
		}
	}
	week := b.weeks[rig.PostgreSQL]
	query := contestant{
		name:    "one SQL query",
		prepare: week.Settle,
		run:     func(ctx context.Context) error { return copyTo(ctx, week, theirs, reportQuery) },
	}
	b.say("making a row per poll of the same polls")
	if err := week.Do(ctx, keyedPolls("ts, store_id")...); err != nil {
		return err
	}
	if err := b.measureViewOfPolls(ctx, week, contestants[0]); err != nil {
		return err
	}
	took, err := b.race(ctx, append(contestants, query)...)
	if err != nil {
		return err
	}
	compared, err := b.compareReports(ctx, week, ours, theirs)
	if err != nil {
		return err
	}
	if err := week.Do(ctx, keyedPolls("store_id, ts")...); err != nil {
		return err
	}
	query.name += ", rows sorted by store"
	sorted, err := b.race(ctx, contestants[0], query)
	if err != nil {
		return err
	}
	b.table.compare("report, PostgreSQL", took[0], "one SQL query; "+compared, took[4], 0.15)
	b.table.compare("report, PostgreSQL", sorted[0], query.name, sorted[1], 0.1)
	b.table.compare(fmt.Sprintf("report with %d weeks, PostgreSQL", longWeeks), took[1], "with one week", took[0], 1.2)
	b.table.beside("report, SQLite", took[2], "the SQL query, on PostgreSQL", took[4])
	b.table.compare(fmt.Sprintf("report with %d weeks, SQLite", longWeeks), took[3], "with one week", took[2], 1.2)
	return week.Do(ctx, "DROP TABLE keyed")
}

// dayOfPolls asks the view of polls about the last whole day.
const dayOfPolls = `SELECT store_id, count(*) AS polls, count(*) FILTER (WHERE active) AS active
	FROM lightson_polls WHERE day = (SELECT date '1970-01-01' + max(day) - 1 FROM poll_days) GROUP BY store_id`

// measureViewOfPolls asks the view of polls about one day, beside the report of the week.
func (b *bench) measureViewOfPolls(ctx context.Context, week *rig.Database, report contestant) error {
	view := contestant{name: "a day of the view of polls", prepare: week.Settle, run: func(ctx context.Context) error {
		return copyTo(ctx, week, filepath.Join(b.Dir, "day.csv"), dayOfPolls)
	}}
	took, err := b.race(ctx, report, view)
	if err != nil {
		return err
	}
	b.table.beside("view of polls, one day, by store", took[1], "report of the week", took[0])
	return nil
}

// copyTo writes the result of a query as a CSV file.
func copyTo(ctx context.Context, d *rig.Database, path, query string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	program, args := d.Client("COPY (" + strings.TrimRight(query, "; \n") + ") TO STDOUT WITH (FORMAT csv, HEADER)")
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdout, cmd.Stderr = file, os.Stderr
	return errors.Join(cmd.Run(), file.Close())
}

// compareReports checks that two reports say the same of the stores that are
// always open, which are those that the query is right about.
func (b *bench) compareReports(ctx context.Context, d *rig.Database, ours, theirs string) (string, error) {
	if err := b.Lightson(ctx, d, "report", "-o", ours); err != nil {
		return "", err
	}
	open, err := d.Ask(ctx, "SELECT code FROM stores s WHERE NOT EXISTS (SELECT FROM hours h WHERE h.store_id = s.id)")
	if err != nil {
		return "", err
	}
	a, err := readReport(ours)
	if err != nil {
		return "", err
	}
	c, err := readReport(theirs)
	if err != nil {
		return "", err
	}
	if len(a) != len(c) {
		return "", fmt.Errorf("our report has %d stores, the query's %d", len(a), len(c))
	}
	agree := 0
	for code := range strings.FieldsSeq(open) {
		if a[code] != c[code] {
			return "", fmt.Errorf("store %s is always open; our report says %s, the query %s", code, a[code], c[code])
		}
		agree++
	}
	if agree == 0 && len(a) >= 1000 {
		return "", errors.New("no store is always open: nothing could be compared")
	}
	return fmt.Sprintf("all %d always open agree", agree), nil
}

// readReport reads a report's figures by store.
func readReport(path string) (map[string]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	figures := map[string]string{}
	for _, row := range rows {
		figures[row[0]] = strings.Join(row[1:], " ")
	}
	return figures, err
}
