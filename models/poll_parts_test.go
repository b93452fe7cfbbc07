package models_test

import (
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/polls"
)

// pollStores are ids of stores at the ends of parts and within them.
var pollStores = []int32{1, 2, 1023, 1024, 1025, 2047, 2048, 5000}

// aDay is one about which days are drawn.
const aDay = int32(19_382)

// drawRows draws rows of some days, sorted, one for each store and day.
func drawRows(t *rapid.T, days []int32) (rows []models.PollRow) {
	for _, day := range slices.Sorted(slices.Values(days)) {
		for _, store := range pollStores {
			if rapid.Bool().Draw(t, "polled") {
				marks := []uint64{uint64(rapid.IntRange(0, 99).Draw(t, "mark"))}
				rows = append(rows, models.PollRow{Day: day, Store: store, Polls: polls.Pack(nil, marks)})
			}
		}
	}
	return rows
}

// mergePolls does what an import does with rows of days.
func mergePolls(tx *models.Tx, version *models.DataVersion, rows []models.PollRow, tells bool) error {
	if len(rows) == 0 {
		return nil
	}
	change := models.DataChange{Polls: polls.Changed{}}
	newest := rows[len(rows)-1].Day
	if version.NewestPollAt.Known {
		day, _ := polls.Split(version.NewestPollAt.At)
		newest = max(newest, day)
	}
	if err := tx.PackPolls(ctx, newest); err != nil {
		return err
	}
	version.NewestPollAt = models.InstantAt(polls.InstantOf(newest, 0))
	var added []models.PollRow
	for len(rows) > 0 {
		day, n := rows[0].Day, 1
		for n < len(rows) && rows[n].Day == day {
			n++
		}
		for _, row := range rows[:n] {
			change.Polls.Add(day, row.Store)
		}
		switch has, err := tx.PollTable().HasDay(ctx, day); {
		case err != nil:
			return err
		case has:
			if err := tx.PollTable().Upsert(ctx, rows[:n]); err != nil {
				return err
			}
		default:
			added = append(added, rows[:n]...)
		}
		rows = rows[n:]
	}
	if tells {
		version.RenewBy(change)
	} else {
		version.RenewPastMark()
		version.Version++
	}
	return tx.PollTable().Insert(ctx, func() (models.PollRow, bool, error) {
		if len(added) == 0 {
			return models.PollRow{}, false, nil
		}
		row := added[0]
		added = added[1:]
		return row, true, nil
	})
}

// saveVersion runs work in a transaction that saves the version it leaves.
func saveVersion(db *models.DB, work func(tx *models.Tx, version *models.DataVersion) error) error {
	return db.Update(ctx, func(tx *models.Tx) error {
		version, err := tx.LockDataVersion(ctx)
		if err == nil {
			err = work(tx, &version)
		}
		if err != nil {
			return err
		}
		return tx.SaveDataVersion(ctx, version)
	})
}

// pollLines are polls that are read, as sorted text.
func pollLines(read func(visit func(day, store int32, packed polls.Day) error) error) (string, error) {
	var lines []string
	err := read(func(day, store int32, packed polls.Day) error {
		lines = append(lines, fmt.Sprintf("%d %d %x\n", day, store, sha256.Sum256(packed)))
		return nil
	})
	slices.Sort(lines)
	return strings.Join(lines, ""), err
}

// pollsMustAgree checks that what is read of many stores are the plain rows.
func pollsMustAgree(t interface{ Fatal(args ...any) }, db *models.DB, lowest, highest, first, last int32) {
	err := db.View(ctx, func(tx *models.Tx) error {
		plain := func(lowest, highest int32) (string, error) {
			return pollLines(func(visit func(day, store int32, packed polls.Day) error) error {
				rows, err := tx.GORM(ctx).Raw("SELECT day, store_id, polls FROM poll_days WHERE day BETWEEN ? AND ? AND store_id BETWEEN ? AND ?", first, last, lowest, highest).Rows()
				if err != nil {
					return err
				}
				defer rows.Close()
				for rows.Next() {
					var row models.PollRow
					if err := rows.Scan(&row.Day, &row.Store, (*[]byte)(&row.Polls)); err != nil {
						return err
					}
					if err := visit(row.Day, row.Store, row.Polls); err != nil {
						return err
					}
				}
				return rows.Err()
			})
		}
		wantAll, err := plain(0, math.MaxInt32)
		if err != nil {
			return err
		}
		wantSome, err := plain(lowest, highest)
		if err != nil {
			return err
		}
		all, err := pollLines(func(visit func(day, store int32, packed polls.Day) error) error {
			return tx.PollTable().ReadDays(ctx, first, last, visit)
		})
		if err != nil {
			return err
		}
		before := int32(math.MinInt32)
		some, err := pollLines(func(visit func(day, store int32, packed polls.Day) error) error {
			return tx.PollTable().ReadBlock(ctx, lowest, highest, first, last, func(day, store int32, packed polls.Day) error {
				if day < before {
					t.Fatal("day", day, "after", before)
				}
				before = day
				return visit(day, store, packed)
			})
		})
		if err != nil {
			return err
		}
		if diff := gocmp.Diff(wantAll, all); diff != "" {
			t.Fatal("days", first, "to", last, diff)
		}
		if diff := gocmp.Diff(wantSome, some); diff != "" {
			t.Fatal("stores", lowest, "to", highest, "days", first, "to", last, diff)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// addPollStores adds the stores of pollStores, and the months about aDay.
func addPollStores(db *models.DB) error {
	err := db.Update(ctx, func(tx *models.Tx) error {
		var stores []models.Store
		for _, id := range pollStores {
			stores = append(stores, models.Store{ID: id, Code: fmt.Sprint(id)})
		}
		return tx.StoreTable().Insert(ctx, stores)
	})
	if err != nil {
		return err
	}
	var days []int32
	for day := aDay - 70; day <= aDay+70; day += 10 {
		days = append(days, day)
	}
	return modelstest.AddMonths(db, days...)
}

// byHand are statements of people, with a day or a store for each question mark.
var byHand = []struct {
	statement string
	store     bool // the second argument is a store, else a day
}{
	{"DELETE FROM poll_days WHERE day = ? AND store_id <= ?", true},
	{"DELETE FROM poll_days WHERE day BETWEEN ? AND ?", false},
	{"UPDATE poll_days SET polls = (SELECT polls FROM poll_days ORDER BY day, store_id LIMIT 1) WHERE day = ? AND store_id >= ?", true},
	{"INSERT INTO poll_days (day, store_id, polls) SELECT day, 3, polls FROM poll_days WHERE day = ? AND store_id = ? ON CONFLICT (day, store_id) DO NOTHING", true},
	{"UPDATE poll_days SET day = day + 1000 WHERE day = ? AND store_id <= ? AND NOT EXISTS (SELECT 1 FROM poll_days p WHERE p.day > 20000)", true},
	{"UPDATE poll_days SET store_id = 4 WHERE day = ? AND store_id = ? AND NOT EXISTS (SELECT 1 FROM poll_days p WHERE p.store_id = 4)", true},
}

// Every way to change polls, and some that say nothing of it, leave what is read the same as
// the plain rows.
func TestPackedPollsAreThoseOfTheRowsAfterEveryChange(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		rapid.Check(t, func(t *rapid.T) {
			if err := modelstest.TryWipe(db); err != nil {
				t.Fatal(err)
			}
			if err := addPollStores(db); err != nil {
				t.Fatal(err)
			}
			if err := modelstest.Exec(db, "INSERT INTO stores (id, code) VALUES (3, 'three'), (4, 'four')"); err != nil {
				t.Fatal(err)
			}
			if err := modelstest.AddMonths(db, aDay+1000, aDay+1030, aDay+970, aDay+945); err != nil {
				t.Fatal(err)
			}
			day := rapid.Int32Range(aDay-25, aDay+25)
			for range rapid.IntRange(1, 8).Draw(t, "transactions") {
				switch rapid.SampledFrom([]string{"merge", "merge", "merge", "say nothing", "take back", "by hand", "by hand", "others"}).Draw(t, "how") {
				case "merge":
					rows := drawRows(t, rapid.SliceOfNDistinct(day, 1, 6, func(d int32) int32 { return d }).Draw(t, "days"))
					if err := saveVersion(db, func(tx *models.Tx, v *models.DataVersion) error { return mergePolls(tx, v, rows, true) }); err != nil {
						t.Fatal(err)
					}
				case "say nothing":
					rows := drawRows(t, []int32{day.Draw(t, "day")})
					if err := saveVersion(db, func(tx *models.Tx, v *models.DataVersion) error { return mergePolls(tx, v, rows, false) }); err != nil {
						t.Fatal(err)
					}
				case "take back":
					gone, newest := day.Draw(t, "day"), day.Draw(t, "newest")
					err := saveVersion(db, func(tx *models.Tx, v *models.DataVersion) error {
						v.NewestPollAt = models.InstantAt(polls.InstantOf(newest, 0))
						v.RenewBy(models.DataChange{Polls: polls.Changed{gone: nil}})
						return tx.GORM(ctx).Exec("DELETE FROM poll_days WHERE day = ?", gone).Error
					})
					if err != nil {
						t.Fatal(err)
					}
				case "others":
					err := saveVersion(db, func(_ *models.Tx, v *models.DataVersion) error {
						v.RenewBy(models.DataChange{Others: true})
						return nil
					})
					if err != nil {
						t.Fatal(err)
					}
				default:
					by := rapid.SampledFrom(byHand).Draw(t, "statement")
					second := day.Draw(t, "second day")
					if by.store {
						second = rapid.SampledFrom(pollStores).Draw(t, "store")
					}
					if err := modelstest.Exec(db, by.statement, day.Draw(t, "day"), second); err != nil {
						t.Fatal(err)
					}
				}
				lowest, first := rapid.SampledFrom(pollStores).Draw(t, "lowest"), day.Draw(t, "first")
				pollsMustAgree(t, db, lowest, max(lowest, rapid.SampledFrom(pollStores).Draw(t, "highest")), first, max(first, day.Draw(t, "last")))
				pollsMustAgree(t, db, 0, math.MaxInt32, aDay-30, aDay+30)
			}
		})
	})
}

// packedDays are the days of which there are parts, with the number of these.
func packedDays(t *testing.T, db *models.DB) string {
	t.Helper()
	var days []string
	if err := db.GORM(ctx).Raw("SELECT day || ': ' || COUNT(*) FROM poll_parts GROUP BY day ORDER BY day").Scan(&days).Error; err != nil {
		t.Fatal(err)
	}
	return strings.Join(days, ", ")
}

// wholeDays are rows of all pollStores on some days.
func wholeDays(days ...int32) (rows []models.PollRow) {
	for _, day := range days {
		for _, store := range pollStores {
			rows = append(rows, models.PollRow{Day: day, Store: store, Polls: polls.Pack(nil, []uint64{7})})
		}
	}
	return rows
}

func TestTheLatestDaysArePackedOnceNoHoursAreAddedToThem(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		if err := addPollStores(db); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			what   string
			rows   []models.PollRow
			want   string
			byHand string
		}{
			{"a load packs all but what nobody reads", wholeDays(aDay-40, aDay-3, aDay-2, aDay-1, aDay), "19379: 5, 19380: 5, 19381: 5, 19382: 5", ""},
			{"an hour has its part forgotten", wholeDays(aDay)[:2], "19379: 5, 19380: 5, 19381: 5, 19382: 4", ""},
			{"and the next ones those of the others that have stores", wholeDays(aDay), "19379: 5, 19380: 5, 19381: 5, 19382: 1", ""},
			{"a late poll of a day has it packed again", wholeDays(aDay - 3)[:1], "19379: 5, 19380: 5, 19381: 5, 19382: 1", ""},
			{"and the parts of which no row is left", wholeDays(aDay - 2)[:1], "19379: 5, 19380: 5, 19381: 5, 19382: 1", "DELETE FROM poll_days WHERE day = 19380 AND store_id = 2048"},
			{"the first poll of the next day packs nothing yet", wholeDays(aDay + 1)[5:6], "19379: 5, 19380: 5, 19381: 5, 19382: 1, 19383: 2", ""},
			{"that of the day after packs the one that is over", wholeDays(aDay + 2)[:1], "19379: 5, 19380: 5, 19381: 5, 19382: 5, 19383: 2, 19384: 1", ""},
			{"what no trend reads any more goes", wholeDays(aDay + 18), "19382: 5, 19383: 2, 19384: 1, 19400: 5", ""},
		} {
			if step.byHand != "" {
				if err := modelstest.Exec(db, step.byHand); err != nil {
					t.Fatal(err)
				}
			}
			if err := saveVersion(db, func(tx *models.Tx, v *models.DataVersion) error { return mergePolls(tx, v, step.rows, true) }); err != nil {
				t.Fatal(err)
			}
			if got := packedDays(t, db); got != step.want {
				t.Errorf("%s: %s, want %s", step.what, got, step.want)
			}
			pollsMustAgree(t, db, 2, 2048, aDay-50, aDay+50)
		}
	})
}

func TestPartsAreReadWhereTheyAreThereAndRowsWhereTheyCannotBe(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		if err := addPollStores(db); err != nil {
			t.Fatal(err)
		}
		if err := saveVersion(db, func(tx *models.Tx, v *models.DataVersion) error { return mergePolls(tx, v, wholeDays(aDay), true) }); err != nil {
			t.Fatal(err)
		}
		count := func() (n int) {
			err := db.View(ctx, func(tx *models.Tx) error {
				return tx.PollTable().ReadDays(ctx, aDay, aDay, func(int32, int32, polls.Day) error {
					n++
					return nil
				})
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		for _, c := range []struct {
			part []byte
			want int
		}{{polls.NewPart(), 5}, {[]byte{2, 9}, 8}, {[]byte{}, 8}} { // without stores, of a later release, damaged
			if err := modelstest.Exec(db, "UPDATE poll_parts SET polls = ? WHERE part = 1", c.part); err != nil {
				t.Fatal(err)
			}
			if n := count(); n != c.want {
				t.Errorf("%d stores with %x in the place of a part, want %d", n, c.part, c.want)
			}
		}
	})
}

// Triggers that were set aside for many rows are there again for the next statement.
func TestManyRowsLeaveTheTriggersInTheirPlace(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		const stores = 6000
		if err := modelstest.AddMonths(db, aDay); err != nil {
			t.Fatal(err)
		}
		err := db.Update(ctx, func(tx *models.Tx) error {
			var added []models.Store
			for id := range int32(stores) {
				added = append(added, models.Store{ID: id + 1, Code: fmt.Sprint(id)})
			}
			return tx.StoreTable().Insert(ctx, added)
		})
		if err != nil {
			t.Fatal(err)
		}
		rows := func(day int32, mark uint64) (rows []models.PollRow) {
			for id := range int32(stores) {
				rows = append(rows, models.PollRow{Day: day, Store: id + 1, Polls: polls.Pack(nil, []uint64{mark})})
			}
			return rows
		}
		for _, mark := range []uint64{1, 2} { // the second time they are upserted
			if err := saveVersion(db, func(tx *models.Tx, v *models.DataVersion) error {
				return mergePolls(tx, v, slices.Concat(rows(aDay-1, mark), rows(aDay, mark)), true)
			}); err != nil {
				t.Fatal(err)
			}
			pollsMustAgree(t, db, 1000, 5000, aDay-1, aDay)
		}
		if packed := packedDays(t, db); packed != "" {
			t.Errorf("still packed after all rows changed: %s", packed)
		}
		if err := saveVersion(db, func(tx *models.Tx, v *models.DataVersion) error { return mergePolls(tx, v, rows(aDay+1, 1)[:1], true) }); err != nil {
			t.Fatal(err)
		}
		if packed := packedDays(t, db); packed != "19381: 6, 19383: 1" {
			t.Errorf("packed are %s", packed)
		}
		if err := modelstest.Exec(db, "DELETE FROM poll_days WHERE store_id = 4321"); err != nil {
			t.Fatal(err)
		}
		if packed := packedDays(t, db); packed != "19381: 5, 19383: 1" {
			t.Errorf("packed are %s", packed)
		}
		pollsMustAgree(t, db, 1, stores, aDay-1, aDay+1)
	})
}

// A person's statement found no part to delete, and is committed after parts would have been
// written: by a load, and later by the first poll of another day.
func TestPollsThatSomebodyIsChangingAreNotPacked(t *testing.T) {
	db := modelstest.Open(t, modelstest.PostgreSQL)
	if err := addPollStores(db); err != nil {
		t.Fatal(err)
	}
	merge := func(rows []models.PollRow) {
		t.Helper()
		if err := saveVersion(db, func(tx *models.Tx, v *models.DataVersion) error { return mergePolls(tx, v, rows, true) }); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		statement string
		rows      []models.PollRow
	}{
		{"INSERT INTO poll_days SELECT $1, 2, decode('010000000001', 'hex')", wholeDays(aDay)[2:]},
		{"UPDATE poll_days SET polls = decode('010000000002', 'hex') WHERE day = $1 AND store_id = 5000", wholeDays(aDay + 2)[:1]},
	} {
		person, err := db.Postgres().Begin(ctx)
		if err == nil {
			_, err = person.Exec(ctx, step.statement, aDay)
		}
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = person.Rollback(ctx) }()
		merge(step.rows)
		if packed := packedDays(t, db); packed != "" {
			t.Errorf("after %s, not committed: packed are %s", step.statement, packed)
		}
		if err := person.Commit(ctx); err != nil {
			t.Fatal(err)
		}
		pollsMustAgree(t, db, 1, 5000, aDay-1, aDay+3)
	}
	merge(wholeDays(aDay + 3)[:1])
	if packed := packedDays(t, db); packed != "19382: 5, 19385: 1" {
		t.Errorf("packed are %s", packed)
	}
	pollsMustAgree(t, db, 1, 5000, aDay-1, aDay+3)
}

// longDay has so many polls that they take a few more bytes than are given.
func longDay(bytes int) polls.Day {
	var marks []uint64
	for n := range bytes / polls.MarkBytes {
		marks = append(marks, polls.MarkOf(int64(n), true))
	}
	return polls.Pack(nil, marks)
}

func TestLongRowsAreLeftPlainAndManyPartsAreWrittenInTurn(t *testing.T) {
	const stores, perPart = 20, polls.StoresPerPart
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		if err := modelstest.AddMonths(db, aDay); err != nil {
			t.Fatal(err)
		}
		var added []models.Store
		rows := map[int32][]models.PollRow{}
		for n := range int32(stores) {
			for next := range int32(2) {
				added = append(added, models.Store{ID: n*perPart + 1 + next, Code: fmt.Sprint(n, next)})
			}
		}
		almost, half := longDay(900<<10), longDay(600<<10)
		for _, day := range []int32{aDay - 3, aDay} { // the parts of the first five stores are too long
			for n, store := range added {
				switch {
				case n < 10:
					rows[day] = append(rows[day], models.PollRow{Day: day, Store: store.ID, Polls: half})
				case n%2 == 0:
					rows[day] = append(rows[day], models.PollRow{Day: day, Store: store.ID, Polls: almost})
				}
			}
		}
		if err := db.Update(ctx, func(tx *models.Tx) error { return tx.StoreTable().Insert(ctx, added) }); err != nil {
			t.Fatal(err)
		}
		merge := func(rows []models.PollRow) {
			if err := saveVersion(db, func(tx *models.Tx, v *models.DataVersion) error { return mergePolls(tx, v, rows, true) }); err != nil {
				t.Fatal(err)
			}
			pollsMustAgree(t, db, perPart, 18*perPart+1, aDay-3, aDay)
		}
		left := func() string {
			var days []string
			if err := db.GORM(ctx).Raw("SELECT day || ': ' || COUNT(*) || ' of ' || (SELECT COUNT(*) FROM poll_parts p WHERE p.day = poll_parts.day) FROM poll_parts WHERE length(polls) = 1 GROUP BY day ORDER BY day").Scan(&days).Error; err != nil {
				t.Fatal(err)
			}
			return strings.Join(days, ", ")
		}
		merge(slices.Concat(rows[aDay-3], rows[aDay]))
		if got := left(); got != "19379: 5 of 20, 19382: 5 of 20" {
			t.Errorf("left plain by a load: %s", got)
		}
		if err := modelstest.Exec(db, "UPDATE poll_days SET polls = polls WHERE day = ?", aDay-3); err != nil {
			t.Fatal(err)
		}
		merge(rows[aDay-3][:1])
		if got := left(); got != "19379: 5 of 20, 19382: 5 of 20" {
			t.Errorf("left plain by a late poll: %s", got)
		}
	})
}

// Triggers of other people see every row, however many there are.
func TestManyRowsPassBySomebodysOwnTrigger(t *testing.T) {
	db := modelstest.Open(t, modelstest.SQLite)
	const stores = 5000
	var added []models.Store
	var rows []models.PollRow
	for id := range int32(stores) {
		added = append(added, models.Store{ID: id + 1, Code: fmt.Sprint(id)})
		rows = append(rows, models.PollRow{Day: aDay, Store: id + 1, Polls: polls.Pack(nil, []uint64{1})})
	}
	for _, statement := range []string{"CREATE TABLE seen (store_id INTEGER)", "CREATE TRIGGER \"mine, of polls\" AFTER INSERT ON poll_days BEGIN INSERT INTO seen VALUES (NEW.store_id); END"} {
		if err := modelstest.Exec(db, statement); err != nil {
			t.Fatal(err)
		}
	}
	err := db.Update(ctx, func(tx *models.Tx) error { return tx.StoreTable().Insert(ctx, added) })
	if err == nil {
		err = saveVersion(db, func(tx *models.Tx, v *models.DataVersion) error { return mergePolls(tx, v, rows, true) })
	}
	if seen, errSeen := modelstest.Count(db, "seen"); err != nil || errSeen != nil || seen != stores {
		t.Errorf("%d rows were seen of %d, %v %v", seen, stores, err, errSeen)
	}
}

// A row that goes to another store is missing in one part and new in another. A statement that
// names a partition concerns the table as well.
func TestAStatementForgetsThePartsOfItsRowsBeforeAndAfter(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		if err := addPollStores(db); err != nil {
			t.Fatal(err)
		}
		if err := saveVersion(db, func(tx *models.Tx, v *models.DataVersion) error {
			return mergePolls(tx, v, wholeDays(aDay-1, aDay), true)
		}); err != nil {
			t.Fatal(err)
		}
		steps := []struct{ statement, want string }{
			{"INSERT INTO stores (id, code) VALUES (4, 'four')", "19381: 5, 19382: 5"},
			{"UPDATE poll_days SET store_id = 4 WHERE store_id = 5000 AND day = 19382", "19381: 5, 19382: 3"},
			{"UPDATE poll_days SET day = 19383 WHERE store_id = 1024 AND day = 19381", "19381: 4, 19382: 3"},
		}
		if db.Postgres() != nil {
			steps = append(steps, []struct{ statement, want string }{
				{"DELETE FROM poll_days_2023_01 WHERE store_id = 2048", "19381: 3, 19382: 2"},
				{"TRUNCATE poll_days", ""},
			}...)
		}
		for _, step := range steps {
			if err := modelstest.Exec(db, step.statement); err != nil {
				t.Fatal(err)
			}
			if packed := packedDays(t, db); packed != step.want {
				t.Errorf("after %s: %s, want %s", step.statement, packed, step.want)
			}
			pollsMustAgree(t, db, 1, 5000, aDay-1, aDay+1)
		}
	})
}
