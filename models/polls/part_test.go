package polls_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lightson/models/polls"
)

func TestAPartGivesTheDaysOfItsStoresBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.Int32Range(0, 1<<20).Draw(t, "part")
		first := number * polls.StoresPerPart
		store := rapid.OneOf(rapid.Int32Range(0, polls.StoresPerPart-1), rapid.SampledFrom([]int32{0, 1, 2, polls.StoresPerPart - 2, polls.StoresPerPart - 1}))
		want := map[int32]string{}
		for _, s := range rapid.SliceOf(store).Draw(t, "stores") {
			want[first+s] = string(polls.Pack(nil, rapid.SliceOfN(rapid.Uint64Range(0, polls.MarkMask), 1, 40).Draw(t, "marks")))
		}
		part, next := polls.NewPart(), first
		for _, s := range slices.Sorted(maps.Keys(want)) {
			if polls.PartOf(s) != number {
				t.Fatalf("store %d is of part %d, want %d", s, polls.PartOf(s), number)
			}
			part, next = part.Add(next, s, polls.Day(want[s])), s+1
		}
		if err := part.Check(); err != nil {
			t.Fatal(err)
		}
		got, last := map[int32]string{}, int32(-1)
		err := part.Days(number, func(store int32, packed polls.Day) error {
			if store <= last {
				t.Fatalf("store %d after %d", store, last)
			}
			got[store], last = string(packed), store
			return nil
		})
		if err != nil || !maps.Equal(got, want) {
			t.Fatalf("%v, %v; want %v", got, err, want)
		}
	})
}

func TestAVisitorEndsTheVisitOfAPart(t *testing.T) {
	part := polls.NewPart().Add(0, 3, polls.Pack(nil, []uint64{1})).Add(4, 5, polls.Pack(nil, []uint64{2}))
	visits, enough := 0, errors.New("enough")
	err := part.Days(0, func(int32, polls.Day) error {
		visits++
		return enough
	})
	if !errors.Is(err, enough) || visits != 1 {
		t.Errorf("%d visits, %v", visits, err)
	}
}

// A part that Check finds right can be visited, whatever is in it.
func FuzzPart(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{2})
	f.Add([]byte(polls.NewPart().Add(0, 9, polls.Pack(nil, []uint64{1, 5}))))
	f.Add(append([]byte{1}, make([]byte, polls.StoresPerPart)...))
	f.Add(append([]byte{1}, make([]byte, polls.StoresPerPart+1)...))
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, packed []byte) {
		part := polls.Part(packed)
		err := part.Check()
		if err != nil {
			if !errors.Is(err, polls.ErrCorrupt) {
				t.Error(err)
			}
			return
		}
		length := 0
		err = part.Days(2, func(store int32, packed polls.Day) error {
			length += len(packed)
			if polls.PartOf(store) != 2 || len(packed) == 0 {
				t.Errorf("%d bytes of store %d", len(packed), store)
			}
			return nil
		})
		if err != nil || length >= len(part) {
			t.Errorf("%d bytes of %d, %v", length, len(part), err)
		}
	})
}
