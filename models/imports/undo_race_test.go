package imports_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/modelstest"
)

// Imports that overlap and come at once are merged one after another. Undone in
// the opposite order, nothing of them is left.
func TestImportsAtOnceAreUndoneOneByOne(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		servers := []*models.DB{modelstest.OpenURL(t, url, dir), modelstest.OpenURL(t, url, dir)}
		db := servers[0]
		load(t, db, pollsFile("0,active,2023-01-20 18:00:00 UTC"), hoursFile("0,0,09:00,17:00"), zonesFile("0,UTC"))
		before := tables(t, db)
		taken := make([]models.Import, 8)
		var imports errgroup.Group
		for n := range taken {
			imports.Go(func() (err error) {
				taken[n], err = tryLoad(servers[n%2], 0,
					pollsFile(fmt.Sprintf("0,inactive,2023-01-20 %02d:00:00 UTC", n), fmt.Sprintf("%d,active,2023-01-20 18:00:00 UTC", n%3)),
					hoursFile(fmt.Sprintf("%d,0,%02d:00,17:00", n%3, n)), zonesFile(fmt.Sprintf("%d,%s", n%4, modelstest.ZoneNames[n%len(modelstest.ZoneNames)])))
				return err
			})
		}
		if err := imports.Wait(); err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(taken, func(a, b models.Import) int { return -cmp.Compare(a.MergeNumber, b.MergeNumber) })
		for n, i := range taken {
			if want := int64(len(taken) + 1 - n); i.MergeNumber != want {
				t.Fatalf("merge %d, want %d", i.MergeNumber, want)
			}
			undo(t, servers[n%2], i)
		}
		if diff := gocmp.Diff(before, tables(t, db)); diff != "" {
			t.Errorf("want -, got +:\n%s", diff)
		}
	})
}

func TestTwoServersUndoAnImportOnce(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		servers := []*models.DB{modelstest.OpenURL(t, url, dir), modelstest.OpenURL(t, url, dir)}
		i := load(t, servers[0], pollsFile("1,active,2023-01-20 18:00:00 UTC"))
		version := dataVersion(t, servers[0])
		var undone, refused atomic.Int64
		var people errgroup.Group
		for n := range 6 {
			people.Go(func() error {
				var why imports.UndoError
				switch _, err := imports.Undo(ctx, servers[n%2], i.ID, "ana"); {
				case err == nil:
					undone.Add(1)
				case errors.As(err, &why):
					refused.Add(1)
				default:
					return err
				}
				return nil
			})
		}
		if err := people.Wait(); err != nil {
			t.Fatal(err)
		}
		if undone.Load() != 1 || refused.Load() != 5 || dataVersion(t, servers[0]) == version {
			t.Errorf("undone %d times, refused %d times, data version %d after %d", undone.Load(), refused.Load(), dataVersion(t, servers[0]), version)
		}
	})
}

// A report that is made during an undo shows the data from before it or from after
// it.
func TestReadersSeeAnUndoWholeOrNotAtAll(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		first := []string{pollsFile("1,active,2023-01-25 18:00:00 UTC"), hoursFile("1,0,09:00,17:00")}
		load(t, db, first...)
		as := at("2023-01-25 18:00")
		without, _ := csvs(t, snapshotAt(t, db, as))
		more := pollsFile("1,inactive,2023-01-25 17:30:00 UTC", "2,active,2023-01-25 18:00:00 UTC")
		var with string
		stop := make(chan struct{})
		var readers errgroup.Group
		i := load(t, db, more)
		with, _ = csvs(t, snapshotAt(t, db, as))
		f := modelstest.Figures(t, db)
		for range 2 {
			readers.Go(func() error {
				for {
					select {
					case <-stop:
						return nil
					default:
					}
					s, err := f.SnapshotAt(ctx, models.InstantAt(as), nil)
					if err != nil {
						return err
					}
					if got, _ := csvs(t, s); got != with && got != without {
						return fmt.Errorf("a reader saw half an undo:\n%s", got)
					}
				}
			})
		}
		for range 20 {
			undo(t, db, i)
			i = load(t, db, more)
		}
		close(stop)
		if err := readers.Wait(); err != nil {
			t.Error(err)
		}
	})
}
