package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestARatioIsOfNeighbours(t *testing.T) {
	// The machine was ten times slower in the second round, for both.
	ours, theirs := times{2, 20, 3}, times{4, 40, 4}
	if got := medianRatio(ours, theirs); got != 0.5 {
		t.Errorf("ratio %v, expected 0.5", got)
	}
	if got := ours.median(); got != 3 {
		t.Errorf("median %d, expected 3", got)
	}
	if got := (times{1, 3}).median(); got != 2 {
		t.Errorf("median of two: %d, expected 2", got)
	}
}

func TestContestantsTakeTurns(t *testing.T) {
	b := bench{options: options{runs: 2}, log: io.Discard}
	var order []string
	do := func(what string) func(context.Context) error {
		return func(context.Context) error {
			order = append(order, what)
			return nil
		}
	}
	took, err := b.race(t.Context(), contestant{"a", do("prepare a"), do("a")}, contestant{"b", nil, do("b")})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"prepare a", "a", "b", "prepare a", "a", "b"}; !slices.Equal(order, want) {
		t.Errorf("order %q, expected %q", order, want)
	}
	if len(took) != 2 || len(took[0]) != 2 || len(took[1]) != 2 {
		t.Errorf("times %v, expected two of two", took)
	}
	broken := errors.New("broken")
	_, err = b.race(t.Context(), contestant{"c", nil, func(context.Context) error { return broken }})
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "c: ") {
		t.Errorf("error %v, expected one that names the contestant", err)
	}
}

func TestATableSaysWhatIsNotMet(t *testing.T) {
	table := table{live: io.Discard}
	table.compare("load", times{3 * time.Second}, "psql", times{6 * time.Second}, 0.35)
	table.limit("start", times{time.Millisecond}, time.Second)
	var out strings.Builder
	table.print(&out)
	lines := strings.Split(out.String(), "\n")
	if !strings.Contains(lines[2], "0.50") || !strings.HasSuffix(lines[2], "NOT MET") {
		t.Errorf("line %q", lines[2])
	}
	if !strings.HasSuffix(lines[3], " met") {
		t.Errorf("line %q", lines[3])
	}
}

func TestOptionsNameTheirSections(t *testing.T) {
	o, err := parseOptions([]string{"--only", "load, report", "--runs", "3"}, io.Discard)
	if err != nil || !slices.Equal(o.only, []string{"load", "report"}) || o.runs != 3 {
		t.Errorf("options %+v, error %v", o, err)
	}
	for _, args := range [][]string{{"--only", "lod"}, {"--runs", "0"}, {"load"}} {
		if _, err := parseOptions(args, io.Discard); err == nil {
			t.Errorf("%q were taken", args)
		}
	}
}
