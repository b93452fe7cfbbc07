package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lightson/cmd/rig"
)

// instants are what reports are made as of, so that they differ by the data only.
var instants = []string{"2023-01-25T18:00:00Z", "2023-01-25T06:00:00Z", "2023-01-22T12:00:00Z"}

// data are the files that are imported, and what reports and exports must be
// before and after.
type data struct {
	first       []string // imported before anything is killed
	part, small string   // more polls: many, and a single one

	empty, before, after state
	smallOnly, afterAll  state // with the small file
}

// A state is everything that the data say: the report of each instant, and all
// polls.
type state struct {
	reports []string
	polls   string
}

func (s state) equal(other state) bool {
	return slices.Equal(s.reports, other.reports) && s.polls == other.polls
}

func (h *harness) newData(ctx context.Context) (*data, error) {
	dir := filepath.Join(h.Dir, "demo")
	err := h.Lightson(ctx, &rig.Database{Dir: dir}, "demo", fmt.Sprint("--stores=", h.stores),
		"--until", rig.Newest.Format(time.RFC3339Nano), dir)
	if err != nil {
		return nil, err
	}
	file := func(name string) string { return filepath.Join(dir, name) }
	d := &data{
		first: []string{file("menu_hours.csv"), file("timezones.csv"), file("store_names.csv"), file("first.csv")},
		part:  file("part.csv"), small: file("small.csv"),
	}
	if err := halve(file("store_status.csv"), file("first.csv"), d.part); err != nil {
		return nil, err
	}
	one := "store_id,status,timestamp_utc\nthe last one,inactive,2023-01-21 12:00:00 UTC\n"
	if err := os.WriteFile(d.small, []byte(one), 0o600); err != nil {
		return nil, err
	}
	return d, h.expect(ctx, d)
}

// halve deals the polls of a file out to two others, row by row.
func halve(path, one, other string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var halves [2]bytes.Buffer
	for n, line := range bytes.SplitAfter(text, []byte("\n")) {
		if n == 0 {
			halves[1].Write(line)
		}
		halves[n%2].Write(line)
	}
	if err := os.WriteFile(one, halves[0].Bytes(), 0o600); err != nil {
		return err
	}
	return os.WriteFile(other, halves[1].Bytes(), 0o600)
}

// expect finds out what each state of the data looks like, by commands that are not
// killed.
func (h *harness) expect(ctx context.Context, d *data) error {
	for _, steps := range []struct {
		files  [][]string
		states []*state
	}{
		{[][]string{nil, {d.small}}, []*state{&d.empty, &d.smallOnly}},
		{[][]string{d.first, {d.part}, {d.small}}, []*state{&d.before, &d.after, &d.afterAll}},
	} {
		db, err := h.Empty(ctx, rig.SQLite, "expected")
		if err != nil {
			return err
		}
		for n, files := range steps.files {
			if files != nil {
				if err := h.Lightson(ctx, db, append([]string{"load"}, files...)...); err != nil {
					return err
				}
			}
			if *steps.states[n], err = h.look(ctx, db); err != nil {
				return err
			}
		}
	}
	if d.before.equal(d.after) || d.after.equal(d.afterAll) || d.empty.equal(d.smallOnly) {
		return fmt.Errorf("two states of the data look the same: nothing could be told")
	}
	return nil
}

// look reads the state of a database by commands.
func (h *harness) look(ctx context.Context, db *rig.Database) (s state, err error) {
	for _, instant := range instants {
		csv, err := h.Print(ctx, db, "report", "--as-of", instant)
		if err != nil {
			return s, err
		}
		s.reports = append(s.reports, csv)
	}
	s.polls, err = h.polls(ctx, db)
	return s, err
}

// polls are all polls of a database, sorted: an export has no order.
func (h *harness) polls(ctx context.Context, db *rig.Database) (string, error) {
	text, err := h.Print(ctx, db, "export", "polls")
	if err != nil {
		return "", err
	}
	rows := strings.SplitAfter(text, "\n")
	slices.Sort(rows)
	return strings.Join(rows, ""), nil
}
