package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"runtime"
	"strings"
)

// A section measures one thing and adds its rows to the table.
type section struct {
	name string
	run  func(*bench, context.Context) error
}

// sections in the order that they run in. Memory comes early because what the
// system says of a child includes what this process held when it started it.
var sections = []section{
	{"memory", (*bench).measureMemory},
	{"load", (*bench).measureLoad},
	{"hour", (*bench).measureHour},
	{"report", (*bench).measureReport},
	{"start", (*bench).measureStart},
	{"pages", (*bench).measurePages},
	{"bloat", (*bench).measureBloat},
	{"floors", (*bench).measureFloors},
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
	dir    string   // everything that is written, removed at the end
	server *url.URL // PostgreSQL
	log    io.Writer
	table  table

	made    map[string]*database // on the server, to be dropped
	data    *feeds
	weeks   map[kind]*database // a week of history, see week
	longs   map[kind]*database // 30 weeks of it, see long
	blanks  map[kind]*database // migrated and empty, see fresh
	nextDir int
	hours   int // how many hours after the demo data were made, see nextHour
}

func newBench(o options, postgres string, log io.Writer) (*bench, error) {
	if postgres == "" {
		return nil, errors.New("TEST_POSTGRES_URL is not set: run make bench")
	}
	server, err := url.Parse(postgres)
	if err != nil {
		return nil, fmt.Errorf("TEST_POSTGRES_URL: %w", err)
	}
	if _, err := os.Stat(o.program); err != nil {
		return nil, fmt.Errorf("%w: run make build", err)
	}
	dir, err := os.MkdirTemp("", "lightson-bench-*")
	if err != nil {
		return nil, err
	}
	return &bench{
		options: o, dir: dir, server: server, log: log, table: table{live: log},
		made: map[string]*database{}, weeks: map[kind]*database{}, longs: map[kind]*database{}, blanks: map[kind]*database{},
	}, nil
}

// close removes what the bench made, also after it was interrupted.
func (b *bench) close() error {
	var err error
	for _, d := range b.made {
		err = errors.Join(err, b.drop(context.Background(), d))
	}
	return errors.Join(err, os.RemoveAll(b.dir))
}

func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.log, format+"\n", args...) }

// describe says what the figures were measured with.
func (b *bench) describe(ctx context.Context) string {
	postgres, _ := output(ctx, "psql", "--version")
	sqlite, _ := output(ctx, "sqlite3", "--version")
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
