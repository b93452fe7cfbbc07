package schedules

import (
	"cmp"
	"maps"
	"slices"

	"lightson/models/uptime"
)

// Said is what the files of one import say of one store's hours, in any order and with
// repeats.
type Said struct {
	Undated []uptime.Hours                 // rows that do not say from when on they hold
	Dated   map[uptime.Date][]uptime.Hours // rows that do
}

// When is what decides from when undated rows hold.
type When struct {
	Choice Choice
	Polled bool        // whether any poll was known before the import
	Newest uptime.Date // if so, the store's local date of the newest one
}

// Merged is what becomes of a store's schedules. Every row that was said is one of Kept,
// Duplicate and Conflicting.
type Merged struct {
	Schedules   []uptime.Schedule // sorted, each with sorted hours; shares those that stay
	Kept        int64
	Duplicate   int64
	Conflicting int64 // undated rows about a date that dated rows are about too
}

// Merge merges what was said into the known schedules, which must be sorted as those of
// Merged are. It sorts the rows in place.
func Merge(known []uptime.Schedule, said Said, when When) Merged {
	m := Merged{Schedules: known}
	dates := slices.Sorted(maps.Keys(said.Dated))
	if hours := said.Undated; len(hours) > 0 {
		read := int64(len(hours))
		hours = sortedSet(hours)
		m.Duplicate += read - int64(len(hours))
		m.mergeUndated(known, hours, dates, when)
	}
	for _, date := range dates {
		read := int64(len(said.Dated[date]))
		hours := sortedSet(said.Dated[date])
		m.Duplicate += read - int64(len(hours))
		m.count(startingOn(known, date), hours)
		m.Schedules = with(m.Schedules, date, hours)
	}
	return m
}

// mergeUndated merges hours without a date. dates are those of the import's other rows.
func (m *Merged) mergeUndated(known []uptime.Schedule, hours []uptime.Hours, dates []uptime.Date, when When) {
	calendar := uptime.Calendar{Schedules: known}
	equal := func(date uptime.Date) bool { return slices.Equal(calendar.HoursOn(date), hours) }
	from := when.Newest
	switch {
	case when.Choice.Always:
		m.count(startingOn(known, uptime.Ever), hours)
		m.Schedules = []uptime.Schedule{{From: uptime.Ever, Hours: hours}}
		return
	case when.Choice.Dated:
		from = when.Choice.From
	case len(known) == 0:
		from = uptime.Ever
	case !when.Polled:
		if equal(uptime.Ever) {
			m.Duplicate += int64(len(hours))
			return
		}
		m.count(startingOn(known, uptime.Ever), hours)
		m.Schedules = []uptime.Schedule{{From: uptime.Ever, Hours: hours}}
		return
	}
	same := len(known) > 0 && equal(from)
	if len(known) > 0 && len(dates) > 0 {
		same = same || equal(min(from, dates[0]-1))
	}
	switch {
	case same:
		m.Duplicate += int64(len(hours))
	case slices.Contains(dates, from):
		m.Conflicting += int64(len(hours))
	default:
		m.count(calendar.HoursOn(from), hours)
		m.Schedules = with(known, from, hours)
	}
}

// count counts hours as kept where they are not among those they take the place of.
func (m *Merged) count(before, after []uptime.Hours) {
	for _, h := range after {
		if _, known := slices.BinarySearchFunc(before, h, Compare); known {
			m.Duplicate++
		} else {
			m.Kept++
		}
	}
}

// with is a copy of schedules in which hours hold from a date on.
func with(schedules []uptime.Schedule, from uptime.Date, hours []uptime.Hours) []uptime.Schedule {
	at, found := find(schedules, from)
	next := at
	if found {
		next++
	}
	return slices.Concat(schedules[:at], []uptime.Schedule{{From: from, Hours: hours}}, schedules[next:])
}

// startingOn are the hours of the schedule that begins on exactly a date.
func startingOn(schedules []uptime.Schedule, date uptime.Date) []uptime.Hours {
	if at, found := find(schedules, date); found {
		return schedules[at].Hours
	}
	return nil
}

func find(schedules []uptime.Schedule, from uptime.Date) (at int, found bool) {
	return slices.BinarySearchFunc(schedules, from, func(s uptime.Schedule, from uptime.Date) int { return cmp.Compare(s.From, from) })
}

// Equal reports whether two lists of schedules are the same, date by date.
func Equal(a, b []uptime.Schedule) bool {
	return slices.EqualFunc(a, b, func(a, b uptime.Schedule) bool { return a.From == b.From && slices.Equal(a.Hours, b.Hours) })
}

// Compare orders rows of hours by day, start and end.
func Compare(a, b uptime.Hours) int {
	return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
}

func sortedSet(hours []uptime.Hours) []uptime.Hours {
	slices.SortFunc(hours, Compare)
	return slices.Compact(hours)
}
