package feed_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models/feed"
)

// A dialect is one of the ways in which programs write the same table.
type dialect struct {
	encoding  feed.Encoding
	delimiter string
	lineEnd   string
	quoted    bool // every field, not only where it must be
	extra     bool // columns that mean nothing to us, first and last
	header    func(string) string
}

func drawDialect(t *rapid.T) dialect {
	return dialect{
		encoding:  rapid.SampledFrom([]feed.Encoding{feed.UTF8, feed.UTF16LE, feed.UTF16BE, feed.Windows1252}).Draw(t, "encoding"),
		delimiter: rapid.SampledFrom([]string{",", ";", "\t", "|"}).Draw(t, "delimiter"),
		lineEnd:   rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "line end"),
		quoted:    rapid.Bool().Draw(t, "quoted"),
		extra:     rapid.Bool().Draw(t, "extra"),
		header: rapid.SampledFrom([]func(string) string{
			func(name string) string { return name },
			strings.ToUpper,
			func(name string) string { return "  " + name + " " },
		}).Draw(t, "header"),
	}
}

// file writes a table, of which the first row is the header.
func (d dialect) file(rows [][]string) string {
	var text strings.Builder
	for n, row := range rows {
		if d.extra {
			row = slices.Concat([]string{"note"}, row, []string{""})
		}
		for i, value := range row {
			if n == 0 {
				value = d.header(value)
			}
			if d.quoted || strings.ContainsAny(value, ",;|\t\"\r\n") {
				value = `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
			}
			if i > 0 {
				text.WriteString(d.delimiter)
			}
			text.WriteString(value)
		}
		text.WriteString(d.lineEnd)
	}
	return encoded(text.String(), d.encoding)
}

// encoded is text in an encoding.
func encoded(text string, e feed.Encoding) string {
	switch e {
	case feed.UTF16LE, feed.UTF16BE:
		return utf16Text(text, true, e == feed.UTF16BE)
	case feed.Windows1252:
		var b strings.Builder
		for _, r := range text {
			switch {
			case r <= 0xff:
				b.WriteByte(byte(r))
			case r == '€':
				b.WriteByte(0x80)
			case r == '’':
				b.WriteByte(0x92)
			default:
				panic("not in Windows-1252, or not known to the test: " + string(r))
			}
		}
		return b.String()
	default:
		return text
	}
}

// drawTable draws polls or zones, good and bad.
func drawTable(t *rapid.T) [][]string {
	store := rapid.SampledFrom([]string{"1", "8419537941919820732", "Café 9", "Zoë’s; a, b|c\td", "€ \"5\"", "two\nlines", "", strings.Repeat("ü", 65)})
	columns := rapid.SampledFrom([]map[string][]string{
		{"status": {"active", "inactive", "Active", "up", "é"}, "timestamp_utc": {"2023-01-22 12:09:39.3 UTC", "2023-01-22T12:09:39Z", "22/01/23", "2023-01-22 12:09:39,5"}},
		{"timezone_str": {"UTC", "America/Chicago", "Amérique", ""}},
	}).Draw(t, "columns")
	rows := [][]string{{"store_id"}}
	for _, name := range []string{"status", "timestamp_utc", "timezone_str"} {
		if columns[name] != nil {
			rows[0] = append(rows[0], name)
		}
	}
	for range rapid.IntRange(0, 20).Draw(t, "rows") {
		row := []string{store.Draw(t, "store")}
		for _, name := range rows[0][1:] {
			row = append(row, rapid.SampledFrom(columns[name]).Draw(t, name))
		}
		if strings.Join(row, "") != "" { // else it is no row, unless a dialect adds a column
			rows = append(rows, row)
		}
	}
	return rows
}

func TestEveryDialectOfAFeedSaysTheSame(t *testing.T) {
	plain := dialect{delimiter: ",", lineEnd: "\n", header: strings.ToLower}
	rapid.Check(t, func(t *rapid.T) {
		rows, d := drawTable(t), drawDialect(t)
		want, file := read(plain.file(rows)), d.file(rows)
		got := read(file)
		if got.Err != "" || got.Summary.Delimiter.String() != map[string]string{",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}[d.delimiter] {
			t.Fatalf("error %q, read with %s", got.Err, got.Summary.Delimiter)
		}
		if foreign := strings.ContainsFunc(plain.file(rows), func(r rune) bool { return r >= utf8.RuneSelf }); foreign && got.Summary.Encoding != d.encoding {
			t.Fatalf("read as %s", got.Summary.Encoding)
		}
		for _, r := range []*reading{&want, &got} {
			r.Headers, r.Summary.Header = nil, feed.Header{}
			for i := range r.Rejects {
				r.Rejects[i].Column = strings.ToLower(r.Rejects[i].Column)
				if n := len(r.Rejects[i].Fields); n > len(rows[0]) {
					r.Rejects[i].Fields = r.Rejects[i].Fields[1 : n-1]
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s %q: plain -, dialect +:\n%s", d.encoding, d.delimiter, diff)
		}
	})
}

func TestUTF16MayArriveInAnyPieces(t *testing.T) {
	file := utf16Text(pollsHeader+strings.Repeat("😀 é,active,2023-01-22 12:09:39\n2,up,x\n", 9000), true, true)
	want := read(file)
	if want.Err != "" || want.Summary.Accepted != 9000 || want.Polls[8999].Store != "😀 é" {
		t.Fatalf("%+v, error %q", want.Summary, want.Err)
	}
	for name, got := range map[string]reading{
		"one byte at a time":    readBy(feed.Read, iotest.OneByteReader(strings.NewReader(file))),
		"the end with the rest": readBy(feed.Read, iotest.DataErrReader(strings.NewReader(file))),
		"nothing now and then":  readBy(feed.Read, &hesitant{src: strings.NewReader(file)}),
	} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: want -, got +:\n%s", name, diff)
		}
	}
	broken := errors.New("connection reset")
	for _, at := range []int{3, 100, len(file) - 5} {
		if got := readBy(feed.Read, &breaking{strings.NewReader(file[:at]), broken}); !strings.Contains(got.Err, broken.Error()) {
			t.Errorf("broken off after %d bytes: %q", at, got.Err)
		}
	}
}

// breaking ends with an error.
type breaking struct {
	src *strings.Reader
	err error
}

func (b *breaking) Read(into []byte) (int, error) {
	if b.src.Len() == 0 {
		return 0, b.err
	}
	return b.src.Read(into)
}

// FuzzDialects reads any rows below a header in every encoding and with every
// delimiter: the rows of UTF-16 are those of the same text in UTF-8.
func FuzzDialects(f *testing.F) {
	for _, rows := range []string{
		"1,active,2023-01-22 12:09:39\n", "é;inactive;2023-01-22 12:09:39\r\n", "\"a\"\"\t\"\tup\t\n", "\x80\x81|\xed\xa0\x80|\n\n\xa0\n", "\u00a0\n😀,\"\n,,",
	} {
		f.Add([]byte(rows))
	}
	f.Fuzz(func(t *testing.T, rows []byte) {
		for _, delimiter := range []string{",", ";", "\t", "|"} {
			header := strings.ReplaceAll(pollsHeader, ",", delimiter)
			for _, mark := range []string{"", "\ufeff"} {
				strict, fast := readBy(feed.ReadPlainly, strings.NewReader(mark+header+string(rows))), read(mark+header+string(rows))
				if diff := cmp.Diff(strict, fast); diff != "" {
					t.Errorf("%q: strict -, fast +:\n%s", delimiter, diff)
				}
				if s := fast.Summary; s.Rows != s.Accepted+s.Rejected {
					t.Errorf("%q: %+v", delimiter, s)
				}
			}
			for _, mark := range []string{"\xff\xfe", "\xfe\xff"} {
				if s := read(mark + string(rows)).Summary; s.Rows != s.Accepted+s.Rejected {
					t.Errorf("%q: %+v", mark, s)
				}
			}
			if !utf8.Valid(rows) {
				continue
			}
			narrow := read("\ufeff" + header + string(rows))
			for _, e := range []feed.Encoding{feed.UTF16LE, feed.UTF16BE} {
				wide := read(encoded(header+string(rows), e))
				if diff := cmp.Diff(narrow.Polls, wide.Polls); diff != "" || narrow.Err != wide.Err {
					t.Errorf("UTF-8 -, %s +:\n%s%q %q", e, diff, narrow.Err, wide.Err)
				}
			}
		}
	})
}
