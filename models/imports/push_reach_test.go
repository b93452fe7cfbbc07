package imports_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/imports"
	"lightson/models/modelstest"
	"lightson/models/reach"
)

func pushWithin(t *testing.T, db *models.DB, within reach.Reach, rows ...string) imports.Pushed {
	t.Helper()
	p := imports.NewPush(clock)
	defer p.Close()
	for _, row := range rows {
		values := strings.Split(row, ",")
		if err := p.Add(values[0], values[1], values[2], ""); err != nil {
			t.Fatal(err)
		}
	}
	pushed, err := imports.NewPusher(db).MergeWithin(ctx, p, within)
	if err != nil {
		t.Fatal(err)
	}
	return pushed
}

var ofA = reach.Of([]string{"A"}, []string{"d", "unknown", "x"})

func TestPollsOfStoresOutsideAReachAreRejectedAsThoseOfNone(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("a,active,2023-01-25 10:00:00", "b,active,2023-01-25 10:00:00", "d,active,2023-01-25 10:00:00"), namesFile("a,One,A,", "b,Two,B,", "d,Four,B,"))
		pushed := pushWithin(t, db, ofA,
			"b,active,2023-01-25 10:00:00",   // foreign, known
			"a,active,2023-01-25 10:00:00",   // duplicate
			"absent,active,2023-01-25 11:00", // bad time and absent
			"absent,active,2023-01-25 11:00:00",
			"b,asleep,2023-01-25 11:00:00",
			"a,inactive,2023-01-25 11:00:00",
			"b,inactive,2023-01-25 11:00:00.5",
			"a,active,2023-01-25 11:00:00",
			"d,active,2023-01-24 11:00:00", // a single store of the reach
			"unknown,active,2023-01-25 11:00:00",
			"a,inactive,2023-01-20 11:00:00.123456",
		)
		want := []imports.Outcome{rejected, duplicate, rejected, rejected, rejected, kept, rejected, conflicting, kept, rejected, kept}
		if diff := cmp.Diff(want, outcomes(pushed)); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
		if c, want := pushed.Counts, (models.Counts{Rows: 11, Kept: 3, Duplicate: 1, Conflicting: 1, Rejected: 6}); c != want {
			t.Errorf("counts %+v, want %+v", c, want)
		}
		foreign, absent := pushed.Answers[0].Reject, pushed.Answers[3].Reject
		if absent.Column != "store_id" || absent.Found != "absent" || absent.Expected != "the id of a store within the reach of this key" {
			t.Errorf("an absent store: %s", absent)
		}
		if strings.ReplaceAll(foreign.String(), "found b", "found absent") != absent.String() {
			t.Errorf("a foreign store: %s, an absent one: %s", foreign, absent)
		}
		i, err := db.Import(ctx, pushed.Import)
		if err != nil {
			t.Fatal(err)
		}
		if i.Counts != pushed.Counts || len(i.Files) != 1 || i.Files[0].Rows != 11 || i.Files[0].Rejected != 6 {
			t.Errorf("import %+v", i)
		}
		rejects := rejectsOf(t, db, i.Files[0])
		if !strings.Contains(rejects, "\nb,inactive,2023-01-25 11:00:00.5 UTC,,store_id,") || strings.Count(rejects, "\n") != 7 {
			t.Errorf("rejects:\n%s", rejects)
		}
		s := modelstest.SnapshotAt(t, db, 0)
		polls := map[string]int{}
		for n, store := range s.Stores {
			of, err := s.PollsOf(n)
			if err != nil {
				t.Fatal(err)
			}
			polls[store.Code] = len(of)
		}
		if diff := cmp.Diff(map[string]int{"a": 3, "b": 1, "d": 2}, polls); diff != "" {
			t.Errorf("polls of stores (-want +got):\n%s", diff)
		}
		first := s.Stores[slices.IndexFunc(s.Stores, func(s models.Store) bool { return s.Code == "a" })].FirstPollAt
		if first.At.Time().Format("2006-01-02 15:04:05.999999") != "2023-01-20 11:00:00.123456" {
			t.Errorf("the first poll of a is at %s", first.At.Time())
		}
	})
}

func TestAPushOfNothingButOtherStoresChangesNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, pollsFile("b,active,2023-01-25 10:00:00"), namesFile("b,Two,B,"))
		before, version := recorded(t, db), dataVersion(t, db)
		for _, within := range []reach.Reach{ofA, {}} {
			pushed := pushWithin(t, db, within, "b,inactive,2023-01-25 11:00:00", "new,active,2023-01-25 11:00:00")
			if pushed.Import != "" || pushed.Version != version || pushed.Counts != (models.Counts{Rows: 2, Rejected: 2}) {
				t.Errorf("%+v", pushed)
			}
		}
		if diff := cmp.Diff(before, recorded(t, db)); diff != "" || dataVersion(t, db) != version {
			t.Errorf("imports (-before +after):\n%s", diff)
		}
		if _, found := modelstest.SnapshotAt(t, db, 0).Find("new"); found {
			t.Error("a store was added")
		}
	})
}

// A store may join or leave a group between two pushes.
func TestAPushSeesTheGroupsOfItsTime(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, namesFile("a,One,A,", "b,Two,B,"))
		push := func(at string) []imports.Outcome {
			return outcomes(pushWithin(t, db, reach.Of([]string{"A"}, nil), "a,active,"+at, "b,active,"+at))
		}
		if diff := cmp.Diff([]imports.Outcome{kept, rejected}, push("2023-01-25 10:00:00")); diff != "" {
			t.Error(diff)
		}
		load(t, db, namesFile("a,One,B,", "b,Two,A,"))
		if diff := cmp.Diff([]imports.Outcome{rejected, kept}, push("2023-01-25 11:00:00")); diff != "" {
			t.Error(diff)
		}
	})
}

// Whoever pushes everything within reach gets what a push with the reach of all gets.
func TestAPushWithinItsReachIsMergedAsAnyOther(t *testing.T) {
	rows := []string{
		"a,active,2023-01-25 10:00:00", "a,active,2023-01-25 10:00:00", "a,inactive,2023-01-25 10:00:00", "c,inactive,2023-01-20 10:00:00.000001",
		"a,asleep,2023-01-25 10:00:00", "c,active,2023-01-25 23:59:59.999999", "a,active,1960-01-01 00:00:00",
	}
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		results := map[string][]any{}
		for name, within := range map[string]reach.Reach{"all": reach.All(), "A": reach.Of([]string{"A"}, nil)} {
			modelstest.Wipe(t, db)
			load(t, db, namesFile("a,One,A,", "c,Three,A,"))
			pushed := pushWithin(t, db, within, rows...)
			facts, err := modelstest.Dump(db, "poll_days")
			if err != nil {
				t.Fatal(err)
			}
			var rejects []feed.Reject
			for _, a := range pushed.Answers {
				a.Reject.Fields = nil
				rejects = append(rejects, a.Reject)
			}
			results[name] = []any{pushed.Counts, outcomes(pushed), rejects, facts}
		}
		if diff := cmp.Diff(results["all"], results["A"]); diff != "" {
			t.Errorf("(-all +within)\n%s", diff)
		}
	})
}
