package feed

import (
	"unicode/utf8"
)

// A SpecialRow is one span in which a store is open on one date, instead of its weekly
// hours on that date.
type SpecialRow struct {
	Store      []byte // only valid during the call
	Date       int    // the local date, in days since 1970-01-01
	Start, End int    // as in HoursRow
	Closed     bool   // closed all day, and the times say nothing
	Note       []byte // cleaned, at most 500 characters; only valid during the call
}

const (
	dateExpected        = "a date from 2000-01-01 to 2100-01-01, such as 2023-11-23"
	specialTimeExpected = clockExpected + "; or no times at all, for a store that is closed on that date"
	noteExpected        = "at most 500 characters"

	maxNote = 500 // characters
)

func (r *reader) takeSpecial() error {
	store, expected := parseStore(r.value(storeID))
	if expected != "" {
		return r.rejectValue(storeID, expected)
	}
	day, ok := parseDate(r.value(date))
	if !ok || day < firstSpecial || day > lastDate {
		return r.rejectValue(date, dateExpected)
	}
	row := SpecialRow{Store: store, Date: day}
	if row.Closed = r.isClosed(); !row.Closed {
		var wrong column
		if row.Start, row.End, wrong, expected = parseSpan(r.value(startTime), r.value(endTime)); expected != "" {
			if len(r.value(wrong)) == 0 {
				expected = specialTimeExpected
			}
			return r.rejectTime(wrong, expected)
		}
	}
	if r.has(note) {
		if row.Note = cleanText(r.value(note)); utf8.RuneCount(row.Note) > maxNote {
			return r.rejectValue(note, noteExpected)
		}
	}
	return r.accepted(r.sink.Special(row))
}
