package feed_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models/feed"
)

func TestIDsThatASpreadsheetDamagedAreKnown(t *testing.T) {
	for id, want := range map[string]feed.IDFault{
		"8.4E+18": feed.IDRounded, "8,41954E+18": feed.IDRounded, "2.57e+14": feed.IDRounded, "1E+15": feed.IDRounded, "8E18": feed.IDRounded, "-1.5E+3": feed.IDRounded,
		"257000000000000.0": feed.IDDecimal, "101.00": feed.IDDecimal, "101,0": feed.IDDecimal,
		`="101"`: feed.IDFormula, "=101": feed.IDFormula, "'101": feed.IDQuoted, "#REF!": feed.IDError, "#n/a": feed.IDError, "#NAME?": feed.IDError,
		"101\u200b": feed.IDInvisible, "\ufeff101": feed.IDInvisible, "101\u200e": feed.IDInvisible, "1\u00a001": feed.IDInvisible, "101\u2800": feed.IDInvisible, "1\t1": feed.IDInvisible,

		"101": "", "8419537941919820732": "", "f3b5a1d2-5e1b-4e3a-9b1c-2d3e4f5a6b7c": "", "7e+1-x": "", "Store 9": "", "E18": "", "1.5": "", "10.0.0.1": "",
		"1e2f": "", "Café": "", "東京": "", "#1": "", "'": "", "=": "", "4e10000": "",
	} {
		if got := feed.FaultOfID(id); got != want {
			t.Errorf("%q: %q, want %q", id, got, want)
		}
	}
	for _, fault := range feed.IDFaults {
		if fault.String() == "" {
			t.Errorf("%s has no words", fault)
		}
	}
}

func TestIDsThatLookAlikeAreFoundTogether(t *testing.T) {
	ids := []string{"101", "\ufeff101", "102", "2.57E+14", `="101"`, "103\u200b", "103\u200e", "104.0", "104", "105.0"}
	want := []feed.OddID{
		{0, feed.IDAlike, 1}, {1, feed.IDInvisible, 0}, {3, feed.IDRounded, -1}, {4, feed.IDFormula, 0},
		{5, feed.IDInvisible, 6}, {6, feed.IDInvisible, 5}, {7, feed.IDDecimal, 8}, {8, feed.IDAlike, 7}, {9, feed.IDDecimal, -1},
	}
	if diff := cmp.Diff(want, feed.OddIDs(ids)); diff != "" {
		t.Error(diff)
	}
	if got := feed.OddIDs([]string{"1", "2"}); got != nil {
		t.Errorf("%v", got)
	}
	if got := feed.InvisibleIn("a\u200b \ufeff\u200b"); got != "U+200B, U+FEFF" {
		t.Error(got)
	}
}

func TestIDsThatEndInZerosAreOddAmongTheirKind(t *testing.T) {
	zeros := []string{"8419537941919820000", "257000000000000000", "1000000000000010"}
	want := []feed.OddID{{0, feed.IDZeros, -1}, {1, feed.IDZeros, -1}, {2, feed.IDZeros, -1}, {3, feed.IDRounded, -1}}
	if diff := cmp.Diff(want, feed.OddIDs(append(zeros, "8.4E+18"))); diff != "" {
		t.Error(diff)
	}
	// Among all stores their share says nothing, but that each is like one other does.
	whole := []string{"8419537941919820732", "257000000000000123", "1000000000000017", "8139926242460185114", "8139926242460185115"}
	want = []feed.OddID{{0, feed.IDZeros, 3}, {1, feed.IDZeros, 4}, {2, feed.IDZeros, 5}}
	if diff := cmp.Diff(want, feed.OddIDs(append(zeros, whole...))); diff != "" {
		t.Error(diff)
	}
	for name, ids := range map[string][]string{
		"two":          append(zeros[:2:2], whole[:2]...),
		"in one row":   {"1000000000000000000", "1000000000000000001", "1000000000000000002", "1000000000000010000", "1000000000000010001", "1000000000000010002", "1000000000000020000", "1000000000000020001", "1000000000000020002"},
		"of all kinds": append(zeros[:3:3], "8139926242460185114", "8139926242460185115", "8139926242460185116"),
	} {
		if got := feed.OddIDs(ids); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}
