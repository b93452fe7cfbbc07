package models_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/alerts"
	"lightson/models/deliveries"
	"lightson/models/digests"
	"lightson/models/entered"
	"lightson/models/modelstest"
	"lightson/models/polls"
	"lightson/models/recurring"
	"lightson/models/uptime"
	"lightson/models/words"
)

const releasedScope = "0a3e5a66-62a7-4f0c-94d8-3d6e7d0c6f11"

var releasedSource = models.RemoteSource{
	ID: "s", Number: 1, URL: "https://example.com/polls.csv", State: models.SourceTakenIn, Outcome: "Taken in.", ETag: `"7"`,
	LastModified: "Mon", Digest: "ff", Bytes: 9, ImportID: modelstest.ReleasedImport, CheckedAt: 3, ChangedAt: 2, NextAt: 4, Failures: 5,
}

// A writing is what the program of a version could write that those before it
// could not, and how it reads today. Like released, it is not to be made anew. A
// migration that gives programs something to write has an entry here.
type writing struct {
	since     int64 // version of the tables
	statement string
	args      []any
	check     func(t *testing.T, db *models.DB)
}

// outdated are the statements of writings that no program of a version and later ones can
// make, because its tables have another name for what they write.
var outdated = map[string]int64{"UPDATE data_versions SET sales = 3": 17}

// of reports whether the program of a version could make the writing.
func (w writing) of(version int64) bool {
	until, ended := outdated[w.statement]
	return w.since <= version && (!ended || version < until)
}

var writings = []writing{
	{2, "UPDATE stores SET name = 'Joe''s', group_name = 'Joe', city = 'Beirut' WHERE id = 1", nil, func(t *testing.T, db *models.DB) {
		want := models.Store{ID: 1, Code: "1", Zone: "Asia/Beirut", FirstPollAt: models.InstantAt(at("2023-01-25 17:00")), Name: "Joe's", Group: "Joe", City: "Beirut"}
		if diff := cmp.Diff(want, snapshotAt(t, db, 0).Stores[0]); diff != "" {
			t.Error(diff)
		}
	}},
	{3, "INSERT INTO reports (id, source, state, error, created_at, finished_at, group_name, range_from, range_to) VALUES (?, 'page', 'failed', 'No.', 11, 12, 'Joe', 1, 2)",
		[]any{releasedScope}, func(t *testing.T, db *models.DB) {
			if r := reportOf(t, db, releasedScope); r.Group != "Joe" || r.RangeFrom != 1 || r.RangeTo != 2 || r.Error != "No." {
				t.Errorf("%+v", r)
			}
		}},
	{4, "INSERT INTO sales_rates (scope, name, per_hour) VALUES ('store', '1', 4550)", nil, func(t *testing.T, db *models.DB) {
		sales, err := entered.ReadSales(ctx, db)
		if rate, known := sales.Of(models.Store{Code: "1"}); err != nil || !known || rate.PerHour != 45_50 {
			t.Errorf("%+v, %v", rate, err)
		}
	}},
	{4, "UPDATE data_versions SET sales = 3", nil, func(t *testing.T, db *models.DB) {
		if v, err := db.DataVersion(ctx); err != nil || v.Entered != 3 {
			t.Errorf("%+v, %v", v, err)
		}
	}},
	// From here on details have names. Before it, its migration makes up for them.
	{5, "UPDATE reports SET details_bytes = 819 WHERE csv_bytes = 182", nil, checkReleasedReport},
	{6, "INSERT INTO imports (id, source, state, created_at, finished_at, asked_by, undone_at, undone_by) VALUES (?, 'api', 'complete', 11, 12, '10.0.0.7', 7, 'joe')", []any{releasedScope}, func(t *testing.T, db *models.DB) {
		if i, err := db.Import(ctx, releasedScope); err != nil || i.By != "10.0.0.7" || i.UndoneAt != 7 || i.UndoneBy != "joe" {
			t.Errorf("%+v, %v", i, err)
		}
	}},
	{8, `INSERT INTO sources (id, number, url, state, outcome, etag, last_modified, digest, bytes, import_id, checked_at, changed_at, next_at, failures)
		VALUES ('s', 1, 'https://example.com/polls.csv', 'taken_in', 'Taken in.', '"7"', 'Mon', 'ff', 9, ?, 3, 2, 4, 5)`,
		[]any{modelstest.ReleasedImport}, func(t *testing.T, db *models.DB) {
			sources, err := db.Sources(ctx)
			if diff := cmp.Diff([]models.RemoteSource{releasedSource}, sources); diff != "" || err != nil {
				t.Error(diff, err)
			}
		}},
	{9, "UPDATE data_versions SET kept_from = 1672531200000000", nil, func(t *testing.T, db *models.DB) {
		if s := snapshotAt(t, db, 0); s.KeptFrom != models.InstantAt(at("2023-01-01 00:00")) {
			t.Errorf("polls are kept from %s", stamp(s.KeptFrom.At))
		}
	}},
	{13, "UPDATE reports SET zone_data = '2024b' WHERE csv_bytes = 182", nil, func(t *testing.T, db *models.DB) {
		if r := reportOf(t, db, modelstest.ReleasedReport); r.ZoneData != "2024b" {
			t.Errorf("zones of release %q", r.ZoneData)
		}
	}},
	{12, "UPDATE reports SET range_bytes = 7, files_version = 1, idempotency_key = 'retry:x' WHERE id = '" + releasedScope + "'", nil, func(t *testing.T, db *models.DB) {
		if r := reportOf(t, db, releasedScope); r.RangeBytes != 7 || r.FilesVersion != 1 || *r.IdempotencyKey != "retry:x" {
			t.Errorf("%+v", r)
		}
	}},
	{17, "UPDATE data_versions SET entered = 4", nil, func(t *testing.T, db *models.DB) {
		if v, err := db.DataVersion(ctx); err != nil || v.Entered != 4 {
			t.Errorf("%+v, %v", v, err)
		}
	}},
	{17, `INSERT INTO special_days (scope, name, date, start_s, end_s, note, entered_by, entered_at)
		VALUES ('store', '2', 20000, 32400, 61200, 'Eid', 'Ana', 5)`, nil, func(t *testing.T, db *models.DB) {
		days, err := entered.SpecialDays(ctx, db, entered.SpecialFilter{})
		want := []entered.SpecialDay{{Subject: entered.Store("2"), Date: 20000, Start: 32400, End: 61200, Note: "Eid", By: "Ana", At: 5}}
		if diff := cmp.Diff(want, days); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}},
	{17, `INSERT INTO corrections (id, scope, name, from_at, to_at, category, note, entered_by, entered_at, withdrawn_by, withdrawn_at)
		VALUES ('c', 'group', 'Joe', 1, 2, 'planned_work', 'Oven', 'Ana', 5, 'Ben', 6)`, nil, func(t *testing.T, db *models.DB) {
		list, err := entered.Corrections(ctx, db, entered.CorrectionFilter{})
		want := []entered.Correction{{ID: "c", Subject: entered.Group("Joe"), From: 1, To: 2, Category: entered.PlannedWork, Note: "Oven", By: "Ana", At: 5,
			WithdrawnBy: "Ben", WithdrawnAt: models.InstantAt(6)}}
		if diff := cmp.Diff(want, list); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}},
	{17, "INSERT INTO targets (scope, name, percent, entered_by, entered_at) VALUES ('all', '', 9950, 'Ana', 5)", nil, func(t *testing.T, db *models.DB) {
		all, err := entered.ReadTargets(ctx, db)
		if got, known := all.OfAll(); !known || got != (entered.Target{Subject: entered.All, Percent: 99_50, By: "Ana", At: 5}) || err != nil {
			t.Errorf("%+v, %v", got, err)
		}
	}},
	{17, "INSERT INTO poll_reasons (day, store_id, reasons) VALUES (19382, 1, ?)", []any{[]byte("\x01\x0e\x3f\xcd\xe4\x00\x06paused")}, func(t *testing.T, db *models.DB) {
		err := db.View(ctx, func(tx *models.Tx) error {
			return tx.ReasonTable().ReadStore(ctx, 1, 19382, 19382, func(_ int32, packed polls.Reasons) error {
				text, err := packed.At(61_200_000_000)
				if text != "paused" {
					t.Errorf("reason %q", text)
				}
				return err
			})
		})
		if err != nil {
			t.Error(err)
		}
	}},
	{17, "UPDATE reports SET corrected = ?, poll_every = 900000000 WHERE csv_bytes = 182", []any{true}, func(t *testing.T, db *models.DB) {
		if r := reportOf(t, db, modelstest.ReleasedReport); !r.Corrected || r.PollEvery != 15*uptime.Minute {
			t.Errorf("%+v", r)
		}
	}},
	{17, "UPDATE imports SET hours_from = 'always', match_ids = ? WHERE id = '" + releasedScope + "'", []any{true}, func(t *testing.T, db *models.DB) {
		if i, err := db.Import(ctx, releasedScope); err != nil || i.HoursFrom != "always" || !i.MatchIDs {
			t.Errorf("%+v, %v", i, err)
		}
	}},
	{23, "INSERT INTO people (id, email, name, role, reach, source, language, created_at) VALUES ('pe', 'ana@example.com', 'Ana', 'viewer', 'all', 'local', 'de', 5)", nil, func(t *testing.T, db *models.DB) {
		if p, err := access.NewAccounts(db, access.Options{}).Person(ctx, "pe"); err != nil || p.Language != words.German || p.Email != "ana@example.com" {
			t.Errorf("%+v, %v", p, err)
		}
	}},
	{22, `INSERT INTO feeds (id, person_id, hash, name, subject_scope, subject_name, created_at, revoked_at)
		VALUES ('f', '', 'ff', 'Reader', 'group', 'Joe', 5, 6)`, nil, func(t *testing.T, db *models.DB) {
		var got access.Feed
		err := db.GORM(ctx).Take(&got, "id = ?", "f").Error
		want := access.Feed{ID: "f", Hash: "ff", Kind: access.OutagesFeed, Name: "Reader", Subject: entered.Group("Joe"), CreatedAt: 5, RevokedAt: models.InstantAt(6)}
		if got != want || err != nil {
			t.Errorf("%+v, %v", got, err)
		}
	}},
	{18, `INSERT INTO channels (id, person_id, kind, name, address, secret, token, confirmed_at, disabled_at, disabled_why, failing_at, created_by, created_at)
		VALUES ('ch', 'ana', 'webhook', 'Ops', 'https://example.com/x', 'whsec_eA==', 'tok', 5, 6, 'Gone.', 7, 'Ana', 4)`, nil, func(t *testing.T, db *models.DB) {
		got, err := deliveries.ChannelOf(ctx, db, "ch")
		want := deliveries.Channel{ID: "ch", PersonID: "ana", Kind: deliveries.Webhook, Name: "Ops", Address: "https://example.com/x", Secret: "whsec_eA==", Token: "tok",
			ConfirmedAt: models.InstantAt(5), DisabledAt: models.InstantAt(6), DisabledWhy: "Gone.", FailingAt: models.InstantAt(7), CreatedBy: "Ana", CreatedAt: 4}
		if err != nil || got != want {
			t.Errorf("%s, %v", got.Shown(), err)
		}
	}},
	{18, `INSERT INTO deliveries (id, state, error, created_at, finished_at, channel_id, channel_name, person_id, kind, cause, message, payload, reach, token, due_at, began_at, tried, tries)
		VALUES ('de', 'failed', 'No.', 4, 9, 'ch', 'Ops', 'ana', 'alert', 'i7', '{"title":"Offline"}', '{"n":1}', 'all', 'dtok', 5, 4, 1, '[{"at":5,"took":2,"answer":"500","sent":false}]')`, nil, func(t *testing.T, db *models.DB) {
		got, err := deliveries.Of(ctx, db, "de")
		if err != nil || got.State != models.Failed || got.Message.Title != "Offline" || string(got.Payload) != `{"n":1}` || got.Cause != "i7" || got.Tried != 1 ||
			len(got.Tries) != 1 || got.Tries[0].Answer != "500" || got.Token != "dtok" || got.DueAt != 5 || got.ChannelName != "Ops" {
			t.Errorf("%+v, %v", got, err)
		}
	}},
	{19, `INSERT INTO alert_rules (id, person_id, scope, name, kind, after, tell_back, again, channels, enabled, active_from, active_since, created_at)
		VALUES ('r', 'p', 'group', 'Joe', 'offline', 60000000, ?, 120000000, '["c"]', ?, 7, 8, 9)`, []any{true, true}, func(t *testing.T, db *models.DB) {
		list, err := alerts.Rules(ctx, db, "p")
		want := []alerts.Rule{{ID: "r", PersonID: "p", Subject: entered.Group("Joe"), Kind: alerts.Offline, After: uptime.Minute, TellBack: true, Again: 2 * uptime.Minute,
			QuietFrom: -1, QuietTo: -1, Channels: []string{"c"}, Enabled: true, ActiveFrom: models.InstantAt(7), ActiveSince: 8, CreatedAt: 9}}
		if diff := cmp.Diff(want, list); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}},
	{19, `INSERT INTO incidents (id, rule_id, person_id, kind, store, began, fired, last, phase, quiet, due_at, found_at)
		VALUES ('i', 'r', 'p', 'offline', '1', 1, 2, 3, 'going', ?, 4, 5)`, []any{false}, func(t *testing.T, db *models.DB) {
		list, err := alerts.Incidents(ctx, db, "p", alerts.IncidentFilter{Open: true})
		want := []alerts.Incident{{ID: "i", RuleID: "r", PersonID: "p", Kind: alerts.Offline, Store: "1", Began: 1, Fired: 2, Last: 3, Phase: alerts.Going, DueAt: 4, FoundAt: 5}}
		if diff := cmp.Diff(want, list); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}},
	{19, "INSERT INTO alert_pauses (person_id, store, until, created_at) VALUES ('p', '1', 20000, 5)", nil, func(t *testing.T, db *models.DB) {
		if list, err := alerts.Pauses(ctx, db, "p"); err != nil || len(list) != 1 || list[0] != (alerts.Pause{PersonID: "p", Store: "1", Until: 20000, CreatedAt: 5}) {
			t.Errorf("%+v, %v", list, err)
		}
	}},
	{20, `INSERT INTO digests (id, person_id, scope, name, every, day, at_s, zone, channels, when_nothing, next_at, last_at, last_text, created_by, created_at)
		VALUES ('d', '', 'group', 'Joe', 'weekly', 2, 25200, 'Asia/Beirut', '["c"]', ?, 7, 6, 'Sent.', 'Ana', 5)`, []any{true}, func(t *testing.T, db *models.DB) {
		got, err := digests.Of(ctx, db, "d")
		want := digests.Digest{
			ID: "d", Subject: entered.Group("Joe"), Every: recurring.Weekly, Day: 2, At: 25200, Zone: "Asia/Beirut", Channels: []string{"c"},
			WhenNothing: true, NextAt: 7, LastAt: models.InstantAt(6), LastText: "Sent.", CreatedBy: "Ana", CreatedAt: 5,
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}},
	// From here on keys begin with who chose them. Before it, its migration makes up for it.
	{12, "UPDATE reports SET idempotency_key = 'api:once' WHERE csv_bytes = 182", nil, checkReleasedReport},
	{21, "INSERT INTO awaited_reports (report_id, person_id, asked_at) VALUES ('r', 'p', 7)", nil, func(t *testing.T, db *models.DB) {
		if n, err := modelstest.Count(db, "awaited_reports"); err != nil || n != 1 {
			t.Errorf("%d awaited reports, %v", n, err)
		}
	}},
}

func TestADatabaseOfEveryReleaseSaysTheSameAfterMigrating(t *testing.T) {
	versions, err := models.MigrationVersions()
	if err != nil || len(versions) < 7 {
		t.Fatalf("versions %v, %v", versions, err)
	}
	wantReport, _ := modelstest.ReleasedTown.CSVs(t, modelstest.ReleasedTown.Newest())
	for _, version := range versions {
		t.Run(fmt.Sprintf("version %d", version), func(t *testing.T) {
			modelstest.EachEmpty(t, func(t *testing.T, url, dir string) {
				old, err := models.Open(ctx, url, dir)
				if err != nil {
					t.Fatal(err)
				}
				err = old.MigrateTo(ctx, version)
				switch {
				case version == 32 && url != "": // the first with partitions
					err = errors.Join(err, modelstest.Exec(old, "CREATE TABLE poll_days_2023_01 PARTITION OF poll_days FOR VALUES FROM (19358) TO (19389)"))
				case version > 32:
					err = errors.Join(err, modelstest.AddMonths(old, 19382))
				}
				for _, r := range modelstest.Released {
					err = errors.Join(err, modelstest.Exec(old, r.Statement, r.Args...))
				}
				for _, w := range writings {
					if w.of(version) {
						err = errors.Join(err, modelstest.Exec(old, w.statement, w.args...))
					}
				}
				if err = errors.Join(err, old.Close()); err != nil {
					t.Fatal(err)
				}

				db := modelstest.OpenURL(t, url, dir)
				if at, err := db.AppliedVersion(); err != nil || at != versions[len(versions)-1] {
					t.Errorf("migrated to %d, %v; want %d", at, err, versions[len(versions)-1])
				}
				if report, _ := csvs(t, snapshotAt(t, db, 0)); report != wantReport {
					t.Errorf("report:\n%s\nwant:\n%s", report, wantReport)
				}
				checkReleasedReport(t, db)
				checkReleasedImport(t, db)
				for _, w := range writings {
					if w.of(version) {
						w.check(t, db)
					}
				}
				load(t, db, pollsFile("1,active,2023-01-25 19:00:00 UTC"), namesFile("2,Ann's,Ann,Tyre"))
				makeReport(t, db)
			})
		})
	}
}

func TestADatabaseOfANewerProgramIsRefusedAndNotChanged(t *testing.T) {
	versions, err := models.MigrationVersions()
	if err != nil {
		t.Fatal(err)
	}
	modelstest.EachEmpty(t, func(t *testing.T, url, dir string) {
		db, err := models.Open(ctx, url, dir)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		// One that lacks something which this program would add.
		err = errors.Join(db.MigrateTo(ctx, 1), modelstest.Exec(db, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, ?)", true))
		before, shapeErr := db.Shape()
		if err = errors.Join(err, shapeErr); err != nil {
			t.Fatal(err)
		}
		var newer models.NewerError
		if err := db.Migrate(ctx); !errors.As(err, &newer) || newer != (models.NewerError{Found: 99999, Known: versions[len(versions)-1]}) {
			t.Errorf("error %v", err)
		}
		after, err := db.Shape()
		if diff := cmp.Diff(before, after); diff != "" || err != nil || len(before) < 20 {
			t.Errorf("the database was changed: %v\n%s", err, diff)
		}
		if err := errors.Join(modelstest.Exec(db, "DELETE FROM goose_db_version WHERE version_id = 99999"), db.Migrate(ctx)); err != nil {
			t.Error("without what was newer:", err)
		}
	})
}
