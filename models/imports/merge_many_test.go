package imports_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/modelstest"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// A fact is the polls of a store and day.
type fact struct {
	store string
	day   int32
}

// plainMerge merges a file of polls into what is known, poll by poll.
func plainMerge(known map[fact]map[int64]bool, file string) (counts models.Counts, changed map[fact]bool) {
	changed = map[fact]bool{}
	before := map[fact]map[int64]bool{}
	seen := map[fact]map[int64][2]int64{} // rows by state
	for _, row := range strings.Split(strings.TrimSpace(file), "\n")[1:] {
		f := strings.Split(row, ",")
		at, _ := time.Parse("2006-01-02 15:04:05", f[2])
		day, micro := polls.Split(uptime.Instant(at.UnixMicro()))
		of, active := fact{f[0], day}, f[1] == "active"
		if seen[of] == nil {
			seen[of], before[of] = map[int64][2]int64{}, maps.Clone(known[of])
			if known[of] == nil {
				known[of] = map[int64]bool{}
			}
		}
		rows := seen[of][micro]
		if active {
			rows[0]++
		} else {
			rows[1]++
		}
		seen[of][micro] = rows
		counts.Rows++
	}
	for of, instants := range seen {
		for micro, rows := range instants {
			was, is := before[of][micro]
			all, both := rows[0]+rows[1], rows[0] > 0 && rows[1] > 0
			active := rows[1] == 0 && (!is || was)
			switch {
			case both, is && was != (rows[1] == 0):
				counts.Conflicting++
				all--
			}
			if !is {
				counts.Kept++
				all--
			}
			counts.Duplicate += all
			changed[of] = changed[of] || !is || was != active
			known[of][micro] = active
		}
	}
	return counts, changed
}

// stored is what the database has: the polls, and of each store the code.
func stored(t tb, tx *models.Tx) (found map[fact]map[int64]bool, first map[string]models.OptionalInstant) {
	stores, err := tx.Stores(ctx)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[int32]string{}
	first = map[string]models.OptionalInstant{}
	for _, s := range stores {
		codes[s.ID], first[s.Code] = s.Code, s.FirstPollAt
	}
	found = map[fact]map[int64]bool{}
	err = tx.PollTable().ReadDays(ctx, polls.FirstDay, polls.LastDay, func(day, store int32, packed polls.Day) error {
		of := fact{codes[store], day}
		found[of] = map[int64]bool{}
		return packed.Each(func(mark uint64) { found[of][int64(mark>>1)] = polls.IsActive(mark) })
	})
	if err != nil {
		t.Fatal(err)
	}
	return found, first
}

// journaled are the facts in the journal of an import, and whether it changed them.
func journaled(t tb, db *models.DB, i models.Import) map[fact]bool {
	t.Helper()
	facts := map[fact]bool{}
	err := db.View(ctx, func(tx *models.Tx) error {
		stores, err := tx.Stores(ctx)
		if err != nil {
			return err
		}
		codes := map[int32]string{}
		for _, s := range stores {
			codes[s.ID] = s.Code
		}
		found, err := imports.JournaledPolls(tx, i.MergeNumber)
		for at, changed := range found {
			facts[fact{codes[at[1]], at[0]}] = changed
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

// manyPolls draws a file of polls of so many stores that they are merged in several ranges,
// in an order of its own.
func manyPolls(drawn *rand.Rand, stores, rows int, first time.Time, days int) string {
	var file strings.Builder
	file.WriteString("store_id,status,timestamp_utc\n")
	for range rows {
		at := first.AddDate(0, 0, drawn.IntN(days)).Add(time.Duration(drawn.IntN(30)) * time.Hour / 2)
		status := []string{"active", "active", "inactive"}[drawn.IntN(3)]
		fmt.Fprintf(&file, "%d,%s,%s\n", drawn.IntN(stores), status, at.Format("2006-01-02 15:04:05"))
	}
	return file.String()
}

func TestManyStoresAreMergedAsPollByPoll(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		drawn := rand.New(rand.NewPCG(17, 0))
		known := map[fact]map[int64]bool{}
		check := func(what string) {
			t.Helper()
			var found map[fact]map[int64]bool
			var first map[string]models.OptionalInstant
			err := db.View(ctx, func(tx *models.Tx) error {
				found, first = stored(t, tx)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(known, found); diff != "" {
				t.Fatalf("%s: want -, got +:\n%.2000s", what, diff)
			}
			want := map[string]models.OptionalInstant{}
			for of, instants := range known {
				for micro := range instants {
					at := models.InstantAt(polls.InstantOf(of.day, uint64(micro)<<1))
					want[of.store] = want[of.store].Earliest(at)
				}
			}
			if diff := cmp.Diff(want, first); diff != "" {
				t.Fatalf("%s: first polls: want -, got +:\n%.2000s", what, diff)
			}
		}
		const stores = 2*imports.RangeStores + 100
		day := time.Date(2023, 1, 20, 0, 0, 0, 0, time.UTC)
		var done []models.Import
		var were []map[fact]map[int64]bool
		// The second file has the first one's stores in another order, others, days that
		// are known and days that are not; the third has few stores of all ranges.
		for n, file := range []string{
			manyPolls(drawn, stores, 4*stores, day, 2),
			manyPolls(drawn, stores+1000, 4*stores, day.AddDate(0, 0, 1), 3),
			manyPolls(drawn, stores, 50, day, 5),
		} {
			were = append(were, maps.Clone(known))
			for of, instants := range known {
				were[n][of] = maps.Clone(instants)
			}
			want, changed := plainMerge(known, file)
			i := load(t, db, file)
			want.NewStores = i.NewStores
			if i.Counts != want {
				t.Errorf("file %d: %+v, want %+v", n+1, i.Counts, want)
			}
			if diff := cmp.Diff(changed, journaled(t, db, i)); diff != "" {
				t.Errorf("journal of file %d: want -, got +:\n%.2000s", n+1, diff)
			}
			check(fmt.Sprintf("file %d", n+1))
			done = append(done, i)
		}
		for n, i := range slices.Backward(done) {
			undo(t, db, i)
			known = were[n]
			check(fmt.Sprintf("file %d undone", n+1))
		}
	})
}
