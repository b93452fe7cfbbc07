package transfer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/transfer"
)

var ctx = context.Background()

func nothing(context.Context, *models.Tx) error { return nil }

// eachWay runs body with a database to copy from and the kind of the one to copy to.
func eachWay(t *testing.T, body func(t *testing.T, from *models.DB, to modelstest.Kind)) {
	t.Helper()
	for _, way := range [][2]modelstest.Kind{
		{modelstest.SQLite, modelstest.SQLite}, {modelstest.SQLite, modelstest.PostgreSQL}, {modelstest.PostgreSQL, modelstest.SQLite},
	} {
		t.Run(string(way[0])+" to "+string(way[1]), func(t *testing.T) {
			t.Parallel()
			body(t, modelstest.Open(t, way[0]), way[1])
		})
	}
}

func copied(t modelstest.TB, from, to *models.DB) []transfer.Copied {
	t.Helper()
	list, err := transfer.Copy(ctx, from, to, nil, nothing)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// allTables is every table of the migrations as text.
func allTables(t *testing.T, db *models.DB) string {
	t.Helper()
	names, _ := transfer.Tables()
	text, err := modelstest.Dump(db, names...)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestEveryTableOfTheMigrationsIsKnown(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		query := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
		if db.Postgres() != nil {
			query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
		}
		var found []string
		if err := db.GORM(ctx).Raw(query).Scan(&found).Error; err != nil {
			t.Fatal(err)
		}
		names, others := transfer.Tables()
		known := slices.Concat(names, others)
		for _, name := range found {
			if !slices.Contains(known, name) && !strings.HasPrefix(name, "river_") {
				t.Errorf("a migration made the table %s: list it in tables.go, among those that are copied or those that are not", name)
			}
		}
		for _, name := range known {
			if !slices.Contains(found, name) {
				t.Errorf("tables.go lists %s, and no migration made it", name)
			}
		}
	})
}

func TestRowsOfEveryTableAreCopied(t *testing.T) {
	eachWay(t, func(t *testing.T, from *models.DB, kind modelstest.Kind) {
		if err := transfer.Fill(ctx, from, "x"); err != nil {
			t.Fatal(err)
		}
		to := modelstest.Open(t, kind)
		there := copied(t, from, to)
		for _, c := range there {
			if want := int64(2); c.Rows != want && c.Table != "data_versions" && c.Table != "alert_judgements" {
				t.Errorf("%d rows of %s, want %d", c.Rows, c.Table, want)
			}
		}
		back := modelstest.Open(t, modelstest.SQLite)
		if from.Postgres() != nil {
			back = modelstest.Open(t, modelstest.PostgreSQL)
		}
		if again := copied(t, to, back); !slices.Equal(again, there) {
			t.Errorf("copied back:\n%v\nwant\n%v", again, there)
		}
		if got, want := allTables(t, back), allTables(t, from); got != want {
			t.Errorf("there and back:\n%s\nwant\n%s", got, want)
		}
	})
}

func TestACopyGivesTheSameReports(t *testing.T) {
	eachWay(t, func(t *testing.T, from *models.DB, kind modelstest.Kind) {
		to := modelstest.Open(t, kind)
		rapid.Check(t, func(rt *rapid.T) {
			w := modelstest.DrawTown(rt)
			modelstest.DrawChanges(rt, &w)
			modelstest.Wipe(rt, from)
			modelstest.Wipe(rt, to)
			w.LoadInto(rt, from)
			copied(rt, from, to)
			report, details := modelstest.CSVs(rt, modelstest.SnapshotAt(rt, from, 0))
			if r, d := modelstest.CSVs(rt, modelstest.SnapshotAt(rt, to, 0)); r != report || d != details {
				rt.Fatalf("copied:\n%s\nwant\n%s", d, details)
			}
			w.Check(rt, to, 0)
			if got, want := modelstest.Facts(rt, to), modelstest.Facts(rt, from); got != want {
				rt.Fatalf("copied:\n%s\nwant\n%s", got, want)
			}
			if got, want := modelstest.DataVersion(rt, to), modelstest.DataVersion(rt, from); got != want {
				rt.Fatalf("version %d of equal data, want %d", got, want)
			}
		})
	})
}

func TestOldReportsAreCopiedByteByByte(t *testing.T) {
	eachWay(t, func(t *testing.T, from *models.DB, kind modelstest.Kind) {
		modelstest.Load(t, from, modelstest.PollsFile("1,active,2023-01-25 18:00:00 UTC"))
		made := modelstest.MakeReport(t, from)
		report, details := modelstest.WrittenReport(t, from, made.ID)
		to := modelstest.Open(t, kind)
		copied(t, from, to)
		if r, d := modelstest.WrittenReport(t, to, made.ID); r != report || d != details {
			t.Errorf("copied:\n%s\nwant\n%s", d, details)
		}
	})
}

func TestATargetMustBeEmpty(t *testing.T) {
	eachWay(t, func(t *testing.T, from *models.DB, kind modelstest.Kind) {
		modelstest.Load(t, from, modelstest.PollsFile("1,active,2023-01-25 18:00:00 UTC"))
		to := modelstest.Open(t, kind)
		modelstest.Load(t, to, modelstest.ZonesFile("2,UTC"))
		before := allTables(t, to)
		_, err := transfer.Copy(ctx, from, to, nil, nothing)
		for _, err := range []error{err, transfer.Check(ctx, from, to)} {
			var refused transfer.NotEmptyError
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), "stores (1), imports (1), import_files (1)") {
				t.Errorf("%v; want that the target has stores and imports", err)
			}
		}
		if allTables(t, to) != before {
			t.Error("the target was changed")
		}
	})
}

// A server that was started on an empty database has written down its sources.
func TestATargetMayHaveHadAServer(t *testing.T) {
	eachWay(t, func(t *testing.T, from *models.DB, kind modelstest.Kind) {
		to := modelstest.Open(t, kind)
		for n, db := range []*models.DB{from, to} {
			err := modelstest.Exec(db, "INSERT INTO sources (id, number, url, state, outcome) VALUES (?, 1, 'https://example.com', 'failed', '')", fmt.Sprint(n))
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := transfer.Check(ctx, from, to); err != nil {
			t.Error(err)
		}
		copied(t, from, to)
		if got, want := allTables(t, to), "sources:\n0|1|https://example.com|"; !strings.Contains(got, want) || strings.Contains(got, "\n1|1|https") {
			t.Errorf("copied:\n%s\nwant %s", got, want)
		}
	})
}

func TestAnErrorAtTheVeryEndLeavesTheTargetEmpty(t *testing.T) {
	eachWay(t, func(t *testing.T, from *models.DB, kind modelstest.Kind) {
		if err := transfer.Fill(ctx, from, "x"); err != nil {
			t.Fatal(err)
		}
		to := modelstest.Open(t, kind)
		before := allTables(t, to)
		fault := errors.New("fault")
		_, err := transfer.Copy(ctx, from, to, nil, func(context.Context, *models.Tx) error { return fault })
		if !errors.Is(err, fault) {
			t.Error(err)
		}
		if allTables(t, to) != before {
			t.Error("the target is not empty")
		}
		copied(t, from, to)
	})
}

func TestACopyEndsWithItsContext(t *testing.T) {
	eachWay(t, func(t *testing.T, from *models.DB, kind modelstest.Kind) {
		if err := transfer.Fill(ctx, from, "x"); err != nil {
			t.Fatal(err)
		}
		to := modelstest.Open(t, kind)
		before := allTables(t, to)
		stopped, stop := context.WithCancel(ctx)
		defer stop()
		_, err := transfer.Copy(stopped, from, to, func(done, _ int64) {
			if done == 20 {
				stop()
			}
		}, nothing)
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if allTables(t, to) != before {
			t.Error("the target is not empty")
		}
	})
}

func TestOnlyDatabasesOfThisVersionAreCopied(t *testing.T) {
	modelstest.EachEmpty(t, func(t *testing.T, url, dir string) {
		old, err := models.Open(ctx, url, dir)
		if err != nil {
			t.Fatal(err)
		}
		defer old.Close()
		now := modelstest.Open(t, modelstest.SQLite)
		if err := transfer.Check(ctx, old, now); err == nil || !strings.Contains(err.Error(), "no tables") {
			t.Errorf("of a source without tables: %v", err)
		}
		if err := transfer.Check(ctx, now, old); err != nil {
			t.Errorf("of a target without tables: %v", err)
		}
		if err := old.MigrateTo(ctx, 1); err != nil {
			t.Fatal(err)
		}
		if err := transfer.Check(ctx, old, now); err == nil || !strings.Contains(err.Error(), "are at version 1") || !strings.Contains(err.Error(), "lightson migrate") {
			t.Errorf("of a source of an older version: %v", err)
		}
		if err := transfer.Check(ctx, now, old); err != nil {
			t.Errorf("of an empty target of an older version, as after a killed migration: %v", err)
		}
		if err := modelstest.Exec(old, "INSERT INTO stores (id, code) VALUES (1, '1')"); err != nil {
			t.Fatal(err)
		}
		if err := transfer.Check(ctx, now, old); !errors.As(err, new(transfer.NotEmptyError)) {
			t.Errorf("of a target of an older version with a store: %v", err)
		}
		if err := modelstest.Exec(now, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)"); err != nil {
			t.Fatal(err)
		}
		if err := transfer.Check(ctx, now, old); !errors.As(err, new(models.NewerError)) {
			t.Errorf("of a newer version: %v", err)
		}
	})
}

func TestIDsGoOnAfterACopy(t *testing.T) {
	eachWay(t, func(t *testing.T, from *models.DB, kind modelstest.Kind) {
		if err := transfer.Fill(ctx, from, "x"); err != nil {
			t.Fatal(err)
		}
		to := modelstest.Open(t, kind)
		copied(t, from, to)
		for _, db := range []*models.DB{from, to} {
			if db == from && db.Postgres() != nil {
				continue // Fill has left its sequence where it was
			}
			if err := modelstest.Exec(db, "INSERT INTO audit (at, who_kind, action, outcome) VALUES (1, 'command', 'later', 'done')"); err != nil {
				t.Fatal(err)
			}
			var last []string
			if err := db.GORM(ctx).Raw("SELECT action FROM audit ORDER BY id").Scan(&last).Error; err != nil {
				t.Fatal(err)
			}
			if len(last) != 3 || last[2] != "later" {
				t.Errorf("the audit log has %q; want the new record last", last)
			}
		}
		if err := modelstest.Exec(to, "DELETE FROM audit"); err == nil {
			t.Error("the copied audit log does not only grow")
		}
	})
}

func TestSessionsAreNotCopied(t *testing.T) {
	eachWay(t, func(t *testing.T, from *models.DB, kind modelstest.Kind) {
		to := modelstest.Open(t, kind)
		for _, db := range []*models.DB{from, to} { // and do not make a target one that is not empty
			if err := modelstest.Exec(db, "INSERT INTO sessions (id, data, created_at, seen_at, expires_at) VALUES ('s', ?, 1, 1, 1)", []byte{1}); err != nil {
				t.Fatal(err)
			}
		}
		copied(t, from, to)
		if n, err := modelstest.Count(to, "sessions"); err != nil || n != 1 {
			t.Errorf("%d sessions, %v", n, err)
		}
	})
}

func TestATextThatPostgreSQLCannotStoreIsNamed(t *testing.T) {
	for _, odd := range []string{"a\x00b", "a\xffb"} {
		from, to := modelstest.Open(t, modelstest.SQLite), modelstest.Open(t, modelstest.PostgreSQL)
		if err := modelstest.Exec(from, "INSERT INTO stores (id, code, name) VALUES (1, '1', ?)", odd); err != nil {
			t.Fatal(err)
		}
		before := allTables(t, to)
		_, err := transfer.Copy(ctx, from, to, nil, nothing)
		if err == nil || !strings.Contains(err.Error(), "table stores: column name") {
			t.Errorf("%q: %v", odd, err)
		}
		if allTables(t, to) != before {
			t.Error("the target is not empty")
		}
	}
}
