package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"lightson/jobs"
	"lightson/models"
)

func TestAnImportThatFailsAfterItsMergeIsComplete(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		for name, fail := range map[string]func(ctx context.Context) error{
			"a time limit": func(ctx context.Context) error {
				<-ctx.Done()
				return ctx.Err()
			},
			"an error": func(context.Context) error { return errors.New("no trend") },
			"a panic":  func(context.Context) error { panic("no trend") },
		} {
			for _, merged := range []bool{true, false} {
				d := newDesk(t, db)
				d.settings.Limits = jobs.Limits{models.ImportWork: time.Millisecond}
				if name != "a time limit" {
					d.settings.Limits = nil
				}
				d = newDeskIn(t, db, d.settings)
				a := d.begin()
				err := d.Attempt(t.Context(), a, func(ctx context.Context) error {
					if merged {
						execute(t, db, "UPDATE imports SET merged = true WHERE id = '"+a.ID+"'")
					}
					return fail(ctx)
				})
				i, findErr := db.Import(t.Context(), a.ID)
				want := models.Failed
				if merged {
					want = models.Complete
				}
				if findErr != nil || i.State != want || (err == nil) != merged || (i.Error == "") != merged {
					t.Errorf("%s, merged %t: %v; the import is %s, %q, want %s", name, merged, err, i.State, i.Error, want)
				}
			}
		}
	})
}
