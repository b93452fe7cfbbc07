package feed

import (
	"bytes"

	"lightson/models/words"
)

// An HoursRow is one span of business hours, on one day of the week.
type HoursRow struct {
	Store      []byte // only valid during the call
	Day        int    // 0 = Monday … 6 = Sunday
	Start, End int    // seconds since local midnight, as typed: 23:59 is 86340; 24:00 as an end is 0
	Closed     bool   // the day is closed, and the times say nothing

	// From is the local date from which on the hours hold, in days since 1970-01-01. It
	// is only said where Dated.
	From  int
	Dated bool
}

func (r *reader) takeHours() error {
	store, expected := parseStore(r.value(storeID))
	if expected != "" {
		return r.rejectValue(storeID, expected)
	}
	r.noteDay(r.value(day))
	weekday, expected := parseDay(r.value(day))
	if expected != "" {
		return r.rejectValue(day, expected)
	}
	row := HoursRow{Store: store, Day: weekday}
	if r.has(validFrom) {
		if row.From, row.Dated, expected = parseValidFrom(r.value(validFrom)); expected != "" {
			return r.rejectValue(validFrom, expected)
		}
	}
	if row.Closed = r.isClosed(); !row.Closed {
		var wrong column
		if row.Start, row.End, wrong, expected = parseSpan(r.value(startTime), r.value(endTime)); expected != "" {
			return r.rejectTime(wrong, expected)
		}
	}
	return r.accepted(r.sink.Hours(row))
}

const validFromExpected = "a date up to 2100-01-01, such as 2023-01-24, or nothing"

// parseValidFrom reads the date from which on hours hold; dated is false where the file
// does not say it.
func parseValidFrom(text []byte) (from int, dated bool, expected words.Text) {
	if len(text) == 0 {
		return 0, false, ""
	}
	from, ok := parseDate(text)
	if !ok || from > lastDate {
		return 0, false, validFromExpected
	}
	return from, true, ""
}

// isClosed reports whether the times of the row say that there are none.
func (r *reader) isClosed() bool {
	return saysClosed(r.value(startTime)) && saysClosed(r.value(endTime))
}

// parseSpan reads the times of a row. Where one is bad it says which, and what was
// expected instead.
func parseSpan(opens, closes []byte) (start, end int, wrong column, expected words.Text) {
	if start, expected = parseClock(opens); expected != "" {
		return 0, 0, startTime, expected
	}
	if end, expected = parseEnd(closes); expected != "" {
		return 0, 0, endTime, expected
	}
	return start, end, 0, ""
}

// rejectTime rejects the row for one of its times, and says of an end after midnight how
// to write it.
func (r *reader) rejectTime(wrong column, expected words.Text) error {
	instead, late := pastMidnight(r.value(endTime))
	if wrong != endTime || !late {
		return r.rejectValue(wrong, expected)
	}
	found := shorten(r.value(endTime)) + writeFound + instead
	return r.giveReject(Reject{Column: r.Columns[r.at[endTime]], Found: found, Expected: string(nextDayExpected)})
}

// saysClosed reports whether a time says that there is none.
func saysClosed(text []byte) bool { return len(text) == 0 || bytes.EqualFold(text, []byte("closed")) }

// noteDay remembers from which number a file seems to count its days.
func (r *reader) noteDay(text []byte) {
	if len(text) == 1 {
		r.days.zero = r.days.zero || text[0] == '0'
		r.days.seven = r.days.seven || text[0] == '7'
	}
}

// errDaysFromOne refuses a file in which Monday is 1, of which six days would be taken
// for the next one.
var errDaysFromOne = &RefusedError{
	Found:    words.Later("a file of business hours that seems to count days from 1: 7 occurs, 0 does not"),
	Expected: words.Later("days from 0 = Monday to 6 = Sunday"),
	Sentence: words.Later("days are 0 = Monday to 6 = Sunday; this file seems to count from 1"),
}

const dayExpected = "a day from 0 (Monday) to 6 (Sunday)"

func parseDay(text []byte) (weekday int, expected words.Text) {
	if len(text) != 1 || text[0] < '0' || text[0] > '6' {
		if _, isDate := parseDate(text); isDate {
			return 0, dayExpected + "; the column of dates, in a file of special days, is called date"
		}
		return 0, dayExpected
	}
	return int(text[0] - '0'), ""
}
