package feed

import (
	"bytes"

	"lightson/models/words"
)

// What is expected of a row whose fields cannot be told apart.
const (
	wholeQuotes  words.Text = `quotes only around a whole field, and doubled ("") inside it`
	closingQuote words.Text = "a closing quote"
	wholeLines   words.Text = "lines that end in LF or CRLF, without other CRs"
)

// A row is one row of a file, cut into fields. It refers to the text that it
// was cut from.
type row struct {
	line   int        // physical line on which it starts, 1 = the first
	text   []byte     // as in the file, without the line end
	fields [][]byte   // without their quotes
	fault  words.Text // what was expected of quotes and line ends; "" = they are right
	open   bool       // text ended inside quotes
	room   []byte     // fields in which quotes were doubled

	delimiter Delimiter
	decoded   []byte // text and fields, where they were not UTF-8
}

// cut cuts the row at the start of text, which is not empty, and returns its
// size with its line end. It reports false where the row does not end within
// text; the end of text ends it if the file ends there.
//
// A row with a fault is only its first line, cut at every delimiter: what follows
// may be good rows.
func (r *row) cut(text []byte, endOfFile bool) (size int, ends bool) {
	r.fields, r.room, r.fault, r.open = r.fields[:0], r.room[:0], "", false
	for at := 0; ; at++ {
		field, stop := r.cutField(text, at)
		if r.open {
			if !endOfFile {
				return 0, false
			}
			return r.cutFaulty(text, endOfFile, closingQuote)
		}
		r.fields = append(r.fields, field)
		if stop < len(text) && text[stop] == r.delimiter.char() {
			at = stop
			continue
		}
		after, ok := lineEnd(text, stop)
		switch {
		case ok && text[after-1] != '\n' && !endOfFile:
			return 0, false
		case ok:
			r.text = text[:stop]
			return after, true
		case text[stop] == '\r':
			return r.cutFaulty(text, endOfFile, wholeLines)
		default:
			return r.cutFaulty(text, endOfFile, wholeQuotes)
		}
	}
}

// cutField cuts the field that starts at from. It stops at the delimiter or
// line end after the field, at the byte that must not be there, or at the end of
// text; open tells whether that was inside quotes.
func (r *row) cutField(text []byte, from int) (field []byte, stop int) {
	if start := r.skipBlanks(text, from); start < len(text) && text[start] == '"' {
		field, stop = r.cutQuoted(text, start+1)
		return field, r.skipBlanks(text, stop)
	}
	stop = from
	stops := &stops[r.delimiter]
	for stop < len(text) && !stops[text[stop]] {
		stop++
	}
	return text[from:stop], stop
}

// cutQuoted cuts a field that starts behind its opening quote and stops behind
// the closing one.
func (r *row) cutQuoted(text []byte, from int) (field []byte, stop int) {
	doubled := false
	begin := len(r.room)
	for at := from; ; {
		n := bytes.IndexByte(text[at:], '"')
		if n < 0 {
			r.open = true
			return nil, len(text)
		}
		quote := at + n
		if quote+1 == len(text) || text[quote+1] != '"' {
			if !doubled {
				return text[from:quote], quote + 1
			}
			r.room = append(r.room, text[at:quote]...)
			return r.room[begin:len(r.room):len(r.room)], quote + 1
		}
		doubled = true
		r.room = append(r.room, text[at:quote+1]...)
		at = quote + 2
	}
}

func (r *row) cutFaulty(text []byte, endOfFile bool, fault words.Text) (size int, ends bool) {
	size = bytes.IndexByte(text, '\n') + 1
	if size == 0 {
		if !endOfFile {
			return 0, false
		}
		size = len(text)
	}
	r.fault = fault
	r.text = bytes.TrimRight(text[:size], "\r\n")
	r.fields = r.fields[:0]
	for field := range bytes.SplitSeq(r.text, []byte{r.delimiter.char()}) {
		r.fields = append(r.fields, field)
	}
	return size, true
}

// blank reports whether there is nothing to see in the row, or nothing but delimiters,
// as spreadsheets leave behind.
func (r *row) blank() bool {
	if len(r.fields) == 1 || r.fault != "" {
		return len(r.fields) == 1 && len(bytes.TrimSpace(r.text)) == 0
	}
	for _, field := range r.fields {
		if len(bytes.TrimSpace(field)) > 0 {
			return false
		}
	}
	return true
}

// lineEnd finds the line end at stop: any number of CRs, since some tools turn
// CRLF into CRCRLF, and then LF or the end of text. It returns the position
// behind it.
func lineEnd(text []byte, stop int) (after int, ok bool) {
	for stop < len(text) && text[stop] == '\r' {
		stop++
	}
	if stop == len(text) {
		return stop, true
	}
	return stop + 1, text[stop] == '\n'
}

func (r *row) skipBlanks(text []byte, at int) int {
	for at < len(text) && (text[at] == ' ' || text[at] == '\t' && r.delimiter != Tab) {
		at++
	}
	return at
}
