package feed_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models/feed"
)

// outcome is what becomes of a file, on one line: how it was read, its rows,
// and what of it was rejected or why it was refused.
func (r reading) outcome() string {
	if r.Err != "" {
		return r.Err
	}
	s := r.Summary
	said := []string{fmt.Sprintf("%s, %s, %s", s.Kind, s.Encoding, s.Delimiter)}
	for _, p := range r.Polls {
		said = append(said, fmt.Sprintf("%s %v", p.Store, p.Active))
	}
	for _, h := range r.Hours {
		said = append(said, fmt.Sprintf("%s %d %d-%d", h.Store, h.Day, h.Start, h.End))
	}
	for _, z := range r.Zones {
		said = append(said, fmt.Sprintf("%s %s", z.Store, z.Zone))
	}
	return strings.Join(append(said, r.sentences()...), "\n")
}

// TestOddFilesAreReadOrRefusedClearly is the list of what was met in the wild:
// what each file gives, or the sentence it is refused with.
func TestOddFilesAreReadOrRefusedClearly(t *testing.T) {
	const (
		zones = "store_id,timezone_str\n"
		row   = ",active,2023-01-22 12:09:39\n"
	)
	le := func(text string) string { return utf16Text(text, true, false) }
	be := func(text string) string { return utf16Text(text, true, true) }
	ascii := strings.Repeat("1"+row, 20_000) // more than is read first
	oneAndMore := strings.Repeat("\n1 true", 20_000)

	tests := map[string]struct{ file, want string }{
		// Delimiters.
		"semicolons":                      {"store_id;timezone_str\n1;UTC\n", "time zones, UTF-8, semicolon\n1 UTC"},
		"tabs":                            {"store_id\ttimezone_str\n1\tUTC\n", "time zones, UTF-8, tab\n1 UTC"},
		"vertical bars":                   {"store_id|timezone_str\n1|UTC\n", "time zones, UTF-8, vertical bar\n1 UTC"},
		"quoted, semicolons":              {"\"store_id\";\"timezone_str\"\r\n\"1;\"\"2\"\"\";\"UTC\"\r\n", "time zones, UTF-8, semicolon\n1;\"2\" UTC"},
		"quoted, tabs":                    {"\"store_id\"\t\"timezone_str\"\n\"1\t2\"\t\"UTC\"\n", "time zones, UTF-8, tab\n1\t2 UTC"},
		"quoted line end, semicolons":     {"store_id;timezone_str\n\"1\n2\";UTC\n3;Mars\n", "time zones, UTF-8, semicolon\n1\n2 UTC\nLine 4, timezone_str: expected an IANA time zone such as America/Chicago, found Mars"},
		"commas in a file of semicolons":  {"store_id;timezone_str;a,b\n1,2;UTC;x,y\n", "time zones, UTF-8, semicolon\n1,2 UTC"},
		"semicolons in a file of commas":  {"store_id,timezone_str,a;b\n1;2,UTC,\n", "time zones, UTF-8, comma\n1;2 UTC"},
		"polls with semicolons":           {"store_id;status;timestamp_utc\na,b;active;2023-01-22 12:09:39 UTC\n2;inactive;2023-01-22 12:09:39\n", "polls, UTF-8, semicolon\na,b true\n2 false"},
		"polls, the id last, semicolons":  {"status;timestamp_utc;store_id\nactive;2023-01-22 12:09:39;1;2\n", "polls, UTF-8, semicolon\nLine 2: expected 3 fields, found 4 fields"},
		"hours with tabs":                 {"store_id\tday\tstart_time_local\tend_time_local\n1\t0\t09:00\t17:00\n", "business hours, UTF-8, tab\n1 0 32400-61200"},
		"an empty field between tabs":     {"store_id\ttimezone_str\n\tUTC\n1\t\n", "time zones, UTF-8, tab\nLine 2, store_id: expected a store id of 1 to 128 bytes, found nothing\nLine 3, timezone_str: expected an IANA time zone such as America/Chicago, found nothing"},
		"a row of tabs":                   {"store_id\ttimezone_str\n\t\n \n1\tUTC\n", "time zones, UTF-8, tab\n1 UTC"},
		"blanks around tabs":              {" store_id \t \"timezone_str\" \n 1 \t \"UTC\" \n", "time zones, UTF-8, tab\n1 UTC"},
		"a decimal comma":                 {"store_id;status;timestamp_utc\n1;active;2023-01-22 12:09:39,5\n", "polls, UTF-8, semicolon\nLine 2, timestamp_utc: expected 2023-01-22 12:09:39 UTC, found 2023-01-22 12:09:39,5"},
		"commas below semicolons":         {"store_id;timezone_str\n1,UTC\n", "time zones, UTF-8, semicolon\nLine 2: expected 2 fields, found 1 field"},
		"semicolons below commas":         {zones + "1;UTC\n", "time zones, UTF-8, comma\nLine 2: expected 2 fields, found 1 field"},
		"a stray quote with semicolons":   {"store_id;timezone_str\n1;U\"TC;\n2;UTC\n", "time zones, UTF-8, semicolon\n2 UTC\nLine 2: expected quotes only around a whole field, and doubled (\"\") inside it, found 1;U\"TC;"},
		"a line that tells the delimiter": {"sep=;\r\nstore_id;timezone_str\r\n1;Mars\r\n", "time zones, UTF-8, semicolon\nLine 3, timezone_str: expected an IANA time zone such as America/Chicago, found Mars"},
		"the same for tabs, in UTF-16":    {le("\"SEP=\t\"\nstore_id\ttimezone_str\n1\tUTC\n"), "time zones, UTF-16 (little endian), tab\n1 UTC"},
		"that line and no more":           {"sep=;\n", "this is a file with nothing but blanks" + csvExpected},
		"colons":                          {"store_id:timezone_str\n", "line 1: found the column store_id:timezone_str" + headersExpected},
		"semicolons, a column missing":    {"store_id;status\n1;active\n", "line 1: found the columns store_id, status" + headersExpected},
		"tabs, a column missing":          {"store_id\tstatus\n", "line 1: found the columns store_id, status" + headersExpected},
		"semicolons, a column twice":      {"store_id;timezone;Timezone\n", "line 1: found the column timezone twice; expected it once"},
		"semicolons, two kinds at once":   {"store_id;status;timestamp_utc;timezone_str\n", "line 1: found the columns store_id, status, timestamp_utc, timezone_str, which fit both polls and time zones; expected one of" + strings.TrimPrefix(headersExpected, "; expected")},
		"semicolons, no header": {"1;active;2023-01-22 12:09:39\n",
			"line 1: found a row of data (1;active;2023-01-22 12:09:39); expected the header line store_id,status,timestamp_utc before it"},
		"tabs, no header": {"1\tUTC\n",
			`line 1: found a row of data (1\tUTC); expected the header line store_id,timezone_str before it`},
		"semicolons, a quote unclosed": {"store_id;\"timezone_str\n1;UTC\n", "line 1: found store_id;\"timezone_str; expected a closing quote"},

		// UTF-16.
		"UTF-16, little endian":           {le(zones + "Café 店 😀,UTC\n"), "time zones, UTF-16 (little endian), comma\nCafé 店 😀 UTC"},
		"UTF-16, big endian":              {be(zones + "Café 店 😀,UTC\n"), "time zones, UTF-16 (big endian), comma\nCafé 店 😀 UTC"},
		"UTF-16 as Excel writes it":       {le("store_id\tstatus\ttimestamp_utc\r\n1\tactive\t2023-01-22 12:09:39\r\n"), "polls, UTF-16 (little endian), tab\n1 true"},
		"UTF-16, quoted, semicolons":      {be("\"store_id\";\"timezone_str\"\n\"a;\"\"b\"\"\";UTC"), "time zones, UTF-16 (big endian), semicolon\na;\"b\" UTC"},
		"UTF-16, a mark and no more":      {le(""), "this is a file with nothing but blanks" + csvExpected},
		"UTF-16, blanks":                  {be("\r\n \t\r\n"), "this is a file with nothing but blanks" + csvExpected},
		"UTF-16, half a surrogate pair":   {le(zones+"a") + "\x3d\xd8" + utf16Text(",UTC\n2,UTC\n", false, false), "time zones, UTF-16 (little endian), comma\n2 UTC\nLine 2, store_id: expected UTF-16 (little endian) text without NUL bytes, found a\\xed\\xa0\\xbd"},
		"UTF-16, the other half":          {be(zones) + "\xde\x00" + utf16Text(",UTC\n2,UTC\n", false, true), "time zones, UTF-16 (big endian), comma\n2 UTC\nLine 2, store_id: expected UTF-16 (big endian) text without NUL bytes, found \\xed\\xb8\\x80"},
		"UTF-16, half a pair at the end":  {le(zones+"1,UTC\n2,U") + "\x3d\xd8", "time zones, UTF-16 (little endian), comma\n1 UTC\nLine 3, timezone_str: expected UTF-16 (little endian) text without NUL bytes, found U\\xed\\xa0\\xbd"},
		"UTF-16, half a pair on top":      {le("store_id,timezone_str,") + "\x3d\xd8" + utf16Text("\n1,UTC,\n", false, false), "line 1: found half a UTF-16 character; expected text in UTF-8"},
		"UTF-16, an odd number of bytes":  {le(zones+"1,UTC\n") + "2", "this is UTF-16 text that ends in the middle of a character; expected two bytes for every character; perhaps the file was cut off"},
		"UTF-16, a line feed of one byte": {be(zones+"1,UTC") + "\n", "this is UTF-16 text that ends in the middle of a character; expected two bytes for every character; perhaps the file was cut off"},
		"UTF-16, a NUL":                   {le(zones + "a\x00b,UTC\n"), "time zones, UTF-16 (little endian), comma\nLine 2, store_id: expected UTF-16 (little endian) text without NUL bytes, found a\\x00b"},
		"UTF-16, a NUL in the header":     {le("store\x00,timezone_str\n"), "this is a binary file" + csvExpected},
		"UTF-16, HTML":                    {le("<html>"), "this is an HTML page" + csvExpected},
		"UTF-16, JSON":                    {be("[1]"), "this is JSON" + csvExpected},
		"UTF-16, lines that end in CR":    {le("store_id,timezone_str\r1,UTC\r"), "this is a file whose lines end in CR only, as on old Macs; expected lines that end in LF or CRLF"},
		"UTF-16 bytes swapped":            {"\xfe\xff" + utf16Text(zones, false, false), "line 1: found the column " + swapped(zones) + headersExpected},
		"UTF-16, a long row":              {le(zones + strings.Repeat("x", 70<<10)), "line 2: found a row longer than 64 KiB; expected at most 64 KiB in a row"},

		// Windows-1252.
		"Windows-1252":                            {zones + "Caf\xe9 Zo\xeb,UTC\n", "time zones, Windows-1252, comma\nCafé Zoë UTC"},
		"Windows-1252, the euro and quotes":       {zones + "\x80 \x93Joe\x92s\x94,UTC\n", "time zones, Windows-1252, comma\n€ “Joe’s” UTC"},
		"Windows-1252 at the end of the file":     {zones + "1,UTC\n2,caf\xe9", "time zones, Windows-1252, comma\n1 UTC\nLine 3, timezone_str: expected an IANA time zone such as America/Chicago, found café"},
		"Windows-1252 in the header":              {"store_id,timezone_str,caf\xe9\n1,UTC,x\n", "time zones, Windows-1252, comma\n1 UTC"},
		"Windows-1252, quoted, semicolons":        {"store_id;timezone_str\r\n\"Zo\xeb \"\"9\"\"\";UTC\r\n", "time zones, Windows-1252, semicolon\nZoë \"9\" UTC"},
		"Windows-1252, tabs":                      {"store_id\ttimezone_str\nZo\xeb\tUTC\n", "time zones, Windows-1252, tab\nZoë UTC"},
		"Windows-1252, a byte without meaning":    {zones + "a\x81,UTC\n\xe9,UTC\n", "time zones, Windows-1252, comma\né UTC\nLine 2, store_id: expected Windows-1252 text without NUL bytes, found a\\x81"},
		"Windows-1252, a NUL":                     {zones + "\xe9\x00,UTC\n", "time zones, Windows-1252, comma\nLine 2, store_id: expected Windows-1252 text without NUL bytes, found é\\x00"},
		"Windows-1252, a stray quote":             {zones + "Caf\xe9 \"9\",UTC\n", "time zones, Windows-1252, comma\nLine 2: expected quotes only around a whole field, and doubled (\"\") inside it, found Café \"9\",UTC"},
		"Windows-1252, a row of hard spaces":      {zones + "\xa0\xa0\n\xe9,UTC\n", "time zones, Windows-1252, comma\né UTC"},
		"Windows-1252 that looks like UTF-8 once": {zones + "CAF\xc9\x92S,UTC\nZo\xeb,UTC\nCaf\xe9,UTC\n", "time zones, Windows-1252, comma\nCAFÉ’S UTC\nZoë UTC\nCafé UTC"},
		"Windows-1252 after 600 KiB of ASCII":     {pollsHeader + ascii + "Caf\xe9" + row, "polls, Windows-1252, comma" + oneAndMore + "\nCafé true"},
		"UTF-8 after it, and then a broken row": {pollsHeader + ascii + "Café" + row + "Caf\xe9" + row,
			"polls, UTF-8, comma" + oneAndMore + "\nCafé true\nLine 20003, store_id: expected UTF-8 text without NUL bytes, found Caf\\xe9"},
		"a header in which bytes mean nothing": {"store_id,timezone_str,\x81\n", "line 1: found text that is neither UTF-8 nor Windows-1252; expected text in UTF-8"},
		"noise":                                {"\x9f\x85\xff\xf0\x80 noise", "line 1: found the column Ÿ…ÿð€ noise" + headersExpected},

		// UTF-8.
		"UTF-8 with a mark, semicolons":  {"\ufeffstore_id;timezone_str\nCafé;UTC\n", "time zones, UTF-8, semicolon\nCafé UTC"},
		"UTF-8 with a mark, broken":      {"\ufeff" + zones + "Caf\xe9,UTC\n", "time zones, UTF-8, comma\nLine 2, store_id: expected UTF-8 text without NUL bytes, found Caf\\xe9"},
		"UTF-8 with a broken row":        {zones + "Café,UTC\nZo\xeb,UTC\n", "time zones, UTF-8, comma\nCafé UTC\nLine 3, store_id: expected UTF-8 text without NUL bytes, found Zo\\xeb"},
		"the mark twice":                 {"\ufeff\ufeff" + zones, "line 1: found the columns \\ufeffstore_id, timezone_str" + headersExpected},
		"trailing blank lines":           {zones + "1,UTC\n\n \r\n\t\n\n", "time zones, UTF-8, comma\n1 UTC"},
		"a header case, blanks, columns": {" Note ,STORE_ID, Timezone \r\nx,1,UTC\r\n", "time zones, UTF-8, comma\n1 UTC"},
		"a tar archive":                  {"zones.csv" + strings.Repeat("\x00", 248) + "ustar\x0000", "this is a tar archive" + csvExpected},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := read(test.file)
			sayAgain(t, got.Rejects)
			if diff := cmp.Diff(test.want, got.outcome()); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
	if len(tests) < 60 {
		t.Errorf("%d odd files, want at least 60", len(tests))
	}
}

// swapped is how text looks whose bytes were swapped in pairs, shortened.
func swapped(text string) string {
	var b strings.Builder
	for _, c := range text {
		b.WriteRune(c << 8)
	}
	return feed.Shorten([]byte(b.String()))
}

func TestEncodingsAndDelimitersHaveNamesForPeople(t *testing.T) {
	got := fmt.Sprint([]feed.Encoding{feed.UTF8, feed.UTF16LE, feed.UTF16BE, feed.Windows1252}, []feed.Delimiter{feed.Comma, feed.Semicolon, feed.Tab, feed.Bar})
	if want := "[UTF-8 UTF-16 (little endian) UTF-16 (big endian) Windows-1252] [comma semicolon tab vertical bar]"; got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}
