package feed_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models/feed"
)

func TestASpecialDayHasTimesOrIsClosed(t *testing.T) {
	for row, want := range map[string]special{
		"1,2023-11-23,,,Thanksgiving":                           {Store: "1", Date: "2023-11-23", Closed: true, Note: "Thanksgiving"},
		"1,2023-11-23,closed,Closed,":                           {Store: "1", Date: "2023-11-23", Closed: true},
		"1,2023-11-23, CLOSED ,,":                               {Store: "1", Date: "2023-11-23", Closed: true},
		"1,2023-12-24,10:00,14:00, Short \u200bday ":            {Store: "1", Date: "2023-12-24", Start: 10 * 3600, End: 14 * 3600, Note: "Short day"},
		"1,2023-12-31,9:00,24:00,":                              {Store: "1", Date: "2023-12-31", Start: 9 * 3600},
		"1,2023-12-31,18:00,02:00:00,":                          {Store: "1", Date: "2023-12-31", Start: 18 * 3600, End: 2 * 3600},
		"1,2000-01-01,,,":                                       {Store: "1", Date: "2000-01-01", Closed: true},
		"1,2100-01-01,,,":                                       {Store: "1", Date: "2100-01-01", Closed: true},
		"1,2024-02-29 00:00:00,,,":                              {Store: "1", Date: "2024-02-29", Closed: true},
		"1,2024-02-29T00:00:00.000,,,":                          {Store: "1", Date: "2024-02-29", Closed: true},
		"1,2024-02-29 00:00,,,":                                 {Store: "1", Date: "2024-02-29", Closed: true},
		"1,2023-11-23,,,\"two\r\n lines\tof it\"":               {Store: "1", Date: "2023-11-23", Closed: true, Note: "two lines of it"},
		"1,2023-11-23,,," + strings.Repeat("é", 500) + "\u200b": {Store: "1", Date: "2023-11-23", Closed: true, Note: strings.Repeat("é", 500)},
	} {
		got := read(specialHeader + row + "\n")
		if diff := cmp.Diff([]special{want}, got.Special); diff != "" || got.Err != "" || got.Summary.Accepted != 1 {
			t.Errorf("%s: error %q, rejects %q\n%s", row, got.Err, got.sentences(), diff)
		}
	}
}

func TestABadSpecialDayIsRejectedWithASentence(t *testing.T) {
	const (
		dates = "Line 2, date: expected a date from 2000-01-01 to 2100-01-01, such as 2023-11-23, found "
		none  = "expected a time such as 09:00 or 17:30:00; or no times at all, for a store that is closed on that date, found nothing"
	)
	for row, want := range map[string]string{
		",2023-11-23,,,":                             "Line 2, store_id: expected a store id of 1 to 128 bytes, found nothing",
		"1,,,,":                                      dates + "nothing",
		"1,11/23/2023,,,":                            dates + "11/23/2023",
		"1,2023-02-29,,,":                            dates + "2023-02-29",
		"1,1999-12-31,,,":                            dates + "1999-12-31",
		"1,2100-01-02,,,":                            dates + "2100-01-02",
		"1,9999-12-31,,,":                            dates + "9999-12-31",
		"1,0000-00-00,,,":                            dates + "0000-00-00",
		"1,20231123,,,":                              dates + "20231123",
		"1,2023-11-23 06:00:00,,,":                   dates + "2023-11-23 06:00:00",
		"1,2023-11-23 00:00:00.001,,,":               dates + "2023-11-23 00:00:00.001",
		"1,2023-11-23 00:00:00.,,,":                  dates + "2023-11-23 00:00:00.",
		"1,2023-11-23T00:00:00Z,,,":                  dates + "2023-11-23T00:00:00Z",
		"1,2023-11-23x00:00,,,":                      dates + "2023-11-23x00:00",
		"1,２０２３-11-23,,,":                            dates + "２０２３-11-23",
		"1,2023-11-23,,17:00,":                       "Line 2, start_time_local: " + none,
		"1,2023-11-23,09:00,,":                       "Line 2, end_time_local: " + none,
		"1,2023-11-23,closed,17:00,":                 "Line 2, start_time_local: expected a time such as 09:00 or 17:30:00, found closed",
		"1,2023-11-23,09:00,closed,":                 "Line 2, end_time_local: expected a time such as 09:00 or 17:30:00, found closed",
		"1,2023-11-23,24:00,02:00,":                  "Line 2, start_time_local: expected 23:59 or 00:00 for midnight, found 24:00",
		"1,2023-11-23,18:00,26:00,":                  "Line 2, end_time_local: expected a time such as 09:00 or 17:30:00; an end before the start means the next day, found 26:00: write 02:00",
		"1,2023-11-23,09:00":                         "Line 2: expected 5 fields, found 3 fields",
		"1,2023-11-23,,,a\x00":                       "Line 2, note: expected UTF-8 text without NUL bytes, found a\\x00",
		"1,2023-11-23,,," + strings.Repeat("é", 501): "Line 2, note: expected at most 500 characters, found " + strings.Repeat("é", 79) + "…",
	} {
		got := read(specialHeader + row + "\n1,2023-11-24,,,\n")
		sayAgain(t, got.Rejects)
		if diff := cmp.Diff([]string{want}, got.sentences()); diff != "" || len(got.Special) != 1 || got.Err != "" {
			t.Errorf("%s: error %q, want -, got +:\n%s", row, got.Err, diff)
		}
	}
}

func TestHoursSayFromWhenOnTheyHold(t *testing.T) {
	got := read(datedHeader + "1,0,09:00,17:00,2023-01-24\n1,1,09:00,17:00,\n1,2,closed,,  2023-01-24 00:00:00\n1,3,09:00,17:00,0001-01-01\n1,4,09:00,17:00,2100-01-01\n")
	nine, five := 9*3600, 17*3600
	want := []hours{
		{Store: "1", Start: nine, End: five, From: "2023-01-24"}, {Store: "1", Day: 1, Start: nine, End: five},
		{Store: "1", Day: 2, From: "2023-01-24", Closed: true}, {Store: "1", Day: 3, Start: nine, End: five, From: "0001-01-01"},
		{Store: "1", Day: 4, Start: nine, End: five, From: "2100-01-01"},
	}
	if diff := cmp.Diff(want, got.Hours); diff != "" || len(got.Rejects) > 0 {
		t.Errorf("rejects %q, want -, got +:\n%s", got.sentences(), diff)
	}
}

func TestADateThatIsNoneRejectsTheRowOfHours(t *testing.T) {
	for text, found := range map[string]string{
		"24.01.2023": "24.01.2023", "01/24/2023": "01/24/2023", "2023-1-24": "2023-1-24", "2023-02-30": "2023-02-30", "2023-01-24 09:00": "2023-01-24 09:00",
		"always": "always", "44950": "44950", "2202-01-24": "2202-01-24", "0000-01-01": "0000-01-01", "-001-01-01": "-001-01-01", "2023-01-24,": "",
	} {
		got := read(datedHeader + "1,0,09:00,17:00," + text + "\n1,1,,," + text + "\n")
		want := "Line 2, valid_from: expected a date up to 2100-01-01, such as 2023-01-24, or nothing, found " + found
		if found == "" {
			want = "Line 2: expected 5 fields, found 6 fields"
		}
		if s := got.sentences(); len(s) != 2 || s[0] != want || len(got.Hours) > 0 {
			t.Errorf("%s: %q %v", text, s, got.Hours)
		}
	}
}

func TestADateInTheColumnOfDaysIsExplained(t *testing.T) {
	const want = "Line 2, day: expected a day from 0 (Monday) to 6 (Sunday); the column of dates, in a file of special days, is called date, found 2023-11-23"
	if got := read(hoursHeader + "1,2023-11-23,09:00,17:00\n").sentences(); len(got) != 1 || got[0] != want {
		t.Errorf("%q", got)
	}
}

// A file of rejects is mended and read again: its own columns are none of the feed's.
func TestMendedRejectsOfEveryFeedAreReadAgain(t *testing.T) {
	const list = ",line,column,reason"
	for header, rows := range map[string][2]string{ // what the row is in the original, and in the rejects
		strings.TrimSpace(datedHeader):   {"1,0,09:00,17:00,2023-01-24", "1,0,09:00,17:00,2023-01-24,2,valid_from,because"},
		strings.TrimSpace(specialHeader): {"1,2023-11-23,,,=1", "1,2023-11-23,,,'=1,2,date,because"},
		strings.TrimSpace(reasonsHeader): {"1,inactive,2023-01-22 12:09:39,=1", "1,inactive,2023-01-22 12:09:39,'=1,2,status,because"},
		strings.TrimSpace(pollsHeader):   {"1,inactive,2023-01-22 12:09:39", "1,inactive,2023-01-22 12:09:39,2,status,because"},
	} {
		want, got := read(header+"\n"+rows[0]+"\n"), read(header+list+"\n"+rows[1]+"\n")
		if !got.Summary.FromRejects || got.Summary.Accepted != 1 {
			t.Fatalf("%s: %+v %q", header, got.Summary, got.sentences())
		}
		if original := feed.OriginalColumns(got.Summary.Columns); len(original) != len(want.Summary.Columns) || original[len(original)-1] != len(original)-1 {
			t.Errorf("%s: original columns %v", header, original)
		}
		want.Summary, got.Summary, want.Headers, got.Headers = feed.Summary{}, feed.Summary{}, nil, nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: the file -, its mended rejects +:\n%s", header, diff)
		}
	}
	got := read("store_id,status,timestamp_utc,reason,,line,column,reason,,\n1,inactive,2023-01-22 12:09:39,why,x,2,status,because,,\n1,inactive,2023-01-22 12:09:40,why,x,2,status,because,,left over\n")
	if len(got.Polls) != 1 || got.Polls[0].Reason != "why" || len(got.Rejects) != 1 {
		t.Errorf("a column without a name is none of the rejects': %+v %q", got.Polls, got.sentences())
	}
}

// drawSpecial draws a table of special days, and what it says.
func drawSpecial(t *rapid.T) (rows [][]string, want []special) {
	rows = [][]string{{"store_id", "date", "start_time_local", "end_time_local", "note"}}
	for range rapid.IntRange(0, 20).Draw(t, "rows") {
		day := rapid.IntRange(10957, 47482).Draw(t, "date")
		row := special{Store: rapid.StringMatching(`[0-9]{1,19}`).Draw(t, "store"), Date: dateText(day), Note: rapid.SampledFrom([]string{"", "Thanksgiving", "a, \"b\"; c"}).Draw(t, "note")}
		times := rapid.SampledFrom([]string{"", "closed", "times"}).Draw(t, "times")
		start, end := times, times
		if row.Closed = times != "times"; !row.Closed {
			row.Start, row.End = rapid.IntRange(0, 24*3600-1).Draw(t, "start"), rapid.IntRange(0, 24*3600-1).Draw(t, "end")
			start, end = clockText(row.Start), clockText(row.End)
		}
		rows, want = append(rows, []string{row.Store, row.Date, start, end, row.Note}), append(want, row)
	}
	return rows, want
}

// clockText is a second of the day as people write it.
func clockText(second int) string { return time.Unix(int64(second), 0).UTC().Format(time.TimeOnly) }

func TestSpecialDaysAreTakenAsTheyStandInTheFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, want := drawSpecial(t)
		got := read(drawWay(t, 5).file(rows))
		if diff := cmp.Diff(want, got.Special); diff != "" || got.Err != "" || len(got.Rejects) > 0 {
			t.Fatalf("error %q, rejects %q; want -, got +:\n%s", got.Err, got.sentences(), diff)
		}
	})
}
