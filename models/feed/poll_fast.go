package feed

import (
	"bytes"
	"strings"
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
	store, state, instant, why := r.at[storeID], r.at[status], r.at[timestamp], r.at[reason]
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
		if ok && why >= 0 {
			fields, ok = fourthField(fields, delimiter)
		}
		if !ok || !isPlainStore(fields[store]) {
			return nil
		}
		active := string(fields[state]) == "active"
		if !active && string(fields[state]) != "inactive" {
			return nil
		}
		at, expected := parseTimestamp(fields[instant])
		if expected != "" || r.horizon.isBefore(at) {
			return nil
		}
		poll := Poll{Store: fields[store], At: at, Active: active}
		if why >= 0 && len(fields[why]) > 0 {
			if !isPlainReason(fields[why], delimiter) || end >= r.scan.maxRow {
				return nil
			}
			if !active {
				poll.Reason = cutText(fields[why], maxReason)
			}
		}

		r.Rows++
		r.Accepted++
		if err := r.sink.Poll(poll); err != nil {
			return r.given(err, r.scan.line)
		}
		r.scan.skip(end+1, 1)
		text = text[end+1:]
	}
}

// threeFields cuts a line at its first two delimiters. A third one is left in the
// last field, where none of the columns allows it.
func threeFields(line []byte, delimiter byte) (fields [4][]byte, ok bool) {
	first := bytes.IndexByte(line, delimiter)
	if first < 0 {
		return fields, false
	}
	rest := line[first+1:]
	second := bytes.IndexByte(rest, delimiter)
	if second < 0 {
		return fields, false
	}
	return [4][]byte{line[:first], rest[:second], rest[second+1:]}, true
}

// fourthField cuts the last of three fields at its first delimiter.
func fourthField(fields [4][]byte, delimiter byte) (four [4][]byte, ok bool) {
	third := bytes.IndexByte(fields[2], delimiter)
	if third < 0 {
		return fields, false
	}
	fields[2], fields[3] = fields[2][:third], fields[2][third+1:]
	return fields, true
}

// isPlainReason reports whether a reason stands for itself.
func isPlainReason(text []byte, delimiter byte) bool {
	return isPlain(text) && bytes.IndexByte(text, '"') < 0 && bytes.IndexByte(text, delimiter) < 0
}

func isPlainStore(text []byte) bool {
	if len(text) == 0 || len(text) > maxStoreID {
		return false
	}
	for _, c := range text {
		if !plain[c] {
			return false
		}
	}
	return true
}
