package reports

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models/uptime"
)

func drawRow(t *rapid.T) Row {
	micros := rapid.Custom(func(t *rapid.T) uptime.Micros {
		return uptime.Micros(rapid.Int64Range(0, int64(uptime.Week)).Draw(t, "micros"))
	})
	text := rapid.OneOf(rapid.Just(""), rapid.String()) // often nothing at all
	row := Row{
		Store:        rapid.String().Draw(t, "store"),
		Zone:         rapid.SampledFrom([]string{"", "UTC", "America/Argentina/ComodRivadavia"}).Draw(t, "zone"),
		ZoneAssumed:  rapid.Bool().Draw(t, "zone assumed"),
		HoursAssumed: rapid.Bool().Draw(t, "hours assumed"),
		Name:         text.Draw(t, "name"),
		Group:        text.Draw(t, "group"),
		City:         text.Draw(t, "city"),
	}
	figures := rapid.Custom(func(t *rapid.T) uptime.Figures {
		f := uptime.Figures{
			Open: micros.Draw(t, "open"), Up: micros.Draw(t, "up"), Down: micros.Draw(t, "down"),
			Outages: rapid.IntRange(0, 1<<20).Draw(t, "outages"), Longest: micros.Draw(t, "longest"),
		}
		if row.Sure {
			f.CertainUp, f.CertainDown, f.Close = micros.Draw(t, "certain up"), micros.Draw(t, "certain down"), micros.Draw(t, "close")
		}
		if row.Corrections != nil {
			f.Excused = micros.Draw(t, "excused")
		}
		return f
	})
	row.Sure, row.Ranged = rapid.Bool().Draw(t, "sure"), rapid.Bool().Draw(t, "ranged")
	row.Target = rapid.SampledFrom([]int{0, 0, 1, 9950, 10000}).Draw(t, "target")
	if rapid.Bool().Draw(t, "corrected") {
		row.Corrections = &Corrections{}
		for n := range row.Corrections.Figures {
			row.Corrections.Figures[n] = figures.Draw(t, "corrected figures")
		}
		if row.Ranged {
			row.Corrections.Range = figures.Draw(t, "corrected range")
		}
	}
	for n := range row.Figures {
		row.Figures[n] = figures.Draw(t, "figures")
	}
	if row.Ranged {
		row.Range = figures.Draw(t, "range")
	}
	return row
}

func TestAPackedReportGivesItsRowsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.Custom(drawRow), 1, 5).Draw(t, "rows")
		var packed []byte
		for _, row := range want {
			packed = row.append(packed)
		}
		var got []Row
		for rest := packed; len(rest) > 0; {
			row, after, err := readRow(rest)
			if err != nil {
				t.Fatal(err)
			}
			got, rest = append(got, row), after
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		// Every beginning of the last row that is not all of it is corrupt.
		last := want[len(want)-1].append(nil)
		cut := rapid.IntRange(0, len(last)-1).Draw(t, "cut")
		if _, _, err := readRow(last[:cut]); err == nil {
			t.Fatalf("the first %d of %d bytes were taken for a row", cut, len(last))
		}
	})
}

// The bytes are those that reports wrote before stores had names.
func TestRowsFromBeforeNamesAreStillRead(t *testing.T) {
	figures := []byte{
		0x80, 0x9c, 0x9c, 0x39, 1, 2, 3, 4, // 120 s open
		0, 0, 0, 0, 0,
		0xff, 0x7f, 0, 0, 0, 0,
	}
	old := append([]byte{1, 2, '4', '2', 3, 'U', 'T', 'C'}, figures...)
	want := Row{Store: "42", Zone: "UTC", ZoneAssumed: true}
	want.Figures[uptime.LastHour] = uptime.Figures{Open: 2 * uptime.Minute, Up: 1, Down: 2, Outages: 3, Longest: 4}
	want.Figures[uptime.LastWeek] = uptime.Figures{Open: 16383}

	got, rest, err := readRow(append(old, 3)) // and the beginning of another
	if err != nil || len(rest) != 1 {
		t.Fatalf("%d bytes left, error %v", len(rest), err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(old, want.append(nil)); diff != "" {
		t.Errorf("a row without a name is written otherwise than before:\n%s", diff)
	}

	named := append([]byte{5, 2, '4', '2', 3, 'U', 'T', 'C', 3, 'J', 'o', 'e', 0, 1, 'B'}, figures...)
	want.Name, want.City = "Joe", "B"
	if got, _, err = readRow(named); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
}

func TestARowIsPackedAsTheFormatSays(t *testing.T) {
	row := Row{
		Store: "42", Zone: "UTC", ZoneAssumed: true, HoursAssumed: true, Name: "Zoë's", City: "B",
		Ranged: true, Range: uptime.Figures{Open: 300, Up: 200, Down: 99, Outages: 2, Longest: 50},
	}
	row.Figures[uptime.LastHour].Open = 1
	row.Figures[uptime.LastWeek].Longest = 128
	want := slices.Concat(
		[]byte{1 | 2 | 4 | 8},
		[]byte("\x0242"), []byte("\x03UTC"), []byte("\x06Zoë's"), []byte("\x00"), []byte("\x01B"),
		[]byte{1, 0, 0, 0, 0}, []byte{0, 0, 0, 0, 0}, []byte{0, 0, 0, 0, 0x80, 1}, // hour, day and week
		[]byte{0xac, 2, 0xc8, 1, 99, 2, 50}, // range
	)
	if diff := cmp.Diff(want, row.append(nil)); diff != "" {
		t.Error(diff)
	}
	if got, rest, err := readRow(want); err != nil || len(rest) > 0 || got != row {
		t.Errorf("%+v, %d bytes left, %v; want %+v", got, len(rest), err, row)
	}
}

func TestARowThatIsCorrectedAndHasATargetIsPackedAsTheFormatSays(t *testing.T) {
	row := Row{Store: "42", Zone: "UTC", Sure: true, Target: 9950, Corrections: &Corrections{}}
	row.Figures[uptime.LastHour] = uptime.Figures{Open: 60, Up: 20, Down: 40, Outages: 1, Longest: 40, CertainUp: 7, CertainDown: 8, Close: 9}
	row.Corrections.Figures[uptime.LastHour] = uptime.Figures{Open: 60, Up: 20, Down: 10, Outages: 1, Longest: 10, CertainUp: 7, CertainDown: 1, Close: 3, Excused: 30}
	nothing := make([]byte, 9)
	want := slices.Concat(
		[]byte{16 | 32 | 64}, []byte("\x0242"), []byte("\x03UTC"),
		[]byte{60, 20, 40, 1, 40, 7, 8, 9, 0}, nothing, nothing,
		[]byte{60, 20, 10, 1, 10, 7, 1, 3, 30}, nothing, nothing,
		[]byte{0xde, 0x4d}, // 9950
	)
	if diff := cmp.Diff(want, row.append(nil)); diff != "" {
		t.Error(diff)
	}
	got, rest, err := readRow(want)
	if err != nil || len(rest) > 0 {
		t.Errorf("%d bytes left, %v", len(rest), err)
	}
	if diff := cmp.Diff(row, got); diff != "" {
		t.Error(diff)
	}
}

// FuzzReportRow gives bytes that no report wrote.
func FuzzReportRow(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(Row{Store: "1", Zone: "UTC"}.append(nil))
	f.Add([]byte{3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Add([]byte{0, 0x80})
	f.Add(Row{Store: "1", Zone: "UTC", Name: "Joe's Pizza", City: "Boise"}.append(nil))
	f.Add(append([]byte{4, 1, '1', 0, 0, 0, 0}, make([]byte, 15)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		row, rest, err := readRow(data)
		if err != nil {
			return
		}
		if len(rest) >= len(data) {
			t.Fatalf("a row of no bytes: %+v", row)
		}
		again, _, err := readRow(row.append(nil))
		if err != nil || row != again {
			t.Fatalf("%+v, packed again: %+v, %v", row, again, err)
		}
	})
}
