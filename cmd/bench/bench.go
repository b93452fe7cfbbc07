package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"

	"lightson/cmd/rig"
)

// A section measures one thing and adds its rows to the table.
type section struct {
	name string
	run  func(*bench, context.Context) error
}

// sections in the order in which they run. Memory comes first: what the system says
// of a child includes what this process held when it started the child.
var sections = []section{
	{"memory", (*bench).measureMemory},
	{"causes", (*bench).measureCauses},
	{"load", (*bench).measureLoad},
	{"duckdb", (*bench).measureDuckDB},
	{"trigger", (*bench).measureTriggers},
	{"hour", (*bench).measureHour},
	{"follow", (*bench).measureFollow},
	{"idle", (*bench).measureIdle},
	{"judging", (*bench).measureJudging},
	{"backtest", (*bench).measureBacktests},
	{"report", (*bench).measureReport},
	{"dates", (*bench).measureDates},
	{"ninety", (*bench).measureNinetyDays},
	{"start", (*bench).measureStart},
	{"weight", (*bench).measureWeight},
	{"pages", (*bench).measurePages},
	{"watching", (*bench).measureWatching},
	{"people", (*bench).measurePeople},
	{"bloat", (*bench).measureBloat},
	{"size", (*bench).measureSize},
	{"floors", (*bench).measureFloors},
	{"million", (*bench).measureMillion},
}

func sectionNames() []string {
	names := make([]string, len(sections))
	for n, s := range sections {
		names[n] = s.name
	}
	return names
}

// bench is one run of the harness.
type bench struct {
	options
	*rig.Rig
	log   io.Writer
	table table

	data   *feeds
	weeks  map[rig.Kind]*rig.Database // a week of history, see week
	longs  map[rig.Kind]*rig.Database // 30 weeks of it, see long
	blanks map[rig.Kind]*rig.Database // migrated and empty, see fresh
	hours  int                        // how many hours after the demo data were made, see nextHour
}

func newBench(o options, log io.Writer) (*bench, error) {
	r, err := rig.New("bench", o.program)
	if err != nil {
		return nil, err
	}
	none := func() map[rig.Kind]*rig.Database { return map[rig.Kind]*rig.Database{} }
	return &bench{options: o, Rig: r, log: log, table: table{live: log}, weeks: none(), longs: none(), blanks: none()}, nil
}

func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.log, format+"\n", args...) }

// describe says what the figures were measured with.
func (b *bench) describe(ctx context.Context) string {
	postgres, _ := rig.Output(ctx, "psql", "--version")
	sqlite, _ := rig.Output(ctx, "sqlite3", "--version")
	data := "no demo data"
	if b.data != nil {
		data = fmt.Sprintf("%d stores, %d polls, %d MB of CSV", len(b.data.codes), b.data.rows, b.data.bytes/1e6)
	}
	return fmt.Sprintf("%s; %d runs each, %d processors, %s, %s, sqlite3 %s",
		data, b.runs, runtime.NumCPU(), runtime.Version(), strings.TrimSpace(postgres), firstWord(sqlite))
}

func firstWord(text string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	return word
}
