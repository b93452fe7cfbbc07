package imports

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/uptime"
)

func TestAJournalComesBackAsItWasWritten(t *testing.T) {
	entry := rapid.Custom(func(t *rapid.T) journalEntry {
		e := journalEntry{store: rapid.Int32Min(0).Draw(t, "store"), change: change(rapid.IntRange(0, 2).Draw(t, "change"))}
		if e.change != confirmed {
			e.checksum = rapid.Uint32().Draw(t, "checksum")
		}
		if e.change == replaced {
			e.before = rapid.SliceOfN(rapid.Byte(), 1, 20).Draw(t, "before")
		}
		return e
	})
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(entry, 0, 20).Draw(t, "entries")
		var packed []byte
		previous := int32(0)
		for _, e := range want {
			packed = e.append(packed, previous)
			previous = e.store
		}
		var got []journalEntry
		if err := eachEntry(packed, func(e journalEntry) error { got = append(got, e); return nil }); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(journalEntry{}), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("want -, got +:\n%s", diff)
		}
	})
}

func FuzzJournal(f *testing.F) {
	f.Add([]byte{2, 0})
	f.Add(journalEntry{store: 7, change: replaced, checksum: 1, before: []byte("x")}.append(nil, 0))
	f.Fuzz(func(_ *testing.T, packed []byte) {
		_ = eachEntry(packed, func(journalEntry) error { return nil }) // must end, and not panic
		_, _ = unpackHours(1, packed)
		_ = unpackNames(&models.Store{}, packed)
	})
}

func TestWhatIsReplacedComesBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var hours []uptime.Hours
		var want []models.Hours
		for range rapid.IntRange(0, 5).Draw(t, "hours") {
			h := uptime.Hours{Day: rapid.IntRange(0, 6).Draw(t, "day"), Start: rapid.IntRange(0, 86399).Draw(t, "start"), End: rapid.IntRange(0, 86399).Draw(t, "end")}
			hours, want = append(hours, h), append(want, models.Hours{StoreID: 3, Day: h.Day, StartS: h.Start, EndS: h.End})
		}
		if got, err := unpackHours(3, packHours(hours)); err != nil || !cmp.Equal(want, got) {
			t.Fatalf("%v became %v, %v", want, got, err)
		}
		s := models.Store{Name: rapid.String().Draw(t, "name"), Group: rapid.String().Draw(t, "group"), City: rapid.String().Draw(t, "city")}
		got := models.Store{Name: "other", Group: "other", City: "other"}
		if err := unpackNames(&got, packNames(s)); err != nil || got != s {
			t.Fatalf("%+v became %+v, %v", s, got, err)
		}
	})
}
