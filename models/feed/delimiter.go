package feed

import (
	"bytes"
	"unicode/utf8"
)

// A Delimiter stands between the fields of a row: the one with which the
// header is one of ours.
type Delimiter uint8

const (
	Comma Delimiter = iota
	Semicolon
	Tab
	Bar
)

// delimiters are tried in this order.
var delimiters = []Delimiter{Comma, Semicolon, Tab, Bar}

// String is the delimiter as people call it.
func (d Delimiter) String() string {
	return [...]string{"comma", "semicolon", "tab", "vertical bar"}[d]
}

func (d Delimiter) char() byte { return ",;\t|"[d] }

// stops are the bytes at which an unquoted field may end, by delimiter.
var stops = func() (sets [4][256]bool) {
	for _, d := range delimiters {
		for _, c := range []byte{d.char(), '"', '\r', '\n'} {
			sets[d][c] = true
		}
	}
	return sets
}()

// tellHeader reads the first row with each delimiter until it is a header. If
// it never is, the error is of the delimiter with which it is most like one.
func (r *reader) tellHeader() error {
	found, err := r.nextRow()
	for named := false; found && err == nil; {
		if again := namesDelimiter(r.row.text); again && !named {
			named = true
		} else if !isDelimiters(r.row.text) {
			break
		}
		found, err = r.nextRow()
	}
	if err != nil {
		return err
	}
	if !found {
		return NotCSV("a file with nothing but blanks")
	}
	if !utf8.Valid(r.row.text) {
		return r.Encoding.misread(r.row.line)
	}
	var refusal error
	most := -1
	for _, d := range delimiters {
		if r.row.delimiter != d && !r.cutAgain(d) {
			continue
		}
		header, at, err := readHeader(&r.row)
		if err == nil {
			header.Encoding, header.Delimiter = r.Encoding, d
			r.Header, r.at = header, at
			return nil
		}
		if n := likeness(r.row.fields); n > most {
			most, refusal = n, err
		}
	}
	return refusal
}

// isDelimiters reports whether there is nothing but delimiters of one kind in a line
// above the header.
func isDelimiters(line []byte) bool {
	line = bytes.TrimRight(line, "\r")
	return len(line) > 0 && bytes.IndexByte([]byte(",;\t|"), line[0]) >= 0 && len(bytes.Trim(line, string(line[:1])+" ")) == 0
}

// namesDelimiter tells the line with which a file tells Excel its delimiter,
// sep=; for one. The header tells us.
func namesDelimiter(line []byte) bool {
	line = bytes.Trim(bytes.TrimRight(line, "\r"), `"`)
	return len(line) == len("sep=;") && hasPrefixFold(line, "sep=")
}

// cutAgain cuts the latest row with another delimiter. It reports false where
// the row then has no end.
func (r *reader) cutAgain(d Delimiter) bool {
	r.scan.back(r.row.line)
	r.row.delimiter = d
	found, err := r.nextRow()
	return found && err == nil
}

// likeness is how much a row is like a header of ours.
func likeness(fields [][]byte) int {
	n := 0
	for _, field := range fields {
		if _, known := columnNamed(string(bytes.TrimSpace(field))); known {
			n += 2
		}
	}
	if len(fields) > 1 {
		n++
	}
	return n
}
