package models_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"lightson/models"
	"lightson/models/demo"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// As pg_restore does to a running server.
func TestTablesThatAreReplacedBeneathCostOneRequestAtMost(t *testing.T) {
	db := modelstest.Open(t, modelstest.PostgreSQL)
	pool := db.Postgres()
	exec := func(sql string) {
		t.Helper()
		if _, err := pool.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol); err != nil {
			t.Fatal(err)
		}
	}
	read := func(sql string) error {
		rows, err := pool.Query(ctx, sql)
		if err == nil {
			_, err = pgx.CollectRows(rows, pgx.RowToMap)
		}
		return err
	}
	// onEach makes every connection know a statement.
	onEach := func(sql string) {
		t.Helper()
		conns := pool.AcquireAllIdle(ctx)
		for len(conns) < 4 {
			conn, err := pool.Acquire(ctx)
			if err != nil {
				t.Fatal(err)
			}
			conns = append(conns, conn)
		}
		for _, conn := range conns {
			rows, err := conn.Query(ctx, sql)
			if err == nil {
				_, err = pgx.CollectRows(rows, pgx.RowToMap)
			}
			if err != nil {
				t.Fatal(err)
			}
			conn.Release()
		}
	}
	for name, made := range map[string][2]string{
		"another column": {"CREATE TABLE replaced (a integer)", "DROP TABLE replaced; CREATE TABLE replaced (a text, b text)"},
		"another type":   {"CREATE TYPE tint AS ENUM ('red'); CREATE TABLE replaced (a tint)", "DROP TABLE replaced; DROP TYPE tint; CREATE TYPE tint AS ENUM ('red'); CREATE TABLE replaced (a tint)"},
	} {
		exec(made[0])
		onEach("SELECT * FROM replaced")
		exec(made[1])
		err := read("SELECT * FROM replaced")
		if !models.Away(err) {
			t.Errorf("%s: %v, want a fault that passes by itself", name, err)
		}
		for range 8 {
			if err := read("SELECT * FROM replaced"); err != nil {
				t.Errorf("%s: afterwards: %v", name, err)
			}
		}
		exec("DROP TABLE replaced")
		if err := read("SELECT * FROM replaced"); !models.Away(err) {
			t.Errorf("%s: without the table: %v, want a fault that passes by itself", name, err)
		}
	}
}

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

func TestAViewIsSharedForAsLongAsItLasts(t *testing.T) {
	db := modelstest.Open(t, modelstest.PostgreSQL)
	stores := func(tx *models.Tx) (count int64) {
		t.Helper()
		count, err := tx.CountStores(ctx)
		if err != nil {
			t.Error(err)
		}
		return count
	}
	var ticket string
	err := db.View(ctx, func(tx *models.Tx) (err error) {
		if ticket, err = tx.Share(ctx); err != nil {
			return err
		}
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		return db.ViewOf(ctx, ticket, func(other *models.Tx) error {
			if ours, theirs := stores(tx), stores(other); ours != 0 || theirs != 0 {
				t.Errorf("%d and %d stores, of before there was any", ours, theirs)
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, ended := range []string{ticket, "00000003-0000001B-1", "it's none"} {
		if err := db.ViewOf(ctx, ended, func(*models.Tx) error { return nil }); !errors.Is(err, models.ErrDataMoved) {
			t.Errorf("%s: %v", ended, err)
		}
	}
	if err := db.ViewOf(ctx, "", func(tx *models.Tx) error {
		if n := stores(tx); n != 1 {
			t.Errorf("%d stores, want 1", n)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}
