package models_test

import (
	"errors"
	"testing"

	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/modelstest"
)

func TestEveryFieldOfEveryModelIsAColumn(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		tables, err := db.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for table, columns := range tables {
			if err := db.Select(table, columns); err != nil {
				t.Errorf("%s: %v", table, err)
			}
		}
	})
}

func TestMigratingAgainChangesNothing(t *testing.T) {
	modelstest.EachEmpty(t, func(t *testing.T, url, dir string) {
		db := modelstest.OpenURL(t, url, dir)
		load(t, db, pollsFile("1,active,2023-01-25 18:00:00 UTC"))
		again := modelstest.OpenURL(t, url, dir)
		if got := len(snapshotAt(t, again, 0).Stores); got != 1 {
			t.Errorf("%d stores after the second migration, want 1", got)
		}
	})
}

func TestServersThatStartTogetherMigrateOnce(t *testing.T) {
	modelstest.EachEmpty(t, func(t *testing.T, url, dir string) {
		var servers errgroup.Group
		for range 3 {
			servers.Go(func() error {
				db, err := models.Open(ctx, url, dir)
				if err != nil {
					return err
				}
				return errors.Join(db.Migrate(ctx), db.Ready(ctx), db.Close())
			})
		}
		if err := servers.Wait(); err != nil {
			t.Error(err)
		}
	})
}

func TestOnlyDatabasesThatWeKnowAreOpened(t *testing.T) {
	if _, err := models.Open(ctx, "mysql://root:secret@localhost/x", t.TempDir()); err == nil {
		t.Error("MySQL was opened")
	} else if got, want := err.Error(), "DATABASE_URL: expected postgres://…, or nothing for SQLite; found mysql://…"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
