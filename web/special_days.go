package web

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

const specialDaysPerPage = 50

// specialDayQuery is the state of the page of special days, as its URL carries it.
type specialDayQuery struct {
	Store   string // only what is of this store, its group and all stores
	Group   string // only what is of this group, its stores and all stores
	Past    bool   // those that are over, in place of those to come
	Page    int
	Country string // whose holidays are to choose from
	Year    int
}

// when is how the URL calls the special days that are over.
const whenPast = "past"

func parseSpecialDayQuery(c echo.Context) (q specialDayQuery, err error) {
	var when string
	err = echo.QueryParamsBinder(c).String("store", &q.Store).String("group", &q.Group).String("when", &when).
		Int("page", &q.Page).String("country", &q.Country).Int("year", &q.Year).BindError()
	if err != nil {
		return q, err
	}
	q.Group, q.Page, q.Past = names.Asked(q.Group), max(q.Page, 1), when == whenPast
	if when != "" && !q.Past {
		return q, badParam("when", words.Later("past or nothing"), when)
	}
	return q, nil
}

func (q specialDayQuery) values() url.Values {
	v := url.Values{}
	for _, param := range q.kept() {
		v.Set(param.Name, param.Value)
	}
	addPage(v, q.Page)
	if q.Country != "" {
		v.Set("country", q.Country)
		v.Set("year", strconv.Itoa(q.Year))
	}
	return v
}

// kept are the parameters that forms of the page carry along.
func (q specialDayQuery) kept() (params []views.Param) {
	if q.Store != "" {
		params = append(params, views.Param{Name: "store", Value: q.Store})
	}
	if q.Group != "" {
		params = append(params, views.Param{Name: "group", Value: q.Group})
	}
	if q.Past {
		params = append(params, views.Param{Name: "when", Value: whenPast})
	}
	return params
}

func (q specialDayQuery) url() string { return withQuery("/special-days", q.values()) }

// listSpecialDays serves GET /special-days?store=&group=&when=past&page=&country=US&year=2026.
func (s *Server) listSpecialDays(c echo.Context) error {
	query, err := parseSpecialDayQuery(c)
	if err != nil {
		return err
	}
	if query.Country != "" && query.Year == 0 {
		query.Year = s.now().Year()
	}
	page, shown, err := s.specialDayPage(c, query)
	if err != nil {
		return err
	}
	return renderEither(c, views.SpecialDaysPage(page, shown), views.SpecialDayList(shown))
}

// specialDayPage is the page of special days. Its forms are there for whoever may enter any.
func (s *Server) specialDayPage(c echo.Context, q specialDayQuery) (page views.Page, shown views.SpecialDays, err error) {
	ctx := c.Request().Context()
	snapshot, err := s.recentSnapshot(ctx)
	if err != nil {
		return page, shown, err
	}
	if page, err = s.page(c, spokenOf(ctx).Say("Special days"), views.NavStores); err != nil {
		return page, shown, err
	}
	rows, err := s.data.SpecialDays(ctx, entered.SpecialFilter{})
	if err != nil {
		return page, shown, err
	}
	if shown, err = s.newSpecialDays(ctx, snapshot, q, specialDates(rows)); err != nil {
		return page, shown, err
	}
	if page.Can.KeepCalendar {
		who, err := newForWhom(ctx, snapshot, q)
		if err != nil {
			return page, shown, err
		}
		shown.Form, shown.Holidays = s.newSpecialForms(spokenOf(ctx), who, q)
	}
	return page, shown, nil
}

// specialToday is the earliest date that it is anywhere: what is not over there is to come.
func (s *Server) specialToday() uptime.Date {
	return uptime.DateOf(s.now().UTC().Add(-12 * time.Hour).Date())
}

// newSpecialDays lists the special days that a query asks for.
func (s *Server) newSpecialDays(ctx context.Context, snapshot *figures.Snapshot, q specialDayQuery, days [][]entered.SpecialDay) (views.SpecialDays, error) {
	w := spokenOf(ctx)
	of := subjectsOf(snapshot, q.Store, q.Group)
	days = slices.DeleteFunc(days, func(rows []entered.SpecialDay) bool { return !of(rows[0].Subject) })
	today := s.specialToday()
	first, _ := slices.BinarySearchFunc(days, today, func(rows []entered.SpecialDay, date uptime.Date) int { return int(rows[0].Date - date) })
	past, coming := slices.Clone(days[:first]), days[first:]
	slices.Reverse(past) // the latest first
	shown := views.SpecialDays{Filters: []views.Filter{
		{Text: w.Say("To come|special days"), Count: w.Number(int64(len(coming))), URL: specialDayQuery{Store: q.Store, Group: q.Group}.url(), Active: !q.Past},
		{Text: w.Say("Past|special days"), Count: w.Number(int64(len(past))), URL: specialDayQuery{Store: q.Store, Group: q.Group, Past: true}.url(), Active: q.Past},
	}, Kept: q.kept(), ClearURL: "/special-days"}
	chosen := coming
	if q.Past {
		chosen = past
	}
	shown.Narrowed = narrowedTo(w, snapshot, q)
	var piece [][]entered.SpecialDay
	shown.Pager, piece = paginate(w, chosen, q.Page, specialDaysPerPage, words.Plural{One: "{first}–{last} of {n} special day", Other: "{first}–{last} of {n} special days"}, func(page int) string {
		return specialDayQuery{Store: q.Store, Group: q.Group, Past: q.Past, Page: page}.url()
	})
	reached, err := s.mayChange(ctx, piece)
	if err != nil {
		return shown, err
	}
	for _, rows := range piece {
		shown.Rows = append(shown.Rows, newSpecialDayRow(w, snapshot, rows, reached[rows[0].Subject]))
	}
	return shown, nil
}

// mayChange says of which subjects the visitor may change the special days.
func (s *Server) mayChange(ctx context.Context, days [][]entered.SpecialDay) (map[entered.Subject]bool, error) {
	if !may(ctx, access.KeepCalendar) {
		return nil, nil
	}
	subjects := make([]entered.Subject, len(days))
	for n, rows := range days {
		subjects[n] = rows[0].Subject
	}
	return s.data.Reached(ctx, subjects)
}

// subjectsOf reports which subjects are of a store or a group, as far as the visitor can
// see them. Without either all are.
func subjectsOf(s *figures.Snapshot, store, group string) func(entered.Subject) bool {
	var asked []int
	if n, found := s.Find(store); found && store != "" {
		asked = append(asked, n)
	}
	if group != "" {
		asked = append(asked, s.StoresOf(group)...)
	}
	codes, groups := map[string]bool{}, map[string]bool{}
	for _, n := range asked {
		codes[s.Stores[n].Code] = true
		groups[names.Visible(s.Stores[n].Group)] = true
	}
	return func(of entered.Subject) bool {
		switch {
		case store == "" && group == "" || of.Scope == entered.OfAll:
			return true
		case of.Scope == entered.OfStore:
			return of.Name == store || codes[of.Name]
		default:
			return of.Name == group || groups[of.Name]
		}
	}
}

// narrowedTo names the store or the group whose special days are listed.
func narrowedTo(w spoken, s *figures.Snapshot, q specialDayQuery) views.Link {
	if q.Store != "" {
		return subjectLink(w, s, entered.Store(q.Store))
	}
	if q.Group != "" {
		return subjectLink(w, s, entered.Group(q.Group))
	}
	return views.Link{}
}

func newSpecialDayRow(w spoken, s *figures.Snapshot, rows []entered.SpecialDay, mayChange bool) views.SpecialDayRow {
	day := rows[0]
	row := views.SpecialDayRow{
		Date: w.date(day.Date, "Mon 2 Jan 2006"), Hours: upperFirst(specialHours(w, rows)), Closed: day.Closed(), Note: day.Note,
		Of: subjectLink(w, s, day.Subject), By: names.Visible(day.By), At: w.workTime(day.At, time.UTC, dayAndClock),
	}
	if day.Scope == entered.OfGroup {
		row.Kind = "group"
	}
	if mayChange {
		row.Remove = &views.SpecialDayRemoval{Scope: string(day.Scope), Name: day.Name, Date: uptime.DateText(day.Date)}
	}
	return row
}
