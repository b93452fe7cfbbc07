package imports

import (
	"maps"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lightson/models/polls"
	"lightson/models/uptime"
)

func TestPollsComeBackByDayHoweverManyAreOnDisk(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		r := newBatchSort(dir)
		r.maxPolls = rapid.SampledFrom([]int{1, 2, 7, 1000}).Draw(t, "most")
		want := map[int32][]uint64{}
		for range rapid.IntRange(0, 50).Draw(t, "polls") {
			day := rapid.Int32Range(-3, 3).Draw(t, "day")
			store := rapid.SampledFrom([]uint32{0, 1, 2, maxBatchStores - 1}).Draw(t, "store")
			mark := polls.MarkOf(rapid.Int64Range(0, int64(uptime.Day)-1).Draw(t, "micro"), rapid.Bool().Draw(t, "active"))
			if err := r.add(store, day, mark); err != nil {
				t.Fatal(err)
			}
			want[day] = append(want[day], uint64(store)<<polls.MarkBits|mark)
		}
		if got := r.allDays(); !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
			t.Fatalf("days %v, want %v", got, slices.Sorted(maps.Keys(want)))
		}
		for day, keys := range want {
			slices.Sort(keys)
			if got := keysOf(t, r, day); !slices.Equal(got, keys) {
				t.Fatalf("day %d: %v, want %v", day, got, keys)
			}
		}
		if err := r.close(); err != nil {
			t.Fatal(err)
		}
	})
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("temporary files are left: %v, %v", left, err)
	}
}

func TestADayPerRowDoesNotFillTheMemory(t *testing.T) {
	r := newBatchSort(t.TempDir())
	const days = 2*runDays + 10
	for day := range int32(days) {
		if err := r.add(0, day, polls.MarkOf(int64(day), true)); err != nil {
			t.Fatal(err)
		}
		if len(r.days) > runDays {
			t.Fatalf("%d days in memory", len(r.days))
		}
	}
	if got := len(r.allDays()); got != days {
		t.Errorf("%d days, want %d", got, days)
	}
	for _, day := range []int32{0, runDays, days - 1} {
		if keys := keysOf(t, r, day); !slices.Equal(keys, []uint64{polls.MarkOf(int64(day), true)}) {
			t.Errorf("day %d: %v", day, keys)
		}
	}
	if err := r.close(); err != nil {
		t.Error(err)
	}
}

// keysOf are all keys of a day.
func keysOf(t rapid.TB, s *batchSort, day int32) (all []uint64) {
	t.Helper()
	for keys, err := range s.day(day) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, keys...)
	}
	return all
}
