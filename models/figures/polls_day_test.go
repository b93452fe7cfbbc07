package figures_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/polls"
)

// A pollTable is one day by store.
type pollTable struct {
	models.PollTable
	day map[int32]string
}

func (p pollTable) ReadDay(_ context.Context, _ int32, stores []int32, visit func(int32, polls.Day) error) error {
	for _, store := range stores {
		if packed, some := p.day[store]; some {
			if err := visit(store, polls.Day(packed)); err != nil {
				return err
			}
		}
	}
	return nil
}

// dayOf are the polls of a table, with what was read from it afresh.
func dayOf(full bool, day map[int32]string) figures.DayPolls {
	d := figures.NewDayPolls(full)
	for _, store := range slices.Sorted(maps.Keys(day)) {
		d.Add(store, polls.Day(day[store]))
	}
	return d
}

func checkDay(t tb, d figures.DayPolls, day map[int32]string) {
	t.Helper()
	got, sum := d.All()
	if diff := cmp.Diff(day, got); diff != "" {
		t.Fatalf("(-table +here):\n%s", diff)
	}
	if _, want := dayOf(false, day).All(); sum != want {
		t.Fatalf("checksum %d, want %d", sum, want)
	}
}

func TestTheStoresOfADayThatChangedAreReplacedAndTheOthersShared(t *testing.T) {
	shared, together := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		store := rapid.Int32Range(0, 400)
		packed := rapid.Custom(func(t *rapid.T) string {
			if rapid.IntRange(0, 60).Draw(t, "large") == 0 {
				return string(make([]byte, rapid.IntRange(1, 3<<20).Draw(t, "bytes")))
			}
			return rapid.StringN(1, 90, -1).Draw(t, "polls")
		})
		day := rapid.MapOfN(store, packed, 0, 400).Draw(t, "day")
		d := dayOf(rapid.IntRange(0, 9).Draw(t, "full") == 0, day)
		checkDay(t, d, day)
		for range rapid.IntRange(1, 6).Draw(t, "changes") {
			before := d
			was, _ := before.All()
			changed := rapid.SliceOfNDistinct(store, 1, rapid.SampledFrom([]int{1, 4, 30, 400}).Draw(t, "at most"), rapid.ID).Draw(t, "stores")
			slices.Sort(changed)
			for _, store := range changed {
				switch rapid.IntRange(0, 3).Draw(t, "how") {
				case 0:
					delete(day, store)
				case 1: // as it was
				default:
					day[store] = packed.Draw(t, "polls")
				}
			}
			var err error
			if d, err = before.Replaced(pollTable{day: day}, changed); err != nil {
				t.Fatal(err)
			}
			checkDay(t, d, day)
			checkDay(t, before, was) // others still see what they saw
			var differing []int32
			for store := range int32(401) {
				if was[store] != day[store] {
					differing = append(differing, store)
				}
			}
			if got := d.Differing(before); !slices.Equal(got, differing) {
				t.Fatalf("stores %v differ, want %v", got, differing)
			}
			if d.SharesPool(before) {
				shared++
			} else {
				together++
			}
		}
	})
	if shared == 0 || together == 0 {
		t.Errorf("shared %d times, put together %d times", shared, together)
	}
}
