package web

import (
	"context"
	"time"

	"lightson/models/figures"
	"lightson/models/history"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// stripLevels are the upper limits of the levels of a day: percent of seen time that was
// offline. One more level is for all above.
var stripLevels = []uptime.Micros{0, 1, 2, 5, 15}

// stripLevelNames are the levels in words.
var stripLevelNames = []words.Text{"no downtime", "up to 1\u202f% offline", "up to 2\u202f%", "up to 5\u202f%", "up to 15\u202f%", "more|than 15 %"}

// stripPatience is how long a page waits for days of a strip that are not added up yet. It is
// enough for some hundred stores.
const stripPatience = 50 * time.Millisecond

// stripSpan is how the ends of a strip are written.
const stripSpan = "2 Jan 2006"

// newGroupStrip is the strip of the stores of a group, or of all stores. A day opens the
// outages of it, the longest first.
func (s *Server) newGroupStrip(ctx context.Context, t *figures.Trend, g *groupFigures, group string, chosen period) (views.Strip, error) {
	days, err := s.data.Days(ctx, t, g.stores, g.days, g.usual, s.patienceWith(chosen))
	if err != nil || len(days.Days) == 0 {
		return views.Strip{}, err
	}
	w := spokenOf(ctx)
	strip := views.Strip{Whose: w.Say("A day is each store’s local day, from midnight to midnight."), URL: chosen.on(overviewURL(group))}
	if days.Err != nil {
		s.log.ErrorContext(ctx, "the past of stores could not be added up", "error", days.Err)
	}
	strip.Pending, strip.Poll = pendingDays(w, days)
	zones := oneOfEachZone(t.Snapshot, g.stores)
	for _, d := range days.Days {
		day := newStripDay(w, d.Date, d.Figures, d.Date >= g.earliest)
		switch {
		case d.State == history.Pending:
			day.Kind = views.StripPending
		case d.State == history.NotKept:
			day.Kind = views.StripNotKept
		case isBefore(d.Date, d.Figures, days.Polled, days.Ever):
			day.Kind = views.StripBefore
		case !day.Closed:
			day.URL = outagesURLOf(t.Snapshot, zones, history.Dates{First: d.Date, Last: d.Date}, outageQuery{Group: group, Sort: longestFirst})
		}
		strip.Days = append(strip.Days, day)
	}
	if chosen.some() {
		strip = marked(strip, days.Days[0].Date, chosen.dates(g.usual))
	}
	return finished(w, strip, days.Days[0].Date), nil
}

// patienceWith is how long a strip waits on the page of a period, which waits as long itself.
func (s *Server) patienceWith(chosen period) time.Duration {
	if chosen.some() {
		return 0
	}
	return s.stripPatience
}

// stripDays are the days of the strip of store n, read at once.
func (s *Server) stripDays(ctx context.Context, t *figures.Trend, n int) (figures.StoreDays, error) {
	last := t.Today(n)
	return s.data.StoreDays(ctx, t.Snapshot, n, last-history.Length+1, last)
}

// newStoreStrip is the strip of store n, of whose past stripDays are known. A day opens how it
// was computed.
func newStoreStrip(w spoken, t *figures.Trend, n int, past figures.StoreDays, explaining func(uptime.Date) string) views.Strip {
	last := t.Today(n)
	first := last - history.Length + 1
	known, _, ever := t.Snapshot.Dates(n)
	polled := t.Stores[n].FirstPollAt
	strip := views.Strip{Whose: w.Say("A day is the store’s local day, from midnight to midnight."), URL: storeURL(t.Stores[n].Code)}
	for _, local := range past.Days(first, last) {
		f := past.Measure(local.Span)[0]
		day := newStripDay(w, local.Date, f, local.To > t.AsOf)
		day.Special = specialWord(w, specialOn(t.Snapshot, n, local.Date))
		switch {
		case t.KeptFrom.Known && local.From < t.KeptFrom.At:
			day.Window, day.Kind = views.Window{Name: day.Name}, views.StripNotKept
		case isBefore(local.Date, f, uptime.DateOf(polled.At.Time().In(past.Location).Date()), ever):
			day.Kind = views.StripBefore
		case local.Date >= known && ever:
			day.URL = explaining(local.Date)
		}
		strip.Days = append(strip.Days, day)
	}
	return finished(w, strip, first)
}

// newStripDay is a day of a strip, as if all were known of it.
func newStripDay(w spoken, date uptime.Date, f uptime.Figures, soFar bool) views.StripDay {
	day := views.StripDay{Window: newWindow(w, w.date(date, dayName), f), Level: levelOf(f, stripLevels), SoFar: soFar}
	if date.Time().Day() == 1 {
		day.Month = w.date(date, "Jan|a month, not in a date")
	}
	return day
}

// isBefore reports whether nothing can be known of a date, because polling began later. The
// first poll speaks for the hours before it.
func isBefore(date uptime.Date, f uptime.Figures, polled uptime.Date, ever bool) bool {
	return !ever || date < polled && f.Up+f.Down == 0
}

// finished adds what is said around the days of a strip.
func finished(w spoken, strip views.Strip, first uptime.Date) views.Strip {
	last := first + uptime.Date(len(strip.Days)) - 1
	for _, name := range stripLevelNames {
		strip.Levels = append(strip.Levels, w.Say(name))
	}
	strip.Span = w.Say("{first} to {last}|dates", "first", w.date(first, stripSpan), "last", w.date(last, stripSpan))
	return strip
}

// pendingDays says what of a strip is not there yet, and whether it is worth asking again.
func pendingDays(w spoken, days history.Days) (text string, again bool) {
	if !days.Pending {
		return "", false
	}
	newest := uptime.Date(0)
	for _, d := range days.Days {
		if d.State == history.Pending {
			newest = d.Date
		}
	}
	until := w.date(newest, stripSpan)
	if days.Err != nil {
		return w.Say("Some days until {date} could not be added up. The server’s log says why.", "date", until), false
	}
	return w.Say("Days until {date} are still being added up and will appear here.", "date", until), true
}

// oneOfEachZone is a store of each zone of some stores.
func oneOfEachZone(s *figures.Snapshot, stores []int) (some []int) {
	zones := map[string]bool{}
	for _, n := range stores {
		if zone := s.Stores[n].ZoneName(); !zones[zone] {
			zones[zone] = true
			some = append(some, n)
		}
	}
	return some
}
