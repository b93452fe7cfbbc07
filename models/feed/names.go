package feed

import (
	"bytes"
	"unicode"

	"lightson/models/words"
)

// A NamesRow is what people call one store. Each text may be empty, which
// clears what was known. Of a column that the file does not have nothing is
// said: the text is empty, and what was known is to stay.
type NamesRow struct {
	Store, Name, Group, City []byte // only valid during the call
	HasGroup, HasCity        bool   // whether the file has the column
}

const (
	nameExpected = "at most 200 bytes of text without control characters"

	maxName = 200 // bytes
)

func (r *reader) takeNames() error {
	store, expected := parseStore(r.value(storeID))
	if expected != "" {
		return r.rejectValue(storeID, expected)
	}
	row := NamesRow{Store: store, HasGroup: r.has(group), HasCity: r.has(city)}
	for _, text := range []struct {
		column column
		value  *[]byte
	}{{name, &row.Name}, {group, &row.Group}, {city, &row.City}} {
		if !r.has(text.column) {
			continue
		}
		if *text.value, expected = parseName(r.value(text.column)); expected != "" {
			return r.rejectValue(text.column, expected)
		}
	}
	return r.accepted(r.sink.Names(row))
}

// has reports whether the file has the column.
func (r *reader) has(c column) bool { return r.at[c] >= 0 }

// parseName reads a name, without what nobody sees of it. Text is UTF-8, as every field
// of a row is by then.
func parseName(text []byte) (name []byte, expected words.Text) {
	if len(text) > maxName || bytes.ContainsFunc(text, unicode.IsControl) {
		return nil, nameExpected
	}
	return CleanName(text), ""
}
