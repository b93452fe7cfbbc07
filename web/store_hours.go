package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/uptime"
	"lightson/views"
)

const (
	specialBefore = 7  // days before today of which special days are on a store's page
	specialOnPage = 10 // special days on a store's page
	specialShort  = 48 // characters of a note beside a strip
)

// newStoreHours is when store n is open: its schedules, and its special days around today.
func newStoreHours(s *figures.Snapshot, n int) views.StoreCalendar {
	schedules := newSchedules(s.Calendars[n])
	today, store := s.Today(n), s.Stores[n]
	now := scheduleOn(s.Calendars[n], today)
	c := views.StoreCalendar{Now: schedules[now], Others: slices.Delete(slices.Clone(schedules), now, now+1), SpecialURL: specialDaysURL(entered.Store(store.Code))}
	if address := storeURL(store.Code); !strings.HasPrefix(address, "/stores?") {
		c.ICS = address + "/openings.ics"
	}
	days := specialDates(s.SpecialDays(n))
	days = slices.DeleteFunc(days, func(d []entered.SpecialDay) bool { return d[0].Date < today-specialBefore })
	for _, rows := range days[:min(len(days), specialOnPage)] {
		line := views.SpecialDayLine{
			Date: dateText(rows[0].Date, "Mon 2 Jan 2006"), Hours: specialHours(rows), Note: rows[0].Note,
			Closed: rows[0].Closed(),
		}
		if rows[0].Scope != entered.OfStore {
			line.Of = subjectText(rows[0].Subject)
		}
		c.Special = append(c.Special, line)
	}
	if more := len(days) - specialOnPage; more > 0 {
		c.More = "and " + countText(more) + " more to come"
	}
	return c
}

// newSchedules are the schedules of a calendar, oldest first, also that of the time before
// the first, in which the store was always open.
func newSchedules(c uptime.Calendar) (shown []views.Schedule) {
	all := c.Schedules
	if len(all) == 0 || all[0].From != uptime.Ever {
		all = append([]uptime.Schedule{{From: uptime.Ever}}, all...)
	}
	for i, schedule := range all {
		v := views.Schedule{AlwaysOpen: len(schedule.Hours) == 0, Hours: newHours(schedule.Hours)}
		if schedule.From != uptime.Ever {
			v.When = "From " + dateText(schedule.From, "2 Jan 2006")
		}
		if i+1 < len(all) {
			until := "until " + dateText(all[i+1].From-1, "2 Jan 2006")
			if v.When = strings.TrimSpace(v.When + " " + until); schedule.From == uptime.Ever {
				v.When = upperFirst(until)
			}
		}
		shown = append(shown, v)
	}
	return shown
}

// scheduleOn is which of newSchedules holds on a date.
func scheduleOn(c uptime.Calendar, date uptime.Date) int {
	holds, before := 0, 0
	if len(c.Schedules) > 0 && c.Schedules[0].From != uptime.Ever {
		before = 1
	}
	for i, schedule := range c.Schedules {
		if schedule.From <= date {
			holds = i + before
		}
	}
	return holds
}

// specialDates splits the rows of special days, sorted by date, by date and subject.
func specialDates(rows []entered.SpecialDay) (dates [][]entered.SpecialDay) {
	for first := 0; first < len(rows); {
		last := first + 1
		for last < len(rows) && rows[last].Date == rows[first].Date && rows[last].Subject == rows[first].Subject {
			last++
		}
		dates = append(dates, rows[first:last:last])
		first = last
	}
	return dates
}

// specialOn are the rows of the special day of store n on a date, if it is one.
func specialOn(s *figures.Snapshot, n int, date uptime.Date) []entered.SpecialDay {
	rows := s.SpecialDays(n)
	first, found := slices.BinarySearchFunc(rows, date, func(d entered.SpecialDay, date uptime.Date) int { return cmp.Compare(d.Date, date) })
	if !found {
		return nil
	}
	return specialDates(rows[first:])[0]
}

// specialHours says when stores are open by the rows of a special day: "closed all day",
// "10:00–14:00 and 18:00–02:00 (next day)".
func specialHours(rows []entered.SpecialDay) string {
	spans := make([]string, 0, len(rows))
	for _, row := range rows {
		if row.Closed() {
			return "closed all day"
		}
		spans = append(spans, hoursText(uptime.Hours{Start: row.Start, End: row.End}))
	}
	return listText(spans, spansOnPage)
}

// hoursText is a time of opening: "18:00–02:00 (next day)", "open 24 hours".
func hoursText(h uptime.Hours) string {
	if start, end := h.Seconds(); start == 0 && end >= 24*60*60 {
		return "open 24 hours"
	}
	text := uptime.ClockText(h.Start) + "–" + uptime.ClockText(h.End)
	if h.EndsNextDay() {
		text += " (next day)"
	}
	return text
}

// listText joins words as a sentence does, at most some of them.
func listText(list []string, most int) string {
	if len(list) > most {
		list = append(list[:most:most], countText(len(list)-most)+" more")
	}
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

// subjectText names what something was entered for.
func subjectText(s entered.Subject) string {
	if s.Scope == entered.OfAll {
		return "all stores"
	}
	return string(s.Scope) + " " + names.Visible(s.Name)
}

// specialSentence says what is special about a date of store n, for where a figure is
// explained; empty where nothing is.
func specialSentence(s *figures.Snapshot, n int, date uptime.Date) string {
	rows := specialOn(s, n, date)
	if len(rows) == 0 {
		return ""
	}
	text := "Special hours, " + specialHours(rows)
	if rows[0].Closed() {
		text = "Closed all day"
	}
	if rows[0].Note != "" {
		text += ": " + rows[0].Note
	}
	return strings.TrimSuffix(text, ".") + ". This special day of " + ofWhom(rows[0].Subject) + " stands in the place of the weekly hours, " + weeklyText(s.Calendars[n], date) + "."
}

func ofWhom(s entered.Subject) string {
	if s.Scope == entered.OfStore {
		return "the store"
	}
	return subjectText(s)
}

// weeklyText is what the weekly hours say of a date.
func weeklyText(c uptime.Calendar, date uptime.Date) string {
	hours := c.HoursOn(date)
	if len(hours) == 0 {
		return "open all day"
	}
	var spans []string
	for _, h := range hours {
		if h.Day == date.Weekday() && !h.Closed() {
			spans = append(spans, hoursText(h))
		}
	}
	if len(spans) == 0 {
		return "closed"
	}
	return listText(spans, spansOnPage)
}

// describeSpecial says beside the strip of a day what is special about it.
func describeSpecial(day *views.TimelineDay, s *figures.Snapshot, n int, date uptime.Date) {
	rows := specialOn(s, n, date)
	if len(rows) == 0 {
		return
	}
	day.Special = specialSentence(s, n, date)
	word := specialWord(rows)
	if day.Summary == "Closed" {
		day.Summary = upperFirst(word)
	} else {
		day.Summary += " · " + word
	}
}

// specialWord says in a few words what the rows of a special day do; nothing where there are
// none.
func specialWord(rows []entered.SpecialDay) string {
	if len(rows) == 0 {
		return ""
	}
	word := "special hours"
	if rows[0].Closed() {
		word = "closed"
	}
	if note := rows[0].Note; note != "" {
		word += ": " + shortened(note, specialShort)
	}
	return word
}

// shortened is a text cut at some characters.
func shortened(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return strings.TrimSpace(string(runes[:most])) + "…"
	}
	return text
}

// specialDaysURL is the page of the special days that count for a store or a group.
func specialDaysURL(subject entered.Subject) string {
	v := url.Values{}
	if subject.Scope != entered.OfAll {
		v.Set(string(subject.Scope), subject.Name)
	}
	return withQuery("/special-days", v)
}
