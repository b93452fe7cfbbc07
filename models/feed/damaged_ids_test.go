package feed_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models/feed"
)

func TestDamagedIDsSayWhyTheyStandForNothing(t *testing.T) {
	ids := []string{"1.2E+18", "8.41953794191982E+18", "3.4E+18", "'101", `="102"`, "103.0", "#REF!", "103", "5.6E+18", "fine", "1E+400", "7.00000000000001E+18"}
	known := []string{"1200000000000000123", "8419537941919820732", "3400000000000000001", "3400000000000000002", "101", "103", "7000000000000014999"}
	want := []feed.DamagedID{
		{Index: 0, Fault: feed.IDRounded, Known: "1200000000000000123", Fits: 1, Digits: 2, Leads: true},
		{Index: 1, Fault: feed.IDRounded, Known: "8419537941919820732", Fits: 1, Digits: 15, Leads: true},
		{Index: 2, Fault: feed.IDRounded, Fits: 2, Digits: 2},
		{Index: 3, Fault: feed.IDQuoted, Known: "101", Fits: 1},
		{Index: 4, Fault: feed.IDFormula},
		{Index: 5, Fault: feed.IDDecimal, Fits: 1, Shared: true},
		{Index: 6, Fault: feed.IDError},
		{Index: 8, Fault: feed.IDRounded, Digits: 2},
		{Index: 10, Fault: feed.IDRounded},
		{Index: 11, Fault: feed.IDRounded, Known: "7000000000000014999", Fits: 1, Digits: 15, Leads: true},
	}
	if diff := cmp.Diff(want, feed.DamagedIDs(ids, known)); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
	if got := feed.DamagedIDs([]string{"1.2E+18"}, []string{"1234567890123456789"}); len(got) != 1 || got[0].Known == "" || got[0].Leads {
		t.Errorf("%+v, want what fits by its first digits alone", got)
	}
}

func TestAnIDThatLostDigitsIsLikeTheOnlyOneThatFits(t *testing.T) {
	ids := []string{"1.2E+18", "8419537941919820732", "1200000000000000123", "8.4E+18", "3.4E+18", "3400000000000000001", "3400000000000000002", "9E+18", "8419537941919820800.0"}
	want := map[string]string{"1.2E+18": "1200000000000000123", "8.4E+18": "8419537941919820732", "8419537941919820800.0": "8419537941919820732", "3.4E+18": "", "9E+18": ""}
	got := map[string]string{}
	for _, o := range feed.OddIDs(ids) {
		got[ids[o.Index]] = ""
		if o.Like >= 0 {
			got[ids[o.Index]] = ids[o.Like]
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
	// What a spreadsheet zeroed is no id that was meant.
	zeroed := []string{"8419537941919820000", "257000000000000000", "381000000000000000", "8.4E+18", "8419537941919820732"}
	for _, o := range feed.OddIDs(zeroed) {
		if o.Index == 3 && o.Like != 4 {
			t.Errorf("%+v", o)
		}
	}
}
