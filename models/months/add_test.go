package months_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/months"
	"lightson/models/polls"
)

var ctx = context.Background()

// partitions are those of poll_days: their names, and how their rows are kept.
func partitions(t modelstest.TB, db *models.DB) (list []string) {
	t.Helper()
	err := db.GORM(ctx).Raw(`SELECT p.relname || ' ' || array_to_string(p.reloptions, ',') || ' ' || a.attstorage::text
		FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhrelid JOIN pg_attribute a ON a.attrelid = p.oid AND a.attname = 'polls'
		WHERE i.inhparent = to_regclass('poll_days') ORDER BY 1`).Scan(&list).Error
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func kept(names ...string) (list []string) {
	for _, name := range names {
		list = append(list, name+" fillfactor=80 e")
	}
	return list
}

func reportOf(t *testing.T, db *models.DB) string {
	t.Helper()
	report, details := modelstest.CSVs(t, modelstest.SnapshotAt(t, db, 0))
	return report + details
}

// A feed may have a device whose clock stands at 1990.
var threeMonths = modelstest.PollsFile("1,active,1990-03-01 00:00:00 UTC", "1,active,2022-12-31 23:59:59 UTC", "2,inactive,2023-01-01 00:00:00 UTC", "1,inactive,2023-01-25 18:00:00 UTC")

func TestEachMonthOfPollsHasAPartitionAndReportsAreTheSame(t *testing.T) {
	db, plain := modelstest.Open(t, modelstest.PostgreSQL), modelstest.Open(t, modelstest.SQLite)
	if found := partitions(t, db); len(found) > 0 {
		t.Errorf("a new database has %v", found)
	}
	for range 2 {
		modelstest.Load(t, db, threeMonths)
		if diff := cmp.Diff(kept("poll_days_2022_12", "poll_days_2023_01", "poll_days_earlier"), partitions(t, db)); diff != "" {
			t.Error(diff)
		}
	}
	modelstest.Load(t, plain, threeMonths)
	if diff := cmp.Diff(modelstest.Facts(t, plain), modelstest.Facts(t, db)); diff != "" {
		t.Error(diff)
	}
	if got, want := reportOf(t, db), reportOf(t, plain); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

var errStop = errors.New("stop")

// What a transaction made and did not commit must not be taken for there by the next one.
func TestAMonthThatWasRolledBackIsMadeAgain(t *testing.T) {
	db := modelstest.Open(t, modelstest.PostgreSQL)
	row := []models.PollRow{{Day: 19_382, Store: 1, Polls: polls.Day("\x01\x00\x00\x00\x00\x00")}}
	err := db.Update(ctx, func(tx *models.Tx) error { return errors.Join(tx.PollTable().Upsert(ctx, row), errStop) })
	if !errors.Is(err, errStop) || len(partitions(t, db)) != 0 {
		t.Errorf("%v; partitions %v", err, partitions(t, db))
	}
	if err := db.Update(ctx, func(tx *models.Tx) error { return tx.PollTable().Upsert(ctx, row) }); err != nil {
		t.Error(err)
	}
}

// A server must not count on a month that another server dropped since.
func TestAMonthThatIsGoneIsMadeAgain(t *testing.T) {
	db := modelstest.Open(t, modelstest.PostgreSQL)
	modelstest.Load(t, db, threeMonths)
	if err := modelstest.Exec(db, "DROP TABLE poll_days_2022_12"); err != nil {
		t.Fatal(err)
	}
	modelstest.Load(t, db, threeMonths)
	if list := partitions(t, db); len(list) != 3 {
		t.Errorf("partitions %v", list)
	}
}

func TestServersThatNeedAMonthAtOnceMakeItOnce(t *testing.T) {
	url, dir := modelstest.URL(t, modelstest.PostgreSQL)
	var servers errgroup.Group
	for n := range 4 {
		db := modelstest.OpenURL(t, url, dir)
		servers.Go(func() error {
			for month := range 12 {
				if _, err := modelstest.TryLoad(db, 1000, modelstest.PollsFile(fmt.Sprintf("%d,active,2022-%02d-15 18:00:00 UTC", n, month+1))); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := servers.Wait(); err != nil {
		t.Error(err)
	}
	db := modelstest.OpenURL(t, url, dir)
	if rows, err := modelstest.Count(db, "poll_days"); err != nil || rows != 48 || len(partitions(t, db)) != 12 {
		t.Errorf("%d rows in %v, %v", rows, partitions(t, db), err)
	}
}

// Readers hold their locks until their transaction ends. A month must not wait for them, nor
// keep others from reading.
func TestAMonthIsAddedWhileOthersRead(t *testing.T) {
	db := modelstest.Open(t, modelstest.PostgreSQL)
	modelstest.Load(t, db, threeMonths)
	err := db.View(ctx, func(reader *models.Tx) error {
		if _, err := reader.PollTable().HasDay(ctx, 19_382); err != nil {
			return err
		}
		return db.Update(ctx, func(tx *models.Tx) error {
			if err := errors.Join(tx.GORM(ctx).Exec("SET LOCAL lock_timeout = '2s'").Error, tx.AddPollMonth(ctx, 18_000)); err != nil {
				return err
			}
			return db.View(ctx, func(another *models.Tx) error { // before it is committed
				_, err := another.PollTable().HasDay(ctx, 18_000)
				return err
			})
		})
	})
	if err != nil || !slices.Contains(partitions(t, db), kept(months.Of(18_000).Name)[0]) {
		t.Errorf("%v; partitions %v", err, partitions(t, db))
	}
}
