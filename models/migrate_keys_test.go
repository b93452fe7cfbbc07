package models_test

import (
	"errors"
	"fmt"
	"testing"

	"lightson/models"
	"lightson/models/modelstest"
)

// Both databases check each row of an UPDATE by itself, while other rows are as they were.
func TestKeysOfReportsStayUniqueWhileTheyAreMigrated(t *testing.T) {
	keys := []struct{ source, before, after string }{
		{"api", "once", "api:once"},
		{"api", "api:once", "api:api:once"},
		{"page", "retry of x", "retry:x"},
		{"api", "retry:x", "api:retry:x"},
		{"api", "retry of y", "api:retry of y"},
		{"page", "api:once again", "page:api:once again"},
		{"api", "once again", "api:once again"},
	}
	modelstest.EachEmpty(t, func(t *testing.T, url, dir string) {
		old, err := models.Open(ctx, url, dir)
		if err != nil {
			t.Fatal(err)
		}
		err = old.MigrateTo(ctx, 10)
		for n, k := range keys {
			err = errors.Join(err, modelstest.Exec(old, "INSERT INTO reports (id, source, state, created_at, idempotency_key) VALUES (?, ?, 'failed', 1, ?)", reportID(n), k.source, k.before))
		}
		if err = errors.Join(err, old.Close()); err != nil {
			t.Fatal(err)
		}
		db := modelstest.OpenURL(t, url, dir)
		for n, k := range keys {
			if r := reportOf(t, db, reportID(n)); *r.IdempotencyKey != k.after {
				t.Errorf("%s of %s became %s, want %s", k.before, k.source, *r.IdempotencyKey, k.after)
			}
		}
		// What was found in polls of another migrated database must not pass for ours.
		if v, err := db.DataVersion(ctx); err != nil || v.PastMark <= 0 || v.PastMark >= 1<<53 {
			t.Errorf("mark of the past: %d, %v", v.PastMark, err)
		}
	})
}

func reportID(n int) string { return fmt.Sprintf("0a3e5a66-62a7-4f0c-94d8-3d6e7d0c6f%02x", n) }
