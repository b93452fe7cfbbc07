package models

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models/uptime"
)

func drawRow(t *rapid.T) ReportRow {
	micros := rapid.Custom(func(t *rapid.T) uptime.Micros {
		return uptime.Micros(rapid.Int64Range(0, int64(uptime.Week)).Draw(t, "micros"))
	})
	row := ReportRow{
		Store:        rapid.String().Draw(t, "store"),
		Zone:         rapid.SampledFrom([]string{"", "UTC", "America/Argentina/ComodRivadavia"}).Draw(t, "zone"),
		ZoneAssumed:  rapid.Bool().Draw(t, "zone assumed"),
		HoursAssumed: rapid.Bool().Draw(t, "hours assumed"),
	}
	figures := rapid.Custom(func(t *rapid.T) uptime.Figures {
		return uptime.Figures{
			Open: micros.Draw(t, "open"), Up: micros.Draw(t, "up"), Down: micros.Draw(t, "down"),
			Outages: rapid.IntRange(0, 1<<20).Draw(t, "outages"), Longest: micros.Draw(t, "longest"),
		}
	})
	for n := range row.Figures {
		row.Figures[n] = figures.Draw(t, "figures")
	}
	if row.Ranged = rapid.Bool().Draw(t, "ranged"); row.Ranged {
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
		var got []ReportRow
		for rest := packed; len(rest) > 0; {
			row, after, err := readReportRow(rest)
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
		if _, _, err := readReportRow(last[:cut]); err == nil {
			t.Fatalf("the first %d of %d bytes were taken for a row", cut, len(last))
		}
	})
}

// FuzzReportRow gives bytes that no report wrote.
func FuzzReportRow(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(ReportRow{Store: "1", Zone: "UTC"}.append(nil))
	f.Add([]byte{3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Add([]byte{0, 0x80})
	f.Fuzz(func(t *testing.T, data []byte) {
		row, rest, err := readReportRow(data)
		if err != nil {
			return
		}
		if len(rest) >= len(data) {
			t.Fatalf("a row of no bytes: %+v", row)
		}
		again, _, err := readReportRow(row.append(nil))
		if err != nil || row != again {
			t.Fatalf("%+v, packed again: %+v, %v", row, again, err)
		}
	})
}
