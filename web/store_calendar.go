package web

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/labstack/echo/v4"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
)

// Calendar programs fetch a calendar again and again, so it moves along with the data.
const (
	calendarBefore = 30  // days before today
	calendarAfter  = 180 // days after it
	calendarMost   = 732 // days that can be asked for at once: two years
)

// downloadOpenings serves GET /stores/:id/openings.ics?from=2026-11-01&to=2026-12-31: the
// openings of a store by RFC 5545, each as an event of its own. A rule that repeats would
// leave it to calendar programs what happens on special days, where hours change and where
// clocks do; these events are what the figures are computed from.
func (s *Server) downloadOpenings(c echo.Context) error {
	snapshot, err := s.snapshot(c.Request().Context())
	if err != nil {
		return err
	}
	n, err := findStore(snapshot, c.Param("id"))
	if err != nil {
		return err
	}
	first, last, err := s.calendarDates(c, snapshot, n)
	if err != nil {
		return err
	}
	w := spokenOf(c.Request().Context())
	calendar := newStoreCalendar(w, snapshot, n, first, last, s.asOfOrNow(snapshot))
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/calendar; charset=utf-8")
	h.Set(echo.HeaderContentDisposition, disposition(savedName(w.Say("{store} openings|the name of a file", "store", storeTitle(w, snapshot, n)))+".ics"))
	c.Response().WriteHeader(http.StatusOK)
	_, err = io.WriteString(c.Response(), calendar.Serialize(ics.WithNewLine("\r\n")))
	return err
}

// asOfOrNow is the as-of instant, or the present where nobody was ever polled.
func (s *Server) asOfOrNow(snapshot *figures.Snapshot) uptime.Instant {
	if snapshot.AsOfKnown {
		return snapshot.AsOf
	}
	return uptime.At(s.now())
}

// calendarDates are the first and the last local date that are asked for.
func (s *Server) calendarDates(c echo.Context, snapshot *figures.Snapshot, n int) (first, last uptime.Date, err error) {
	today := uptime.DateOf(s.asOfOrNow(snapshot).Time().In(snapshot.Location(n)).Date())
	first, last = today-calendarBefore, today+calendarAfter
	from, to := c.QueryParam("from"), c.QueryParam("to")
	if from != "" {
		if first, err = parseDate("from", from); err != nil {
			return first, last, err
		}
		if to == "" {
			last = first + calendarBefore + calendarAfter
		}
	}
	if to != "" {
		if last, err = parseDate("to", to); err != nil {
			return first, last, err
		}
		if from == "" {
			first = last - calendarBefore - calendarAfter
		}
	}
	if first > last || last-first >= calendarMost {
		return first, last, badLastDate(first, calendarMost, last).problem
	}
	return first, last, nil
}

// The dates that can be asked for.
var firstDate, lastDate = uptime.DateOf(1900, time.January, 1), uptime.DateOf(2200, time.December, 31)

// parseDate reads a date such as 2023-01-25 out of a field.
func parseDate(field, text string) (uptime.Date, error) {
	date, ok := uptime.ParseDate(text)
	if !ok || date < firstDate || date > lastDate {
		return 0, badField(field, words.Later("a date such as 2023-01-25"), text).saying(words.Later("Enter a date such as 2026-11-25."))
	}
	return date, nil
}

// badLastDate is a last date that is none of the days that can be asked for from the first on.
func badLastDate(first uptime.Date, most int, last uptime.Date) fieldProblem {
	from, to := uptime.DateText(first), uptime.DateText(first+uptime.Date(most)-1)
	return badField("to", words.Later("a date from {first} to {last}", "first", from, "last", to), uptime.DateText(last)).
		saying(words.Later("Enter a date from {from} to {to}.", "from", from, "to", to))
}

// storeTitle is the name of a store, or its id where it has none.
func storeTitle(w spoken, s *figures.Snapshot, n int) string {
	return cmp.Or(s.Stores[n].Name, w.storeOfID(s.Stores[n].Code))
}

// newStoreCalendar is the calendar of the openings that meet some dates, each whole.
func newStoreCalendar(w spoken, s *figures.Snapshot, n int, first, last uptime.Date, asOf uptime.Instant) *ics.Calendar {
	store, title := s.Stores[n], storeTitle(w, s, n)
	about := words.Text("When {store} is to be open, in the time zone {zone}, with special days")
	if !store.ZoneKnown() {
		about = "When {store} is to be open, in the time zone {zone} (assumed), with special days"
	}
	calendar := ics.NewCalendar()
	calendar.SetProductId("-//Lights On//Openings//EN")
	calendar.SetCalscale("GREGORIAN")
	calendar.SetXWRCalName(w.Say("{store}: openings", "store", title))
	calendar.SetXWRCalDesc(w.Say(about, "store", title, "zone", store.ZoneName()))
	calendar.SetXWRTimezone(store.ZoneName())
	calendar.SetRefreshInterval("P1D")
	for _, o := range plannedOpenings(w, s, n, first, last) {
		event := calendar.AddEvent(o.uid(store.Code))
		event.SetDtStampTime(asOf.Time())
		event.SetStartAt(o.shown.From.Time())
		event.SetEndAt(o.shown.To.Time())
		event.SetSummary(w.Say("{store}: open|a store has opened", "store", title))
		event.SetTimeTransparency(ics.TransparencyTransparent) // that a store is open keeps nobody busy
		if special := o.special; special != "" {
			event.SetDescription(w.Say("Special hours: {note}", "note", special))
		}
		if store.City != "" {
			event.SetLocation(store.City)
		}
	}
	return calendar
}

// A plannedOpening is an opening of a store. Calendars cannot write one without a start or
// an end, so such an opening is shown for the time that was asked for.
type plannedOpening struct {
	uptime.Span
	shown   uptime.Span
	special string // what special day it begins on; empty for none
}

// plannedOpenings are the openings that meet local dates of store n.
func plannedOpenings(w spoken, s *figures.Snapshot, n int, first, last uptime.Date) []plannedOpening {
	location := s.Location(n)
	around := uptime.Span{From: uptime.Instant(first) * uptime.Instant(uptime.Day), To: uptime.Instant(last+1) * uptime.Instant(uptime.Day)}
	zone := uptime.NewZone(location, around)
	dates := uptime.Span{From: zone.Instant(first, 0), To: zone.Instant(last+1, 0)}
	notes := specialNotes(w, s, n)
	openings := uptime.Openings(zone, s.Calendars[n], dates)
	planned := make([]plannedOpening, len(openings))
	for i, o := range openings {
		planned[i] = plannedOpening{Span: o, shown: o}
		if o.From == uptime.Beginning {
			planned[i].shown.From = dates.From
		} else {
			planned[i].special = notes[uptime.DateOf(o.From.Time().In(location).Date())]
		}
		if o.To == uptime.Forever {
			planned[i].shown.To = dates.To
		}
	}
	return planned
}

// uid names an opening for as long as it begins when it does, whenever it is asked for.
func (o plannedOpening) uid(store string) string {
	sum := sha256.Sum256([]byte(store)) // an id can have characters that no calendar takes
	begins := "always"
	if o.From != uptime.Beginning {
		begins = o.From.Time().Format("20060102T150405Z")
	}
	return begins + "-" + hex.EncodeToString(sum[:10]) + "@lights-on"
}

// specialNotes are what the special days of store n are called, by date.
func specialNotes(w spoken, s *figures.Snapshot, n int) map[uptime.Date]string {
	notes := map[uptime.Date]string{}
	for _, day := range s.SpecialDays(n) {
		notes[day.Date] = cmp.Or(day.Note, notes[day.Date], w.Say("special day"))
	}
	return notes
}
