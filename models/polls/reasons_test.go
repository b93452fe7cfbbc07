package polls

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// reasons draws the reasons of a day, sorted, one per instant.
func reasons(t *rapid.T, label string) []Reason {
	micros := rapid.SliceOfNDistinct(microOfDay(), 1, 6, func(m int64) int64 { return m }).Draw(t, label)
	slices.Sort(micros)
	list := make([]Reason, len(micros))
	for n, m := range micros {
		list[n] = Reason{m, rapid.StringN(1, 40, LongestReason).Draw(t, "text")}
	}
	return list
}

func TestPackedReasonsAreGivenBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := reasons(t, "micros")
		packed := PackReasons(nil, want)
		got, err := packed.AppendReasons(nil)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("got %v, %v; want %v", got, err, want)
		}
		for _, r := range want {
			if text, err := packed.At(r.Micro); err != nil || text != r.Text {
				t.Fatalf("at %d: %q, %v; want %q", r.Micro, text, err, r.Text)
			}
		}
		if text, err := packed.At(3); err != nil || text != "" && !slices.ContainsFunc(want, func(r Reason) bool { return r.Micro == 3 }) {
			t.Fatalf("where nothing was said: %q, %v", text, err)
		}
	})
}

func TestAReasonIsCutBetweenCharactersAndNeverBreaksItsNeighbours(t *testing.T) {
	for name, tt := range map[string]struct{ said, want string }{
		"longest":          {strings.Repeat("a", LongestReason), strings.Repeat("a", LongestReason)},
		"one byte more":    {strings.Repeat("a", LongestReason+1), strings.Repeat("a", LongestReason)},
		"cut in a letter":  {strings.Repeat("a", LongestReason-1) + "é", strings.Repeat("a", LongestReason-1)},
		"wide characters":  {strings.Repeat("寿", 100), strings.Repeat("寿", LongestReason/3)},
		"no UTF-8":         {"\xffpaused", "\ufffdpaused"},
		"only broken ones": {strings.Repeat("\xff", 300), strings.Repeat("\ufffd", LongestReason/3)},
		"a NUL":            {"\x00", "\x00"},
	} {
		t.Run(name, func(t *testing.T) {
			want := []Reason{{1, tt.want}, {microsPerDay - 1, "next"}}
			got, err := PackReasons(nil, []Reason{{1, tt.said}, {2, ""}, {microsPerDay - 1, "next"}}).AppendReasons(nil)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%+v, %v; want %+v", got, err, want)
			}
		})
	}
}

func TestReasonsThatPackDoesNotWriteAreCorrupt(t *testing.T) {
	whole := PackReasons(nil, []Reason{{5, "paused"}, {9, "closed"}})
	change := func(at int, b byte) Reasons {
		changed := slices.Clone(whole)
		changed[at] = b
		return changed
	}
	for name, r := range map[string]Reasons{
		"nothing":               nil,
		"a version alone":       {1},
		"no text":               PackReasons(nil, []Reason{{5, ""}}),
		"another version":       change(0, 2),
		"beyond the day":        change(1, 0xff),
		"not sorted":            change(5, 10),
		"the same instant":      change(5, 9),
		"an empty text":         change(6, 0),
		"a text beyond the end": change(len(whole)-7, 255),
		"cut in the head":       whole[:1+reasonHead+6+3],
		"cut in the text":       whole[:len(whole)-1],
		"no UTF-8":              change(len(whole)-1, 0xff),
		"a day of polls":        Reasons(Pack(nil, []uint64{MarkOf(5, false), MarkOf(7, false)})),
	} {
		t.Run(name, func(t *testing.T) {
			if err := r.Each(func(int64, []byte) {}); !errors.Is(err, ErrCorrupt) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestMergedReasonsDoNotDependOnTheOrderOfImports(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := reasons(t, "first"), reasons(t, "second")
		ab, changedByB := MergeReasons(nil, a, b)
		ba, _ := MergeReasons(nil, b, a)
		if !slices.Equal(ab, ba) {
			t.Fatalf("%v and %v", ab, ba)
		}
		if changedByB == slices.Equal(ab, a) {
			t.Fatalf("changed is %v from %v to %v", changedByB, a, ab)
		}
		again, changed := MergeReasons([]Reason{{7, "kept"}}, ab, b)
		if changed || again[0] != (Reason{7, "kept"}) || !slices.Equal(again[1:], ab) {
			t.Fatalf("the same again: %v, %v; want %v", again, changed, ab)
		}
		if packed, err := PackReasons(nil, ab).AppendReasons(nil); err != nil || !slices.Equal(packed, ab) {
			t.Fatalf("packed: %v, %v; want %v", packed, err, ab)
		}
	})
}

func FuzzReasons(f *testing.F) {
	f.Add([]byte(PackReasons(nil, []Reason{{0, "paused"}, {microsPerDay - 1, "é"}})))
	f.Add([]byte{})
	f.Add([]byte{1, 0, 0, 0, 0, 1, 200, 'a'})
	f.Fuzz(func(t *testing.T, bytes []byte) {
		list, err := Reasons(bytes).AppendReasons(nil)
		if err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Errorf("error %v", err)
			}
			return
		}
		for _, r := range list {
			if r.Text == "" || len(r.Text) > LongestReason || !utf8.ValidString(r.Text) {
				t.Errorf("text %q", r.Text)
			}
		}
		if again := PackReasons(nil, list); !slices.Equal(again, bytes) {
			t.Errorf("packed again: %x, want %x", again, bytes)
		}
	})
}
