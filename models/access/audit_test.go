package access_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// audited runs body with the audit log of a database, and what went to the other log.
func audited(t *testing.T, body func(t *testing.T, db *models.DB, a *access.Audit, log *bytes.Buffer)) {
	t.Helper()
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var log bytes.Buffer
		a := access.NewAudit(db, slog.New(slog.NewTextHandler(&log, nil)))
		defer func() {
			if err := a.Close(ctx); err != nil {
				t.Error(err)
			}
		}()
		body(t, db, a, &log)
	})
}

func record(n int) access.Record {
	return access.Record{At: uptime.Instant(1_700_000_000_000_000 + n*1_000_000), WhoKind: access.IsPerson, WhoID: fmt.Sprint("id", n%2), Who: fmt.Sprint("Person ", n%2),
		Action: []access.Action{"sign in", "make key", "undo import"}[n%3], TargetKind: "import", Target: fmt.Sprint(n), Outcome: access.Done, Address: "192.0.2.1"}
}

// targets are the targets of a page of records.
func targets(t *testing.T, a *access.Audit, f access.AuditFilter, p access.AuditPage) (text string, next int64) {
	t.Helper()
	records, next, err := a.Page(ctx, f, p)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, r := range records {
		list = append(list, r.Target)
	}
	return strings.Join(list, " "), next
}

func TestTheAuditLogSaysWhoDidWhatTheNewestFirst(t *testing.T) {
	audited(t, func(t *testing.T, _ *models.DB, a *access.Audit, _ *bytes.Buffer) {
		for n := range 7 {
			a.Record(ctx, record(n))
		}
		if err := a.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		at := func(n int) models.OptionalInstant { return models.InstantAt(record(n).At) }
		for _, c := range []struct {
			filter access.AuditFilter
			want   string
		}{
			{access.AuditFilter{}, "6 5 4 3 2 1 0"},
			{access.AuditFilter{Who: "id1"}, "5 3 1"},
			{access.AuditFilter{Who: "person 0"}, "6 4 2 0"},
			{access.AuditFilter{Who: "%"}, ""},
			{access.AuditFilter{Who: "PERSON"}, "6 5 4 3 2 1 0"},
			{access.AuditFilter{Action: "make key"}, "4 1"},
			{access.AuditFilter{Action: "make key", Who: "id0"}, "4"},
			{access.AuditFilter{From: at(2), To: at(4)}, "3 2"},
		} {
			if got, _ := targets(t, a, c.filter, access.AuditPage{}); got != c.want {
				t.Errorf("%+v: %s, want %s", c.filter, got, c.want)
			}
		}
		var pages []string
		for before := int64(0); ; {
			page, next := targets(t, a, access.AuditFilter{}, access.AuditPage{Before: before, Limit: 3})
			pages = append(pages, page)
			if before = next; next == 0 {
				break
			}
		}
		if diff := cmp.Diff([]string{"6 5 4", "3 2 1", "0"}, pages); diff != "" {
			t.Error(diff)
		}
		p := access.Principal{Kind: access.IsKey, ID: "id", Name: "Poller", PersonID: "person"}
		want := access.Record{WhoKind: access.IsKey, WhoID: "id", Who: "Poller", Action: "push", Outcome: access.Done}
		if got := access.RecordOf(p, "push"); got != want {
			t.Errorf("%+v", got)
		}
	})
}

func TestTheAuditLogOnlyGrows(t *testing.T) {
	audited(t, func(t *testing.T, db *models.DB, a *access.Audit, _ *bytes.Buffer) {
		a.Record(ctx, record(0))
		if err := a.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		statements := []string{
			"UPDATE audit SET who = 'nobody'", "UPDATE audit SET who = 'nobody' WHERE id = 1", "DELETE FROM audit", "DELETE FROM audit WHERE id = 1",
		}
		if db.SQLite() != nil {
			statements = append(statements, "INSERT OR REPLACE INTO audit (id, at, who_kind, action, outcome) VALUES (1, 1, 'x', 'x', 'x')",
				"REPLACE INTO audit (id, at, who_kind, action, outcome) VALUES (1, 1, 'x', 'x', 'x')")
		} else {
			statements = append(statements, "TRUNCATE audit", "TRUNCATE audit CASCADE",
				"INSERT INTO audit (id, at, who_kind, action, outcome) OVERRIDING SYSTEM VALUE VALUES (1, 1, 'x', 'x', 'x') ON CONFLICT (id) DO UPDATE SET who = 'x'")
		}
		for _, statement := range statements {
			if err := modelstest.Exec(db, statement); err == nil || !strings.Contains(err.Error(), "the audit log only grows") {
				t.Errorf("%s: %v", statement, err)
			}
		}
		if records, _, err := a.Page(ctx, access.AuditFilter{}, access.AuditPage{}); err != nil || len(records) != 1 || records[0].Who != "Person 0" {
			t.Errorf("%+v, %v", records, err)
		}
	})
}

func TestWhatRequestsBringIntoTheAuditLogIsShortAndVisible(t *testing.T) {
	audited(t, func(t *testing.T, _ *models.DB, a *access.Audit, _ *bytes.Buffer) {
		evil := "=HYPERLINK(\"http://x\")\r\n\x00\x1b[31m\u202e\u200b" + strings.Repeat("é", 5000) + "\xff"
		a.Record(ctx, access.Record{WhoKind: access.Nobody, WhoID: evil, Who: evil, Action: access.Action(evil), TargetKind: evil, Target: evil, Detail: evil, Outcome: access.Refused, Address: evil})
		a.Record(ctx, access.Record{WhoKind: access.Nobody, Action: "sign in", Outcome: access.Refused, Detail: "<script>alert(1)</script>"})
		if err := a.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		records, _, err := a.Page(ctx, access.AuditFilter{}, access.AuditPage{})
		if err != nil || len(records) != 2 {
			t.Fatal(len(records), err)
		}
		r := records[1]
		for _, text := range []string{r.WhoID, r.Who, string(r.Action), r.TargetKind, r.Target, r.Detail, r.Address} {
			if len(text) > 1000 || len(text) < 40 || strings.ContainsAny(text, "\r\n\x00\x1b\u202e\u200b") || !strings.HasSuffix(text, "…") {
				t.Errorf("%d bytes: %q", len(text), text)
			}
		}
		if r.At == 0 || records[0].Detail != "<script>alert(1)</script>" {
			t.Errorf("%+v", records)
		}
		var out bytes.Buffer
		if err := a.WriteCSV(ctx, &out, access.AuditFilter{}); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(rows) != 3 || rows[0][0] != "time" || len(rows[0]) != 10 {
			t.Fatalf("%v, %v", rows, err)
		}
		for _, cell := range rows[2] {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a spreadsheet runs %q", cell)
			}
		}
		if want := r.At.Time().Format("2006-01-02T15:04:05.000000Z"); rows[2][0] != want {
			t.Errorf("time %s, want %s", rows[2][0], want)
		}
	})
}

func TestALongAuditLogIsWrittenAsCSVInPieces(t *testing.T) {
	audited(t, func(t *testing.T, db *models.DB, a *access.Audit, _ *bytes.Buffer) {
		series := "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2500) INSERT INTO audit (at, who_kind, action, outcome, target) SELECT x, 'open', 'x', 'done', CAST(x AS TEXT) FROM n"
		if err := modelstest.Exec(db, series); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := a.WriteCSV(ctx, &out, access.AuditFilter{}); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(rows) != 2501 || rows[1][6] != "2500" || rows[2500][6] != "1" {
			t.Errorf("%d rows, %v", len(rows), err)
		}
	})
}

func TestNoRequestWaitsForABusyDatabaseAndNoRecordIsLost(t *testing.T) {
	audited(t, func(t *testing.T, db *models.DB, a *access.Audit, log *bytes.Buffer) {
		busy, free := make(chan struct{}), make(chan struct{})
		writing := make(chan error, 1)
		go func() {
			writing <- db.Update(ctx, func(tx *models.Tx) error {
				if db.SQLite() == nil {
					if err := tx.GORM(ctx).Exec("LOCK TABLE audit IN ACCESS EXCLUSIVE MODE").Error; err != nil {
						return err
					}
				}
				close(busy)
				<-free
				return nil
			})
		}()
		<-busy
		for n := range 3 { // returns although nothing can be written
			a.Record(ctx, record(n))
		}
		a.RecordLater(ctx, record(3))
		a.RecordLater(ctx, record(4))
		ended, end := contextEnded()
		a.Record(ended, record(5))
		end()
		if err := a.Flush(ended); err == nil {
			t.Error("the records were written while the database was busy")
		}
		close(free)
		if err := <-writing; err != nil {
			t.Fatal(err)
		}
		if err := a.Close(ctx); err != nil {
			t.Fatal(err)
		}
		if got, _ := targets(t, a, access.AuditFilter{}, access.AuditPage{}); got != "5 4 3 2 1 0" {
			t.Errorf("records %s", got)
		}
		a.Record(ctx, record(6)) // after the end it goes to the other log
		if !strings.Contains(log.String(), `record.target=6`) {
			t.Errorf("the log is %s", log)
		}
		if err := a.Flush(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestARecordThatCannotBeWrittenGoesToTheLog(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		db, err := models.Open(ctx, url, dir)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		refuse := "ALTER TABLE audit ADD CHECK (id < 0)"
		if db.SQLite() != nil {
			refuse = "CREATE TRIGGER refuse BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'refused'); END"
		}
		if err := modelstest.Exec(db, refuse); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		a := access.NewAudit(db, slog.New(slog.NewJSONHandler(&log, nil)))
		a.Record(ctx, record(3))
		if err := a.Close(ctx); err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{`"level":"ERROR"`, `"who":"Person 1"`, `"action":"sign in"`, `"target":"3"`, `"address":"192.0.2.1"`} {
			if !strings.Contains(log.String(), part) {
				t.Errorf("the log has no %s: %s", part, &log)
			}
		}
	})
}

func TestRecordsOfManyRequestsAreAllWritten(t *testing.T) {
	audited(t, func(t *testing.T, db *models.DB, a *access.Audit, _ *bytes.Buffer) {
		recorded, _ := atOnce(8, func(n int) error {
			for i := range 25 {
				a.Record(ctx, record(n*25+i))
			}
			return nil
		})
		if err := a.Flush(ctx); err != nil || recorded != 8 {
			t.Fatal(recorded, err)
		}
		records, _, err := a.Page(ctx, access.AuditFilter{}, access.AuditPage{Limit: 1000})
		seen := map[string]bool{}
		for _, r := range records {
			seen[r.Target] = true
		}
		if err != nil || len(records) != 200 || len(seen) != 200 {
			t.Errorf("%d records of %d requests, %v", len(records), len(seen), err)
		}
	})
}

func TestEveryPrincipalThatActsHasAName(t *testing.T) {
	op := access.Person{ID: "1", Email: "op@example.com", Role: access.Operator, Reach: reach.All()}
	if got := op.Principal("session"); got.Name != "op@example.com" || got.Session != "session" || got.PersonID != "1" {
		t.Errorf("%+v", got)
	}
	op.Name = "Olga"
	if got := access.RecordOf(op.Principal(""), "sign in"); got.Who != "Olga" || got.WhoID != "1" {
		t.Errorf("%+v", got)
	}
}
