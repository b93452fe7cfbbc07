package jobs_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"lightson/jobs"
	"lightson/models"
	"lightson/models/modelstest"
)

func TestTablesForSQLAreRefreshedUnlessTheSettingsSayNever(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, modelstest.PollsFile("1,active,2023-01-25 10:00:00 UTC", "1,inactive,2023-01-25 12:00:00 UTC"))
		made := func(every time.Duration) *jobs.Jobs {
			j, err := jobs.New(db, modelstest.Figures(t, db), jobs.Settings{Dir: t.TempDir(), RefreshEvery: every}, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			return j
		}
		if slices.Contains(made(0).Tasks(), "refresh tables for SQL") {
			t.Error("they are refreshed although the settings say never")
		}
		j := made(time.Hour)
		if err := j.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := j.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := j.Stop(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		}()
		modelstest.Eventually(t, "no day figures are written", func() bool {
			days, err := modelstest.Count(db, "lightson_days")
			return err == nil && days == 1
		})
	})
}
