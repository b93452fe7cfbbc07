package feed

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"lightson/models/words"
)

// An Encoding is how a file encodes its text as bytes.
//
// A byte order mark says which. A file without one is UTF-8, or Windows-1252,
// which old spreadsheets write without a mark. ASCII is a part of both, so the
// first text beyond ASCII decides for the whole file: it is Windows-1252 if more
// of its characters are invalid UTF-8 than valid. That text is the first 320 KiB,
// or, where these are ASCII, the first row after them that is not. So all rows of
// a file are read in the same encoding, and valid UTF-8 is always read as UTF-8.
//
// A row that is invalid in the encoding of its file is rejected. Characters are
// never replaced.
type Encoding uint8

const (
	UTF8 Encoding = iota
	UTF16LE
	UTF16BE
	Windows1252
)

// String is the encoding as people call it.
func (e Encoding) String() string {
	switch e {
	case UTF16LE:
		return "UTF-16 (little endian)"
	case UTF16BE:
		return "UTF-16 (big endian)"
	case Windows1252:
		return "Windows-1252"
	default:
		return "UTF-8"
	}
}

// tellEncoding tells the encoding from the beginning of the file and has the
// scanner read UTF-8 from there on, or bytes of Windows-1252.
func (r *reader) tellEncoding() error {
	start := r.scan.unread()
	if refused := sniff(start); refused != nil {
		return refused
	}
	switch {
	case bytes.HasPrefix(start, []byte("\xff\xfe")):
		r.Encoding, r.decided = UTF16LE, true
		return r.scan.decode(binary.LittleEndian)
	case bytes.HasPrefix(start, []byte("\xfe\xff")):
		r.Encoding, r.decided = UTF16BE, true
		return r.scan.decode(binary.BigEndian)
	case bytes.HasPrefix(start, []byte(ByteOrderMark)):
		r.decided = true
	default:
		r.Encoding, r.decided = judge(start, r.scan.ended)
	}
	return nil
}

// judge tells the encoding of text without a mark. It is undecided where there
// is only ASCII. Text that is not whole may end within a character.
func judge(text []byte, whole bool) (e Encoding, decided bool) {
	good, broken := 0, 0
	for len(text) > 0 {
		if n := asciiPrefix(text); n > 0 {
			text = text[n:]
			continue
		}
		if !whole && !utf8.FullRune(text) {
			break
		}
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 {
			broken++
		} else {
			good++
		}
		text = text[size:]
	}
	if broken > good {
		return Windows1252, true
	}
	return UTF8, good > 0
}

// asciiPrefix is how many bytes at the start of text are ASCII.
func asciiPrefix(text []byte) int {
	n := 0
	for len(text)-n >= 8 && binary.LittleEndian.Uint64(text[n:])&0x8080808080808080 == 0 {
		n += 8
	}
	for n < len(text) && text[n] < utf8.RuneSelf {
		n++
	}
	return n
}

// nextRow is the scanner's next, as UTF-8.
func (r *reader) nextRow() (bool, error) {
	for {
		found, err := r.scan.next(&r.row)
		if err != nil || !found {
			return false, err
		}
		r.decodeRow()
		if !r.row.blank() {
			return true, nil
		}
	}
}

func (r *reader) decodeRow() {
	r.ascii = asciiPrefix(r.row.text) == len(r.row.text)
	if r.ascii {
		return
	}
	if !r.decided {
		r.Encoding, r.decided = judge(r.row.text, true)
	}
	if r.Encoding == Windows1252 {
		r.row.decode()
	}
}

// wellEncoded is what was expected of a row that is not text throughout.
func (e Encoding) wellEncoded() words.Text {
	switch e {
	case UTF16LE:
		return "UTF-16 (little endian) text without NUL bytes"
	case UTF16BE:
		return "UTF-16 (big endian) text without NUL bytes"
	case Windows1252:
		return "Windows-1252 text without NUL bytes"
	default:
		return "UTF-8 text without NUL bytes"
	}
}

// misread refuses a header that is not text.
func (e Encoding) misread(line int) *RefusedError {
	found := words.Text("text that is neither UTF-8 nor Windows-1252")
	if e == UTF16LE || e == UTF16BE {
		found = "half a UTF-16 character"
	}
	return &RefusedError{Line: line, Found: words.Later(found), Expected: words.Later("text in UTF-8")}
}
