package web

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/feed"
	"lightson/models/figures"
	"lightson/models/history"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// A namedPeriod has a text for each place in a sentence, as an earlier one has.
type namedPeriod struct {
	name   string
	text   words.Text // alone
	when   words.Text // of when something was
	about  words.Text // of what a report is about
	before earlier
	dates  func(today uptime.Date) history.Dates
}

// namedPeriods are the periods that have names, on pages and in the form of a report: whole
// days until one, which is the last that has data.
var namedPeriods = []namedPeriod{
	{"today", "Today", "today|when something was", "today|what a report is about", dayBefore, func(today uptime.Date) history.Dates { return history.Dates{First: today, Last: today} }},
	{"yesterday", "Yesterday", "yesterday|when something was", "yesterday|what a report is about", dayBefore, func(today uptime.Date) history.Dates { return history.Dates{First: today - 1, Last: today - 1} }},
	{"last-7-days", "Last 7 days", "in the last 7 days", "the last 7 days", daysBefore(7), func(today uptime.Date) history.Dates { return history.Dates{First: today - 6, Last: today} }},
	{"last-week", "Last week|Monday to Sunday", "last week|when something was", "last week|what a report is about", weekBefore, func(today uptime.Date) history.Dates {
		monday := today - uptime.Date(today.Weekday())
		return history.Dates{First: monday - 7, Last: monday - 1}
	}},
	{lastMonth, "Last month", "last month|when something was", "last month|what a report is about", monthBefore, calendarMonthBefore},
}

const (
	lastMonth    = "last-month"
	customPeriod = "custom"
	// mostDates is how long a custom period may be.
	mostDates = 366
)

// firstOfDates is the first date that a custom period may have.
var firstOfDates = uptime.DateOf(1980, time.January, 1)

// calendarMonthBefore is the calendar month before that of a date.
func calendarMonthBefore(date uptime.Date) history.Dates {
	year, month, _ := date.Time().Date()
	return history.Dates{First: uptime.DateOf(year, month-1, 1), Last: uptime.DateOf(year, month, 1) - 1}
}

// A period is which dates a page is about, of each store in its own time. The zero period is
// none: the page is about the last hour, day and week.
type period struct {
	name   string        // of namedPeriods, or customPeriod
	custom history.Dates // of a custom period
}

func (p period) some() bool { return p.name != "" }

// parsePagePeriod reads the period of a page.
func parsePagePeriod(c echo.Context) (p period, err error) {
	var from, to string
	if err := echo.QueryParamsBinder(c).String("period", &p.name).String("from", &from).String("to", &to).BindError(); err != nil {
		return p, err
	}
	from, to = strings.TrimSpace(from), strings.TrimSpace(to)
	switch {
	case p.name == customPeriod:
		p.custom, err = parseCustomDates(from, to)
		return p, err
	case from != "" || to != "":
		return p, badField("period", words.Later("custom, beside from and to"), feed.Shown(p.name))
	case p.name == "":
		return p, nil
	}
	if _, known := findPeriod(p.name); !known {
		return p, badField("period", oneOf(periodNames(customPeriod)), feed.Shown(p.name))
	}
	return p, nil
}

// parseCustomDates reads the dates of a custom period.
func parseCustomDates(from, to string) (d history.Dates, err error) {
	if d.First, err = parseDateField("from", from); err != nil {
		return d, err
	}
	if d.Last, err = parseDateField("to", to); err != nil {
		return d, err
	}
	switch {
	case d.Last < d.First:
		return d, badField("to", words.Later("a date not before from"), to)
	case d.Last-d.First >= mostDates:
		return d, badField("to", words.Later("at most {most} days from from on", "most", strconv.Itoa(mostDates)), to)
	default:
		return d, nil
	}
}

func parseDateField(field, text string) (uptime.Date, error) {
	date, ok := uptime.ParseDate(text)
	if !ok || date < firstOfDates || date > uptime.DateOf(9998, time.December, 31) {
		return 0, badField(field, words.Later("a date from 1980 on, such as 2026-11-15"), feed.Shown(text))
	}
	return date, nil
}

// findPeriod is the period of a name.
func findPeriod(name string) (p namedPeriod, known bool) {
	for _, named := range namedPeriods {
		if named.name == name {
			return named, true
		}
	}
	return p, false
}

// periodNames are the names of the periods, and others.
func periodNames(others ...string) (names []string) {
	for _, p := range namedPeriods {
		names = append(names, p.name)
	}
	return append(names, others...)
}

// dates are those that the period stands for where it is some date.
func (p period) dates(today uptime.Date) history.Dates {
	if named, known := findPeriod(p.name); known {
		return named.dates(today)
	}
	return p.custom
}

// before is the period before it: the month before last month, else as many days.
func (p period) before(today uptime.Date) history.Dates {
	d := p.dates(today)
	if p.name == lastMonth {
		return calendarMonthBefore(d.First)
	}
	return history.Dates{First: d.First - (d.Last - d.First + 1), Last: d.First - 1}
}

// text is what the period is called: "Last month".
func (p period) text(w spoken) string {
	if named, known := findPeriod(p.name); known {
		return w.Say(named.text)
	}
	return w.dates(p.custom)
}

// when is the period as a sentence says when something was: "last month", "on 3 Nov 2026".
func (p period) when(w spoken) string {
	if named, known := findPeriod(p.name); known {
		return w.Say(named.when)
	}
	if p.custom.First == p.custom.Last {
		return w.Say("on {date}|when something was", "date", p.text(w))
	}
	return w.Say("in {dates}|when something was", "dates", p.text(w))
}

// about is the period as a report is about it: "last month", "1–31 Oct 2026".
func (p period) about(w spoken) string {
	if named, known := findPeriod(p.name); known {
		return w.Say(named.about)
	}
	return w.dates(p.custom)
}

// textSoFar is the period while it is not over: "Today, so far".
func (p period) textSoFar(w spoken) string { return w.Say("{period}, so far", "period", p.text(w)) }

// dates are days in a few words: "1–31 Oct 2026".
func (w spoken) dates(d history.Dates) string {
	first, last := d.First.Time(), d.Last.Time()
	from := w.date(d.First, "2 Jan 2006")
	switch {
	case d.First == d.Last:
		return from
	case first.Year() != last.Year():
	case first.Month() != last.Month():
		from = w.date(d.First, "2 Jan")
	default:
		return w.date(d.First, "2|the first day of several in a month") + "–" + w.date(d.Last, "2 Jan 2006")
	}
	return from + " – " + w.date(d.Last, "2 Jan 2006")
}

// utcDays is the time that dates last in UTC.
func utcDays(d history.Dates) uptime.Span {
	return uptime.Span{From: uptime.Instant(d.First) * uptime.Instant(uptime.Day), To: uptime.Instant(d.Last+1) * uptime.Instant(uptime.Day)}
}

// addTo adds the period to the query of an address.
func (p period) addTo(v url.Values) {
	if !p.some() {
		return
	}
	v.Set("period", p.name)
	if p.name == customPeriod {
		v.Set("from", dateText(p.custom.First, time.DateOnly))
		v.Set("to", dateText(p.custom.Last, time.DateOnly))
	}
}

// query is the period as the query of an address, with its question mark.
func (p period) query() string {
	v := url.Values{}
	p.addTo(v)
	return withQuery("", v)
}

// on is an address of a page that is then about the period, too.
func (p period) on(address string) string {
	if !p.some() {
		return address
	}
	path, fragment, anchored := strings.Cut(address, "#")
	path, query, _ := strings.Cut(path, "?")
	v, err := url.ParseQuery(query)
	if err != nil {
		return address // our own addresses can be read
	}
	p.addTo(v)
	if path = withQuery(path, v); anchored {
		path += "#" + fragment
	}
	return path
}

// pickerDays are the days of stores that a picker of periods goes by.
type pickerDays struct {
	stores int         // how many; of none there is nothing to pick
	today  uptime.Date // of most of them
	latest uptime.Date // of the one that is furthest ahead
}

func daysToPick(s *figures.Snapshot, stores []int) (d pickerDays) {
	if !s.AsOfKnown || len(stores) == 0 {
		return d
	}
	_, today := localDates(s, stores)
	d = pickerDays{stores: len(stores), today: today, latest: today}
	for _, n := range oneOfEachZone(s, stores) {
		d.latest = max(d.latest, s.Today(n))
	}
	return d
}

// newPeriodPicker is the choice of the period of a page at an address, which has the other
// parameters of it. Stores are those that the page is about.
func newPeriodPicker(w spoken, p period, address string, days pickerDays) views.PeriodPicker {
	if days.stores == 0 {
		return views.PeriodPicker{}
	}
	today := days.today
	picker := views.PeriodPicker{Choices: []views.Filter{{Text: w.Say("Last hour, day, week"), URL: address, Active: !p.some()}}}
	for _, named := range namedPeriods {
		of := period{name: named.name}
		picker.Choices = append(picker.Choices, views.Filter{Text: w.Say(named.text), URL: of.on(address), Active: of == p})
	}
	path, query, _ := strings.Cut(address, "?")
	v, err := url.ParseQuery(query)
	if err != nil {
		v = nil // our own addresses can be read
	}
	picker.Action, picker.Keep, picker.Max = path, hiddenParams(v), dateText(days.latest, time.DateOnly)
	picker.Min = dateText(firstOfDates, time.DateOnly)
	if !p.some() {
		return picker
	}
	d := p.dates(today)
	picker.From, picker.To = dateText(d.First, time.DateOnly), dateText(d.Last, time.DateOnly)
	picker.Custom = p.name == customPeriod
	if days.stores > 1 {
		picker.Dates = w.Say("{dates}, each store's own local days.", "dates", w.dates(d))
	} else {
		picker.Dates = w.Say("{dates}, the store's own local days.", "dates", w.dates(d))
	}
	return picker
}
