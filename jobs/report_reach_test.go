package jobs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/reports"
	"lightson/models/uptime"
)

const (
	names     = "store_id,name,group\none,One,A\ntwo,Two,B\nthree,Three,A\n"
	csvHeader = "store_id,uptime_last_hour,uptime_last_day,uptime_last_week,downtime_last_hour,downtime_last_day,downtime_last_week\n"
	rowOfOne  = "one,15.00,2.25,2.25,45.00,0.75,0.75\n"
	rowOfTwo  = "two,60.00,24.00,24.00,0.00,0.00,0.00\n"
	rowThree  = "three,0.00,0.00,0.00,0.00,0.00,0.00\n"
)

var (
	ofA = models.Asker{Key: "person:ann", Name: "Ann", Reach: reach.Of([]string{"A"}, nil)}
	ofB = models.Asker{Key: "person:bob", Name: "Bob", Reach: reach.Of([]string{"B"}, nil)}
)

func TestAReportHasTheStoresWithinItsReach(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db).start()
		d.load(polls, hours, zones, names)
		asOf := models.InstantAt(uptime.At(time.Date(2023, time.January, 23, 18, 0, 0, 0, time.UTC)))
		for name, tt := range map[string]struct {
			by            models.Asker
			group         string
			rows          string
			polls, noData int64
		}{
			"all":                      {models.Anonymous(), "", rowOfOne + rowThree + rowOfTwo, 3, 1},
			"all, one group":           {models.Anonymous(), "B", rowOfTwo, 1, 0},
			"A":                        {ofA, "", rowOfOne + rowThree, 2, 1},
			"B":                        {ofB, "", rowOfTwo, 1, 0},
			"B about B":                {ofB, "B", rowOfTwo, 1, 0},
			"B about A":                {ofB, "A", "", 0, 0},
			"a store":                  {models.Asker{Key: "key:x", Reach: reach.Of(nil, []string{"one"})}, "", rowOfOne, 2, 0},
			"a store, about its group": {models.Asker{Key: "key:x", Reach: reach.Of(nil, []string{"one"})}, "A", rowOfOne, 2, 0},
			"nothing":                  {models.Asker{Key: "person:new"}, "", "", 0, 0},
		} {
			for _, asked := range []models.OptionalInstant{{}, asOf} {
				for _, within := range []uptime.Span{{}, {From: asOf.At.Add(-30 * uptime.Day), To: asOf.At}} {
					r := models.NewReport(models.FromAPI, models.ReportScope{AsOf: asked, Group: tt.group, Range: within}, "").For(tt.by)
					if err := d.AskReport(t.Context(), r); err != nil {
						t.Fatal(err)
					}
					made := d.theReport(r.ID)
					stores := int64(strings.Count(tt.rows, "\n"))
					if made.State != models.Complete || made.Stores != stores || made.Done != stores || made.Total != stores || made.Polls != tt.polls || made.NoData != tt.noData || made.AsOf != asOf {
						t.Errorf("%s: %s with %d stores of %d polls, %d without data, %d of %d done, as of %s", name, made.State, made.Stores, made.Polls, made.NoData, made.Done, made.Total, made.AsOf.At.Time())
					}
					if got := d.csv(r.ID); got != csvHeader+tt.rows {
						t.Errorf("%s:\n%swant:\n%s", name, got, tt.rows)
					}
				}
			}
		}
	})
}

// A store that leaves a group takes nothing out of the reports that have it, and one that
// joins is in the next.
func TestAReportKeepsItsStoresWhateverBecomesOfItsReach(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db).start()
		d.load(polls, hours, zones, names)
		ask := func() string {
			t.Helper()
			r := models.NewReport(models.FromAPI, models.ReportScope{}, "").For(ofB)
			if err := d.AskReport(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			d.theReport(r.ID)
			return r.ID
		}
		first := ask()
		d.load("store_id,name,group\none,One,B\ntwo,Two,A\n")
		second := ask()
		if got := d.csv(first); got != csvHeader+rowOfTwo {
			t.Errorf("the first report became\n%s", got)
		}
		if got := d.csv(second); got != csvHeader+rowOfOne {
			t.Errorf("the second report is\n%s", got)
		}
	})
}

// How many stores there are outside a reach is not told by how far a report is.
func TestProgressIsOfTheStoresWithinTheReach(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.load(polls, hours, zones, names)
		for _, scope := range []models.ReportScope{
			{}, {AsOf: models.InstantAt(uptime.At(time.Date(2023, time.January, 23, 17, 0, 0, 0, time.UTC)))},
			{Range: uptime.Span{From: 0, To: uptime.Instant(60 * uptime.Day)}},
		} {
			a, err := db.BeginReport(t.Context(), models.NewReport(models.FromAPI, scope, "").For(ofA))
			if err != nil {
				t.Fatal(err)
			}
			var mu sync.Mutex
			calls := 0
			err = d.worker().Report(t.Context(), a, func(done, total int64) {
				mu.Lock()
				defer mu.Unlock()
				if calls++; total != 2 || done > total {
					t.Errorf("%+v: %d of %d, want of 2", scope, done, total)
				}
			})
			if err != nil || calls == 0 {
				t.Errorf("told %d times, %v", calls, err)
			}
		}
	})
}

// Somebody went back to a form and asked for something else by its key. Who asks for the same as
// they did joins them, and must not be given what the key was for.
func TestWhoJoinsAnAskIsGivenNoReportAboutSomethingElse(t *testing.T) {
	d := newDesk(t, modelstest.Open(t, modelstest.SQLite))
	d.load(polls, hours, zones, names)
	for n, atOnce := range []bool{true, false} {
		scope := models.ReportScope{Range: uptime.Span{From: 1, To: uptime.Instant(n) + 2}}
		other := models.NewReport(models.FromPage, models.ReportScope{}, "k").For(ofA)
		r := models.NewReport(models.FromAPI, scope, "").For(ofA)
		answer := d.AskedWithOthersKey(*models.NewReport(models.FromPage, scope, "k").For(ofA), *other, atOnce)
		if !atOnce {
			time.AfterFunc(50*time.Millisecond, answer)
		}
		if err := d.AskReport(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if r.ID == other.ID || r.Scope() != scope {
			t.Errorf("answered at once: %t: given %+v", atOnce, r.Scope())
		}
	}
}

func TestNobodyJoinsTheAskOfAnother(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.load(polls, hours, zones, names)
		end := keepWriting(t, db)
		askers := []models.Asker{models.Anonymous(), ofA, ofB, {Key: ofA.Key, Name: "Ann", Reach: reach.All()}, {Key: "key:ann", Reach: ofA.Reach}}
		asked := map[string]models.Asker{}
		for _, from := range []models.Source{models.FromPage, models.FromAPI} {
			for _, key := range []string{"", "monday"} {
				if from == models.FromPage && key == "" {
					continue // the same as those of the API
				}
				scope := models.ReportScope{Range: uptime.Span{From: 1, To: uptime.Instant(len(asked)) + 2}} // nobody asked for it before
				for _, by := range askers {
					var ids []string
					for range 2 {
						r := models.NewReport(from, scope, key).For(by)
						if err := d.AskReport(t.Context(), r); err != nil {
							t.Fatal(err)
						}
						ids = append(ids, r.ID)
					}
					if earlier, some := asked[ids[0]]; some || ids[1] != ids[0] {
						t.Errorf("%s was given %v, the first of %q: %v", by.Key, ids, earlier.Key, some)
					}
					asked[ids[0]] = by
				}
			}
		}
		check := func(when string) {
			t.Helper()
			for id, by := range asked {
				r, err := db.Report(t.Context(), id)
				if err != nil || r.AskedBy != by.Key || r.AskedByName != by.Name || r.ReachText != by.Reach.String() {
					t.Errorf("%s: %+v of %s, %v", when, r, by.Key, err)
				}
			}
			for _, by := range askers {
				list, err := db.ReportsWithin(t.Context(), by.Reach, 0, 100)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range list {
					if !asked[r.ID].Reach.Within(by.Reach) {
						t.Errorf("%s: %s sees a report of %s", when, by.Key, asked[r.ID].Key)
					}
				}
			}
		}
		check("while another writes")
		end()
		until(t, "all are recorded", func() bool {
			return query(t, db, "SELECT count(*) FROM reports") == len(asked) && len(d.promised()) == 0
		})
		check("recorded")
		d.start()
		for id, by := range asked {
			if made := d.theReport(id); made.State != models.Complete {
				t.Errorf("report of %s is %s: %s", by.Key, made.State, made.Error)
			}
		}
	})
}

// A server of before there were accounts died with a promise.
func TestAPromiseOfBeforeThereWereAccountsIsOfAllStores(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { // PostgreSQL promises nothing
		db := modelstest.OpenURL(t, "", t.TempDir())
		d := newDesk(t, db)
		d.load(polls, hours, zones, names)
		r := models.NewReport(models.FromAPI, models.ReportScope{}, "monday")
		r.State, r.CreatedAt = models.Queued, models.Now()
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var fields map[string]any
		if err := json.Unmarshal(text, &fields); err != nil {
			t.Fatal(err)
		}
		for _, field := range []string{"AskedBy", "AskedByName", "ReachText", "ReachKey"} {
			if _, some := fields[field]; !some {
				t.Errorf("a promise has no %s: %s", field, text)
			}
			delete(fields, field)
		}
		if text, err = json.Marshal(fields); err != nil {
			t.Fatal(err)
		}
		folder := filepath.Join(d.settings.Dir, "reports")
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(folder, r.ID+".json"), string(text))
		d = newDeskIn(t, db, d.settings).start()
		made := d.theReport(r.ID)
		if within, err := made.Reach(); err != nil || !within.IsAll() || made.AskedBy != "" || made.State != models.Complete || *made.IdempotencyKey != "api:monday" {
			t.Errorf("%+v, %v", made, err)
		}
		if got := d.csv(r.ID); got != csvHeader+rowOfOne+rowThree+rowOfTwo {
			t.Errorf("report:\n%s", got)
		}
	})
}

func TestAGroupOutsideAReachIsRefusedAsOneThatDoesNotExist(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		newDesk(t, db).load(polls, names)
		refusal := func(within reach.Reach, group string) string {
			t.Helper()
			_, err := reports.ParseScope(t.Context(), access.NewGroupsWithin(db, within), reports.ScopeText{Group: group}, time.Now())
			if err == nil {
				return ""
			}
			return strings.ReplaceAll(err.Error(), group, "GROUP")
		}
		if refusal(ofA.Reach, "A") != "" || refusal(reach.All(), "B") != "" || refusal(reach.Of(nil, []string{"one"}), "A") != "" {
			t.Error("a group within reach is refused")
		}
		absent := refusal(ofA.Reach, "no such group")
		if foreign := refusal(ofA.Reach, "B"); foreign != absent || absent == "" {
			t.Errorf("a foreign group: %q, an absent one: %q", foreign, absent)
		}
	})
}
