package models_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"lightson/models/demo"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// People with psql get the polls back from how they are packed.
func TestTheViewOfPollsGivesThePollsBack(t *testing.T) {
	db := modelstest.Open(t, modelstest.PostgreSQL)
	w := town{Polls: []townPoll{
		{Store: "1", At: at("2023-01-25 18:00"), Active: true},
		{Store: "1", At: at("2023-01-25 18:00:00.000001"), Active: false},
		{Store: "1", At: at("2023-01-25 23:59:59.999999"), Active: true},
		{Store: "1", At: at("2023-01-26 00:00"), Active: false},
		{Store: "2", At: at("1969-12-31 23:59:59.999999"), Active: true},
		{Store: "2", At: at("2023-01-25 18:00"), Active: true},
		{Store: "2", At: at("2023-01-25 18:00"), Active: false}, // inactive wins
	}}
	load(t, db, pollsFile(w.PollRows()...))
	type row struct {
		Store  string
		At     time.Time
		Active bool
	}
	rows, err := db.Postgres().Query(ctx, "SELECT store_id, observed_at, active FROM polls ORDER BY store_id, observed_at")
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	if err != nil {
		t.Fatal(err)
	}
	var want []row
	for _, store := range []string{"1", "2"} {
		for _, p := range w.PollsOf(store) {
			want = append(want, row{store, p.At.Time(), p.Active})
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What a snapshot reads of the demo data is what the view counts.
func TestTheViewOfPollsCountsWhatAReportReads(t *testing.T) {
	db := modelstest.Open(t, modelstest.PostgreSQL)
	o := demo.DefaultOptions()
	o.Stores, o.Days = 60, 3
	files, err := demo.Write(t.TempDir(), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	i := load(t, db, readFile(t, files.Polls.Path))
	var count, active int64
	err = db.Postgres().QueryRow(ctx, "SELECT count(*), count(*) FILTER (WHERE active) FROM polls").Scan(&count, &active)
	if err != nil {
		t.Fatal(err)
	}
	s := snapshotAt(t, db, 0)
	var upPolls int64
	for n := range s.Stores {
		polls, err := s.PollsOf(n)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range polls {
			if p.State() == uptime.Up {
				upPolls++
			}
		}
	}
	if count != i.Kept || count != s.Polls || active != upPolls {
		t.Errorf("the view has %d polls, %d of them active; kept %d, read %d, %d of them active", count, active, i.Kept, s.Polls, upPolls)
	}
}
