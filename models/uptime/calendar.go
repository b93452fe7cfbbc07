package uptime

import "sort"

// Ever is the date from which hours hold that hold for all time.
const Ever Date = -719162 // 0001-01-01

// A Schedule is weekly hours and the local date from which on they hold. One without
// hours is always open.
type Schedule struct {
	From  Date
	Hours []Hours
}

// A SpecialDay replaces the weekly hours for the openings that begin on its date. The day
// of the week of its hours says nothing. One without hours, or with closed ones alone, is
// closed.
type SpecialDay struct {
	Date  Date
	Hours []Hours
}

// A Calendar says when a store is open: by the schedule of each date, unless the date is
// a special day. Before its first schedule, a store is always open. An opening belongs to
// the date on which it begins and stays whole. The zero value is always open.
type Calendar struct {
	Schedules []Schedule   // by date, at most one from each
	Special   []SpecialDay // by date, at most one on each
}

// Weekly is the calendar of hours that hold for all time. A store without any is always
// open.
func Weekly(hours []Hours) Calendar {
	if len(hours) == 0 {
		return Calendar{}
	}
	return Calendar{Schedules: []Schedule{{From: Ever, Hours: hours}}}
}

// AlwaysOpen reports whether the store never closes because nothing says that it does.
func (c Calendar) AlwaysOpen() bool {
	for _, s := range c.Schedules {
		if len(s.Hours) > 0 {
			return false
		}
	}
	return len(c.Special) == 0
}

// HoursOn are the weekly hours that hold on a date, for all days of the week. Where there
// are none, the store is always open.
func (c Calendar) HoursOn(date Date) []Hours {
	next := c.scheduleAfter(date)
	if next == 0 {
		return nil
	}
	return c.Schedules[next-1].Hours
}

// SameEver reports whether the weekly hours are the same on every date from Ever on.
func (c Calendar) SameEver() bool {
	return len(c.Schedules) == 0 || len(c.Schedules) == 1 && c.Schedules[0].From == Ever
}

// SpecialOn is the special day on a date, if it is one.
func (c Calendar) SpecialOn(date Date) (SpecialDay, bool) {
	n := c.specialFrom(date)
	if n == len(c.Special) || c.Special[n].Date != date {
		return SpecialDay{}, false
	}
	return c.Special[n], true
}

// scheduleAfter is the index of the first schedule that begins after a date.
func (c Calendar) scheduleAfter(date Date) int {
	return sort.Search(len(c.Schedules), func(i int) bool { return c.Schedules[i].From > date })
}

// specialFrom is the index of the first special day on or after a date.
func (c Calendar) specialFrom(date Date) int {
	return sort.Search(len(c.Special), func(i int) bool { return c.Special[i].Date >= date })
}

// changeBefore is the last date before another from which on, or on which, the hours are
// not those of the week before.
func (c Calendar) changeBefore(date Date) (change Date, some bool) {
	if n := c.scheduleAfter(date - 1); n > 0 && c.Schedules[n-1].From != Ever {
		change, some = c.Schedules[n-1].From, true
	}
	if n := c.specialFrom(date); n > 0 && (!some || c.Special[n-1].Date > change) {
		change, some = c.Special[n-1].Date, true
	}
	return change, some
}

// changeAfter is the first such date after another.
func (c Calendar) changeAfter(date Date) (change Date, some bool) {
	if n := c.scheduleAfter(date); n < len(c.Schedules) {
		change, some = c.Schedules[n].From, true
	}
	if n := c.specialFrom(date + 1); n < len(c.Special) && (!some || c.Special[n].Date < change) {
		change, some = c.Special[n].Date, true
	}
	return change, some
}
