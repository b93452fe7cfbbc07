package models_test

import (
	"errors"
	"testing"

	"lightson/models"
	"lightson/models/modelstest"
)

// Whoever goes back to the program of before keeps the hours that are the latest.
func TestTheTablesOfTimeCanBeTakenBackAndMadeAgain(t *testing.T) {
	modelstest.EachEmpty(t, func(t *testing.T, url, dir string) {
		db := modelstest.OpenURL(t, url, dir)
		before, err := db.Shape()
		if err != nil {
			t.Fatal(err)
		}
		err = errors.Join(
			modelstest.Exec(db, `INSERT INTO hours (store_id, valid_from, day, start_s, end_s) VALUES
				(1, -719162, 0, 1, 2), (1, 19000, 0, 1, 2), (1, 19000, 0, 3, 4), (2, -719162, 5, 6, 7), (3, 19000, 1, 1, 1)`),
			modelstest.Exec(db, "UPDATE data_versions SET entered = 7"),
			modelstest.Exec(db, "INSERT INTO targets (scope, name, percent, entered_at) VALUES ('all', '', 1, 0)"),
			db.MigrateDown(ctx, 16))
		if err != nil {
			t.Fatal(err)
		}
		text, err := modelstest.Dump(db, "hours")
		if want := "hours:\n1|0|1|2|\n1|0|3|4|\n2|5|6|7|\n3|1|1|1|\n"; text != want || err != nil {
			t.Errorf("%s, %v; want %s", text, err, want)
		}
		if err := db.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		const again = "(SELECT store_id, valid_from, day, start_s, end_s FROM hours) AS again"
		text, err = modelstest.Dump(db, again, "targets", "special_days", "corrections", "poll_reasons")
		if want := again + ":\n1|-719162|0|1|2|\n1|-719162|0|3|4|\n2|-719162|5|6|7|\n3|-719162|1|1|1|\ntargets:\nspecial_days:\ncorrections:\npoll_reasons:\n"; text != want || err != nil {
			t.Errorf("%s, %v; want %s", text, err, want)
		}
		if v, err := db.DataVersion(ctx); v.Entered != 7 || err != nil {
			t.Errorf("%+v, %v", v, err)
		}
		after, err := db.Shape()
		if err != nil || len(after) < len(before) {
			t.Errorf("%d columns became %d, %v", len(before), len(after), err)
		}
	})
}

func TestTheDatabaseRefusesWhatCannotBeEntered(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		for name, statement := range map[string]string{
			"another scope":          "INSERT INTO special_days (scope, name, date, start_s, end_s, entered_at) VALUES ('city', 'x', 1, 2, 3, 4)",
			"a name of all":          "INSERT INTO special_days (scope, name, date, start_s, end_s, entered_at) VALUES ('all', 'x', 1, 2, 3, 4)",
			"a store without a name": "INSERT INTO targets (scope, name, percent, entered_at) VALUES ('store', '', 1, 0)",
			"a target of nothing":    "INSERT INTO targets (scope, name, percent, entered_at) VALUES ('all', '', 0, 0)",
			"a target above all":     "INSERT INTO targets (scope, name, percent, entered_at) VALUES ('all', '', 10001, 0)",
			"a correction backwards": "INSERT INTO corrections (id, scope, name, from_at, to_at, category, entered_at) VALUES ('c', 'all', '', 2, 2, 'other', 0)",
		} {
			if modelstest.Exec(db, statement) == nil {
				t.Errorf("%s was taken", name)
			}
		}
	})
}

func TestACorrectedReportIsNotTheSameAsARawOne(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		raw, corrected := models.ReportScope{}, models.ReportScope{Corrected: true}
		first, added := ask(t, db, models.NewReport(models.FromAPI, raw, ""))
		if first.Corrected || first.PollEvery == 0 || !added {
			t.Errorf("%+v", first)
		}
		second, added := ask(t, db, models.NewReport(models.FromAPI, corrected, ""))
		if second.ID == first.ID || !second.Corrected || !added || second.Scope() != corrected {
			t.Errorf("%+v", second)
		}
		again, added := ask(t, db, models.NewReport(models.FromAPI, corrected, ""))
		if again.ID != second.ID || added {
			t.Errorf("%+v", again)
		}
		if got := reportOf(t, db, second.ID); !got.Corrected || got.Scope() != corrected {
			t.Errorf("%+v", got)
		}
		if retried := second.Retry(models.FromPage, models.Anonymous()); !retried.Corrected {
			t.Errorf("%+v", retried)
		}
	})
}
