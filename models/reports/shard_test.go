package reports_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/reports"
	"lightson/models/uptime"
)

// whole makes a report of one snapshot, as a worker does where there are few stores.
func whole(t modelstest.TB, f *figures.Figures, db *models.DB, a models.Attempt, r models.Report) {
	t.Helper()
	s, err := f.ReportSnapshotAt(ctx, r.AskedAsOf, nil)
	if err != nil {
		t.Fatal(err)
	}
	within, err := r.Reach()
	if err != nil {
		t.Fatal(err)
	}
	content := reports.About(s.Within(within), r.Group)
	content.Corrected = r.Corrected
	if content.Targets, err = entered.ReadTargets(ctx, db); err != nil {
		t.Fatal(err)
	}
	if r.Ranged() {
		measured, err := f.MeasureRange(ctx, content.Snapshot, content.Stores, r.Scope().Range, nil)
		if err != nil {
			t.Fatal(err)
		}
		content.Range = &measured
	}
	if err := reports.Finish(ctx, db, a, content); err != nil {
		t.Fatal(err)
	}
}

// begin records a report of a scope, for somebody with a reach, as its first attempt.
func begin(t modelstest.TB, db *models.DB, about models.ReportScope, within reach.Reach) (*models.Report, models.Attempt) {
	t.Helper()
	r := models.NewReport(models.FromCommand, about, "").For(models.Asker{Reach: within})
	a, err := db.BeginReport(ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	return r, a
}

// files are all files of a complete report, and what its row says of them.
func files(t modelstest.TB, db *models.DB, id string) (text string, r models.Report) {
	t.Helper()
	r, err := db.Report(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	if r.State != models.Complete {
		t.Fatalf("the report is %s", r.State)
	}
	var all bytes.Buffer
	for _, file := range []struct {
		bytes int64
		write func(io.Writer, iter.Seq2[reports.Row, error]) error
	}{
		{r.CSVBytes, func(w io.Writer, rows iter.Seq2[reports.Row, error]) error {
			return reports.WriteCSV(w, r.Corrected, rows)
		}},
		{r.DetailsBytes, func(w io.Writer, rows iter.Seq2[reports.Row, error]) error {
			return reports.WriteDetailsCSV(w, r.Ranged(), rows)
		}},
		{r.RangeBytes, func(w io.Writer, rows iter.Seq2[reports.Row, error]) error {
			if !r.Ranged() {
				return nil
			}
			return reports.WriteRangeCSV(w, rows)
		}},
	} {
		before := all.Len()
		if err := file.write(&all, reports.Rows(ctx, db, id)); err != nil {
			t.Fatal(err)
		}
		if written := all.Len() - before; int64(written) != file.bytes {
			t.Fatalf("a file has %d bytes, and the report says %d", written, file.bytes)
		}
	}
	return all.String(), r
}

// sameButForTheMaking leaves out of reports what two of the same do not have in common.
var sameButForTheMaking = cmp.Options{
	cmpopts.IgnoreFields(models.Work{}, "ID", "LeaseUntil", "CreatedAt", "StartedAt", "FinishedAt"),
	cmpopts.IgnoreFields(models.Report{}, "Shards"),
}

func TestAReportInShardsSaysWhatOneSnapshotSays(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		rapid.Check(t, func(t *rapid.T) {
			w := drawTown(t)
			modelstest.DrawChanges(t, &w)
			wipe(t, db)
			names := []string{"1,One,Salt,Boise", "2,Two,Smoke,", "a,b,,Salt,", "é,É,Smoke,東京"}
			load(t, db, pollsFile(w.PollRows()...), hoursFile(w.HoursRows()...), zonesFile(w.ZoneRows()...), namesFile(names[:2]...), namesFile(names[3]))
			w.Enter(t, db)
			if err := entered.SetTarget(ctx, db, entered.Target{Subject: entered.Group("Salt"), Percent: 9950}); err != nil {
				t.Fatal(err)
			}
			about := models.ReportScope{Group: rapid.SampledFrom([]string{"", "", "Salt", "Smoke"}).Draw(t, "group"), Corrected: rapid.Bool().Draw(t, "corrected")}
			if rapid.Bool().Draw(t, "as of an instant") {
				about.AsOf = models.InstantAt(w.Newest().Add(-uptime.Micros(rapid.Int64Range(0, int64(3*uptime.Day)).Draw(t, "ago"))))
			}
			if rapid.Bool().Draw(t, "ranged") {
				from := w.Newest().Add(-uptime.Micros(rapid.Int64Range(0, int64(20*uptime.Day)).Draw(t, "from ago")))
				about.Range = uptime.Span{From: from, To: from.Add(1 + uptime.Micros(rapid.Int64Range(0, int64(12*uptime.Day)).Draw(t, "long")))}
			}
			within := rapid.SampledFrom([]reach.Reach{reach.All(), reach.All(), reach.Of([]string{"Smoke"}, []string{"1"}), reach.Of(nil, []string{"2", "a,b"}), reach.Of([]string{"none"}, nil)}).Draw(t, "reach")

			one, a := begin(t, db, about, within)
			whole(t, f, db, a, *one)
			want, wanted := files(t, db, one.ID)

			other, a := begin(t, db, about, within)
			size, helpers := rapid.IntRange(1, 4).Draw(t, "stores of a shard"), rapid.IntRange(0, 2).Draw(t, "helpers")
			if err := reports.MakeInShards(ctx, db, f, a, size, helpers, nil, nil); err != nil {
				t.Fatal(err)
			}
			got, row := files(t, db, other.ID)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("in shards of %d:\n%s", size, diff)
			}
			if diff := cmp.Diff(wanted, row, sameButForTheMaking); diff != "" {
				t.Fatalf("the row of the report in shards:\n%s", diff)
			}
			if left, err := modelstest.Count(db, "report_shards"); err != nil || left != 0 {
				t.Fatalf("%d shards are left, %v", left, err)
			}
		})
	})
}

// fleet loads some stores, of which ids and codes are in another order, and returns the report
// of one snapshot.
func fleet(t *testing.T, db *models.DB, f *figures.Figures, stores int) (report string) {
	t.Helper()
	var rows []string
	for n := range stores {
		status := []string{"active", "inactive"}[n%2]
		rows = append(rows, fmt.Sprintf("%d,%s,2023-01-25 %02d:%02d:00 UTC", 7919*n%stores, status, n%19, n%60))
	}
	load(t, db, pollsFile(rows...))
	r, a := begin(t, db, models.ReportScope{}, reach.All())
	whole(t, f, db, a, *r)
	report, _ = files(t, db, r.ID)
	return report
}

// saysInShards checks that a report was made in so many shards and says the same as another.
func saysInShards(t *testing.T, db *models.DB, id, want string, shards int) {
	t.Helper()
	if got, row := files(t, db, id); got != want || row.Shards != shards {
		t.Errorf("%d shards, want %d; report:\n%s", row.Shards, shards, cmp.Diff(want, got))
	}
}

// claimAgain is the next attempt at a report, as where its server is taken for dead.
func claimAgain(db *models.DB, id string) (models.Attempt, error) {
	if err := modelstest.Exec(db, "UPDATE reports SET lease_until = 0 WHERE id = ?", id); err != nil {
		return models.Attempt{}, err
	}
	return db.Claim(ctx, models.ReportWork, id)
}

func TestAReportInShardsOfStoresWithoutPollsSaysSo(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		for _, stores := range []int{0, 3} {
			if stores > 0 {
				load(t, db, zonesFile("1,UTC", "2,UTC", "3,America/Denver"))
			}
			one, a := begin(t, db, models.ReportScope{}, reach.All())
			whole(t, f, db, a, *one)
			want, wanted := files(t, db, one.ID)
			other, a := begin(t, db, models.ReportScope{}, reach.All())
			if err := reports.MakeInShards(ctx, db, f, a, 2, 1, nil, nil); err != nil {
				t.Fatal(err)
			}
			saysInShards(t, db, other.ID, want, (stores+1)/2)
			if _, row := files(t, db, other.ID); row.AsOf.Known || row.NoData != int64(stores) || cmp.Diff(wanted, row, sameButForTheMaking) != "" {
				t.Errorf("of %d stores: %s", stores, cmp.Diff(wanted, row, sameButForTheMaking))
			}
		}
	})
}

// A server that helps dies, so to say, with a shard that it has begun with.
func TestAShardOfADeadHelperIsDoneByWhoMakesTheReport(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		want := fleet(t, db, f, 100)
		r, a := begin(t, db, models.ReportScope{}, reach.All())
		share := func(ctx context.Context, tx *models.Tx, s reports.Sharing, shards int) error {
			if shards != 10 || s.Report != r.ID {
				t.Errorf("%d shards of %s", shards, s.Report)
			}
			return tx.GORM(ctx).Exec("UPDATE report_shards SET taken = 1 WHERE shard IN (0, 4, 9)").Error
		}
		var told []int64
		if err := reports.MakeInShards(ctx, db, f, a, 10, 0, share, func(done, total int64) { told = append(told, done, total) }); err != nil {
			t.Fatal(err)
		}
		saysInShards(t, db, r.ID, want, 10)
		if len(told) != 20 || told[0] != 10 || told[1] != 100 || told[18] != 100 {
			t.Errorf("told %v", told)
		}
	})
}

func TestNobodyHelpsWithAReportThatHasEnded(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		want := fleet(t, db, f, 40)
		r, a := begin(t, db, models.ReportScope{}, reach.All())
		var sharing reports.Sharing
		err := reports.MakeInShards(ctx, db, f, a, 10, 0, func(_ context.Context, _ *models.Tx, s reports.Sharing, _ int) error {
			sharing = s
			return nil
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := reports.Help(ctx, db, f, sharing); err != nil {
			t.Error(err)
		}
		sharing.Report = "none"
		if err := reports.Help(ctx, db, f, sharing); err != nil {
			t.Error(err)
		}
		saysInShards(t, db, r.ID, want, 4)
	})
}

// What decides whether a process may help is told to it: another one would compute other figures.
func TestWhoWouldComputeOtherFiguresDoesNotHelp(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		fleet(t, db, f, 40)
		for name, change := range map[string]func(*reports.Sharing){
			"nothing":      func(*reports.Sharing) {},
			"rules":        func(s *reports.Sharing) { s.Rules++ },
			"zone data":    func(s *reports.Sharing) { s.ZoneData += "x" },
			"interval":     func(s *reports.Sharing) { s.PollEvery++ },
			"attempt":      func(s *reports.Sharing) { s.Attempt++ },
			"version":      func(s *reports.Sharing) { s.Version++ },
			"what entered": func(s *reports.Sharing) { s.Entered++ },
		} {
			_, a := begin(t, db, models.ReportScope{}, reach.All())
			var taken int64
			err := reports.MakeInShards(ctx, db, f, a, 10, 0, func(_ context.Context, tx *models.Tx, s reports.Sharing, _ int) error {
				change(&s)
				tx.OnCommit(func() {
					if err := reports.Help(ctx, db, f, s); err != nil {
						t.Error(name, err)
					}
					if err := db.GORM(ctx).Raw("SELECT count(*) FROM report_shards WHERE report_id = ? AND done", a.ID).Scan(&taken).Error; err != nil {
						t.Error(err)
					}
				})
				return nil
			}, nil)
			if err != nil {
				t.Fatal(name, err)
			}
			if helped := taken > 0; helped != (name == "nothing") {
				t.Errorf("where %s differs, %d shards were done by the helper", name, taken)
			}
		}
	})
}

func TestAnAttemptThatWasGivenUpLeavesNoRows(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		want := fleet(t, db, f, 40)
		r, a := begin(t, db, models.ReportScope{}, reach.All())
		lost := reports.MakeInShards(ctx, db, f, a, 10, 0, nil, func(done, total int64) {
			if done < total && done == 20 { // its server is taken for dead, and another one claims it
				if _, err := claimAgain(db, r.ID); err != nil {
					t.Error(err)
				}
			}
		})
		if !errors.Is(lost, models.ErrAttemptLost) {
			t.Fatalf("the first attempt: %v", lost)
		}
		for row, err := range reports.Rows(ctx, db, r.ID) {
			t.Errorf("a report that is not complete has the row %+v, %v", row, err)
		}
		a.Number = 2
		if err := reports.MakeInShards(ctx, db, f, a, 7, 1, nil, nil); err != nil {
			t.Fatal(err)
		}
		saysInShards(t, db, r.ID, want, 6)
	})
}

func TestOfTwoWhoDoAShardTheFirstSavesIt(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		want := fleet(t, db, f, 40)
		r, a := begin(t, db, models.ReportScope{}, reach.All())
		err := reports.MakeInShards(ctx, db, f, a, 10, 0, nil, func(done, _ int64) {
			if done == 10 {
				if err := reports.SaveShard(ctx, db, a, 0); err != nil {
					t.Error("the slower one:", err)
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		saysInShards(t, db, r.ID, want, 4)
	})
}

// The server of the first attempt was only slow, and goes on when the next one has begun.
func TestAnAttemptThatWasGivenUpDoesNothingForTheNext(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		want := fleet(t, db, f, 40)
		r, first := begin(t, db, models.ReportScope{}, reach.All())
		next, begun, goOn := make(chan error, 1), make(chan bool), make(chan bool)
		makeNext := func() error {
			second, err := claimAgain(db, r.ID)
			if err != nil {
				return err
			}
			return reports.MakeInShards(ctx, db, f, second, 5, 0, nil, func(done, _ int64) {
				if done == 5 {
					begun <- true
					<-goOn
				}
			})
		}
		err := reports.MakeInShards(ctx, db, f, first, 10, 0, nil, func(done, _ int64) {
			if done == 20 {
				go func() { next <- makeNext() }()
				<-begun
			}
		})
		if !errors.Is(err, models.ErrAttemptLost) {
			t.Errorf("the first attempt: %v", err)
		}
		var taken int64
		if err := db.GORM(ctx).Raw("SELECT SUM(taken) FROM report_shards").Scan(&taken).Error; err != nil || taken != 1 {
			t.Errorf("%d shards of the next attempt are taken, want 1: %v", taken, err)
		}
		close(goOn)
		if err := <-next; err != nil {
			t.Fatal(err)
		}
		saysInShards(t, db, r.ID, want, 8)
	})
}

func TestWhatAFailedReportInShardsLeftGoesWithTheNextOne(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		f := modelstest.Figures(t, db)
		fleet(t, db, f, 40)
		failed, a := begin(t, db, models.ReportScope{}, reach.All())
		ended, end := context.WithCancel(ctx)
		_ = reports.MakeInShards(ended, db, f, a, 10, 0, nil, func(done, _ int64) {
			if done == 20 {
				end()
			}
		})
		if err := modelstest.Exec(db, "UPDATE reports SET state = 'failed' WHERE id = ?", failed.ID); err != nil {
			t.Fatal(err)
		}
		left := func(table string) (count int64) {
			if err := db.GORM(ctx).Table(table).Where("report_id = ?", failed.ID).Count(&count).Error; err != nil {
				t.Fatal(err)
			}
			return count
		}
		if left("report_parts") == 0 || left("report_shards") == 0 {
			t.Fatal("it left nothing")
		}
		_, a = begin(t, db, models.ReportScope{}, reach.All())
		if err := reports.MakeInShards(ctx, db, f, a, 10, 0, nil, nil); err != nil {
			t.Fatal(err)
		}
		if left("report_parts")+left("report_shards") != 0 {
			t.Error("what it left is there still")
		}
	})
}
