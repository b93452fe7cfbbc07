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
// Merged are.
func Merge(known []uptime.Schedule, said Said, when When) Merged {
	m := Merged{Schedules: known}
	dated := []uptime.Schedule{}
	for _, date := range slices.Sorted(maps.Keys(said.Dated)) {
		hours := m.distinct(said.Dated[date])
		m.count(startingOn(known, date), hours)
		m.Schedules = with(m.Schedules, date, hours)
		dated = append(dated, uptime.Schedule{From: date, Hours: hours})
	}
	if len(said.Undated) > 0 {
		m.mergeUndated(known, m.distinct(said.Undated), dated, when)
	}
	return m
}

// mergeUndated merges hours without a date. dated are what the import says with dates; m
// has them already.
func (m *Merged) mergeUndated(known []uptime.Schedule, hours []uptime.Hours, dated []uptime.Schedule, when When) {
	from, replacesAll := when.Newest, false
	switch {
	case when.Choice.Always:
		from, replacesAll = uptime.Ever, true
	case when.Choice.Dated:
		from = when.Choice.From
	case len(known) == 0:
		from = uptime.Ever
	case !when.Polled:
		from, replacesAll = uptime.Ever, !slices.Equal(hoursOn(known, uptime.Ever), hours)
	}
	_, taken := find(dated, from)
	same := !replacesAll && slices.Equal(hoursOn(m.Schedules, from), hours)
	if len(dated) > 0 && len(known) > 0 && !replacesAll {
		// They say what holds before the first date too.
		same = same || slices.Equal(hoursOn(m.Schedules, min(from, dated[0].From-1)), hours)
	}
	if replacesAll {
		m.Schedules = dated
	}
	switch {
	case same:
		m.Duplicate += int64(len(hours))
	case taken:
		m.Conflicting += int64(len(hours))
	default:
		m.count(hoursOn(known, from), hours)
		m.Schedules = with(m.Schedules, from, hours)
	}
}

// distinct sorts rows and counts those that are there twice.
func (m *Merged) distinct(rows []uptime.Hours) []uptime.Hours {
	hours := sortedSet(rows)
	m.Duplicate += int64(len(rows) - len(hours))
	return hours
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

func sortedSet(rows []uptime.Hours) []uptime.Hours {
	hours := slices.Clone(rows)
	slices.SortFunc(hours, Compare)
	return slices.Compact(hours)
}
