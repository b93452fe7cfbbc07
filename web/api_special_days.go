package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/names"
	"lightson/models/uptime"
	"lightson/models/words"
)

const (
	// mostSpecialDays is how many special days can be sent at once.
	mostSpecialDays = 1000
	// specialDaysLimit is enough for them, each with a long note.
	specialDaysLimit = 4 << 20
)

type apiSpecialDays struct {
	DataVersion int64           `json:"data_version"`
	Total       int             `json:"total"`        // in all pieces of the list
	SpecialDays []apiSpecialDay `json:"special_days"` // by date
	NextCursor  *string         `json:"next_cursor"`
}

type apiSpecialDay struct {
	Scope     entered.Scope `json:"scope"`
	Name      *string       `json:"name"` // of the group, or the id of the store; null for all
	Date      string        `json:"date"`
	Closed    bool          `json:"closed"` // all day; then there are no hours
	Hours     []apiTimes    `json:"hours"`
	Note      *string       `json:"note"`
	EnteredBy *string       `json:"entered_by"`
	EnteredAt *apiTime      `json:"entered_at"`
}

type apiTimes struct {
	Start string `json:"start"`
	End   string `json:"end"`
}

func newAPISpecialDay(rows []entered.SpecialDay) apiSpecialDay {
	first := rows[0]
	day := apiSpecialDay{
		Scope: first.Scope, Name: orNull(first.Name), Date: uptime.DateText(first.Date), Closed: first.Closed(), Hours: []apiTimes{},
		Note: orNull(first.Note), EnteredBy: orNull(first.By), EnteredAt: workTime(first.At),
	}
	for _, row := range rows {
		if !row.Closed() {
			day.Hours = append(day.Hours, apiTimes{uptime.LongClockText(row.Start), uptime.LongClockText(row.End)})
		}
	}
	return day
}

// apiSpecialQuery chooses special days for a list.
type apiSpecialQuery struct {
	of           *entered.Subject // exactly this one
	store, group string           // all that counts for it
	first, last  uptime.Date
}

func parseAPISpecialQuery(c echo.Context) (q apiSpecialQuery, err error) {
	q.store, q.group = c.QueryParam("store"), names.Asked(c.QueryParam("group"))
	if c.QueryParam("scope") != "" {
		of, err := subjectIn(c.QueryParam("scope"), c.QueryParam("name"))
		if err != nil {
			return q, err
		}
		q.of = &of
	} else if c.QueryParam("name") != "" {
		return q, badField("scope", words.Said("store or group beside a name"), "nothing")
	}
	for _, end := range []struct {
		name string
		date *uptime.Date
	}{{"from", &q.first}, {"to", &q.last}} {
		if text := c.QueryParam(end.name); text != "" {
			if *end.date, err = parseDate(end.name, text); err != nil {
				return q, err
			}
		}
	}
	return q, nil
}

// subjectIn is the subject that two fields name.
func subjectIn(scope, name string) (entered.Subject, error) {
	of, err := entered.Subject{Scope: entered.Scope(scope), Name: name}.Clean()
	return of, problemWith(err)
}

// url names the list, for cursors.
func (q apiSpecialQuery) url() string {
	v := url.Values{"from": {uptime.DateText(q.first)}, "to": {uptime.DateText(q.last)}, "store": {q.store}, "group": {q.group}}
	if q.of != nil {
		v.Set("scope", string(q.of.Scope))
		v.Set("name", q.of.Name)
	}
	return withQuery("special-days", v)
}

// apiListSpecialDays serves GET /api/v1/special-days?scope=&name=&store=&group=&from=&to=&limit=&cursor=.
func (s *Server) apiListSpecialDays(c echo.Context) error {
	query, err := parseAPISpecialQuery(c)
	if err != nil {
		return err
	}
	from, limit, err := parseCursor(c, query.url())
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	version, err := s.data.DataVersion(ctx)
	if err != nil {
		return err
	}
	days, err := s.findSpecialDays(ctx, query)
	if err != nil {
		return err
	}
	piece, more := cutAfter(days, from, limit, specialPlace)
	list := apiSpecialDays{
		DataVersion: version.Version, Total: len(days), SpecialDays: make([]apiSpecialDay, len(piece)),
		NextCursor: nextAfter(from, piece, more, specialPlace),
	}
	for n, rows := range piece {
		list.SpecialDays[n] = newAPISpecialDay(rows)
	}
	return sendAPIList(c, list, list.SpecialDays, list.NextCursor)
}

// specialPlace is the place of a special day by its date and its subject.
func specialPlace(rows []entered.SpecialDay) place {
	rank, name := bySubject(rows[0].Subject)
	return place{byNumber(rows[0].Date), rank, name}
}

// findSpecialDays are the special days that a query chooses, each with its rows.
func (s *Server) findSpecialDays(ctx context.Context, q apiSpecialQuery) ([][]entered.SpecialDay, error) {
	rows, err := s.data.SpecialDays(ctx, entered.SpecialFilter{Subject: q.of, First: q.first, Last: q.last})
	if err != nil {
		return nil, err
	}
	days := specialDates(rows)
	if q.store == "" && q.group == "" {
		return days, nil
	}
	snapshot, err := s.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	counts := subjectsOf(snapshot, q.store, q.group)
	return slices.DeleteFunc(days, func(rows []entered.SpecialDay) bool { return !counts(rows[0].Subject) }), nil
}

// apiSpecialInput is a special day as scripts send it. Without hours it is closed all day.
type apiSpecialInput struct {
	Scope  string     `json:"scope"`
	Name   string     `json:"name"`
	Date   string     `json:"date"`
	Closed *bool      `json:"closed"`
	Hours  []apiTimes `json:"hours"`
	Note   string     `json:"note"`
}

// apiSpecialInputs is one special day, or a list of them.
type apiSpecialInputs struct {
	apiSpecialInput
	SpecialDays []apiSpecialInput `json:"special_days"`
}

// apiAddSpecialDays serves POST /api/v1/special-days. Sending the same again changes nothing.
func (s *Server) apiAddSpecialDays(c echo.Context) error {
	var in apiSpecialInputs
	if err := readAPIBody(c, &in, `{"scope":"group","name":"Burger Barn","date":"2026-11-26"}`); err != nil {
		return err
	}
	days, err := in.parse()
	if err != nil {
		return err
	}
	noteSpecialDays(noteOf(c), days)
	if err := checkAllStores(c.Request().Context(), days); err != nil {
		return err
	}
	ctx := c.Request().Context()
	err = problemWith(s.data.AddSpecialDays(ctx, days))
	if errors.Is(err, models.ErrNotFound) {
		return noSuchSubject(err)
	}
	if err != nil {
		return err
	}
	s.refresh()
	return s.sendAdded(c, days)
}

// sendAdded answers with the special days as they are now.
func (s *Server) sendAdded(c echo.Context, added []entered.SpecialDay) error {
	ctx := c.Request().Context()
	first, last := added[0].Date, added[0].Date
	for _, day := range added {
		first, last = min(first, day.Date), max(last, day.Date)
	}
	version, err := s.data.DataVersion(ctx)
	if err != nil {
		return err
	}
	days, err := s.findSpecialDays(ctx, apiSpecialQuery{first: first, last: last})
	if err != nil {
		return err
	}
	type dated struct {
		entered.Subject
		uptime.Date
	}
	wanted := map[dated]bool{}
	for _, day := range added {
		of, err := day.Subject.Clean()
		if err != nil {
			return problemWith(err)
		}
		wanted[dated{of, day.Date}] = true
	}
	list := apiSpecialDays{DataVersion: version.Version, SpecialDays: []apiSpecialDay{}}
	for _, rows := range days {
		if wanted[dated{rows[0].Subject, rows[0].Date}] {
			list.SpecialDays = append(list.SpecialDays, newAPISpecialDay(rows))
		}
	}
	list.Total = len(list.SpecialDays)
	return c.JSON(http.StatusOK, list)
}

// parse are the rows of the special days that were sent. The error names the field.
func (in apiSpecialInputs) parse() (days []entered.SpecialDay, err error) {
	list := in.SpecialDays
	if list == nil {
		return in.apiSpecialInput.parse()
	}
	one := in.apiSpecialInput
	switch {
	case one.Scope != "" || one.Name != "" || one.Date != "" || one.Closed != nil || one.Hours != nil || one.Note != "":
		return nil, badField("special_days", words.Said("either a list or the fields of one special day"), "both")
	case len(list) == 0 || len(list) > mostSpecialDays:
		return nil, badField("special_days", words.Said(fmt.Sprintf("1 to %d", mostSpecialDays)), countText(len(list)))
	}
	type dated struct{ scope, name, date string }
	seen := map[dated]bool{}
	for n, day := range list {
		rows, err := day.parse()
		var wrong fieldProblem
		if errors.As(err, &wrong) {
			return nil, fieldProblem{badInput(words.Said(fmt.Sprintf("special_days[%d].%s", n, wrong.message))), wrong.field, wrong.said}
		}
		key := dated{string(rows[0].Scope), rows[0].Name, day.Date}
		if seen[key] { // which of them counts would be a guess
			return nil, badField(fmt.Sprintf("special_days[%d].date", n), words.Said("each date of "+subjectText(inEnglish, rows[0].Subject)+" once"), day.Date+" twice")
		}
		seen[key] = true
		days = append(days, rows...)
	}
	return days, nil
}

func (in apiSpecialInput) parse() ([]entered.SpecialDay, error) {
	of, err := subjectIn(in.Scope, in.Name)
	if err != nil {
		return nil, err
	}
	date, err := parseDate("date", in.Date)
	if err != nil {
		return nil, err
	}
	spans := make([]uptime.Hours, len(in.Hours))
	for n, times := range in.Hours {
		if spans[n], err = parseTimes(fmt.Sprintf("hours[%d]", n), times.Start, times.End); err != nil {
			return nil, err
		}
	}
	if in.Closed != nil && *in.Closed != (len(spans) == 0) {
		return nil, badField("closed", words.Said("true without hours, or false with some"), fmt.Sprintf("%t with %s", *in.Closed, countText(len(spans))))
	}
	return specialRows(of, date, spans, in.Note), nil
}

// checkAllStores refuses special days of all stores from whoever does not see them all.
// Everybody sees these, so it is no secret that there are any.
func checkAllStores(ctx context.Context, days []entered.SpecialDay) error {
	p, err := access.Of(ctx)
	if err != nil || p.Reach.IsAll() {
		return err
	}
	if slices.ContainsFunc(days, func(d entered.SpecialDay) bool { return d.Scope == entered.OfAll }) {
		return errOfAllStores
	}
	return nil
}

var errOfAllStores = problem{http.StatusForbidden, words.Said("You may not do that"),
	words.Said("scope: what counts for all stores is for people who see all of them."), access.ErrForbidden}

// noSuchSubject is the problem of a store or a group that there is none of, or that the
// visitor may not change.
func noSuchSubject(err error) problem {
	return problem{http.StatusNotFound, words.Said("There is no such store or group"),
		words.Said("name: expected a store within reach, or a group of which every store is."), err}
}

// apiRemoveSpecialDays serves DELETE /api/v1/special-days?scope=&name=&date=&date=. What is
// not there need not be removed.
func (s *Server) apiRemoveSpecialDays(c echo.Context) error {
	of, err := subjectIn(c.QueryParam("scope"), c.QueryParam("name"))
	if err != nil {
		return err
	}
	texts := c.QueryParams()["date"]
	if len(texts) == 0 {
		return badField("date", words.Said("a date such as 2023-01-25"), "nothing")
	}
	dates := make([]uptime.Date, len(texts))
	for n, text := range texts {
		if dates[n], err = parseDate("date", text); err != nil {
			return err
		}
	}
	noteSubject(noteOf(c), of)
	noteOf(c).detail = shortened(strings.Join(texts, ", "), 100)
	ctx := c.Request().Context()
	if err := checkAllStores(ctx, []entered.SpecialDay{{Subject: of}}); err != nil {
		return err
	}
	_, err = s.data.RemoveSpecialDays(ctx, of, dates)
	if errors.Is(err, models.ErrNotFound) {
		return noSuchSubject(err)
	}
	if err != nil {
		return problemWith(err)
	}
	s.refresh()
	return c.NoContent(http.StatusNoContent)
}
