package jobs_test

import (
	"fmt"
	"strings"
	"testing"

	"lightson/models"
	"lightson/models/modelstest"
)

// chain is polls of some stores.
func chain(stores int) string {
	var rows []string
	for n := range stores {
		rows = append(rows, fmt.Sprintf("%d,active,2023-01-25 18:%02d:00 UTC", n, n%60))
	}
	return modelstest.PollsFile(rows...)
}

func TestServersMakeALargeReportTogether(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		one := newDesk(t, db)
		one.load(chain(70))
		small := one.start().theReport(one.ask())
		one.stop(never)

		settings := one.settings
		settings.ShardStores = 10
		first, second := newDeskIn(t, db, settings).start(), newDeskIn(t, db, settings).start()
		for range 3 {
			large := first.theReport(second.ask())
			if large.State != models.Complete || large.Shards != 7 || large.Stores != 70 || large.Polls != small.Polls || large.CSVBytes != small.CSVBytes {
				t.Errorf("report is %s in %d shards: %+v", large.State, large.Shards, large)
			}
			if got, want := first.csv(large.ID), first.csv(small.ID); got != want {
				t.Errorf("report:\n%swant:\n%s", got, want)
			}
		}
		if asked := query(t, db, "SELECT count(*) FROM river_job WHERE kind = 'report_shards'"); asked != 18 {
			t.Errorf("%d lanes were asked for help, want 6 for each report", asked)
		}
		until(t, "no lane waits", func() bool {
			return query(t, db, "SELECT count(*) FROM river_job WHERE kind = 'report_shards' AND state <> 'completed'") == 0
		})
	})
}

func TestACommandMakesALargeReportByItself(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.load(chain(13))
		w := d.worker()
		w.SetShardStores(2)
		r := models.NewReport(models.FromCommand, models.ReportScope{}, "")
		a, err := db.BeginReport(t.Context(), r)
		if err == nil {
			err = w.Report(t.Context(), a, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		if made := d.theReport(r.ID); made.State != models.Complete || made.Shards != 7 || made.Done != 13 {
			t.Errorf("report is %s in %d shards: %+v", made.State, made.Shards, made)
		}
		if rows := strings.Count(d.csv(r.ID), "\n"); rows != 14 {
			t.Errorf("%d lines, want 14", rows)
		}
	})
}
