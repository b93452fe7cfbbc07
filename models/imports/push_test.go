package imports_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/modelstest"
	"lightson/models/reach"
)

// tryPush pushes rows of a polls file.
func tryPush(db *models.DB, rows ...string) (imports.Pushed, error) {
	return tryPushBy(imports.NewPusher(db), rows...)
}

func tryPushBy(pusher *imports.Pusher, rows ...string) (imports.Pushed, error) {
	p := imports.NewPush(clock)
	defer p.Close()
	for _, row := range rows {
		values := append(strings.Split(row, ","), "") // the reason may be left out
		if err := p.Add(values[0], values[1], values[2], values[3]); err != nil {
			return imports.Pushed{}, err
		}
		p.Bytes += int64(len(row))
	}
	return pusher.MergeWithin(ctx, p, reach.All())
}

func push(t tb, db *models.DB, rows ...string) imports.Pushed {
	t.Helper()
	pushed, err := tryPush(db, rows...)
	if err != nil {
		t.Fatal(err)
	}
	return pushed
}

func outcomes(pushed imports.Pushed) (list []imports.Outcome) {
	for _, a := range pushed.Answers {
		list = append(list, a.Outcome)
	}
	return list
}

func recorded(t tb, db *models.DB) []models.Import {
	t.Helper()
	list, err := db.Imports(ctx, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

const (
	kept        = imports.KeptRow
	duplicate   = imports.DuplicateRow
	conflicting = imports.ConflictingRow
	rejected    = imports.RejectedRow
)

func TestAPushSaysOfEachRowWhatBecameOfIt(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("a,active,2023-01-25 10:00:00", "a,inactive,2023-01-25 11:00:00", "a,active,2023-01-25 12:00:00"))
		pushed := push(t, db,
			"a,active,2023-01-25 10:00:00",    // known
			"a,active,2023-01-25 11:00:00",    // known as inactive, which stays
			"a,active,2023-01-25 11:00:00",    // the same again
			"a,inactive,2023-01-25 12:00:00",  // known as active, which does not
			"a,active,2023-01-25T12:00:00Z",   // what was known
			"b,active,2023-01-25 12:00:00",    // new, as is its store
			"b,inactive,2023-01-25 12:00:00",  // contradicts the row before
			"b,active,2023-01-25 12:00:00",    // said before
			"b,asleep,2023-01-25 12:00:00",    //
			"c,INACTIVE,2023-01-20 12:00:00 ", // new, on a day of its own
			"a,active,2024-01-01 00:10:01",    // ahead of the clock
		)
		want := []imports.Outcome{duplicate, conflicting, duplicate, conflicting, duplicate, kept, conflicting, duplicate, rejected, kept, rejected}
		if diff := cmp.Diff(want, outcomes(pushed)); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
		if c, want := pushed.Counts, (models.Counts{Rows: 11, Kept: 2, Duplicate: 4, Conflicting: 3, Rejected: 2, NewStores: 2}); c != want {
			t.Errorf("counts %+v, want %+v", c, want)
		}
		if r := pushed.Answers[8].Reject; r.Column != "status" || r.Found != "asleep" || r.Expected != "active or inactive" {
			t.Errorf("reject %+v", r)
		}
		i, err := db.Import(ctx, pushed.Import)
		if err != nil {
			t.Fatal(err)
		}
		if i.State != models.Complete || i.Source != models.FromPush || !i.Merged || i.Counts != pushed.Counts || len(i.Conflicts) != 3 ||
			i.FinishedAt == 0 || i.Done != i.Total || len(i.Files) != 1 || i.Files[0].Name != "pushed polls" || i.Files[0].Kind != "polls" || i.Files[0].Rejected != 2 {
			t.Errorf("import %+v", i)
		}
		wantRejects := "store_id,status,timestamp_utc,line,column,reason\n" +
			"b,asleep,2023-01-25 12:00:00,,status,\"status: expected active or inactive, found asleep\"\n" +
			"a,active,2024-01-01 00:10:01,,timestamp_utc,\"timestamp_utc: expected a time at most 10 minutes ahead of the clock, which was at 2024-01-01 00:00:00 UTC (local time sent as UTC looks like this), found 2024-01-01 00:10:01, which is 10 min 1 s ahead\"\n"
		if diff := cmp.Diff(wantRejects, rejectsOf(t, db, i.Files[0])); diff != "" {
			t.Errorf("rejects (-want +got):\n%s", diff)
		}
	})
}

func TestAPushThatChangesNothingLeavesNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rows := []string{"a,active,2023-01-25 10:00:00", "a,inactive,2023-01-25 10:00:00", "b,active,2023-01-25 10:00:00", "b,asleep,2023-01-25 10:00:00"}
		first := push(t, db, rows...)
		before := recorded(t, db)
		again := push(t, db, rows...)
		if again.Import != "" || again.Version != first.Version || again.Kept != 0 {
			t.Errorf("%+v", again)
		}
		if diff := cmp.Diff(before, recorded(t, db)); diff != "" || len(before) != 1 {
			t.Errorf("imports (-before +after):\n%s", diff)
		}
		for _, rows := range [][]string{nil, {"a,asleep,now"}, {"a,active,2023-01-25 10:00:00"}} {
			if pushed := push(t, db, rows...); pushed.Import != "" || pushed.Version != first.Version || len(pushed.Answers) != len(rows) {
				t.Errorf("%q: %+v", rows, pushed)
			}
		}
	})
}

func TestThePushesOfAnHourAreOneImport(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var ids []string
		for n := range 30 {
			ids = append(ids, push(t, db, fmt.Sprintf("s%d,active,2023-01-25 10:00:00", n), fmt.Sprintf("s%d,asleep,%d", n, n)).Import)
		}
		hours := slices.Compact(ids) // two, where the hour ends just now
		if len(hours) > 2 || len(recorded(t, db)) != len(hours) {
			t.Fatalf("%d imports of %d hours", len(recorded(t, db)), len(hours))
		}
		var all models.Counts
		pushes := 0
		for _, i := range recorded(t, db) {
			all.Kept, all.Rejected, all.NewStores, all.Rows = all.Kept+i.Kept, all.Rejected+i.Rejected, all.NewStores+i.NewStores, all.Rows+i.Rows
			pushes += i.Attempt
			f := i.Files[0]
			rejects := rejectsOf(t, db, f)
			if f.Rows != i.Rows || f.Rejected != i.Rejected || len(f.Causes) != 1 || f.Causes[0].Count != i.Rejected || len(f.Causes[0].Examples) > 5 ||
				f.Size != i.Total || int64(strings.Count(rejects, "\n")) != 1+i.Rejected {
				t.Errorf("file %+v of import %+v with rejects\n%s", f, i, rejects)
			}
		}
		if want := (models.Counts{Rows: 60, Kept: 30, Rejected: 30, NewStores: 30}); all != want || pushes != 30 {
			t.Errorf("%+v in %d pushes, want %+v", all, pushes, want)
		}
		// The next hour has an import of its own.
		if err := modelstest.Exec(db, "UPDATE imports SET created_at = created_at - 3600000000"); err != nil {
			t.Fatal(err)
		}
		if id := push(t, db, "s1,active,2023-01-25 11:00:00").Import; slices.Contains(hours, id) {
			t.Error("it is still the import of the hour before")
		}
	})
}

func TestCausesOfAnHourAreBounded(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		for n := range 40 {
			p := imports.NewPush(clock.Add(time.Duration(n) * time.Second))
			if err := p.Add("a", "active", "2023-01-25 10:00:"+fmt.Sprintf("%02d", n), ""); err != nil {
				t.Fatal(err)
			}
			if err := p.Add("a", "active", "2030-01-01 00:00:00", ""); err != nil {
				t.Fatal(err)
			}
			if _, err := imports.NewPusher(db).MergeWithin(ctx, p, reach.All()); err != nil {
				t.Fatal(err)
			}
		}
		for _, i := range recorded(t, db) {
			counted := int64(0)
			for _, c := range i.Files[0].Causes {
				counted += c.Count
			}
			if len(i.Files[0].Causes) > 20 || counted != i.Rejected {
				t.Errorf("%d causes count %d of %d rejects", len(i.Files[0].Causes), counted, i.Rejected)
			}
		}
	})
}

// The figures and the counts are the same whether polls are pushed or come in a
// file, and the answers add up to the counts.
func TestPushedPollsAreThoseOfAFile(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			row := rapid.Custom(func(t *rapid.T) string {
				return fmt.Sprintf("%s,%s,2023-01-%02d 10:00:0%d", rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "store"),
					rapid.SampledFrom([]string{"active", "inactive", "asleep"}).Draw(t, "status"),
					rapid.IntRange(24, 26).Draw(t, "day"), rapid.IntRange(0, 2).Draw(t, "second"))
			})
			known := rapid.SliceOfN(row, 1, 10).Draw(t, "known")
			rows := rapid.SliceOfN(row, 0, 25).Draw(t, "rows")
			begin := func() {
				wipe(t, db)
				load(t, db, pollsFile(known...))
			}
			begin()
			fromFile := load(t, db, pollsFile(rows...))
			want, _ := csvs(t, snapshotAt(t, db, 0))

			begin()
			pushed := push(t, db, rows...)
			if pushed.Counts != fromFile.Counts {
				t.Fatalf("counts %+v, from a file %+v", pushed.Counts, fromFile.Counts)
			}
			told := map[imports.Outcome]int64{}
			for _, o := range outcomes(pushed) {
				told[o]++
			}
			c := pushed.Counts
			for o, n := range map[imports.Outcome]int64{kept: c.Kept, duplicate: c.Duplicate, conflicting: c.Conflicting, rejected: c.Rejected} {
				if told[o] != n {
					t.Fatalf("%d rows are %s, %d are counted: %v", told[o], o, n, outcomes(pushed))
				}
			}
			if got, _ := csvs(t, snapshotAt(t, db, 0)); got != want {
				t.Fatalf("pushed:\n%s\nfrom a file:\n%s", got, want)
			}
		})
	})
}

func TestPushesAtTheSameTimeAreAsGoodAsOneAfterTheOther(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		const pushes = 20
		rowsOf := func(n int) (rows []string) {
			for k := range 60 {
				status := "active"
				if (n+k)%7 == 0 {
					status = "inactive"
				}
				rows = append(rows, fmt.Sprintf("s%d,%s,2023-01-%02d 10:%02d:00", (n+k)%5, status, 20+k%4, (3*n+k)%60))
			}
			return rows
		}
		for n := range pushes {
			push(t, db, rowsOf(n)...)
		}
		want, _ := csvs(t, snapshotAt(t, db, 0))
		wipe(t, db)
		var group errgroup.Group
		for n := range pushes {
			group.Go(func() error {
				pushed, err := tryPush(db, rowsOf(n)...)
				if c := pushed.Counts; err == nil && (c.Rows != 60 || c.Kept+c.Duplicate+c.Conflicting != 60) {
					err = fmt.Errorf("counts %+v", c)
				}
				return err
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		if got, _ := csvs(t, snapshotAt(t, db, 0)); got != want {
			t.Errorf("at the same time:\n%s\none after the other:\n%s", got, want)
		}
		for n := range pushes {
			if pushed := push(t, db, rowsOf(n)...); pushed.Kept != 0 || pushed.Import != "" {
				t.Errorf("push %d again: %+v", n, pushed.Counts)
			}
		}
	})
}
