package feed

import "bytes"

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
	if start, end := r.value(startTime), r.value(endTime); saysClosed(start) && saysClosed(end) {
		return r.accepted(r.sink.Hours(HoursRow{Store: store, Day: weekday, Closed: true}))
	}
	start, expected := parseClock(r.value(startTime))
	if expected != "" {
		return r.rejectValue(startTime, expected)
	}
	end, expected := parseEnd(r.value(endTime))
	if instead, late := pastMidnight(r.value(endTime)); expected != "" && late {
		found := shorten(r.value(endTime)) + ": write " + instead
		return r.giveReject(Reject{Column: r.Columns[r.at[endTime]], Found: found, Expected: nextDayExpected})
	}
	if expected != "" {
		return r.rejectValue(endTime, expected)
	}
	return r.accepted(r.sink.Hours(HoursRow{Store: store, Day: weekday, Start: start, End: end}))
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
	Found:    "a file of business hours that seems to count days from 1: 7 occurs, 0 does not",
	Expected: "days from 0 = Monday to 6 = Sunday",
	Sentence: "days are 0 = Monday to 6 = Sunday; this file seems to count from 1",
}

func parseDay(text []byte) (weekday int, expected string) {
	if len(text) != 1 || text[0] < '0' || text[0] > '6' {
		return 0, "a day from 0 (Monday) to 6 (Sunday)"
	}
	return int(text[0] - '0'), ""
}
