package feed_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lightson/models/feed"
)

// hostile are texts that a guard must bring through a spreadsheet and back.
var hostile = []string{
	"a;=1", "a;'=1", "a;''=1", "＝1", "'＝1", "a\t=1", "a;＝1;=2", ";", "';=", "a; =1", "\"=1", "'\t'=1", "a;-5", "-5;=1",
	"=x", "'=x", "''=x", "+1+1", "-1", "'-1", "@a", "\t=1", "\rx", "'", "''", "'a", "=", "'=", "it's", "-", "1,5", "+1,5x", `"=x"`, " =x",
}

func TestReadingRejectsTakesTheirGuardsOff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.OneOf(rapid.SampledFrom(hostile), rapid.StringMatching(`['=+@a1＝;" -]{1,8}`), rapid.StringMatching(`['=a;\t\x{200b}]{1,8}`)).Draw(t, "id")
		if strings.TrimSpace(id) == "" {
			t.Skip("no id")
		}
		guarded := feed.Guard(id)
		if !feed.IsSafe(guarded) {
			t.Fatalf("%q is still a formula", guarded)
		}
		quoted := `"` + strings.ReplaceAll(guarded, `"`, `""`) + `"`
		got := read("store_id,timezone_str,line,column,reason\n" + quoted + ",UTC,2,store_id,because\n")
		want := strings.TrimSpace(id)
		if len(got.Zones) != 1 || got.Zones[0].Store != want {
			t.Fatalf("%q was guarded as %q and read as %+v %v", id, guarded, got.Zones, got.sentences())
		}
	})
}

func TestOnlyRejectsAreUnguarded(t *testing.T) {
	for _, header := range []string{"store_id,timezone_str", "store_id,timezone_str,line", "store_id,timezone_str,line,reason"} {
		row := "'=x,UTC" + strings.Repeat(",", strings.Count(header, ",")-1)
		if got := read(header + "\n" + row + "\n"); len(got.Zones) != 1 || got.Zones[0].Store != "'=x" {
			t.Errorf("%s: %+v", header, got.Zones)
		}
	}
}

func TestARowIsNotMendedWhileItHasFieldsTooMany(t *testing.T) {
	got := read("store_id,timezone_str,line,column,reason,,\n" +
		"1,UTC,2,,because,left over,\n" +
		"2,UTC,3,,because, ,\n")
	sayAgain(t, got.Rejects)
	want := "Line 2: expected none there, found fields beyond the column reason"
	if len(got.Zones) != 1 || got.Zones[0].Store != "2" || strings.Join(got.sentences(), "; ") != want {
		t.Errorf("%+v %v", got.Zones, got.sentences())
	}
}

// A guard comes off again, whatever stood there before, and nothing else does.
func FuzzGuard(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Add("\xff;\xef=1")
	f.Fuzz(func(t *testing.T, text string) {
		guarded, safe := feed.Guard(text), feed.SafeCell(text)
		if got := feed.Unguard(guarded); got != text {
			t.Errorf("%q was guarded as %q and read as %q", text, guarded, got)
		}
		if again := feed.SafeCell(safe); again != safe {
			t.Errorf("%q became %q and then %q", text, safe, again)
		}
		if !feed.IsSafe(guarded) || !feed.IsSafe(safe) {
			t.Errorf("%q became %q and %q, which are run", text, guarded, safe)
		}
		if strings.ReplaceAll(safe, "'", "") != strings.ReplaceAll(text, "'", "") {
			t.Errorf("%q became %q: more changed than apostrophes", text, safe)
		}
	})
}
