package figures_test

import (
	"fmt"
	"testing"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/modelstest"
)

// A dump that is restored beneath a running server, and a failover that loses
// commits, take the data back. What they then take in is as many changes later as
// what was lost, and is not it.
func TestFiguresFollowDataThatGoBack(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		dump(t, db)
		for hour := range 3 {
			load(t, db, pollsFile(fmt.Sprintf("lost-%d,active,2023-01-25 %d:00:00 UTC", hour, 19+hour)))
			wantStores(t, f, "1", fmt.Sprintf("lost-%d", hour))
			restore(t, db)
			wantStores(t, f, "1")
			load(t, db, pollsFile(fmt.Sprintf("new-%d,active,2023-01-25 %d:30:00 UTC", hour, 18+hour)))
			wantStores(t, f, "1", fmt.Sprintf("new-%d", hour))
			restore(t, db)
		}
	})
}

// The question of a range or of the past of a store must end where the data went
// back, and not find the same snapshot out of date for ever.
func TestASnapshotOfDataThatWentBackIsOutOfDateOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		dump(t, db)
		load(t, db, pollsFile("1,inactive,2023-01-25 19:00:00 UTC"))
		lost, err := f.Snapshot(ctx)
		if err != nil {
			t.Fatal(err)
		}
		restore(t, db)
		if _, err := f.MeasureRange(ctx, lost, nil, lost.Span(), func(_, _ int64) {}); err == nil {
			t.Error("a range was measured in a snapshot of lost data")
		}
		present, err := f.Snapshot(ctx)
		if err != nil {
			t.Fatal(err)
		}
		measureRange(t, db, present, nil, present.Span())
	})
}

var dumped = []string{"stores", "hours", "poll_days", "data_versions"}

// dump copies the data aside, and restore puts the copy back, as tools of the
// database do.
func dump(t *testing.T, db *models.DB) {
	t.Helper()
	for _, table := range dumped {
		exec(t, db, fmt.Sprintf("CREATE TABLE dump_%s AS SELECT * FROM %s", table, table))
	}
}

func restore(t *testing.T, db *models.DB) {
	t.Helper()
	for _, table := range dumped {
		exec(t, db, "DELETE FROM "+table)
		exec(t, db, fmt.Sprintf("INSERT INTO %s SELECT * FROM dump_%s", table, table))
	}
}

func exec(t *testing.T, db *models.DB, statement string) {
	t.Helper()
	if err := modelstest.Exec(db, statement); err != nil {
		t.Fatal(err)
	}
}

func wantStores(t *testing.T, f *figures.Figures, codes ...string) {
	t.Helper()
	for name, of := range map[string]func() (*figures.Snapshot, error){
		"snapshot": func() (*figures.Snapshot, error) { return f.Snapshot(ctx) },
		"trend": func() (*figures.Snapshot, error) {
			trend, err := f.Trend(ctx)
			if err != nil {
				return nil, err
			}
			return trend.Snapshot, nil
		},
	} {
		s, err := of()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, store := range s.Stores {
			got = append(got, store.Code)
		}
		if fmt.Sprint(got) != fmt.Sprint(codes) {
			t.Errorf("the %s has stores %v, want %v", name, got, codes)
		}
	}
}
