package months_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/modelstest"
)

// before is the version of the tables without partitions.
const before = 31

// earlier is an empty database of PostgreSQL of that version.
func earlier(t *testing.T, body func(t *testing.T, db *models.DB, url, dir string)) {
	t.Helper()
	empty(t, func(db *models.DB) error { return db.MigrateTo(ctx, before) }, body)
}

// unpartitioned is one of this version whose table had rows when partitions came.
func unpartitioned(t *testing.T, body func(t *testing.T, db *models.DB, url, dir string)) {
	t.Helper()
	empty(t, modelstest.MigrateUnpartitioned, body)
}

func empty(t *testing.T, migrate func(*models.DB) error, body func(t *testing.T, db *models.DB, url, dir string)) {
	t.Helper()
	modelstest.EachEmpty(t, func(t *testing.T, url, dir string) {
		if url == "" {
			return // SQLite
		}
		db, err := models.Open(ctx, url, dir)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		if err := migrate(db); err != nil {
			t.Fatal(err)
		}
		body(t, db, url, dir)
	})
}

// kindOf is p for a table with partitions and r for one without.
func kindOf(t *testing.T, db *models.DB) (kind string) {
	t.Helper()
	if err := db.GORM(ctx).Raw("SELECT relkind FROM pg_class WHERE oid = to_regclass('poll_days')").Scan(&kind).Error; err != nil {
		t.Fatal(err)
	}
	return kind
}

func TestATableWithRowsStaysAsItIsAndWorks(t *testing.T) {
	earlier(t, func(t *testing.T, db *models.DB, _, _ string) {
		for _, r := range modelstest.Released {
			if err := modelstest.Exec(db, r.Statement, r.Args...); err != nil {
				t.Fatal(err)
			}
		}
		want := modelstest.Facts(t, db)
		if err := db.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, modelstest.Facts(t, db)); diff != "" || kindOf(t, db) != "r" {
			t.Errorf("kind %s\n%s", kindOf(t, db), diff)
		}
		before, err := modelstest.Count(db, "poll_days")
		if err != nil {
			t.Fatal(err)
		}
		modelstest.Load(t, db, modelstest.PollsFile("1,active,2023-02-01 18:00:00 UTC"))
		if rows, err := modelstest.Count(db, "poll_days"); err != nil || rows != before+1 || before == 0 {
			t.Errorf("%d rows, %v", rows, err)
		}
	})
}

// roles makes a role that may read a view of ours, the table, and a view of somebody else's.
func roles(t *testing.T, db *models.DB) (may func() []bool) {
	t.Helper()
	var schema string
	if err := db.GORM(ctx).Raw("SELECT current_schema()").Scan(&schema).Error; err != nil {
		t.Fatal(err)
	}
	role := "reader_of_" + schema
	for _, statement := range []string{
		"CREATE VIEW mine WITH (security_barrier = true) AS SELECT day FROM poll_days", "CREATE ROLE " + role,
		"GRANT SELECT ON lightson_polls, mine TO " + role, "GRANT SELECT, DELETE ON poll_days TO " + role, "GRANT SELECT ON poll_days TO PUBLIC",
	} {
		if err := modelstest.Exec(db, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	t.Cleanup(func() {
		if err := errors.Join(modelstest.Exec(db, "DROP OWNED BY "+role), modelstest.Exec(db, "DROP ROLE "+role)); err != nil {
			t.Error(err)
		}
	})
	return func() (list []bool) {
		for _, asked := range []string{
			"has_table_privilege('" + role + "', 'lightson_polls', 'SELECT')", "has_table_privilege('" + role + "', 'mine', 'SELECT')",
			"has_table_privilege('" + role + "', 'poll_days', 'DELETE')", "NOT has_table_privilege('" + role + "', 'poll_days', 'INSERT')",
			"has_table_privilege('public', 'poll_days', 'SELECT')", "(SELECT reloptions = '{security_barrier=true}' FROM pg_class WHERE oid = 'mine'::regclass)",
			"obj_description('lightson_polls'::regclass) LIKE 'Every poll%'",
			"(SELECT count(*) = 1 FROM pg_class WHERE relname = 'poll_days_pkey' AND relnamespace = current_schema()::regnamespace)",
		} {
			var yes bool
			if err := db.GORM(ctx).Raw("SELECT " + asked).Scan(&yes).Error; err != nil {
				t.Fatal(err)
			}
			list = append(list, yes)
		}
		return list
	}
}

var all = []bool{true, true, true, true, true, true, true, true}

func TestWhoMayReadPollsAndViewsMayReadThemAfterMigrating(t *testing.T) {
	earlier(t, func(t *testing.T, db *models.DB, _, _ string) {
		may := roles(t, db)
		if err := db.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(all, may()); diff != "" || kindOf(t, db) != "p" {
			t.Errorf("kind %s\n%s", kindOf(t, db), diff)
		}
		modelstest.Load(t, db, threeMonths)
		for _, view := range []string{"polls", "lightson_polls", "mine"} {
			if rows, err := modelstest.Count(db, view); err != nil || rows != 4 {
				t.Errorf("%s: %d rows, %v", view, rows, err)
			}
		}
	})
}

// Somebody's own table of results must not keep a server from starting.
func TestATableThatSomethingElseDependsOnStaysAsItIs(t *testing.T) {
	earlier(t, func(t *testing.T, db *models.DB, _, _ string) {
		err := errors.Join(modelstest.Exec(db, "CREATE MATERIALIZED VIEW mine AS SELECT day FROM poll_days"), db.Migrate(ctx))
		if err != nil || kindOf(t, db) != "r" {
			t.Errorf("kind %s, %v", kindOf(t, db), err)
		}
		var left string
		if err := db.GORM(ctx).Raw("SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relname LIKE 'poll_days%' AND relnamespace = current_schema()::regnamespace").Scan(&left).Error; err != nil || strings.TrimSpace(left) != "poll_days poll_days_pkey" {
			t.Errorf("%s, %v", left, err)
		}
		modelstest.Load(t, db, threeMonths)
	})
}
