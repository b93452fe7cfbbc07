package uptime

// Ever is the date of hours that hold for all time: 0001-01-01.
const Ever Date = -719162

// A Schedule is weekly hours and the local date from which on they hold.
type Schedule struct {
	From  Date
	Hours []Hours
}

// A SpecialDay is the hours of one date, which stand in the place of the weekly ones for
// the openings that begin on it. Their Day says nothing. A store that is closed on the
// date has the row of a closed day.
type SpecialDay struct {
	Date  Date
	Hours []Hours
}
