package jobs_test

import (
	"errors"
	"log/slog"
	"testing"

	"golang.org/x/sync/errgroup"

	"lightson/jobs"
	"lightson/models"
	"lightson/models/modelstest"
)

// The first command on a database makes our tables and not those of the queue.
func TestServersThatStartTogetherMigrateTheQueueOnce(t *testing.T) {
	for name, filled := range map[string]bool{"a new database": false, "one that a command filled": true} {
		t.Run(name, func(t *testing.T) {
			modelstest.EachEmpty(t, func(t *testing.T, url, dir string) {
				if filled {
					db, err := models.Open(t.Context(), url, dir)
					if err != nil {
						t.Fatal(err)
					}
					if err := errors.Join(db.Migrate(t.Context()), db.Close()); err != nil {
						t.Fatal(err)
					}
				}
				files := t.TempDir()
				var servers errgroup.Group
				for range 8 {
					servers.Go(func() error {
						db, err := models.Open(t.Context(), url, dir)
						if err != nil {
							return err
						}
						j, err := jobs.New(db, nil, jobs.Settings{Dir: files}, slog.New(slog.DiscardHandler))
						if err == nil {
							err = errors.Join(db.Migrate(t.Context()), j.Migrate(t.Context()))
						}
						return errors.Join(err, db.Close())
					})
				}
				if err := servers.Wait(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}
