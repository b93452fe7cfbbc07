package models_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// partIDs are ids of stores at the ends of parts and within them.
var partIDs = []int32{1, 2, 3, 510, 511, 512, 513, 1023, 1024, 40_000}

// changeStores changes rows of stores and hours in one of the ways that there are.
func changeStores(t *rapid.T, tx *models.Tx) error {
	id := rapid.SampledFrom(partIDs)
	text := rapid.SampledFrom([]string{"", "a", "é", "America/Chicago", "Asia/Beirut", "Nobody's/Zone"})
	var stores []models.Store
	if err := tx.StoreTable().Read(ctx, func(s models.Store) { stores = append(stores, s) }); err != nil {
		return err
	}
	var some []models.Store
	for _, s := range stores {
		if rapid.Bool().Draw(t, "this store") {
			some = append(some, s)
		}
	}
	switch rapid.SampledFrom([]string{"add", "add", "add the next", "add the next", "zones", "names", "first polls", "hours", "hours", "remove"}).Draw(t, "what") {
	case "add":
		n := id.Draw(t, "id")
		if slices.ContainsFunc(stores, func(s models.Store) bool { return s.ID == n }) {
			return nil
		}
		code := rapid.SampledFrom([]string{"b", "a", "é", "=", "z"}).Draw(t, "code") + string(rune('0'+slices.Index(partIDs, n)))
		return tx.StoreTable().Insert(ctx, []models.Store{{ID: n, Code: code, Zone: text.Draw(t, "zone")}})
	case "add the next":
		last := int32(0)
		for _, s := range stores {
			last = max(last, s.ID)
		}
		if last > 40_100 { // there are enough
			return nil
		}
		return tx.AddStores(ctx, []models.Store{{Code: fmt.Sprint("next ", last)}, {Code: fmt.Sprint("next but one ", last)}})
	case "zones":
		zones := map[int32]string{}
		for _, s := range some {
			zones[s.ID] = text.Draw(t, "zone")
		}
		return tx.SetZones(ctx, zones)
	case "names":
		for n := range some {
			some[n].Name, some[n].Group, some[n].City = text.Draw(t, "name"), text.Draw(t, "group"), text.Draw(t, "city")
		}
		return tx.StoreTable().SetNames(ctx, some)
	case "first polls":
		for n := range some {
			some[n].FirstPollAt = models.OptionalInstant{At: uptime.Instant(rapid.Int64().Draw(t, "at")), Known: true}
		}
		return tx.SetFirstPolls(ctx, some)
	case "hours":
		var ids []int32
		rows := map[models.Hours]bool{}
		known, err := tx.AllHours(ctx)
		if err != nil {
			return err
		}
		for _, s := range some {
			if len(known[s.ID]) > 0 || rapid.Bool().Draw(t, "deleted first") {
				ids = append(ids, s.ID)
			}
			for range rapid.IntRange(0, 3).Draw(t, "rows") {
				from := rapid.SampledFrom([]uptime.Date{uptime.Ever, -400, 19381}).Draw(t, "from")
				rows[hoursRow(s.ID, from, rapid.IntRange(0, 6).Draw(t, "day"), rapid.IntRange(0, 2).Draw(t, "start"), rapid.SampledFrom([]int{60, 86400}).Draw(t, "end"))] = true
			}
		}
		var all []models.Hours
		for row := range rows {
			all = append(all, row)
		}
		slices.SortStableFunc(all, func(a, b models.Hours) int { return cmp.Compare(a.StoreID, b.StoreID) })
		return tx.ReplaceHours(ctx, ids, all)
	default: // stores with hours are not removed
		hours, err := tx.AllHours(ctx)
		for _, s := range some {
			if hours[s.ID] == nil && err == nil {
				err = tx.GORM(ctx).Delete(&s).Error
			}
		}
		return err
	}
}

// mustAgree checks that stores and hours read from packed rows are those of the plain ones.
func mustAgree(t interface{ Fatal(args ...any) }, db *models.DB, lowest, highest int32) {
	err := db.View(ctx, func(tx *models.Tx) error {
		var all, each []models.Store
		if err := tx.StoreTable().Read(ctx, func(s models.Store) { all = append(all, s) }); err != nil {
			return err
		}
		if err := tx.EachStore(ctx, func(s models.Store) { each = append(each, s) }); err != nil {
			return err
		}
		for _, list := range [][]models.Store{all, each} {
			slices.SortFunc(list, func(a, b models.Store) int { return strings.Compare(a.Code, b.Code) })
		}
		if diff := gocmp.Diff(all, each); diff != "" {
			t.Fatal(diff)
		}
		byID, err := tx.AllHours(ctx)
		if err != nil {
			return err
		}
		within := slices.DeleteFunc(slices.Clone(all), func(s models.Store) bool { return s.ID < lowest || s.ID > highest })
		stores, hours, err := tx.StoresWithHours(ctx)
		if err != nil {
			return err
		}
		some, hoursOfSome, err := tx.StoresWithHoursBetween(ctx, lowest, highest)
		if err != nil {
			return err
		}
		for _, read := range []struct {
			what        string
			stores, are []models.Store
			hours       [][]uptime.Schedule
		}{{"all", all, stores, hours}, {"some", within, some, hoursOfSome}} {
			if len(read.stores) != len(read.are) || len(read.are) != len(read.hours) {
				t.Fatal(read.what, len(read.are), "stores, want", len(read.stores))
			}
			for n, s := range read.stores {
				if diff := gocmp.Diff(s, read.are[n]); diff != "" {
					t.Fatal(read.what, diff)
				}
				if diff := gocmp.Diff(byID[s.ID], read.hours[n]); diff != "" {
					t.Fatal(read.what, "hours of", s.Code, diff)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Every way to change stores and hours, and some that say nothing of it, leave what is read
// the same as the plain rows.
func TestPackedStoresAreThoseOfTheRowsAfterEveryChange(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			if err := modelstest.TryWipe(db); err != nil {
				t.Fatal(err)
			}
			for range rapid.IntRange(1, 6).Draw(t, "transactions") {
				how := rapid.SampledFrom([]string{"merge", "merge", "merge", "earlier release", "statement", "hours by statement", "no hours", "polls"}).Draw(t, "how")
				id := rapid.SampledFrom(partIDs).Draw(t, "id of a statement")
				err := db.Update(ctx, func(tx *models.Tx) error {
					version, err := tx.LockDataVersion(ctx)
					if err != nil {
						return err
					}
					switch how {
					case "merge":
						for range rapid.IntRange(1, 3).Draw(t, "changes") {
							if err := changeStores(t, tx); err != nil {
								return err
							}
						}
						version.RenewBy(models.DataChange{Others: true})
					case "earlier release": // knows nothing of packed rows
						return tx.GORM(ctx).Exec("UPDATE stores SET name = name || '+'").Exec("UPDATE data_versions SET version = version + 1").Error
					case "statement": // by hand
						return tx.GORM(ctx).Exec("UPDATE stores SET city = city || '-' WHERE id < ?", id).Error
					case "hours by statement":
						return tx.GORM(ctx).Exec(`UPDATE hours SET store_id = (SELECT MAX(id) FROM stores) WHERE store_id = (SELECT MIN(store_id) FROM hours)
							AND NOT EXISTS (SELECT 1 FROM hours h WHERE h.store_id = (SELECT MAX(id) FROM stores))`).Error
					case "no hours":
						return tx.GORM(ctx).Exec("DELETE FROM hours").Error
					case "polls":
						version.RenewBy(models.DataChange{})
					}
					return tx.SaveDataVersion(ctx, version)
				})
				if err != nil {
					t.Fatal(err)
				}
				lowest := rapid.SampledFrom(partIDs).Draw(t, "lowest")
				mustAgree(t, db, lowest, rapid.SampledFrom(append(slices.Clone(partIDs), lowest)).Draw(t, "highest"))
			}
		})
	})
}

// Of a store that got hours in two steps neither says all.
func TestHoursOfANewStoreThatCameInTwoStepsArePackedWhole(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		err := db.Update(ctx, func(tx *models.Tx) error {
			version, err := tx.LockDataVersion(ctx)
			if err != nil {
				return err
			}
			stores := []models.Store{{Code: "a"}, {Code: "b"}}
			if err := tx.AddStores(ctx, stores); err != nil {
				return err
			}
			for day := range 2 {
				if err := tx.ReplaceHours(ctx, nil, []models.Hours{hoursRow(stores[0].ID, uptime.Ever, day, 0, 60)}); err != nil {
					return err
				}
				if err := tx.ReplaceHours(ctx, []int32{stores[1].ID}, []models.Hours{hoursRow(stores[1].ID, uptime.Ever, day, 0, 60)}); err != nil {
					return err
				}
			}
			version.RenewBy(models.DataChange{Others: true})
			return tx.SaveDataVersion(ctx, version)
		})
		if err != nil {
			t.Fatal(err)
		}
		mustAgree(t, db, 1, 2)
	})
}

// The packed rows are deleted with the change of a row, and written with the next change of the
// data. The range of a part that is missing, or of another format, is read plainly.
func TestPackedStoresAreReadWhereTheyAreThere(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		modelstest.Load(t, db, modelstest.PollsFile("1,active,2023-01-25 18:00:00 UTC"), modelstest.HoursFile("1,2,09:00,17:00"))
		count := func(when string, want int64) {
			t.Helper()
			if n, err := modelstest.Count(db, "store_parts"); n != want || err != nil {
				t.Errorf("%s: %d parts, want %d: %v", when, n, want, err)
			}
		}
		hours := func(when string, want int) {
			t.Helper()
			err := db.View(ctx, func(tx *models.Tx) error {
				stores, hours, err := tx.StoresWithHours(ctx)
				if len(stores) != 1 || len(hours[0]) != want {
					t.Errorf("%s: %+v, %v, want %d schedules", when, stores, hours, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		statement := func(sql string, args ...any) {
			t.Helper()
			if err := modelstest.Exec(db, sql, args...); err != nil {
				t.Fatal(err)
			}
		}
		count("loaded", 1)
		statement("UPDATE hours SET end_s = 60")
		count("after hours changed", 0)
		hours("by plain rows", 1)
		modelstest.Load(t, db, modelstest.PollsFile("1,active,2023-01-25 19:00:00 UTC"))
		count("after the next change", 1)
		statement("UPDATE store_parts SET stores = ?", []byte{1, 1, 0, 1, 0, 1, 1, 1, '1', 0, 0, 0, 0, 0, 0}) // the store without hours
		hours("by the packed row", 0)
		modelstest.Load(t, db, modelstest.PollsFile("1,active,2023-01-25 17:00:00 UTC"))
		hours("by the packed row, with an earlier first poll", 0)
		if first := firstPolls(t, db); !slices.Equal(first, []string{"2023-01-25 17:00"}) {
			t.Errorf("first polls %v by the packed row, want 17:00", first)
		}
		statement("UPDATE store_parts SET stores = ?", []byte{2, 0, 0, 0})
		hours("by plain rows, where a later release packed them", 1)
		statement("INSERT INTO stores (id, code) VALUES (600, '600')")
		modelstest.Load(t, db, modelstest.PollsFile("1,active,2023-01-25 20:00:00 UTC"))
		count("of two ranges of ids", 2)
		statement("UPDATE hours SET store_id = 600")
		count("after hours went from one to the other", 0)
		if db.Postgres() != nil {
			statement("TRUNCATE hours")
			count("after all hours were removed", 0)
		}
	})
}

// firstPolls are those of all stores, as EachStore reads them.
func firstPolls(t *testing.T, db *models.DB) (first []string) {
	t.Helper()
	err := db.View(ctx, func(tx *models.Tx) error {
		return tx.EachStore(ctx, func(s models.Store) { first = append(first, s.FirstPollAt.At.Time().Format("2006-01-02 15:04")) })
	})
	if err != nil {
		t.Fatal(err)
	}
	return first
}

// A person's statement found no part to delete, and is committed after the parts were written.
func TestStoresThatSomebodyIsChangingAreNotPacked(t *testing.T) {
	db := modelstest.Open(t, modelstest.PostgreSQL)
	modelstest.Load(t, db, modelstest.PollsFile("1,active,2023-01-25 18:00:00 UTC"))
	if err := modelstest.Exec(db, "DELETE FROM store_parts"); err != nil {
		t.Fatal(err)
	}
	person, err := db.Postgres().Begin(ctx)
	if err == nil {
		_, err = person.Exec(ctx, "UPDATE stores SET city = 'Boise'")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = person.Rollback(ctx) }()
	modelstest.Load(t, db, modelstest.PollsFile("1,active,2023-01-25 19:00:00 UTC"))
	if n, err := modelstest.Count(db, "store_parts"); n != 0 || err != nil {
		t.Errorf("%d parts are written meanwhile: %v", n, err)
	}
	if err := person.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	mustAgree(t, db, 1, 1)
	modelstest.Load(t, db, modelstest.PollsFile("1,active,2023-01-25 20:00:00 UTC"))
	if n, err := modelstest.Count(db, "store_parts"); n != 1 || err != nil {
		t.Errorf("%d parts are written afterwards: %v", n, err)
	}
	mustAgree(t, db, 1, 1)
}

func TestADryRunLeavesPackedStoresAsTheyAre(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		err := db.Update(ctx, func(tx *models.Tx) error {
			dry := tx.DryRun()
			version, err := dry.LockDataVersion(ctx)
			if err != nil {
				return err
			}
			if err := dry.AddStores(ctx, []models.Store{{Code: "1"}}); err != nil {
				return err
			}
			version.RenewBy(models.DataChange{Others: true})
			return dry.SaveDataVersion(ctx, version)
		})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := modelstest.Count(db, "store_parts"); n != 0 || err != nil {
			t.Errorf("%d parts: %v", n, err)
		}
	})
}
