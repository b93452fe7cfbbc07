package imports

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models/polls"
)

// plainBatch reads a file of polls row by row, without the ways that only save time.
func plainBatch(t rapid.TB, dir, file string) *Batch {
	b := NewBatch(dir, time.Date(2023, 1, 25, 18, 0, 0, 0, time.UTC))
	rows := strings.Split(strings.TrimSpace(file), "\n")[1:]
	for _, row := range rows {
		f := strings.Split(row, ",")
		at, err := time.Parse("2006-01-02 15:04:05.999999", f[2])
		if err != nil {
			t.Fatal(err)
		}
		if err := b.addPoll([]byte(f[0]), at.UnixMicro(), f[1] == "active", []byte(f[3])); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// drawPolls draws a file of polls of stores whose ids are of all lengths.
func drawPolls(t *rapid.T) string {
	drawn := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	stores := rapid.SampledFrom([]int{1, 20, 3 * rangeStores}).Draw(t, "stores")
	days := rapid.IntRange(1, 70).Draw(t, "days")
	var file strings.Builder
	file.WriteString("store_id,status,timestamp_utc,reason\n")
	for range rapid.SampledFrom([]int{1, 50, 3 * blockPolls}).Draw(t, "rows") {
		store := drawn.IntN(stores)
		code := fmt.Sprint(store, strings.Repeat("x", store%120))
		at := time.Date(2023, 1, 24, drawn.IntN(24), drawn.IntN(3), 0, 0, time.UTC).AddDate(0, 0, -drawn.IntN(days))
		status, reason := "active", ""
		if drawn.IntN(4) == 0 {
			status, reason = "inactive", []string{"", "lunch", "power cut"}[drawn.IntN(3)]
		}
		fmt.Fprintf(&file, "%s,%s,%s,%s\n", code, status, at.Format("2006-01-02 15:04:05"), reason)
	}
	return file.String()
}

func TestBlocksOfPollsAreFiledAsPollsOneByOne(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		file := drawPolls(t)
		want := plainBatch(t, dir, file)
		got := NewBatch(dir, want.now)
		got.SpillAfter(rapid.SampledFrom([]int{100, 10_000, 1_000_000}).Draw(t, "spill after"))
		if err := got.Read(context.Background(), "polls.csv", strings.NewReader(file)); err != nil {
			t.Fatal(err)
		}
		for n := range got.stores.lines {
			got.stores.lines[n].sound = false // is known after a file only
		}
		if diff := cmp.Diff(want.stores.codes, got.stores.codes) + cmp.Diff(want.stores.lines, got.stores.lines, cmp.AllowUnexported(batchStore{})); diff != "" {
			t.Fatalf("stores: want -, got +:\n%s", diff)
		}
		if !slices.Equal(want.polls.allDays(), got.polls.allDays()) {
			t.Fatalf("days %v, want %v", got.polls.allDays(), want.polls.allDays())
		}
		for _, day := range want.polls.allDays() {
			keys := keysOf(t, want.polls, day)
			slices.Sort(keys)
			if !slices.Equal(keys, keysOf(t, got.polls, day)) {
				t.Fatalf("other polls on day %d", day)
			}
		}
		for _, b := range []*Batch{want, got} {
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestStoresAreFoundByTheirCodesWhateverTheirHashes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newBatchStores()
		numbers := map[string]uint32{}
		for _, code := range rapid.SliceOfN(rapid.StringOfN(rapid.RuneFrom([]rune("ab")), 1, 128, 128), 0, 200).Draw(t, "codes") {
			n, known := s.find([]byte(code))
			want, is := numbers[code]
			if known != is || n != want {
				t.Fatalf("store %q: %d, %t; want %d, %t", code, n, known, want, is)
			}
			if known {
				continue
			}
			n, err := s.add([]byte(code))
			if err != nil || int(n) != len(numbers) {
				t.Fatalf("store %q added as %d, %v", code, n, err)
			}
			numbers[code] = n
		}
	})
}

// Two codes of one hash are told apart, and the one that comes second in the table is no
// guess.
func TestAGuessIsNoStore(t *testing.T) {
	s := newBatchStores()
	for _, code := range []string{"a", "b"} {
		if _, err := s.add([]byte(code)); err != nil {
			t.Fatal(err)
		}
	}
	same := s.hash([]byte("a"))
	s.slots = make([]storeSlot, len(s.slots))
	s.place(storeSlot{same, 1})
	s.place(storeSlot{same, 2})
	if n, known := s.findHashed([]byte("b"), same); n != 1 || !known {
		t.Errorf("found %d, %t", n, known)
	}
	if n := s.guess(same); n != 0 || s.has(n, []byte("b")) {
		t.Errorf("guessed %d, and has b", n)
	}
	if n := s.guess(same + 1); n != noStore {
		t.Errorf("guessed %d, want none", n)
	}
}

func TestRangesAreSortedAsByComparing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		drawn := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		stores := rapid.SampledFrom([]int{1, 30, rangeStores}).Draw(t, "stores")
		first := uint64(rapid.SampledFrom([]int{0, rangeStores, maxBatchStores - rangeStores}).Draw(t, "first"))
		keys := make([]uint64, rapid.SampledFrom([]int{0, 1, fewKeys - 1, fewKeys, 5 * fewKeys}).Draw(t, "keys"))
		for n := range keys {
			keys[n] = (first+uint64(drawn.IntN(stores)))<<polls.MarkBits | drawn.Uint64N(1000)
		}
		if got := sortRange(keys); !slices.Equal(got, slices.Sorted(slices.Values(keys))) {
			t.Fatal("not sorted")
		}
	})
}
