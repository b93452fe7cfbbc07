package models_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"lightson/models/modelstest"
)

// A day of polls must be the same whatever the zone of the session is: summer time moved it.
func TestTheViewOfPollsDoesNotDependOnTheZoneOfTheSession(t *testing.T) {
	db := modelstest.Open(t, modelstest.PostgreSQL)
	load(t, db, pollsFile("1,active,2023-07-20 00:00:00.000001 UTC", "1,inactive,2023-01-20 23:59:59.999999 UTC"))
	err := pgx.BeginFunc(ctx, db.Postgres(), func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL timezone = 'America/Chicago'"); err != nil {
			return err
		}
		for _, view := range []string{"polls", "lightson_polls"} {
			var got string
			if err := tx.QueryRow(ctx, "SELECT string_agg(observed_at::text || ' ' || day, ', ' ORDER BY observed_at) FROM "+view).Scan(&got); err != nil {
				return err
			}
			if want := "2023-01-20 17:59:59.999999-06 2023-01-20, 2023-07-19 19:00:00.000001-05 2023-07-20"; got != want {
				t.Errorf("%s: %s", view, got)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// A role that may read the views reads nothing else.
func TestAReaderOfTheViewsReadsNoTables(t *testing.T) {
	db := modelstest.Open(t, modelstest.PostgreSQL)
	load(t, db, pollsFile("1,active,2023-07-20 00:00:00 UTC"))
	tx, err := db.Postgres().Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	var schema string
	if err := tx.QueryRow(ctx, "SELECT current_schema()").Scan(&schema); err != nil {
		t.Fatal(err)
	}
	role := "reader_" + schema
	for _, statement := range []string{
		"CREATE ROLE " + role, "GRANT USAGE ON SCHEMA " + schema + " TO " + role,
		"GRANT SELECT ON lightson_stores, lightson_hours, lightson_polls, lightson_days, lightson_outages TO " + role, "SET LOCAL ROLE " + role,
	} {
		if _, err := tx.Exec(ctx, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	var polls int
	if err := tx.QueryRow(ctx, "SELECT count(*) FROM lightson_polls WHERE day = '2023-07-20'").Scan(&polls); err != nil || polls != 1 {
		t.Errorf("%d polls, %v", polls, err)
	}
	for _, view := range []string{"lightson_days", "lightson_outages"} { // they have no rows yet
		if err := tx.QueryRow(ctx, "SELECT count(*) FROM "+view).Scan(&polls); err != nil {
			t.Errorf("%s: %v", view, err)
		}
	}
	if _, err := tx.Exec(ctx, "SELECT * FROM people"); err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("the reader of the views reads people: %v", err)
	}
}
