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

// takePlainPolls takes the rows that the scanner holds, up to the first that
// is not whole or not as pollers write it: three unquoted fields without
// blanks around them. Of that row it says nothing; the scanner's next and
// takePoll do. It only saves time: without it the outcome is the same.
func (r *reader) takePlainPolls() error {
	store, state, instant := r.at[storeID], r.at[status], r.at[timestamp]
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

		r.Rows++
		r.Accepted++
		if err := r.sink.Poll(Poll{Store: fields[store], At: at, Active: active}); err != nil {
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
