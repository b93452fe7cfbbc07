package imports

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/schedules"
	"lightson/models/uptime"
)

func TestAJournalComesBackAsItWasWritten(t *testing.T) {
	entry := rapid.Custom(func(t *rapid.T) journalEntry {
		e := journalEntry{store: rapid.Int32Min(0).Draw(t, "store"), change: change(rapid.IntRange(0, 3).Draw(t, "change"))}
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

// The bytes are written here by hand, as doc.go describes them: journals that are
// stored must stay readable.
func TestAJournalHasTheBytesThatAreDescribed(t *testing.T) {
	for name, tt := range map[string]struct {
		entry    journalEntry
		previous int32
		want     []byte
	}{
		"confirmed":      {journalEntry{store: 7}, 0, []byte{14, 0}},
		"a store before": {journalEntry{store: 7}, 9, []byte{3, 0}},
		"added":          {journalEntry{store: 100, change: added, checksum: checksumOf([]byte("123456789"))}, 0, []byte{200, 1, 1, 0x83, 0x92, 0x06, 0xe3}},
		"a new store":    {journalEntry{store: 1, change: added, checksum: checksumOf(nil)}, 0, []byte{2, 1, 0, 0, 0, 0}},
		"changed again":  {journalEntry{store: 1, change: changedAgain, checksum: 1}, 0, []byte{2, 3, 1, 0, 0, 0}},
		"replaced":       {journalEntry{store: 1, change: replaced, checksum: 1, before: []byte("UTC")}, 0, []byte{2, 2, 1, 0, 0, 0, 3, 'U', 'T', 'C'}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tt.entry.append(nil, tt.previous); !bytes.Equal(got, tt.want) {
				t.Errorf("% x, want % x", got, tt.want)
			}
		})
	}
	hours := []uptime.Hours{{Day: 0, Start: 9 * 3600, End: 17 * 3600}, {Day: 6, Start: 0, End: 1}}
	if got, want := schedules.PackHours(hours), []byte{0, 0x90, 0xfd, 0x01, 0x90, 0xde, 0x03, 6, 0, 1}; !bytes.Equal(got, want) {
		t.Errorf("hours % x, want % x", got, want)
	}
	if got, want := schedules.Pack([]uptime.Schedule{{From: 1, Hours: hours[:1]}}), []byte{2, 1, 0, 0x90, 0xfd, 0x01, 0x90, 0xde, 0x03}; !bytes.Equal(got, want) {
		t.Errorf("schedules % x, want % x", got, want)
	}
	day := entered.SpecialDay{Start: 1, End: 2, Note: "Eve", By: "ana", At: -1}
	if got, want := packSpecial([]entered.SpecialDay{day}), []byte("\x01\x02\x03Eve\x03ana\x01"); !bytes.Equal(got, want) {
		t.Errorf("special days % x, want % x", got, want)
	}
	if got, want := packNames(models.Store{Name: "Joe's", City: "Bo"}), []byte("\x05Joe's\x00\x02Bo"); !bytes.Equal(got, want) {
		t.Errorf("names % x, want % x", got, want)
	}
}

func TestACorruptJournalIsToldAsSuch(t *testing.T) {
	sound := journalEntry{store: 1, change: replaced, checksum: 1, before: []byte("UTC")}.append(nil, 0)
	ignore := func(journalEntry) error { return nil }
	for end := 1; end < len(sound); end++ {
		if err := eachEntry(sound[:end], ignore); !errors.Is(err, errCorruptJournal) {
			t.Errorf("% x: %v", sound[:end], err)
		}
	}
	if err := eachEntry([]byte{2, 4, 0, 0, 0, 0}, ignore); !errors.Is(err, errCorruptJournal) {
		t.Errorf("a change that does not exist: %v", err)
	}
	special := packSpecial([]entered.SpecialDay{{Start: 200, End: 2, Note: "Eve", By: "ana", At: 7}})
	for end := 1; end < len(special); end++ {
		if _, err := unpackSpecial(entered.SubjectDate{}, special[:end]); !errors.Is(err, errCorruptJournal) {
			t.Errorf("special day % x: %v", special[:end], err)
		}
	}
	if err := unpackNames(&models.Store{}, []byte{4, 'J', 'o', 'e'}); !errors.Is(err, errCorruptJournal) {
		t.Errorf("a name that is too short: %v", err)
	}
}

func FuzzJournal(f *testing.F) {
	f.Add([]byte{2, 0})
	f.Add(journalEntry{store: 7, change: replaced, checksum: 1, before: []byte("x")}.append(nil, 0))
	f.Fuzz(func(_ *testing.T, packed []byte) {
		_ = eachEntry(packed, func(journalEntry) error { return nil }) // must end, and not panic
		_, _ = unpackSpecial(entered.SubjectDate{}, packed)
		_ = unpackNames(&models.Store{}, packed)
	})
}

func TestWhatIsReplacedComesBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		on := entered.SubjectDate{Subject: entered.Store("1"), Date: 3}
		var days []entered.SpecialDay
		for range rapid.IntRange(0, 5).Draw(t, "rows") {
			days = append(days, entered.SpecialDay{
				Subject: on.Subject, Date: on.Date, Start: rapid.IntRange(0, 86399).Draw(t, "start"), End: rapid.IntRange(0, 86399).Draw(t, "end"),
				Note: rapid.String().Draw(t, "note"), By: rapid.String().Draw(t, "by"), At: uptime.Instant(rapid.Int64().Draw(t, "at")),
			})
		}
		if got, err := unpackSpecial(on, packSpecial(days)); err != nil || !cmp.Equal(days, got) {
			t.Fatalf("%v became %v, %v", days, got, err)
		}
		s := models.Store{Name: rapid.String().Draw(t, "name"), Group: rapid.String().Draw(t, "group"), City: rapid.String().Draw(t, "city")}
		got := models.Store{Name: "other", Group: "other", City: "other"}
		if err := unpackNames(&got, packNames(s)); err != nil || got != s {
			t.Fatalf("%+v became %+v, %v", s, got, err)
		}
	})
}
