package months_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/months"
)

// history loads fifty days of polls of a hundred stores, up to 2023-01-25.
func history(t *testing.T, db *models.DB) {
	t.Helper()
	var rows []string
	for day := range 50 {
		at := time.Date(2023, 1, 25, 12, 0, 0, 0, time.UTC).AddDate(0, 0, -day)
		for store := range 100 {
			rows = append(rows, fmt.Sprintf("%d,%s,%s", store, []string{"active", "inactive"}[(store+day)%2], at.Format("2006-01-02 15:04:05 UTC")))
		}
	}
	modelstest.Load(t, db, modelstest.PollsFile(rows...))
}

func TestATableIsConvertedWhileServersWriteAndRead(t *testing.T) {
	unpartitioned(t, func(t *testing.T, db *models.DB, url, dir string) {
		history(t, db)
		may, report, server := roles(t, db), reportOf(t, db), modelstest.OpenURL(t, url, dir)
		twin := modelstest.Open(t, modelstest.SQLite)
		history(t, twin)

		var over atomic.Bool
		var others errgroup.Group
		var pushed []string // of an hour each, of the newest day, of old ones, and of new months
		others.Go(func() error {
			for n := 0; n < 10 || !over.Load(); n++ {
				at := time.Date(2022, 12, 8, 18, n%60, 0, 0, time.UTC).AddDate(0, 0, n*7%90)
				file := modelstest.PollsFile(fmt.Sprintf("%d,active,%s", n%110, at.Format("2006-01-02 15:04:05 UTC")))
				if _, err := modelstest.TryLoad(server, 1000, file); err != nil {
					return err
				}
				pushed = append(pushed, file)
			}
			return nil
		})
		for range 2 {
			others.Go(func() error {
				for !over.Load() {
					if err := sameInOneView(server); err != nil {
						return err
					}
				}
				return nil
			})
		}
		did, err := months.Convert(ctx, db.Postgres(), nil)
		over.Store(true)
		if err = errors.Join(err, others.Wait()); err != nil || did.WereDone || did.Days < 50 {
			t.Fatalf("%+v, %v", did, err)
		}
		modelstest.Load(t, server, modelstest.PollsFile("7,active,2023-05-02 18:00:00 UTC"))
		pushed = append(pushed, modelstest.PollsFile("7,active,2023-05-02 18:00:00 UTC"))
		for _, file := range pushed {
			modelstest.Load(t, twin, file)
		}
		if diff := cmp.Diff(modelstest.Facts(t, twin), modelstest.Facts(t, db)); diff != "" {
			t.Errorf("after %d pushes: %s", len(pushed), diff)
		}
		if got, want := reportOf(t, db), reportOf(t, twin); got != want || got == report {
			t.Errorf("report:\n%s\nwant\n%s", got, want)
		}
		checkConverted(t, db, may)
	})
}

// sameInOneView reads the polls twice in a transaction that sees one state, with a while
// before each look at them. It compares them with what the stores say, which it read at first.
func sameInOneView(db *models.DB) error {
	return db.View(ctx, func(tx *models.Tx) error {
		var stores, first, second int64
		err := errors.Join(
			tx.GORM(ctx).Raw("SELECT count(*) FROM stores").Scan(&stores).Error,
			tx.GORM(ctx).Exec("SELECT pg_sleep(0.03)").Error,
			tx.GORM(ctx).Raw("SELECT count(DISTINCT store_id) FROM poll_days").Scan(&first).Error,
			tx.GORM(ctx).Raw("SELECT count(DISTINCT s.store_id) FROM polls s").Scan(&second).Error)
		if err == nil && (first != stores || second != stores) {
			return fmt.Errorf("%d stores, %d of them with polls, %d in the view", stores, first, second)
		}
		return err
	})
}

// checkConverted checks that the table has partitions, that nothing is left of the conversion,
// and that people may read what they could.
func checkConverted(t *testing.T, db *models.DB, may func() []bool) {
	t.Helper()
	if list := partitions(t, db); kindOf(t, db) != "p" || len(list) < 2 || !strings.HasSuffix(list[0], " fillfactor=80 e") {
		t.Errorf("kind %s, partitions %v", kindOf(t, db), list)
	}
	var left int
	err := db.GORM(ctx).Raw(`SELECT (SELECT count(*) FROM pg_class WHERE relname IN ('poll_days_by_month', 'poll_days_to_copy', 'poll_days_before') AND relnamespace = current_schema()::regnamespace)
		+ (SELECT count(*) FROM pg_proc WHERE proname = 'poll_days_changed' AND pronamespace = current_schema()::regnamespace)`).Scan(&left).Error
	if err != nil || left != 0 {
		t.Errorf("%d things of the conversion are left, %v", left, err)
	}
	var unwatched []string
	err = db.GORM(ctx).Raw(`SELECT relid::text FROM pg_partition_tree('poll_days')
		WHERE (SELECT count(*) FROM pg_trigger WHERE tgrelid = relid AND tgname LIKE 'lightson_polls_%') <> 2`).Scan(&unwatched).Error
	if err != nil || len(unwatched) != 0 {
		t.Errorf("nothing forgets packed polls where rows of %v change, %v", unwatched, err)
	}
	if may == nil {
		return
	}
	if diff := cmp.Diff(all, may()); diff != "" {
		t.Error(diff)
	}
	for _, view := range []string{"polls", "lightson_polls"} {
		var polls, rows int64
		err := errors.Join(
			db.GORM(ctx).Raw("SELECT sum((length(polls) - 1) / 5) FROM poll_days").Scan(&polls).Error,
			db.GORM(ctx).Raw("SELECT count(*) FROM "+view).Scan(&rows).Error)
		if err != nil || polls != rows || rows == 0 {
			t.Errorf("%d polls, and %d in the view %s, %v", polls, rows, view, err)
		}
	}
}

func TestAConversionThatWasStoppedGoesOn(t *testing.T) {
	unpartitioned(t, func(t *testing.T, db *models.DB, _, _ string) {
		history(t, db)
		copied := 0
		for _, after := range []int64{1, 7, 20} {
			stopped, stop := context.WithCancel(ctx)
			did, err := months.Convert(stopped, db.Postgres(), func(done, _ int64) {
				if done == after {
					stop()
				}
			})
			stop()
			if !errors.Is(err, context.Canceled) || kindOf(t, db) != "r" {
				t.Errorf("stopped after %d days: %+v, %v; kind %s", after, did, err, kindOf(t, db))
			}
			copied += did.Days
			// Between two calls people go on, on days that are copied and on others, and take back.
			modelstest.Undo(t, db, modelstest.Load(t, db, modelstest.PollsFile("55,active,2022-12-08 01:00:00 UTC", "55,active,2022-09-08 01:00:00 UTC")))
			modelstest.Load(t, db, modelstest.PollsFile(fmt.Sprintf("55,active,2022-12-07 0%d:00:00 UTC", after%10), fmt.Sprintf("55,active,2022-11-0%d 18:00:00 UTC", after%10+1)))
		}
		if err := modelstest.Exec(db, "DELETE FROM poll_days WHERE day = 19340"); err != nil {
			t.Fatal(err)
		}
		facts, report := modelstest.Facts(t, db), reportOf(t, db)
		did, err := months.Convert(ctx, db.Postgres(), nil)
		if err != nil || did.Days+copied > 70 || did.Months != 4 {
			t.Errorf("%+v after %d days, %v", did, copied, err)
		}
		if diff := cmp.Diff(facts, modelstest.Facts(t, db)); diff != "" || reportOf(t, db) != report {
			t.Errorf("report is the same: %t\n%s", reportOf(t, db) == report, diff)
		}
		checkConverted(t, db, nil)
		if again, err := months.Convert(ctx, db.Postgres(), nil); err != nil || !again.WereDone || again.Months != 4 {
			t.Errorf("again: %+v, %v", again, err)
		}
	})
}

// Such a transaction sees which tables there are now, and rows as they were when it began: it
// would find none in a table that they were copied into since.
func TestTablesAreExchangedAfterTransactionsThatBeganBefore(t *testing.T) {
	unpartitioned(t, func(t *testing.T, db *models.DB, _, _ string) {
		history(t, db)
		began, converted := make(chan struct{}), make(chan error, 1)
		go func() {
			<-began
			_, err := months.Convert(ctx, db.Postgres(), nil)
			converted <- err
		}()
		err := db.View(ctx, func(tx *models.Tx) error {
			var version, rows int64
			if err := tx.GORM(ctx).Raw("SELECT version FROM data_versions").Scan(&version).Error; err != nil { // it sees this state from now on
				return err
			}
			close(began)
			modelstest.Eventually(t, "the copy is not complete", func() bool {
				var listed bool
				err := db.GORM(ctx).Raw("SELECT EXISTS (SELECT FROM poll_days_to_copy)").Scan(&listed).Error
				return err == nil && !listed // an error where there is no list yet
			})
			time.Sleep(300 * time.Millisecond) // an exchange would have been made by now
			if err := tx.GORM(ctx).Raw("SELECT count(*) FROM poll_days").Scan(&rows).Error; err != nil || rows != 5000 {
				return fmt.Errorf("%d rows, %w", rows, err)
			}
			return nil
		})
		if err = errors.Join(err, <-converted); err != nil {
			t.Error(err)
		}
		checkConverted(t, db, nil)
	})
}
