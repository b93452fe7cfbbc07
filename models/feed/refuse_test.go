package feed_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"lightson/models/feed"
)

const (
	csvExpected     = "; expected a CSV file with a header line such as store_id,status,timestamp_utc"
	headersExpected = "; expected store_id,status,timestamp_utc (polls), store_id,day,start_time_local,end_time_local (business hours), store_id,timezone_str (time zones), store_id,name,group,city (store names) or store_id,date,start_time_local,end_time_local (special days)"
	quotesExpected  = `; expected quotes only around a whole field, and doubled ("") inside it`
)

func TestHostileFilesAreRefusedWithOneClearSentence(t *testing.T) {
	tests := map[string]struct{ file, want string }{
		"empty":                    {"", "this is an empty file" + csvExpected},
		"only a byte order mark":   {"\ufeff", "this is a file with nothing but blanks" + csvExpected},
		"one line feed":            {"\n", "this is a file with nothing but blanks" + csvExpected},
		"blanks":                   {" \t\r\n \n\n   ", "this is a file with nothing but blanks" + csvExpected},
		"CRs":                      {"\r\r\r", "this is a file with nothing but blanks" + csvExpected},
		"200 KiB of blanks":        {strings.Repeat("      \n", 30_000), "this is a file with nothing but blanks" + csvExpected},
		"a line of 100 KiB blanks": {strings.Repeat(" ", 100<<10), "line 1: found a row longer than 64 KiB; expected at most 64 KiB in a row"},

		"UTF-16, little endian, unmarked": {utf16Text(pollsHeader, false, false), "this is UTF-16 text without a byte order mark" + csvExpected},
		"UTF-16, big endian, unmarked":    {utf16Text(pollsHeader, false, true), "this is UTF-16 text without a byte order mark" + csvExpected},
		"UTF-32, little endian":           {"\xff\xfe\x00\x00s\x00\x00\x00", "this is UTF-32 text" + csvExpected},
		"UTF-32, big endian":              {"\x00\x00\xfe\xff\x00\x00\x00s", "this is UTF-32 text" + csvExpected},

		"ZIP":               {"PK\x03\x04\x14\x00\x00\x00store_status.csv", "this is a ZIP archive" + csvExpected},
		"empty ZIP":         {"PK\x05\x06\x00\x00", "this is an empty ZIP archive" + csvExpected},
		"xlsx":              {"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml", "this is an Excel workbook (.xlsx, which is a ZIP archive)" + csvExpected},
		"xlsx of a tool":    {"PK\x03\x04\x14\x00\x06\x00xl/workbook.xml", "this is an Excel workbook (.xlsx, which is a ZIP archive)" + csvExpected},
		"xls":               {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "this is an old Excel workbook (.xls)" + csvExpected},
		"gzip":              {"\x1f\x8b\x08\x00", "this is a gzip archive" + csvExpected},
		"bzip2":             {"BZh91AY&SY", "this is a bzip2 archive" + csvExpected},
		"xz":                {"\xfd7zXZ\x00", "this is an xz archive" + csvExpected},
		"zstd":              {"\x28\xb5\x2f\xfd\x04", "this is a zstd archive" + csvExpected},
		"7-Zip":             {"7z\xbc\xaf\x27\x1c\x00", "this is a 7-Zip archive" + csvExpected},
		"RAR":               {"Rar!\x1a\x07\x00", "this is a RAR archive" + csvExpected},
		"PNG":               {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "this is a PNG image" + csvExpected},
		"JPEG":              {"\xff\xd8\xff\xe0\x00\x10JFIF", "this is a JPEG image" + csvExpected},
		"GIF":               {"GIF89a\x01\x00", "this is a GIF image" + csvExpected},
		"PDF":               {"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "this is a PDF document" + csvExpected},
		"RTF":               {"{\\rtf1\\ansi store_id}", "this is an RTF document" + csvExpected},
		"SQLite":            {"SQLite format 3\x00\x10\x00", "this is an SQLite database" + csvExpected},
		"Parquet":           {"PAR1\x15\x04", "this is a Parquet file" + csvExpected},
		"HTML":              {"<!DOCTYPE html>\n<html><body>Sign in</body></html>", "this is an HTML page" + csvExpected},
		"HTML after lines":  {"\n\n  <html lang=en>store_id,status,timestamp_utc", "this is an HTML page" + csvExpected},
		"XML":               {"<?XML version='1.0'?>", "this is an XML document" + csvExpected},
		"JSON object":       {`{"store_id": 1, "status": "active"}`, "this is JSON" + csvExpected},
		"JSON array":        {"\ufeff [{\"store_id\": 1}]", "this is JSON" + csvExpected},
		"a program":         {"\x7fELF\x02\x01\x01\x00\x00\x00\x00", "this is a binary file" + csvExpected},
		"all NUL":           {strings.Repeat("\x00", 1000), "this is a binary file" + csvExpected},
		"NUL in the header": {"store_id,status,timestamp_utc\x00\n1,active,2023-01-22 12:09:39\n", "this is a binary file" + csvExpected},

		"polls with a slip, and names": {
			"store_id,name,chain,status\n", "line 1: found the columns store_id, name, chain, status" + headersExpected,
		},

		"lines that end in CR": {"store_id,status,timestamp_utc\r1,active,2023-01-22 12:09:39\r",
			"this is a file whose lines end in CR only, as on old Macs; expected lines that end in LF or CRLF"},
		"long file with lines that end in CR": {"store_id,status,timestamp_utc\r" + strings.Repeat("1,active,2023-01-22 12:09:39\r", 100_000),
			"this is a file whose lines end in CR only, as on old Macs; expected lines that end in LF or CRLF"},

		"no header, polls": {"8419537941919820732,active,2023-01-22 12:09:39.388884 UTC\n",
			"line 1: found a row of data (8419537941919820732,active,2023-01-22 12:09:39.388884 UTC); expected the header line store_id,status,timestamp_utc before it"},
		"no header, times first": {"2023-01-22 12:09:39,1,up\n",
			"line 1: found a row of data (2023-01-22 12:09:39,1,up); expected the header line store_id,status,timestamp_utc before it"},
		"no header, business hours": {"1,0,00:00:00,00:10:00\n",
			"line 1: found a row of data (1,0,00:00:00,00:10:00); expected the header line store_id,day,start_time_local,end_time_local before it"},
		"no header, time zones": {"\n8139926242460185114,Asia/Beirut\n",
			"line 2: found a row of data (8139926242460185114,Asia/Beirut); expected the header line store_id,timezone_str before it"},

		"no header, a special day": {"1,2023-11-23,,\n",
			"line 1: found a row of data (1,2023-11-23,,); expected the header line store_id,date,start_time_local,end_time_local before it"},
		"no header, a special day with times": {"1,2023-11-23,09:00,17:00,x\n",
			"line 1: found a row of data (1,2023-11-23,09:00,17:00,x); expected the header line store_id,date,start_time_local,end_time_local before it"},
		"no header, dated hours": {"1,0,09:00,17:00,2023-01-24\n",
			"line 1: found a row of data (1,0,09:00,17:00,2023-01-24); expected the header line store_id,day,start_time_local,end_time_local before it"},
		"two dates of hours":             {"store_id,day,start_time_local,end_time_local,valid_from,VALID_FROM\n", "line 1: found the column valid_from twice; expected it once"},
		"two dates of a special day":     {"store_id,date,start_time_local,end_time_local,Date\n", "line 1: found the column date twice; expected it once"},
		"two notes":                      {"store_id,date,start_time_local,note,end_time_local,note\n", "line 1: found the column note twice; expected it once"},
		"special days with a slip":       {"store_id,date,start_time,end_time\n", "line 1: found the columns store_id, date, start_time, end_time" + headersExpected},
		"special days without times":     {"store_id,date,note\n", "line 1: found the columns store_id, date, note" + headersExpected},
		"special days with a name, slip": {"store_id,name,date,start_time_local\n", "line 1: found the columns store_id, name, date, start_time_local" + headersExpected},

		"unknown columns":       {"name,city,timestamp\nA,B,C\n", "line 1: found the columns name, city, timestamp" + headersExpected},
		"one column missing":    {"store_id,status,timestamp\n", "line 1: found the columns store_id, status, timestamp" + headersExpected},
		"one column only":       {"store_id\n1\n", "line 1: found the column store_id" + headersExpected},
		"a letter":              {"Dear all", "line 1: found the column Dear all" + headersExpected},
		"control characters":    {"a\x1b[31m,b\u202e\n", `line 1: found the columns a\x1b[31m, b\u202e` + headersExpected},
		"very many columns":     {strings.Repeat("column,", 9000), "line 1: found the columns " + strings.Repeat("column, ", 9) + "column,…" + headersExpected},
		"two kinds at once":     {"store_id,status,timestamp_utc,timezone_str\n", "line 1: found the columns store_id, status, timestamp_utc, timezone_str, which fit both polls and time zones; expected one of" + strings.TrimPrefix(headersExpected, "; expected")},
		"two kinds and a name":  {"store_id,name,day,start_time_local,end_time_local,timezone\n", "line 1: found the columns store_id, name, day, start_time_local, end_time_local, timezone, which fit both business hours and time zones; expected one of" + strings.TrimPrefix(headersExpected, "; expected")},
		"names without a name":  {"store_id,group,city\n", "line 1: found the columns store_id, group, city" + headersExpected},
		"two names of a name":   {"store_id,name,store_name\n", "line 1: found the columns name and store_name, which mean the same thing; expected one of them"},
		"two names of a group":  {"store_id,name,Chain,owner\n", "line 1: found the columns Chain and owner, which mean the same thing; expected one of them"},
		"a city twice":          {"store_id,city,name,city\n", "line 1: found the column city twice; expected it once"},
		"a column twice":        {"store_id,status,timestamp_utc,STATUS\n", "line 1: found the column status twice; expected it once"},
		"two names of a column": {"store_id,day,dayOfWeek,start_time_local,end_time_local\n", "line 1: found the columns day and dayOfWeek, which mean the same thing; expected one of them"},
		"two names of the zone": {"timezone,store_id,timezone_str\n", "line 1: found the columns timezone and timezone_str, which mean the same thing; expected one of them"},

		"stray quote in the header":  {"store_id,sta\"tus,timestamp_utc\n", `line 1: found store_id,sta"tus,timestamp_utc` + quotesExpected},
		"text after a closing quote": {"\"store_id\"s,status,timestamp_utc\n", `line 1: found "store_id"s,status,timestamp_utc` + quotesExpected},
		"unclosed quote in the header": {"\"store_id,status,timestamp_utc\n1,active,2023-01-22 12:09:39\n",
			`line 1: found "store_id,status,timestamp_utc; expected a closing quote`},

		"a header of 100 KiB": {strings.Repeat("x", 100<<10), "line 1: found a row longer than 64 KiB; expected at most 64 KiB in a row"},
		"a row of 100 KiB": {pollsHeader + "1,active,2023-01-22 12:09:39\n" + strings.Repeat("x", 100<<10) + "\n1,active,2023-01-22 12:09:39\n",
			"line 3: found a row longer than 64 KiB; expected at most 64 KiB in a row"},
		"a row of commas without end": {zonesHeader + strings.Repeat(",", 100<<10), "line 2: found a row longer than 64 KiB; expected at most 64 KiB in a row"},
		"a quote closed by nothing": {pollsHeader + "1,\"active,2023-01-22 12:09:39\n" + strings.Repeat("1,active,2023-01-22 12:09:39\n", 5000),
			"line 2: found a row longer than 64 KiB, with a quote that is never closed; expected at most 64 KiB in a row"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := feed.Read(strings.NewReader(test.file), now, feed.Sink{})
			var refused *feed.RefusedError
			if !errors.As(err, &refused) {
				t.Fatalf("error %v, want a RefusedError", err)
			}
			if got := refused.Error(); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestRowsBeforeARefusalWereGiven(t *testing.T) {
	got := read(zonesHeader + "1,UTC\n2,Local\n" + strings.Repeat("x", 70<<10))
	if s := got.Summary; s.Rows != 2 || s.Accepted != 1 || s.Rejected != 1 || got.Err == "" {
		t.Errorf("summary %+v, error %q", s, got.Err)
	}
}

func TestARowMayHave64KiB(t *testing.T) {
	row := "1,UTC,"
	note := strings.Repeat("x", feed.MaxRowSize-len(row)-len("\n"))
	tests := map[string]struct {
		file   string
		accept bool
	}{
		"with its line end":               {row + note + "\n2,UTC,\n", true},
		"and one byte more":               {row + note + "x\n2,UTC,\n", false},
		"at the end of the file":          {row + note + "x", true},
		"at the end, and one byte more":   {row + note + "xx", false},
		"with CRLF":                       {row + note[1:] + "\r\n2,UTC,\n", true},
		"with CRLF, and one byte more":    {row + note + "\r\n2,UTC,\n", false},
		"quoted":                          {row + `"` + note[2:] + "\"\n2,UTC,\n", true},
		"quoted, and one byte more":       {row + `"` + note[1:] + "\"\n2,UTC,\n", false},
		"a quote unclosed to the end":     {row + `"` + note, true},
		"a quote unclosed one byte past":  {row + `"` + note + "x", false},
		"a stray quote before it is over": {row + `a"` + note[2:] + "\n", true},
		"a stray quote, one byte more":    {row + `a"` + note[1:] + "\n", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := read("store_id,timezone,note\n" + test.file)
			if accepted := got.Err == ""; accepted != test.accept {
				t.Errorf("error %q", got.Err)
			}
		})
	}
}

// utf16Text is text in UTF-16.
func utf16Text(text string, mark, bigEndian bool) string {
	if mark {
		text = "\ufeff" + text
	}
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		low, high := byte(unit), byte(unit>>8)
		if bigEndian {
			low, high = high, low
		}
		out = append(out, low, high)
	}
	return string(out)
}
