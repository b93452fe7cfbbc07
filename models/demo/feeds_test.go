package demo

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A toldPoll is a row of the polls feed as a reader sees it.
type toldPoll struct {
	store  string
	at     time.Time
	active bool
}

// A told is what the four feeds of some options say, read back from the bytes.
type told struct {
	options      Options
	polls        []toldPoll // in the order of the file
	hours        map[string][]hoursRow
	zones        map[string]string
	names        map[string]naming
	pollsByStore map[string][]toldPoll // sorted by time
	hoursOrder   []string
}

// Most tests look at the same set from different sides, so it is made once.
var usual = sync.OnceValue(func() told {
	o := DefaultOptions()
	o.Stores = 400
	return read(o)
})

func read(o Options) told {
	r := told{
		options:      o,
		hours:        map[string][]hoursRow{},
		zones:        map[string]string{},
		names:        map[string]naming{},
		pollsByStore: map[string][]toldPoll{},
	}
	polls, hours, zones := feedsOf(o)
	for _, row := range records(polls) {
		p := toldPoll{row[0], must(time.Parse("2006-01-02 15:04:05.999999 UTC", row[2])), row[1] == "active"}
		r.polls = append(r.polls, p)
		r.pollsByStore[p.store] = append(r.pollsByStore[p.store], p)
	}
	for _, polls := range r.pollsByStore {
		slices.SortFunc(polls, func(a, b toldPoll) int { return a.at.Compare(b.at) })
	}
	for _, row := range records(hours) {
		r.hours[row[0]] = append(r.hours[row[0]], hoursRow{int(row[1][0] - '0'), row[2], row[3]})
		r.hoursOrder = append(r.hoursOrder, row[0])
	}
	for _, row := range records(zones) {
		r.zones[row[0]] = row[1]
	}
	for _, row := range records(namesOf(o)) {
		r.names[row[0]] = naming{row[1], row[2], row[3]}
	}
	return r
}

func feedsOf(o Options) (polls, hours, zones []byte) {
	var p, h, z bytes.Buffer
	must(WritePolls(&p, o, nil))
	must(WriteHours(&h, o))
	must(WriteZones(&z, o))
	return p.Bytes(), h.Bytes(), z.Bytes()
}

func namesOf(o Options) []byte {
	var n bytes.Buffer
	must(WriteNames(&n, o))
	return n.Bytes()
}

// records are the rows of a feed without its header.
func records(feed []byte) [][]string {
	return must(csv.NewReader(bytes.NewReader(feed)).ReadAll())[1:]
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func header(feed []byte) string {
	line, _, _ := strings.Cut(string(feed), "\n")
	return line
}

// small is a set for tests that write it more than once.
func small() Options {
	o := DefaultOptions()
	o.Stores, o.Days = 30, 2
	return o
}

func wantSentence(t *testing.T, err error, part string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), part) {
		t.Errorf("error = %v, want one that says %q", err, part)
	}
}
