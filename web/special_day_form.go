package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/holidays"
	"lightson/models/names"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

const (
	spansInForm   = 3   // rows of times that the form shows
	datesInForm   = 366 // dates from one to another
	storesInForm  = 200 // stores that are suggested; where there are more, one types an id
	closedAllDay  = "closed"
	specialOpened = "hours"
)

// specialDayForm is what a visitor may send to add special days: of dates, or of holidays.
type specialDayForm struct {
	Scope string `form:"scope"`
	Group string `form:"for_group"`
	Store string `form:"for_store"`

	From string `form:"from"`
	To   string `form:"to"`

	Country  string   `form:"country"` // with it, holidays are what is added
	Year     int      `form:"year"`
	Holidays []string `form:"holiday"` // dates

	Open   string   `form:"open"` // closedAllDay or specialOpened
	Starts []string `form:"start"`
	Ends   []string `form:"end"`
	Note   string   `form:"note"`
}

// addSpecialDays serves POST /special-days.
func (s *Server) addSpecialDays(c echo.Context) error {
	var form specialDayForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	days, err := form.parse()
	if err == nil {
		noteSpecialDays(noteOf(c), days)
		err = problemWith(s.data.AddSpecialDays(c.Request().Context(), days))
	}
	if errors.Is(err, models.ErrNotFound) {
		err = form.outOfReach()
	}
	var wrong fieldProblem
	if errors.As(err, &wrong) {
		return s.refuseSpecialDays(c, form, wrong.refusal(spokenOf(c.Request().Context())))
	}
	if err != nil {
		return err
	}
	s.refresh()
	query := specialDayQuery{Past: days[len(days)-1].Date < s.specialToday()}
	switch days[0].Scope {
	case entered.OfStore:
		query.Store = days[0].Name
	case entered.OfGroup:
		query.Group = days[0].Name
	}
	return c.Redirect(http.StatusSeeOther, query.url())
}

// outOfReach is the problem of a subject that the visitor may not change, or that there is
// none of. It must not tell these apart.
func (f specialDayForm) outOfReach() error {
	switch entered.Scope(f.Scope) {
	case entered.OfGroup:
		return badField("for_group", words.Later("a group of which you see every store"), f.Group).
			saying(words.Later("Choose a group of which you see every store."))
	case entered.OfStore:
		return badField("for_store", words.Later("the id of a store that you see"), f.Store).
			saying(words.Later("Enter the id of a store that you see."))
	default:
		return badField("scope", words.Later("a group or a store, since you do not see all stores"), words.Text("all stores")).
			saying(words.Later("Choose a group or a store: you do not see all stores."))
	}
}

// refuseSpecialDays shows the form again, with what was typed and what is wrong with it.
func (s *Server) refuseSpecialDays(c echo.Context, form specialDayForm, wrong views.Refusal) error {
	query := specialDayQuery{Page: 1, Store: strings.TrimSpace(c.FormValue("store")), Group: names.Asked(c.FormValue("group")), Country: form.Country, Year: form.Year}
	page, shown, err := s.specialDayPage(c, query)
	if err != nil {
		return err
	}
	if shown.Form != nil {
		form.fill(shown.Form, shown.Holidays, wrong)
	}
	return render(c, http.StatusUnprocessableEntity, views.SpecialDaysPage(page, shown))
}

// parse are the special days that the form asks for. The error is a fieldProblem.
func (f specialDayForm) parse() ([]entered.SpecialDay, error) {
	of, err := parseForWhom(f.Scope, f.Group, f.Store)
	if err != nil {
		return nil, err
	}
	dates, err := f.dates()
	if err != nil {
		return nil, err
	}
	spans, err := f.spans()
	if err != nil {
		return nil, err
	}
	var days []entered.SpecialDay
	for _, d := range dates {
		days = append(days, specialRows(of, d.Date, spans, d.Name)...)
	}
	return days, nil
}

// specialRows are the rows of a special day; without spans it is closed.
func specialRows(of entered.Subject, date uptime.Date, spans []uptime.Hours, note string) (rows []entered.SpecialDay) {
	if len(spans) == 0 {
		closed := entered.ClosedOn(of, date)
		closed.Note = note
		return []entered.SpecialDay{closed}
	}
	for _, span := range spans {
		rows = append(rows, entered.SpecialDay{Subject: of, Date: date, Start: span.Start, End: span.End, Note: note})
	}
	return rows
}

// dates are those of the form, each with the note of its special day.
func (f specialDayForm) dates() (dates []holidays.Holiday, err error) {
	if f.Country != "" {
		return f.holidays()
	}
	first, err := parseDate("from", strings.TrimSpace(f.From))
	if err != nil {
		return nil, err
	}
	last := first
	if to := strings.TrimSpace(f.To); to != "" {
		if last, err = parseDate("to", to); err != nil {
			return nil, err
		}
	}
	if last < first || last-first >= datesInForm {
		return nil, badLastDate(first, datesInForm, last)
	}
	for date := first; date <= last; date++ {
		dates = append(dates, holidays.Holiday{Date: date, Name: f.Note})
	}
	return dates, nil
}

// holidays are those that were chosen, under the names of the list.
func (f specialDayForm) holidays() (chosen []holidays.Holiday, err error) {
	country, err := findCountry(f.Country, f.Year)
	if err != nil {
		return nil, err
	}
	list := country.In(f.Year)
	for _, text := range f.Holidays {
		date, _ := uptime.ParseDate(text)
		n := slices.IndexFunc(list, func(h holidays.Holiday) bool { return h.Date == date })
		if n < 0 {
			return nil, badField("holiday", words.Later("holidays of {country} in {year}", "country", country.Name, "year", strconv.Itoa(f.Year)), text).
				saying(words.Later("Choose holidays from the list."))
		}
		chosen = append(chosen, list[n])
	}
	if len(chosen) == 0 {
		return nil, badField("holiday", words.Later("at least one holiday"), words.Text("none|what was found")).saying(words.Later("Choose at least one holiday."))
	}
	return chosen, nil
}

func findCountry(code string, year int) (holidays.Country, error) {
	country, known := holidays.Find(code)
	if !known {
		return country, badField("country", words.Later("one of the list"), code).saying(words.Later("Choose a country from the list."))
	}
	if year < holidays.FirstYear || year > holidays.LastYear {
		first, last := strconv.Itoa(holidays.FirstYear), strconv.Itoa(holidays.LastYear)
		return country, badField("year", words.Later("{first} to {last}", "first", first, "last", last), strconv.Itoa(year)).
			saying(words.Later("Enter a year from {first} to {last}.", "first", first, "last", last))
	}
	return country, nil
}

// spans are the times of the form; none for closed all day.
func (f specialDayForm) spans() (spans []uptime.Hours, err error) {
	for n := range max(len(f.Starts), len(f.Ends)) {
		start, end := at(f.Starts, n), at(f.Ends, n)
		if start == "" && end == "" {
			continue
		}
		span, err := parseTimes("times", start, end)
		if err != nil {
			return nil, err
		}
		spans = append(spans, span)
	}
	switch {
	case f.Open != closedAllDay && f.Open != specialOpened:
		return nil, badField("times", words.Later("closed all day or other hours"), f.Open).
			saying(words.Later("Choose closed all day or other hours."))
	case f.Open == specialOpened && len(spans) == 0:
		return nil, badField("times", words.Later("at least one time of opening, or closed all day"), words.Text("none|what was found")).
			saying(words.Later("Enter when it is open, or choose closed all day."))
	case f.Open == closedAllDay && len(spans) > 0:
		return nil, badField("times", words.Later("either closed all day or times of opening"), words.Text("both|what was found")).
			saying(words.Later("Choose closed all day, or enter when it is open, not both."))
	}
	return spans, nil
}

// at is one of a list of fields, empty where there is none.
func at(list []string, n int) string {
	if n >= len(list) {
		return ""
	}
	return strings.TrimSpace(list[n])
}

// parseTimes reads when a store opens and closes, such as 09:00 and 17:00.
func parseTimes(field, start, end string) (uptime.Hours, error) {
	from, ok1 := parseClock(start)
	to, ok2 := parseClock(end)
	const day = 24 * 60 * 60
	if !ok1 || !ok2 || from == day {
		found := words.Later("{start} to {end}|times of the day", "start", orNothing(start), "end", orNothing(end))
		return uptime.Hours{}, badField(field, words.Later("times such as 09:00 to 17:00; an end before the start means the next day"), found).
			saying(words.Later("Enter times such as 09:00 to 17:00. An end before the start is on the next day."))
	}
	return uptime.Hours{Start: from, End: to}, nil
}

// parseClock reads a time of the day in seconds: 09:00, 09:00:30, or 24:00 for its end.
func parseClock(text string) (seconds int, ok bool) {
	if text == "24:00" || text == "24:00:00" {
		return 24 * 60 * 60, true
	}
	for _, layout := range []string{"15:04", time.TimeOnly} {
		if t, err := time.Parse(layout, text); err == nil && t.Nanosecond() == 0 {
			return (t.Hour()*60+t.Minute())*60 + t.Second(), true
		}
	}
	return 0, false
}

// noteSpecialDays says in the audit log what special days a request is about.
func noteSpecialDays(n *note, days []entered.SpecialDay) {
	if len(days) == 0 {
		return
	}
	first, last := days[0], days[len(days)-1]
	if first.Subject == last.Subject {
		noteSubject(n, first.Subject)
	}
	what := specialHours(inEnglish, specialDates(days)[0])
	if count := len(specialDates(days)); count > 1 {
		n.detail = fmt.Sprintf("%s from %s to %s, %s", plural(count, "special day"), uptime.DateText(first.Date), uptime.DateText(last.Date), what)
	} else {
		n.detail = uptime.DateText(first.Date) + ", " + what
	}
	if first.Note != "" {
		n.detail += ": " + shortened(first.Note, specialShort)
	}
}

const ofAllStores auditText = "all stores"

// noteSubject says in the audit log what something is entered for.
func noteSubject(n *note, of entered.Subject) {
	if of.Scope == entered.OfAll {
		n.about(string(of.Scope), string(ofAllStores))
		return
	}
	n.about(string(of.Scope), of.Name)
}

// specialRemovalForm is what the button of a row sends.
type specialRemovalForm struct {
	Scope string `form:"scope"`
	Name  string `form:"name"`
	Date  string `form:"date"`
}

// removeSpecialDay serves POST /special-days/remove.
func (s *Server) removeSpecialDay(c echo.Context) error {
	var form specialRemovalForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	of := entered.Subject{Scope: entered.Scope(form.Scope), Name: form.Name}
	noteSubject(noteOf(c), of)
	noteOf(c).detail = form.Date
	date, err := parseDate("date", form.Date)
	if err != nil {
		return err
	}
	if _, err := s.data.RemoveSpecialDays(c.Request().Context(), of, []uptime.Date{date}); err != nil {
		return problemWith(err)
	}
	s.refresh()
	query := specialDayQuery{Store: c.FormValue("store"), Group: names.Asked(c.FormValue("group")), Past: c.FormValue("when") == whenPast}
	return c.Redirect(http.StatusSeeOther, query.url())
}

// newForWhom is the choice of what special days are entered for, as far as the visitor's
// reach allows. What the page is narrowed to is chosen already.
func newForWhom(ctx context.Context, s *figures.Snapshot, q specialDayQuery) (views.ForWhom, error) {
	p, err := access.Of(ctx)
	if err != nil {
		return views.ForWhom{}, err
	}
	w, groups := spokenOf(ctx), s.Groups()
	if !p.Reach.IsAll() {
		groups = slices.DeleteFunc(slices.Clone(groups), func(g figures.Group) bool { return !p.Reach.HasGroup(g.Name) })
	}
	who := views.ForWhom{All: p.Reach.IsAll(), Groups: newGroupSelect(w, groups, w.Say("Choose a group"), q.Group), Store: q.Store, Stores: storeOptions(w, s)}
	who.Groups.Name = "for_group"
	switch {
	case q.Store != "":
		who.Scope = string(entered.OfStore)
	case q.Group != "" || len(groups) > 0 && !who.All:
		who.Scope = string(entered.OfGroup)
	case !who.All && len(groups) == 0:
		who.Scope = string(entered.OfStore)
	}
	if len(groups) == 1 && !who.All && q.Group == "" && q.Store == "" { // there is nothing to choose
		who.Groups = newGroupSelect(w, groups, w.Say("Choose a group"), groups[0].Name)
		who.Groups.Name = "for_group"
	}
	return who, nil
}

// newSpecialForms are the forms as they are before anything is typed.
func (s *Server) newSpecialForms(w spoken, who views.ForWhom, q specialDayQuery) (*views.SpecialDayForm, *views.HolidayForm) {
	form := &views.SpecialDayForm{Who: who, Open: closedAllDay, Times: make([]views.TimesField, spansInForm)}
	chosen := &views.HolidayForm{Who: who, Open: closedAllDay, Times: make([]views.TimesField, spansInForm), Kept: q.kept(), Year: fmt.Sprint(cmp.Or(q.Year, s.now().Year()))}
	chosen.Countries = countryOptions(w, q.Country)
	if q.Country == "" {
		return form, chosen
	}
	country, err := findCountry(q.Country, q.Year)
	var wrong fieldProblem
	if errors.As(err, &wrong) {
		chosen.Wrong = wrong.refusal(w)
		return form, chosen
	}
	chosen.Country, chosen.Name = country.Code, fmt.Sprintf("%s %d", w.Say(country.Name), q.Year)
	for _, h := range country.In(q.Year) {
		chosen.Days = append(chosen.Days, views.HolidayBox{Date: uptime.DateText(h.Date), Text: w.date(h.Date, dayName), Name: h.Name})
	}
	return form, chosen
}

// countryOptions are the countries whose holidays are known, in the order of their names.
func countryOptions(w spoken, chosen string) []views.Option {
	var options []views.Option
	for _, c := range holidays.Countries {
		options = append(options, views.Option{Value: c.Code, Text: w.Say(c.Name), Selected: c.Code == chosen})
	}
	slices.SortFunc(options, func(a, b views.Option) int { return strings.Compare(a.Text, b.Text) })
	return slices.Insert(options, 0, views.Option{Text: w.Say("Choose a country")})
}

// fill writes what was typed into the form that it was typed into, and what is wrong.
func (f specialDayForm) fill(form *views.SpecialDayForm, chosen *views.HolidayForm, wrong views.Refusal) {
	who, times, open := &form.Who, form.Times, &form.Open
	if f.Country != "" {
		who, times, open = &chosen.Who, chosen.Times, &chosen.Open
		chosen.Wrong = wrong
		for n := range chosen.Days {
			chosen.Days[n].Chosen = slices.Contains(f.Holidays, chosen.Days[n].Date)
		}
	} else {
		form.From, form.To, form.Note, form.Wrong = f.From, f.To, f.Note, wrong
	}
	*open = cmp.Or(f.Open, closedAllDay)
	fillForWhom(who, f.Scope, f.Group, f.Store)
	for n := range times {
		times[n] = views.TimesField{Start: at(f.Starts, n), End: at(f.Ends, n)}
	}
}
