package feed

import (
	"bytes"
	"encoding/binary"
	"strings"

	"lightson/models/words"
)

// plain are the bytes of a store id that stands for itself in CSV: no blanks
// to trim, no quotes, no delimiter, no UTF-8 to check.
var plain = func() (set [256]bool) {
	for c := '!'; c <= '~'; c++ {
		set[c] = !strings.ContainsRune(`,;|"`, c)
	}
	return set
}()

// isPlainPolls reports whether the file has the columns of polls, with or without a
// reason, and no other.
func (r *reader) isPlainPolls() bool {
	columns := len(Polls.columns())
	if r.has(reason) {
		columns++
	}
	return r.Kind == Polls && len(r.Columns) == columns
}

// takePlainPolls takes the rows that the scanner holds, up to the first that
// is not whole or not as pollers write it: unquoted fields without blanks around
// them, and a reason in ASCII. Of that row it says nothing; the scanner's next and
// takePoll do. It only saves time: without it the outcome is the same.
func (r *reader) takePlainPolls() error {
	why := r.at[reason]
	store, state, instant := without(why, r.at[storeID]), without(why, r.at[status]), without(why, r.at[timestamp])
	delimiter := r.Delimiter.char()
	text := r.scan.unread()
	for {
		end := bytes.IndexByte(text, '\n')
		if end < 0 {
			return nil
		}
		line := text[:end]
		if end > 0 && line[end-1] == '\r' {
			line = line[:end-1]
		}
		fields, ok := threeFields(line, delimiter)
		var because []byte
		if ok && why >= 0 {
			fields, because, ok = takeOut(why, fields, delimiter)
			ok = ok && end < r.scan.maxRow && isPlainReason(because, delimiter)
		}
		if !ok || !isPlainStore(fields[store]) {
			return nil
		}
		active := string(fields[state]) == "active"
		if !active && string(fields[state]) != "inactive" {
			return nil
		}
		at, ok := r.clock.read(fields[instant])
		if !ok {
			var expected words.Text
			if at, expected = parseTimestamp(fields[instant]); expected != "" {
				return nil
			}
		}
		if r.horizon.isBefore(at) {
			return nil
		}
		if active {
			because = nil
		} else if len(because) > maxReason {
			because = cutText(because, maxReason)
		}

		r.Rows++
		r.Accepted++
		if err := r.sink.Poll(Poll{Store: fields[store], At: at, Active: active, Reason: because}); err != nil {
			return r.given(err, r.scan.line)
		}
		r.scan.skip(end+1, 1)
		text = text[end+1:]
	}
}

// threeFields cuts a line at its first two delimiters. A third one is left in the
// last field, where none of the columns allows it.
func threeFields(line []byte, delimiter byte) (fields [3][]byte, ok bool) {
	first := bytes.IndexByte(line, delimiter)
	if first < 0 {
		return fields, false
	}
	rest := line[first+1:]
	second := bytes.IndexByte(rest, delimiter)
	if second < 0 {
		return fields, false
	}
	return [3][]byte{line[:first], rest[:second], rest[second+1:]}, true
}

// takeOut cuts the last of three fields at its first delimiter, and takes the field at a
// place out of the four.
func takeOut(place int, fields [3][]byte, delimiter byte) (three [3][]byte, out []byte, ok bool) {
	third := bytes.IndexByte(fields[2], delimiter)
	if third < 0 {
		return fields, nil, false
	}
	four := [4][]byte{fields[0], fields[1], fields[2][:third], fields[2][third+1:]}
	out = four[place]
	copy(three[:], four[:place])
	copy(three[place:], four[place+1:])
	return three, out, true
}

// without is a place once the field at place out is taken out; -1 takes none out.
func without(out, place int) int {
	if out >= 0 && place > out {
		return place - 1
	}
	return place
}

// isPlainReason reports whether a reason stands for itself.
func isPlainReason(text []byte, delimiter byte) bool {
	return IsPlain(text) && bytes.IndexByte(text, '"') < 0 && bytes.IndexByte(text, delimiter) < 0
}

func isPlainStore(text []byte) bool {
	if len(text) == 0 || len(text) > maxStoreID {
		return false
	}
	if isDigits(text) {
		return true
	}
	for _, c := range text {
		if !plain[c] {
			return false
		}
	}
	return true
}

// isDigits reports whether a text of 8 to 24 bytes is digits, of which it looks at eight
// at once. It is false of others.
func isDigits(text []byte) bool {
	size := len(text)
	if size < 8 || size > 24 {
		return false
	}
	first := binary.LittleEndian.Uint64(text) ^ zeros
	middle := binary.LittleEndian.Uint64(text[(size-8)/2:]) ^ zeros
	last := binary.LittleEndian.Uint64(text[size-8:]) ^ zeros
	return (first|(first+overNine)|middle|(middle+overNine)|last|(last+overNine))&digits == 0
}
