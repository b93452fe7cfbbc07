package feed_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models/feed"
)

// wrong is a table of rows, each with the sentence it is rejected with. All
// are the second line of their file.
type wrong map[string]string

func (rows wrong) test(t *testing.T, header, good string) {
	t.Helper()
	for row, want := range rows {
		got := read(header + row + "\n" + good + "\n")
		sayAgain(t, got.Rejects)
		if diff := cmp.Diff([]string{"Line 2" + want}, got.sentences()); diff != "" {
			t.Errorf("%q: want -, got +:\n%s", row, diff)
		}
		if s := got.Summary; s.Rows != 2 || s.Accepted != 1 || s.Rejected != 1 || got.Err != "" {
			t.Errorf("%q: %+v, error %q; the row after it was good", row, s, got.Err)
		}
	}
}

func TestBadPollsAreRejectedWithOneClearSentence(t *testing.T) {
	const (
		id     = ", store_id: expected a store id of 1 to 128 bytes, found "
		state  = ", status: expected active or inactive, found "
		form   = ", timestamp_utc: expected 2023-01-22 12:09:39 UTC, found "
		exist  = ", timestamp_utc: expected a date and time that exist, such as 2023-01-22 12:09:39 UTC, found "
		future = ", timestamp_utc: expected a time at most 10 minutes ahead of the clock, which was at 2023-01-25 18:00:00 UTC (local time sent as UTC looks like this), found "
		utf    = ": expected UTF-8 text without NUL bytes, found "
		quotes = `: expected quotes only around a whole field, and doubled ("") inside it, found `
	)
	wrong{
		",active,2023-01-22 12:09:39":                            id + "nothing",
		"  \t,active,2023-01-22 12:09:39":                        id + "nothing",
		`"",active,2023-01-22 12:09:39`:                          id + "nothing",
		strings.Repeat("x", 129) + ",active,2023-01-22 12:09:39": id + strings.Repeat("x", 79) + "…",

		"1,,2023-01-22 12:09:39":               state + "nothing",
		"1,upp,2023-01-22 12:09:39":            state + "upp",
		"1,2,2023-01-22 12:09:39":              state + "2",
		"1,actives,2023-01-22 12:09:39":        state + "actives",
		"1,act ive,2023-01-22 12:09:39":        state + "act ive",
		"1,\"a\nb\",2023-01-22 12:09:39":       state + `a\nb`,
		"1,\x1b[31m,2023-01-22 12:09:39":       state + `\x1b[31m`,
		"1,inactive\u202e,2023-01-22 12:09:39": state + `inactive\u202e`,

		"1,active,":                               form + "nothing",
		"1,active,22/01/23":                       form + "22/01/23",
		"1,active,2023-01-22":                     form + "2023-01-22",
		"1,active,1674389379":                     form + "1674389379",
		"1,active,2023-02-30 12:09:39 UTC":        exist + "2023-02-30 12:09:39 UTC",
		"1,active,2023-01-22 24:00:00 UTC":        exist + "2023-01-22 24:00:00 UTC",
		"1,active,2023-01-25 18:00:00 EST":        form + "2023-01-25 18:00:00 EST",
		"1,active,2023-01-26 18:00:00.000001 UTC": future + "2023-01-26 18:00:00.000001 UTC, which is 24 h 0 min ahead",
		"1,active,2023-01-25 18:10:00.000001 UTC": future + "2023-01-25 18:10:00.000001 UTC, which is 10 min 1 s ahead",
		"1,active,2023-01-25 18:59:59.5":          future + "2023-01-25 18:59:59.5, which is 1 h 0 min ahead",
		"1,active,2023-01-25T14:30:05-06:00":      future + "2023-01-25T14:30:05-06:00, which is 2 h 30 min ahead",
		"1,active,9999-12-31 23:59:59 UTC":        future + "9999-12-31 23:59:59 UTC, which is 2913514 days ahead",
		"1,active,2023-01-26T14:00:00-06:00":      future + "2023-01-26T14:00:00-06:00, which is 26 h 0 min ahead",

		"1,active":                        ": expected 3 fields, found 2 fields",
		"1":                               ": expected 3 fields, found 1 field",
		`""`:                              ": expected 3 fields, found 1 field",
		"1,active,2023-01-22 12:09:39,":   ": expected 3 fields, found 4 fields",
		"1,active,2023-01-22 12:09:39,x,": ": expected 3 fields, found 5 fields",
		"1;active;2023-01-22 12:09:39":    ": expected 3 fields, found 1 field",
		"\"1\n2\",active":                 ": expected 3 fields, found 2 fields",

		"a\x00b,active,2023-01-22 12:09:39": ", store_id" + utf + `a\x00b`,
		"1,active,2023-01-22 12:09:39\xff":  form + `2023-01-22 12:09:39ÿ`,

		`a"b,active,2023-01-22 12:09:39`:     quotes + `a"b,active,2023-01-22 12:09:39`,
		`1,act"ive",2023-01-22 12:09:39`:     quotes + `1,act"ive",2023-01-22 12:09:39`,
		`"1"2,active,2023-01-22 12:09:39`:    quotes + `"1"2,active,2023-01-22 12:09:39`,
		`"1" "2",active,2023-01-22 12:09:39`: quotes + `"1" "2",active,2023-01-22 12:09:39`,
		`1,active,2023-01-22 12:09:39"`:      quotes + `1,active,2023-01-22 12:09:39"`,
		`"1,active,2023-01-22 12:09:39`:      `: expected a closing quote, found "1,active,2023-01-22 12:09:39`,
		"1,active\r,2023-01-22 12:09:39":     `: expected lines that end in LF or CRLF, without other CRs, found 1,active\r,2023-01-22 12:09:39`,
		"1,active,2023-01-22 12:09:39\r2,active,2023-01-22 12:09:39": `: expected lines that end in LF or CRLF, without other CRs, found ` +
			`1,active,2023-01-22 12:09:39\r2,active,2023-01-22 12:09:39`,
	}.test(t, pollsHeader, "9,active,2023-01-22 12:09:39")
}

func TestBadBusinessHoursAreRejectedWithOneClearSentence(t *testing.T) {
	const (
		weekday  = ", dayOfWeek: expected a day from 0 (Monday) to 6 (Sunday), found "
		start    = ", start_time_local: expected a time such as 09:00 or 17:30:00, found "
		end      = ", end_time_local: expected a time such as 09:00 or 17:30:00, found "
		late     = ", end_time_local: expected a time such as 09:00 or 17:30:00; an end before the start means the next day, found "
		midnight = ": expected 23:59 or 00:00 for midnight, found "
	)
	wrong{
		",0,09:00,17:00":           ", store_id: expected a store id of 1 to 128 bytes, found nothing",
		"1,8,09:00,17:00":          weekday + "8",
		"1,-1,09:00,17:00":         weekday + "-1",
		"1,Monday,09:00,17:00":     weekday + "Monday",
		"1,,09:00,17:00":           weekday + "nothing",
		"1,0.0,09:00,17:00":        weekday + "0.0",
		"1,00,09:00,17:00":         weekday + "00",
		"1,0,,17:00":               start + "nothing",
		"1,0,9am,17:00":            start + "9am",
		"1,0,09:60,17:00":          start + "09:60",
		"1,0,24:00,17:00":          ", start_time_local" + midnight + "24:00",
		"1,0,,closed at 5":         start + "nothing",
		"1,0,09:00,":               end + "nothing",
		"1,0,09:00,closed":         end + "closed",
		"1,0,closed,17:00":         start + "closed",
		"1,0,26:00,17:00":          start + "26:00",
		"1,0,09:00,26:00":          late + "26:00: write 02:00",
		"1,0,18:00,25:30:15":       late + "25:30:15: write 01:30:15",
		"1,0,09:00,24:01":          late + "24:01: write 00:01",
		"1,0,09:00,47:59":          late + "47:59: write 23:59",
		"1,0,09:00,48:00":          end + "48:00",
		"1,0,09:00,26:60":          end + "26:60",
		"1,0,09:00,17:00:60":       end + "17:00:60",
		"1,0,09:00,17:00:00.5":     end + "17:00:00.5",
		"1,0,09:00,05:00 PM":       end + "05:00 PM",
		"1,0,09:00":                ": expected 4 fields, found 3 fields",
		"1,0,09:00,17:00,Europe/X": ": expected 4 fields, found 5 fields",
	}.test(t, "store_id,dayOfWeek,start_time_local,end_time_local\n", "1,1,09:00,17:00")
}

func TestBadTimeZonesAreRejectedWithOneClearSentence(t *testing.T) {
	const name = ", Timezone: expected an IANA time zone such as America/Chicago, found "
	wrong{
		",UTC":                         ", store_id: expected a store id of 1 to 128 bytes, found nothing",
		"1,":                           name + "nothing",
		"1,  ":                         name + "nothing",
		"1,Local":                      name + "Local",
		"1, Local ":                    name + "Local",
		"1,localtime":                  name + "localtime",
		"1,Mars/Olympus":               name + "Mars/Olympus",
		"1,America":                    name + "America",
		"1,../../etc/passwd":           name + "../../etc/passwd",
		"1,/etc/localtime":             name + "/etc/localtime",
		`1,America\Chicago`:            name + `America\Chicago`,
		"1,+02:00":                     name + "+02:00",
		"1,Central Standard Time":      name + "Central Standard Time",
		"1," + strings.Repeat("Z", 90): name + strings.Repeat("Z", 79) + "…",
		"1":                            ": expected 2 fields, found 1 field",
	}.test(t, "store_id,Timezone\n", "1,UTC")
}

func TestARejectTellsItsPhysicalLine(t *testing.T) {
	got := read("\n" + // blank lines count as lines, not as rows
		"store_id,note,timezone\r\n" +
		"1,\"two\nlines\",UTC\n" +
		"\n" +
		"2,\"three\n\nlines\",Nowhere\n" + // starts on line 6
		"3,,Nowhere\n")
	want := []string{
		"Line 6, timezone: expected an IANA time zone such as America/Chicago, found Nowhere",
		"Line 9, timezone: expected an IANA time zone such as America/Chicago, found Nowhere",
	}
	if diff := cmp.Diff(want, got.sentences()); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}

func TestLinesAreCountedThroughPlainAndOddRows(t *testing.T) {
	got := read(pollsHeader + strings.Repeat("1,active,2023-01-22 12:09:39 UTC\n\n1, active,2023-01-22 12:09:39 UTC\n1,off,2023-01-22 12:09:39\n", 10_000))
	for i, reject := range got.Rejects {
		if want := 5 + 4*i; reject.Line != want {
			t.Fatalf("reject %d is on line %d, want %d", i, reject.Line, want)
		}
	}
	if len(got.Rejects) != 10_000 || got.Summary.Rows != 30_000 {
		t.Errorf("%d rejects, %d rows", len(got.Rejects), got.Summary.Rows)
	}
}

func TestARejectCarriesTheRowAsRead(t *testing.T) {
	long := strings.Repeat("long ", 1000)
	tests := map[string][]string{
		" 1 ,up, 22/01/23 ":     {" 1 ", "up", " 22/01/23 "},
		`"1","u""p","22,01,23"`: {"1", `u"p`, "22,01,23"},
		"1":                     {"1"},
		",x,,":                  {"", "x", "", ""},
		`a"b,active,"x`:         {`a"b`, "active", `"x`},
		`"1"x,"active",2`:       {`"1"x`, `"active"`, "2"},
		"1,active,x\r\r\n":      {"1", "active", "x"},
		"caf\xe9,active,x":      {"café", "active", "x"},
		"é,\xe9,x":              {"é", "\xe9", "x"},
		"1," + long + ",x":      {"1", long, "x"},
	}
	for row, want := range tests {
		got := read(pollsHeader + row)
		if len(got.Rejects) != 1 {
			t.Errorf("%q: rejects %q", row, got.sentences())
		} else if diff := cmp.Diff(want, got.Rejects[0].Fields); diff != "" {
			t.Errorf("%q: want -, got +:\n%s", row, diff)
		}
	}
}

func TestARejectOfAColumnNamesItAsWritten(t *testing.T) {
	got := read("STORE_ID,Status, Timestamp_UTC\n1,active,\n")
	if len(got.Rejects) != 1 || got.Rejects[0].Column != "Timestamp_UTC" || got.Rejects[0].Found != "" {
		t.Errorf("rejects %+v", got.Rejects)
	}
	const want = "Line 2, Timestamp_UTC: expected 2023-01-22 12:09:39 UTC, found nothing"
	if got := got.Rejects[0].String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A quote that somebody forgot must not swallow the rows after it.
func TestWrongQuotesCostOneLineOnly(t *testing.T) {
	good := "9,active,2023-01-22 12:09:39 UTC\n"
	tests := map[string]struct {
		rows     string
		accepted int64
		lines    []int
	}{
		"never closed":                          {"\"1,active,2023-01-22 12:09:39\n" + good + good + good, 3, []int{2}},
		"closed by the next mistake":            {"\"1,active,x\n" + good + "\"2,active,x\n" + good, 2, []int{2, 4}},
		"text after a second line":              {good + "\"1\n2\"x,active,y\n" + good, 2, []int{3, 4}},
		"stray, then a good field of two lines": {"a\"b,active,x\n\"9\n9\",active,2023-01-22 12:09:39\n" + good, 2, []int{2}},
		"the last byte":                         {good + `"`, 1, []int{3}},
		"an escaped quote at the end":           {good + `"a""`, 1, []int{3}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := read(pollsHeader + test.rows)
			var lines []int
			for _, reject := range got.Rejects {
				lines = append(lines, reject.Line)
			}
			if diff := cmp.Diff(test.lines, lines); diff != "" || got.Summary.Accepted != test.accepted || got.Err != "" {
				t.Errorf("accepted %d, want %d; error %q; lines want -, got +:\n%s", got.Summary.Accepted, test.accepted, got.Err, diff)
			}
		})
	}
}

func TestFoundIsShownInAtMost80Runes(t *testing.T) {
	x := strings.Repeat("x", 79)
	tests := map[string]string{
		"":                           "",
		"as it is":                   "as it is",
		x + "y":                      x + "y",
		x + "yz":                     x + "…",
		strings.Repeat("é", 80):      strings.Repeat("é", 80),
		strings.Repeat("é", 81):      strings.Repeat("é", 79) + "…",
		x + "\x00":                   x + "…",
		x[:76] + "\x00":              x[:76] + `\x00`,
		x[:76] + "\x00z":             x[:76] + "…",
		"tab\tnew\nreturn\rnul\x00":  `tab\tnew\nreturn\rnul\x00`,
		"\xff\x80 bad":               `\xff\x80 bad`,
		"bell\a del\x7f bom\ufeff":   `bell\a del\x7f bom\ufeff`,
		"quote\" apostrophe' back\\": "quote\" apostrophe' back\\",
		strings.Repeat("\xff", 1000): strings.Repeat(`\xff`, 19) + "…",
		"no\u00a0break":              `no\u00a0break`,
	}
	for text, want := range tests {
		if got := feed.Shorten([]byte(text)); got != want {
			t.Errorf("%q is shown as %s, want %s", text, got, want)
		}
	}
}
