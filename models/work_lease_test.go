package models_test

import (
	"errors"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/modelstest"
)

// The clock of a server may be hours ahead or behind, or jump: what counts is whether
// the lease changes.
func TestAWorkerIsDeadOnceItsLeaseStandsStill(t *testing.T) {
	hour := time.Hour.Microseconds()
	for name, lease := range map[string]int64{
		"a clock five hours ahead": time.Now().UnixMicro() + 5*hour, "a clock in 1970": 60_000_000, "a good clock": time.Now().UnixMicro() + 10_000_000,
	} {
		t.Run(name, func(t *testing.T) {
			modelstest.Each(t, func(t *testing.T, db *models.DB) {
				now, lease := time.Now(), lease // each database has its own
				db.SetLeaseClock(func() time.Time { return now })
				r, _ := addReport(t, db, "")
				a := claim(t, db, r.ID)
				beat := func() {
					t.Helper()
					lease++
					if err := modelstest.Exec(db, "UPDATE reports SET lease_until = ? WHERE id = ?", lease, r.ID); err != nil {
						t.Fatal(err)
					}
				}
				orphans := func() []models.Attempt {
					t.Helper()
					list, err := db.Orphans(ctx, models.ReportWork)
					if err != nil {
						t.Fatal(err)
					}
					return list
				}
				for range 5 {
					beat()
					if list := orphans(); len(list) > 0 {
						t.Fatalf("a living worker is dead: %+v", list)
					}
					now = now.Add(models.Lease - time.Second)
				}
				orphans()
				if _, err := db.Claim(ctx, models.ReportWork, r.ID); !errors.Is(err, models.ErrNotClaimable) {
					t.Errorf("claimed beside a living worker: %v", err)
				}
				now = now.Add(2 * time.Second)
				dead := orphans()
				if len(dead) != 1 || dead[0].ID != a.ID || dead[0].Number != a.Number {
					t.Fatalf("orphans: %+v", dead)
				}
				release := func() error {
					return db.Update(ctx, func(tx *models.Tx) error { return tx.ReleaseOrphan(ctx, dead[0]) })
				}
				beat() // it was only slow
				if err := release(); !errors.Is(err, models.ErrAttemptLost) {
					t.Errorf("released in spite of a beat: %v", err)
				}
				orphans()
				now = now.Add(models.Lease)
				if dead = orphans(); len(dead) != 1 {
					t.Fatalf("orphans: %+v", dead)
				}
				if err := release(); err != nil {
					t.Fatal(err)
				}
				if got := reportOf(t, db, r.ID); got.State != models.Queued || got.Deaths != 1 {
					t.Errorf("%+v, want it queued after a death", got.Work)
				}
			})
		})
	}
}
