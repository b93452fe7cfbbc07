package models_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
)

var (
	ofA     = reach.Of([]string{"A"}, nil)
	ofB     = reach.Of([]string{"B"}, nil)
	ofAB    = reach.Of([]string{"A", "B"}, nil)
	nothing = reach.Reach{}
)

func person(id string, r reach.Reach) models.Asker {
	return models.Asker{Key: "person:" + id, Name: "Person " + id, Reach: r}
}

// ask asks for a report, as the queue does.
func ask(t tb, db *models.DB, r *models.Report) (asked models.Report, added bool) {
	t.Helper()
	err := db.Update(ctx, func(tx *models.Tx) (err error) {
		added, err = tx.AskReport(ctx, r, 1000)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return *r, added
}

func TestAReportOfAnotherAskerOrReachIsNeverTheSame(t *testing.T) {
	askers := map[string]models.Asker{
		"nobody": models.Anonymous(), "ann of A": person("ann", ofA), "ann of A and B": person("ann", ofAB), "ann of all": person("ann", reach.All()),
		"bob of A": person("bob", ofA), "bob of all": person("bob", reach.All()), "a key of ann": {Key: "key:ann", Reach: ofA}, "nobody of A": {Reach: ofA},
	}
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		for name, scope := range map[string]models.ReportScope{"all": {}, "group A": {Group: "A"}} {
			for _, from := range []models.Source{models.FromPage, models.FromAPI} {
				for _, key := range []string{"", "monday"} {
					ids := map[string]string{}
					for who, asker := range askers {
						r, added := ask(t, db, models.NewReport(from, scope, key).For(asker))
						if earlier := ids[r.ID]; earlier != "" {
							t.Errorf("%s, %s, key %q: %s was given the report of %s", name, from, key, who, earlier)
						}
						if got, err := r.Reach(); err != nil || r.AskedBy != asker.Key || r.AskedByName != asker.Name || got.String() != asker.Reach.String() || !added {
							t.Errorf("%s was given a report of %s within %s, %v", who, r.AskedBy, got, err)
						}
						ids[r.ID] = who
						if again, added := ask(t, db, models.NewReport(from, scope, key).For(asker)); again.ID != r.ID || added {
							t.Errorf("%s, %s, key %q: %s was given another report the second time", name, from, key, who)
						}
						looked, err := db.LookAsked(ctx, models.NewReport(from, scope, key).For(asker))
						if err != nil || looked.Same == nil || looked.Same.ID != r.ID {
							t.Errorf("%s looks for the same and finds %+v, %v", who, looked.Same, err)
						}
					}
					if _, err := db.Report(ctx, "x"); !errors.Is(err, models.ErrNotFound) {
						t.Error(err)
					}
					if err := modelstest.Exec(db, "DELETE FROM reports"); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	})
}

// Clients choose their keys, and must not meet those of another.
func TestNoIdempotencyKeyOfAClientIsThatOfAnother(t *testing.T) {
	ann := models.NewReport(models.FromAPI, models.ReportScope{}, "monday").For(person("ann", ofA))
	for _, key := range []string{*ann.IdempotencyKey, strings.TrimSuffix(*ann.IdempotencyKey, "api:monday"), "retry:" + ann.ID} {
		for _, asker := range []models.Asker{models.Anonymous(), person("bob", ofA), person("ann:x", ofA), person("ann", ofB)} {
			r := models.NewReport(models.FromAPI, models.ReportScope{}, key).For(asker)
			if *r.IdempotencyKey == *ann.IdempotencyKey || *r.IdempotencyKey == *ann.Retry(models.FromAPI, asker).IdempotencyKey {
				t.Errorf("%s with key %q has the key of another: %s", asker.Key, key, *r.IdempotencyKey)
			}
		}
	}
	if got := *models.NewReport(models.FromAPI, models.ReportScope{}, "monday").IdempotencyKey; got != "api:monday" {
		t.Errorf("the key of nobody in particular is %s, and was api:monday before there were accounts", got)
	}
}

func TestARetryIsOfWhoeverTriesAgain(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		scope := models.ReportScope{Group: "A", Range: uptime.Span{From: 1, To: 2}}
		failed, _ := ask(t, db, models.NewReport(models.FromPage, scope, "").For(person("operator", reach.All())))
		ids := map[string]bool{failed.ID: true}
		for _, asker := range []models.Asker{person("ann", ofA), person("bob", ofA), person("ann", ofAB), models.Anonymous()} {
			again, _ := ask(t, db, failed.Retry(models.FromPage, asker))
			got, err := again.Reach()
			if err != nil || again.Scope() != scope || again.AskedBy != asker.Key || got.String() != asker.Reach.String() || ids[again.ID] {
				t.Errorf("%s within %s was given %+v", asker.Key, asker.Reach, again)
			}
			ids[again.ID] = true
			if twice, _ := ask(t, db, failed.Retry(models.FromPage, asker)); twice.ID != again.ID {
				t.Errorf("%s was given two reports", asker.Key)
			}
		}
	})
}

func TestAReportIsSeenByWhoeverHasAllThatItCanBeAbout(t *testing.T) {
	one := reach.Of(nil, []string{"1"})
	for _, tt := range []struct {
		own   reach.Reach
		group string
		by    reach.Reach
		seen  bool
	}{
		{reach.All(), "", reach.All(), true}, {reach.All(), "", ofA, false}, {reach.All(), "", nothing, false},
		{reach.All(), "A", ofA, true}, {reach.All(), "A", ofAB, true}, {reach.All(), "A", ofB, false}, {reach.All(), "A", one, false}, {reach.All(), "A", nothing, false},
		{ofA, "", ofA, true}, {ofA, "", ofAB, true}, {ofA, "", reach.All(), true}, {ofA, "", ofB, false},
		{ofAB, "", ofA, false}, {ofAB, "A", ofA, true}, {ofAB, "B", ofA, false},
		{one, "", one, true}, {one, "", ofA, false}, {one, "A", one, true}, {one, "A", ofA, false}, {one, "", reach.Of(nil, []string{"1", "2"}), true},
		{reach.Of([]string{"B"}, []string{"1"}), "A", one, true}, {reach.Of([]string{"B"}, []string{"1"}), "", one, false},
		// About no store: nobody else learns of it.
		{nothing, "", nothing, true}, {nothing, "", ofA, false}, {nothing, "", reach.All(), true}, {ofB, "A", ofA, false}, {ofB, "A", ofB, true}, {ofB, "A", nothing, false},
	} {
		r := models.NewReport(models.FromPage, models.ReportScope{Group: tt.group}, "").For(person("ann", tt.own))
		if got := r.Within(tt.by); got != tt.seen {
			t.Errorf("a report of %s about group %q is seen by %s: %v, want %v", tt.own, tt.group, tt.by, got, tt.seen)
		}
	}
	if (models.Report{}).Within(ofA) || (models.Report{ReachText: "everything"}).Within(nothing) {
		t.Error("a report whose reach cannot be read is seen")
	}
}

// long is a reach that is too long to be its own key.
func long(first string) reach.Reach {
	codes := []string{first}
	for n := range 300 {
		codes = append(codes, fmt.Sprintf("8419537941919820%03d", n))
	}
	return reach.Of([]string{"Tom & \"Jerry\""}, codes)
}

func TestListsOfReportsHaveThoseWithinAReachOnEveryPage(t *testing.T) {
	reaches := []reach.Reach{reach.All(), ofA, ofB, ofAB, nothing, reach.Of(nil, []string{"1"}), reach.Of([]string{"A"}, []string{"1", "2"}), long("a"), long("b"), reach.Of([]string{"Tom & \"Jerry\""}, nil)}
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			wipe(t, db)
			var all []models.Report
			promised := map[string]bool{}
			for n := range rapid.IntRange(0, 12).Draw(t, "reports") {
				scope := models.ReportScope{Group: rapid.SampledFrom([]string{"", "", "A", "B", "Tom & \"Jerry\""}).Draw(t, "group")}
				r := models.NewReport(models.FromAPI, scope, fmt.Sprint(n)).For(person("x", rapid.SampledFrom(reaches).Draw(t, "reach")))
				if rapid.IntRange(0, 3).Draw(t, "promised") == 0 {
					r.State, r.CreatedAt = models.Queued, models.Now()
					db.Promise(*r)
					promised[r.ID] = true
					defer db.Recorded(r.ID)
					if rapid.Bool().Draw(t, "recorded as well") {
						ask(t, db, r)
					}
				} else {
					ask(t, db, r)
				}
				all = append(all, *r)
			}
			for _, by := range reaches {
				var want []string
				for _, r := range all {
					if r.Within(by) {
						want = append(want, r.ID)
					}
					got, err := db.ReportWithin(ctx, by, r.ID)
					if r.Within(by) != (err == nil) || err == nil && got.ID != r.ID || err != nil && (!errors.Is(err, models.ErrNotFound) || got.ID != "") {
						t.Fatalf("report of %s about %q by %s: %q, %v", r.ReachText, r.Group, by, got.ID, err)
					}
				}
				slices.Sort(want)
				for _, size := range []int{1, 3, 20} {
					var pages, pieces []string
					for offset := 0; ; offset += size {
						page, err := db.ReportsWithin(ctx, by, offset, size)
						if err != nil {
							t.Fatal(err)
						}
						for _, r := range page {
							pages = append(pages, r.ID)
						}
						if len(page) < size {
							break
						}
					}
					for place := (models.ListPlace{}); ; {
						piece, err := db.ReportsAfterWithin(ctx, place, by, size)
						if err != nil {
							t.Fatal(err)
						}
						for _, r := range piece {
							pieces = append(pieces, r.ID)
							place = r.ListPlace()
						}
						if len(piece) < size {
							break
						}
					}
					slices.Sort(pages)
					slices.Sort(pieces)
					if diff := cmp.Diff(want, pages); diff != "" {
						t.Fatalf("within %s, pages of %d (-want +got):\n%s", by, size, diff)
					}
					if diff := cmp.Diff(want, pieces); diff != "" {
						t.Fatalf("within %s, pieces of %d (-want +got):\n%s", by, size, diff)
					}
				}
			}
		})
	})
}

// More reaches than a statement can have parameters.
func TestReportsOfVeryManyReachesAreListed(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		const many = 70_000
		err := modelstest.Exec(db, `INSERT INTO reports (id, source, state, created_at, reach, reach_key)
			WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
			SELECT 'r' || i, 'api', 'failed', i, '{"stores":["' || i || '"]}', '{"stores":["' || i || '"]}' FROM n`, many)
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		for n := range many {
			codes = append(codes, fmt.Sprint(n)) // the last report is of another store
		}
		page, err := db.ReportsWithin(ctx, reach.Of(nil, codes), 10, 2)
		if err != nil || len(page) != 2 || page[0].ID != fmt.Sprint("r", many-11) || page[1].ID != fmt.Sprint("r", many-12) {
			t.Errorf("%v, %v", page, err)
		}
	})
}

func TestAReportWithoutAReachIsNotRecorded(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		r := &models.Report{Work: models.Work{ID: "x", Source: models.FromAPI}}
		if a, err := db.BeginReport(ctx, r); err == nil {
			t.Errorf("recorded as %+v", a)
		}
		if list, err := db.Reports(ctx, 0, 10); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestReportsOfBeforeThereWereAccountsAreOfAllStores(t *testing.T) {
	modelstest.EachEmpty(t, func(t *testing.T, url, dir string) {
		old, err := models.Open(ctx, url, dir)
		if err != nil {
			t.Fatal(err)
		}
		err = errors.Join(old.MigrateTo(ctx, 14),
			modelstest.Exec(old, "INSERT INTO reports (id, source, state, created_at, idempotency_key, group_name) VALUES ('x', 'api', 'complete', 1, 'api:monday', ''), ('y', 'api', 'complete', 2, 'api:tuesday', 'A')"),
			old.Close())
		if err != nil {
			t.Fatal(err)
		}
		db := modelstest.OpenURL(t, url, dir)
		for id, groups := range map[string][]reach.Reach{"x": {reach.All()}, "y": {reach.All(), ofA, ofAB}} {
			r := reportOf(t, db, id)
			if within, err := r.Reach(); err != nil || !within.IsAll() || r.AskedBy != "" || r.AskedByName != "" {
				t.Errorf("%+v, %v", r, err)
			}
			for _, by := range []reach.Reach{reach.All(), ofA, ofB, ofAB, nothing} {
				seen := slices.ContainsFunc(groups, func(g reach.Reach) bool { return g.String() == by.String() })
				if _, err := db.ReportWithin(ctx, by, id); (err == nil) != seen {
					t.Errorf("report %s within %s: %v", id, by, err)
				}
			}
		}
		if r, added := ask(t, db, models.NewReport(models.FromAPI, models.ReportScope{}, "monday")); r.ID != "x" || added {
			t.Errorf("the key of before made another report, %s", r.ID)
		}
		if r, added := ask(t, db, models.NewReport(models.FromAPI, models.ReportScope{}, "monday").For(person("ann", reach.All()))); r.ID == "x" || !added {
			t.Error("somebody was given a report of before there were accounts by its key")
		}
	})
}

func TestTheStoresWithinAReachAreCounted(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		load(t, db, namesFile("1,One,A,", "2,Two,A,", "3,Three,B,", "4,Four,,"))
		for _, tt := range []struct {
			within reach.Reach
			count  int64
		}{
			{reach.All(), 4}, {ofA, 2}, {ofB, 1}, {ofAB, 3}, {nothing, 0},
			{reach.Of(nil, []string{"1", "4", "x\x00", "\xff"}), 2}, {reach.Of([]string{"C"}, []string{"3"}), 1},
		} {
			if count, err := db.CountStores(ctx, tt.within); err != nil || count != tt.count {
				t.Errorf("within %s there are %d stores, want %d; %v", tt.within, count, tt.count, err)
			}
		}
	})
}

// Whoever sees some of the stores cannot fill the queue for the others, nor learn how
// many wait.
func TestNobodyKeepsTheReportsOfOthersWaiting(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		const limit = 8
		ask := func(by models.Asker) error {
			return db.Update(ctx, func(tx *models.Tx) error {
				_, err := tx.AskReport(ctx, models.NewReport(models.FromAPI, models.ReportScope{}, models.NewID()).For(by), limit)
				return err
			})
		}
		full := func(by models.Asker, want models.QueueFull) {
			t.Helper()
			var got models.QueueFull
			if err := ask(by); !errors.As(err, &got) || got != want {
				t.Errorf("%s: %v, want %v", by.Key, err, want)
			}
		}
		all := person("operator", reach.All())
		for _, by := range []models.Asker{person("ann", ofA), person("ann", ofB), person("bob", ofA), person("bob", ofA), all, all, all} {
			if err := ask(by); err != nil {
				t.Errorf("%s: %v", by.Key, err)
			}
		}
		full(person("ann", ofA), models.QueueFull{Waiting: 2})
		full(person("bob", ofB), models.QueueFull{Waiting: 2})
		if err := ask(models.Anonymous()); err != nil {
			t.Error(err)
		}
		full(person("carl", ofA), models.QueueFull{})
		full(all, models.QueueFull{Waiting: 8})
		full(models.Anonymous(), models.QueueFull{Waiting: 8})
	})
}
