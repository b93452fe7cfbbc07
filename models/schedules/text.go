package schedules

import (
	"fmt"
	"slices"
	"strings"

	"lightson/models/uptime"
)

// SpanText is the times of a row of hours.
func SpanText(h uptime.Hours) string {
	if h.Closed() {
		return "closed"
	}
	return uptime.ClockText(h.Start) + "–" + uptime.ClockText(h.End)
}

var dayNames = [7]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}

// spansInText is how many times of a day are written out. A file can have any number
// of them.
const spansInText = 12

// Text is the hours of a store in one line. Consecutive days with the same
// hours stand together: "Mon–Fri 09:00–17:00, Sat 10:00–14:00".
func Text(hours []uptime.Hours) string {
	var spans [7][]string
	var rows [7]int
	for _, h := range hours {
		if rows[h.Day]++; rows[h.Day] <= spansInText {
			spans[h.Day] = append(spans[h.Day], SpanText(h))
		}
	}
	var days [7]string
	for day, written := range spans {
		if more := rows[day] - len(written); more > 0 {
			written = append(written, fmt.Sprintf("%d more", more))
		}
		days[day] = strings.Join(written, " and ")
	}
	var parts []string
	for first := 0; first < len(days); {
		last := first
		for last+1 < len(days) && days[last+1] == days[first] {
			last++
		}
		if days[first] != "" {
			name := dayNames[first]
			if last > first {
				name += "–" + dayNames[last]
			}
			parts = append(parts, name+" "+days[first])
		}
		first = last + 1
	}
	return strings.Join(parts, ", ")
}

// DayText is a date as sentences have it: 25 Jan 2023.
func DayText(date uptime.Date) string {
	return date.Time().Format("2 Jan 2006")
}

// changesInText is how many further changes of one store are written out.
const changesInText = 3

// ChangeText is a change of a store's schedules for people: the hours in force before
// and after, and the date from which on they are others; uptime.Ever if for all time.
// Further changes after that date stand behind the hours.
func ChangeText(before, after []uptime.Schedule) (was, is string, from uptime.Date) {
	from = FirstChange(before, after)
	was, is = Text(hoursOn(before, from)), Text(hoursOn(after, from))
	more := 0
	for _, s := range after {
		if s.From <= from || Equal([]uptime.Schedule{s}, startOf(before, s.From)) {
			continue
		}
		if more++; more <= changesInText {
			is += "; from " + DayText(s.From) + " " + Text(s.Hours)
		}
	}
	if more > changesInText {
		is += fmt.Sprintf("; and %d more", more-changesInText)
	}
	return was, is, from
}

// FirstChange is the first date that has other hours after a change, or else the first
// on which a schedule begins that did not, or no longer does.
func FirstChange(before, after []uptime.Schedule) uptime.Date {
	var dates []uptime.Date
	for _, s := range slices.Concat(before, after) {
		dates = append(dates, s.From)
	}
	slices.Sort(dates)
	for _, date := range dates {
		if !slices.Equal(hoursOn(before, date), hoursOn(after, date)) {
			return date
		}
	}
	for _, date := range dates {
		if !Equal(startOf(before, date), startOf(after, date)) {
			return date
		}
	}
	return uptime.Ever
}

func hoursOn(schedules []uptime.Schedule, date uptime.Date) []uptime.Hours {
	return uptime.Calendar{Schedules: schedules}.HoursOn(date)
}

// startOf is the schedule that begins on exactly a date, or none.
func startOf(schedules []uptime.Schedule, date uptime.Date) []uptime.Schedule {
	at, found := find(schedules, date)
	if !found {
		return nil
	}
	return schedules[at : at+1]
}
