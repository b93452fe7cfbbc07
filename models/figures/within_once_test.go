package figures_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/reach"
)

// However many people there are, of however many reaches.
func TestASnapshotIsComputedOnceForEachVersionOfTheData(t *testing.T) {
	db := modelstest.Open(t, modelstest.SQLite)
	f := modelstest.Figures(t, db)
	var computed atomic.Int64
	f.ComputeSnapshotsBy(func(ctx context.Context) (*figures.Snapshot, error) {
		computed.Add(1)
		return f.SnapshotAt(ctx, models.OptionalInstant{}, nil)
	})
	for version := range int64(3) {
		modelstest.Load(t, db, modelstest.PollsFile(fmt.Sprintf("%d,active,2023-01-25 10:00:00 UTC", version)))
		var all sync.WaitGroup
		for n := range 40 {
			within := reach.Of([]string{fmt.Sprint("Group ", n)}, []string{fmt.Sprint(version - int64(n%3)), fmt.Sprint(n)})
			all.Go(func() {
				s, err1 := f.SnapshotWithin(t.Context(), within)
				recent, err2 := f.RecentSnapshotWithin(t.Context(), within)
				trend, err3 := f.TrendWithin(t.Context(), within)
				if err1 != nil || err2 != nil || err3 != nil {
					t.Error(err1, err2, err3)
					return
				}
				if s.Whole() != recent.Whole() || s.Whole() != trend.Snapshot.Whole() {
					t.Error("people with one reach are shown several snapshots")
				}
			})
		}
		all.Wait()
		if got := computed.Load(); got != version+1 {
			t.Errorf("of %d versions of the data %d snapshots were computed", version+1, got)
		}
	}
}
