package months_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/modelstest"
)

// year loads a poll a day of two stores from 2022-10-01 to 2023-01-25, with reasons, and of one
// that was polled in October for the last time, and of one that never was before January.
func year(t *testing.T, db *models.DB) {
	t.Helper()
	rows := []string{"closed,active,2022-10-07 18:00:00 UTC,", "closed,active,2022-10-08 18:00:00 UTC,", "new,active,2023-01-20 18:00:00 UTC,"}
	for at := time.Date(2022, 10, 1, 12, 0, 0, 0, time.UTC); at.Before(time.Date(2023, 1, 26, 0, 0, 0, 0, time.UTC)); at = at.AddDate(0, 0, 1) {
		for _, store := range []string{"one", "two"} {
			rows = append(rows, fmt.Sprintf("%s,inactive,%s,paused", store, at.Format("2006-01-02 15:04:05 UTC")))
		}
	}
	modelstest.Load(t, db, modelstest.Lines("store_id,status,timestamp_utc,reason", rows))
}

func TestRetentionDropsAMonthOfWhichNothingStays(t *testing.T) {
	db, plain := modelstest.Open(t, modelstest.PostgreSQL), modelstest.Open(t, modelstest.SQLite)
	year(t, db)
	year(t, plain)
	if list := partitions(t, db); len(list) != 4 {
		t.Fatalf("partitions %v", list)
	}
	// Kept from 2023-01-09: in October the last day of a store stays, in January that of two.
	if got, want := modelstest.PrunePolls(t, db, 16), modelstest.PrunePolls(t, plain, 16); got != want || want < 180 {
		t.Errorf("%d rows deleted, want %d", got, want)
	}
	if diff := cmp.Diff(kept("poll_days_2022_10", "poll_days_2023_01"), partitions(t, db)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(modelstest.Facts(t, plain), modelstest.Facts(t, db)); diff != "" {
		t.Error(diff)
	}
	if got, want := reportOf(t, db), reportOf(t, plain); got != want {
		t.Errorf("report:\n%s\nwant\n%s", got, want)
	}
	// The month can come back.
	modelstest.Load(t, db, modelstest.PollsFile("three,active,2022-11-05 18:00:00 UTC"))
	if again := modelstest.PrunePolls(t, db, 16); again != 0 || len(partitions(t, db)) != 3 {
		t.Errorf("%d rows deleted again, partitions %v", again, partitions(t, db))
	}
	modelstest.Load(t, db, modelstest.PollsFile("three,active,2022-12-05 18:00:00 UTC", "closed,active,2023-01-01 18:00:00 UTC"))
	if gone := modelstest.PrunePolls(t, db, 16); gone != 2 {
		t.Errorf("%d rows deleted, want one of three and one of closed", gone)
	}
	if diff := cmp.Diff(kept("poll_days_2022_12", "poll_days_2023_01"), partitions(t, db)); diff != "" {
		t.Error(diff)
	}
}

func TestAMonthThatIsDroppedLeavesNoPackedPolls(t *testing.T) {
	db := modelstest.Open(t, modelstest.PostgreSQL)
	var rows []string
	for at := time.Date(2023, 1, 28, 12, 0, 0, 0, time.UTC); at.Before(time.Date(2023, 2, 19, 0, 0, 0, 0, time.UTC)); at = at.AddDate(0, 0, 1) {
		rows = append(rows, "one,active,"+at.Format("2006-01-02 15:04:05 UTC"))
	}
	modelstest.Load(t, db, modelstest.PollsFile(rows...))
	count := func() (packed int64) {
		if err := db.GORM(ctx).Raw("SELECT count(*) FROM poll_parts WHERE day < 19389").Scan(&packed).Error; err != nil { // 2023-02-01
			t.Fatal(err)
		}
		return packed
	}
	if before := count(); before != 1 {
		t.Errorf("%d days of January are packed, want the one that a trend may read", before)
	}
	if gone := modelstest.PrunePolls(t, db, 16); gone != 4 || len(partitions(t, db)) != 1 || count() != 0 {
		t.Errorf("%d rows deleted, partitions %v, %d days of January packed", gone, partitions(t, db), count())
	}
}

// A transaction that began before may still ask for what is to go, and must find it.
func TestRetentionWaitsForTransactionsThatBeganBefore(t *testing.T) {
	db := modelstest.Open(t, modelstest.PostgreSQL)
	year(t, db)
	began, pruned := make(chan struct{}), make(chan error, 1)
	go func() {
		<-began
		_, err := db.PrunePolls(ctx, 16)
		pruned <- err
	}()
	err := db.View(ctx, func(tx *models.Tx) error {
		var version, rows int64
		if err := tx.GORM(ctx).Raw("SELECT version FROM data_versions").Scan(&version).Error; err != nil { // it sees this state from now on
			return err
		}
		close(began)
		modelstest.Eventually(t, "nothing was pruned", func() bool {
			v, err := db.DataVersion(ctx)
			return err == nil && v.KeptFrom.Known
		})
		time.Sleep(300 * time.Millisecond) // a month would be gone by now
		if err := tx.GORM(ctx).Raw("SELECT count(*) FROM poll_days").Scan(&rows).Error; err != nil || rows != 237 {
			return fmt.Errorf("%d rows, %w", rows, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if err := <-pruned; err != nil || len(partitions(t, db)) != 2 {
		t.Errorf("%v, %v", partitions(t, db), err)
	}
}
