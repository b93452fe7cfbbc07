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
func newStoreHours(w spoken, s *figures.Snapshot, n int) views.StoreCalendar {
	schedules := newSchedules(w, s.Calendars[n])
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
			Date: w.date(rows[0].Date, "Mon 2 Jan 2006"), Hours: specialHours(w, rows), Note: rows[0].Note,
			Closed: rows[0].Closed(),
		}
		if rows[0].Scope != entered.OfStore {
			line.Of = subjectText(w, rows[0].Subject)
		}
		c.Special = append(c.Special, line)
	}
	if more := len(days) - specialOnPage; more > 0 {
		c.More = w.Say("and {n} more to come|special days", "n", more)
	}
	return c
}

// newSchedules are the schedules of a calendar, oldest first, also that of the time before
// the first, in which the store was always open.
func newSchedules(w spoken, c uptime.Calendar) (shown []views.Schedule) {
	all := c.Schedules
	if len(all) == 0 || all[0].From != uptime.Ever {
		all = append([]uptime.Schedule{{From: uptime.Ever}}, all...)
	}
	for i, schedule := range all {
		v := views.Schedule{AlwaysOpen: len(schedule.Hours) == 0, Hours: newHours(w, schedule.Hours)}
		first, ends := w.date(schedule.From, "2 Jan 2006"), i+1 < len(all)
		last := ""
		if ends {
			last = w.date(all[i+1].From-1, "2 Jan 2006")
		}
		switch begins := schedule.From != uptime.Ever; {
		case begins && ends:
			v.When = w.Say("From {first} until {last}|hours hold", "first", first, "last", last)
		case begins:
			v.When = w.Say("From {date}|hours hold", "date", first)
		case ends:
			v.When = w.Say("Until {date}|hours hold", "date", last)
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
func specialHours(w spoken, rows []entered.SpecialDay) string {
	spans := make([]string, 0, len(rows))
	for _, row := range rows {
		if row.Closed() {
			return w.Say("closed all day")
		}
		spans = append(spans, hoursText(w, uptime.Hours{Start: row.Start, End: row.End}))
	}
	return listText(w, spans, spansOnPage)
}

// hoursText is a time of opening: "18:00–02:00 (next day)", "open 24 hours".
func hoursText(w spoken, h uptime.Hours) string {
	if isAllDay(h) {
		return w.Say("open 24 hours")
	}
	text := uptime.ClockText(h.Start) + "–" + uptime.ClockText(h.End)
	if h.EndsNextDay() {
		return w.Say("{clock} (next day)|when a store closes", "clock", text)
	}
	return text
}

// hoursLine is hoursText where it stands alone.
func hoursLine(w spoken, h uptime.Hours) string {
	if isAllDay(h) {
		return w.Say("Open 24 hours")
	}
	return hoursText(w, h)
}

func isAllDay(h uptime.Hours) bool {
	start, end := h.Seconds()
	return start == 0 && end >= 24*60*60
}

// listText joins words as a sentence does, at most some of them.
func listText(w spoken, list []string, most int) string {
	if len(list) > most {
		list = append(list[:most:most], w.Say("{n} more", "n", len(list)-most))
	}
	return w.list(list)
}

// subjectText names what something was entered for.
func subjectText(w spoken, s entered.Subject) string {
	switch s.Scope {
	case entered.OfAll:
		return w.Say("all stores")
	case entered.OfGroup:
		return w.Say("group {group}", "group", names.Visible(s.Name))
	default:
		return w.Say("store {id}", "id", names.Visible(s.Name))
	}
}

// specialSentence says what is special about a date of store n, for where a figure is
// explained; empty where nothing is.
func specialSentence(w spoken, s *figures.Snapshot, n int, date uptime.Date) string {
	rows := specialOn(s, n, date)
	if len(rows) == 0 {
		return ""
	}
	return whatIsSpecial(w, rows) + " " + insteadOf(w, rows[0].Subject, weeklyText(w, s.Calendars[n], date))
}

// whatIsSpecial is a sentence on what the rows of a special day do.
func whatIsSpecial(w spoken, rows []entered.SpecialDay) string {
	hours, note := specialHours(w, rows), strings.TrimSuffix(rows[0].Note, ".")
	switch closed := rows[0].Closed(); {
	case closed && note != "":
		return w.Say("Closed all day: {note}.", "note", note)
	case closed:
		return w.Say("Closed all day.")
	case note != "":
		return w.Say("Special hours, {hours}: {note}.", "hours", hours, "note", note)
	default:
		return w.Say("Special hours, {hours}.", "hours", hours)
	}
}

// insteadOf is a sentence on whose special day it is, and on the weekly hours that do not
// count because of it.
func insteadOf(w spoken, whose entered.Subject, weekly string) string {
	switch whose.Scope {
	case entered.OfAll:
		return w.Say("This special day of all stores stands in the place of the weekly hours, {hours}.", "hours", weekly)
	case entered.OfGroup:
		return w.Say("This special day of group {group} stands in the place of the weekly hours, {hours}.", "group", names.Visible(whose.Name), "hours", weekly)
	default:
		return w.Say("This special day of the store stands in the place of the weekly hours, {hours}.", "hours", weekly)
	}
}

// weeklyText is what the weekly hours say of a date.
func weeklyText(w spoken, c uptime.Calendar, date uptime.Date) string {
	hours := c.HoursOn(date)
	if len(hours) == 0 {
		return w.Say("open all day")
	}
	var spans []string
	for _, h := range hours {
		if h.Day == date.Weekday() && !h.Closed() {
			spans = append(spans, hoursText(w, h))
		}
	}
	if len(spans) == 0 {
		return w.Say("closed|of a store")
	}
	return listText(w, spans, spansOnPage)
}

// describeSpecial says beside the strip of a day what is special about it.
func describeSpecial(w spoken, day *views.TimelineDay, s *figures.Snapshot, n int, date uptime.Date) {
	rows := specialOn(s, n, date)
	if len(rows) == 0 {
		return
	}
	day.Special = specialSentence(w, s, n, date)
	if word := specialWord(w, rows); day.ClosedAllDay {
		day.Summary = upperFirst(word)
	} else {
		day.Summary += " · " + word
	}
}

// specialWord says in a few words what the rows of a special day do; nothing where there are
// none.
func specialWord(w spoken, rows []entered.SpecialDay) string {
	if len(rows) == 0 {
		return ""
	}
	note := shortened(rows[0].Note, specialShort)
	switch closed := rows[0].Closed(); {
	case closed && note != "":
		return w.Say("closed: {note}|of a store", "note", note)
	case closed:
		return w.Say("closed|of a store")
	case note != "":
		return w.Say("special hours: {note}", "note", note)
	default:
		return w.Say("special hours")
	}
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
