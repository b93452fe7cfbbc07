package figures_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lightson/models/figures"
	"lightson/models/uptime"
)

// naiveOddities are the oddities of a row among all rows of its day, found by looking
// at every other row.
func naiveOddities(rows []uptime.Hours, n int) []figures.Oddity {
	start, end := rows[n].Seconds()
	covered := map[int]bool{} // quarters of an hour
	duplicate, overlap := false, false
	for other, h := range rows {
		from, to := h.Seconds()
		for second := from; second < to; second += 60 {
			covered[second] = true
		}
		switch {
		case other == n:
		case from == start && to == end:
			duplicate = true
		case from < end && start < to:
			overlap = true
		}
	}
	var found []figures.Oddity
	for _, oddity := range []struct {
		is   bool
		name figures.Oddity
	}{
		{end-start < 5*60, figures.TooShort}, {duplicate, figures.Duplicate},
		{overlap, figures.Overlap}, {len(covered) > 24*60, figures.TooMuch},
	} {
		if oddity.is {
			found = append(found, oddity.name)
		}
	}
	return found
}

func TestOddRowsAreThoseThatAComparisonWithAllOthersFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) uptime.Hours {
			minute := rapid.SampledFrom([]int{0, 1, 3, 540, 541, 600, 720, 1020, 1320, 1380, 1438, 1439})
			return uptime.Hours{Day: 2, Start: 60 * minute.Draw(t, "start"), End: 60 * minute.Draw(t, "end")}
		}), 1, 8).Draw(t, "rows")
		odd := figures.OddRows(rows)
		for _, r := range odd {
			n := slices.Index(rows, r.Hours)
			if want := naiveOddities(rows, n); !slices.Equal(r.Oddities, want) {
				t.Fatalf("%v: %v, want %v", r.Hours, r.Oddities, want)
			}
		}
		for n := range rows {
			is := slices.ContainsFunc(odd, func(r figures.OddRow) bool { return r.Hours == rows[n] })
			if want := naiveOddities(rows, n); is != (len(want) > 0) {
				t.Fatalf("%v is odd: %t, want %v", rows[n], is, want)
			}
		}
	})
}

// A comparison of each row with each other would take forty thousand million steps
// here, and the test would not end.
func TestAnyNumberOfRowsOfADayIsLookedThrough(t *testing.T) {
	rows := make([]uptime.Hours, 200_000)
	for n := range rows {
		rows[n] = uptime.Hours{Start: 28_800 + n%20_000, End: 40_000 + n/20_000 + 1}
	}
	if odd := figures.OddRows(rows); len(odd) != len(rows) {
		t.Errorf("%d of %d rows are odd, and all overlap", len(odd), len(rows))
	}
}
