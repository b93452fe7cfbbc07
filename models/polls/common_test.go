package polls_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lightson/models/polls"
)

func TestTwoDaysHaveInCommonWhatBothBeginWith(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		marks := func(label string) (list []uint64) {
			list = rapid.SliceOfNDistinct(rapid.Uint64Range(0, 9), 0, 5, rapid.ID).Draw(t, label)
			slices.Sort(list)
			return list
		}
		pack := func(list []uint64) polls.Day {
			if len(list) == 0 {
				return nil
			}
			return polls.Pack(nil, list)
		}
		one, other := marks("one"), marks("other")
		same := 0
		for same < min(len(one), len(other)) && one[same] == other[same] {
			same++
		}
		common := pack(one).Common(pack(other))
		if want := pack(one[:same]); !slices.Equal(common, want) {
			t.Fatalf("expected %v, found %v", want, common)
		}
		last, some := common.Last()
		if some != (same > 0) || some && last != one[same-1] {
			t.Fatalf("last of %v: %d, %t", one[:same], last, some)
		}
		backward := slices.Collect(common.Backward())
		slices.Reverse(backward)
		if !slices.Equal(backward, one[:same]) {
			t.Fatalf("expected %v backward, found %v", one[:same], backward)
		}
	})
}
