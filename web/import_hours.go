package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/imports"
	"lightson/models/schedules"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// hoursField is the field of forms, and the parameter, that chooses from when hours hold
// that do not say so: empty, always, or a date. Forms for people say date instead, and
// the date in a field of its own.
const (
	hoursField     = "hours_from"
	hoursDateField = "hours_from_date"
	hoursFromDate  = "date"
)

// longestHoursField bounds what is read of such a field, in bytes.
const longestHoursField = 64

// A hoursForm is what a form says about from when hours hold.
type hoursForm struct{ from, date string }

// read reads a part of an upload, if it is about this.
func (f *hoursForm) read(part *multipart.Part) error {
	var into *string
	switch part.FormName() {
	case hoursField:
		into = &f.from
	case hoursDateField:
		into = &f.date
	default:
		return nil
	}
	value, err := io.ReadAll(io.LimitReader(part, longestHoursField))
	if err != nil {
		return brokenUpload(err)
	}
	*into = string(value)
	return nil
}

// choice is what was chosen, as models.Import has it.
func (f hoursForm) choice() (string, error) {
	from, field := f.from, hoursField
	if from == hoursFromDate {
		if from, field = f.date, hoursDateField; from == "" {
			return "", badParam(field, words.Later("a date such as 2023-01-24"), "")
		}
	}
	choice, err := schedules.ParseChoice(from)
	if err != nil {
		return "", badParam(field, words.Later("always, or a date from 1970 to 2100 such as 2023-01-24"), fmt.Sprintf("%.40q", from))
	}
	return choice.String(), nil
}

// hoursChoice is what a form says about from when hours hold.
func hoursChoice(c echo.Context) (from string, given bool, err error) {
	form, err := c.FormParams()
	if err != nil {
		return "", false, err
	}
	if _, given = form[hoursField]; !given {
		return "", false, nil
	}
	from, err = hoursForm{form.Get(hoursField), form.Get(hoursDateField)}.choice()
	return from, true, err
}

// newHoursChoice offers another choice on a preview that has hours.
func newHoursChoice(i models.Import) views.HoursChoice {
	some := false
	for _, f := range i.Preview.Files {
		some = some || f.Kind == feed.Hours.String()
	}
	if !some {
		return views.HoursChoice{}
	}
	shown := views.HoursChoice{URL: importURL(i.ID) + "/preview", Chosen: i.HoursFrom}
	if choice, err := schedules.ParseChoice(i.HoursFrom); err == nil && choice.Dated {
		shown.Chosen, shown.Date = hoursFromDate, i.HoursFrom
	}
	return shown
}

// hoursFact says what was chosen, where it is not the rule.
func hoursFact(w spoken, i models.Import) views.Fact {
	choice, err := schedules.ParseChoice(i.HoursFrom)
	switch {
	case err != nil || i.HoursFrom == "":
		return views.Fact{}
	case choice.Always:
		return views.Fact{Name: w.Say("Hours apply"), Value: w.Say("for all time|hours hold")}
	default:
		return views.Fact{Name: w.Say("Hours apply"), Value: w.from(choice.From)}
	}
}

// changeFromText says from when a change of hours holds.
func changeFromText(w spoken, c models.Change) string {
	if c.Kind != feed.Hours.String() {
		return ""
	}
	date, ok := uptime.ParseDate(c.From)
	if !ok {
		return w.Say("for all time|hours hold")
	}
	return w.from(date)
}

// from says from when hours hold.
func (w spoken) from(date uptime.Date) string {
	return w.Say("from {date}|hours hold", "date", w.date(date, dayOfYear))
}

// dayOfYear is a layout for dates that may be long ago: "23 Nov 2026".
const dayOfYear = "2 Jan 2006"

// pastFacts say on how many days changes of hours and zones show.
func pastFacts(w spoken, p *models.Preview) (facts []views.Fact) {
	if h := p.Hours; h.PastStores > 0 {
		facts = append(facts, views.Fact{Name: w.Say("If also applied to the past"), Value: w.Say("would change the opening hours of {days} of {stores}", "days", w.days(int(h.PastStoreDays)), "stores", w.stores(int(h.PastStores)))})
	}
	if z := p.Zones; z.Stores > 0 {
		facts = append(facts, views.Fact{Name: w.Say("Changed zones"), Value: w.Say("change the opening hours of {days} of {stores}", "days", w.days(int(z.StoreDays)), "stores", w.stores(int(z.Stores)))})
	}
	return facts
}

// newPastHours offers to apply the hours that an import changed to the past as well.
func (s *Server) newPastHours(ctx context.Context, i models.Import) (shown views.PastHours, err error) {
	w := spokenOf(ctx)
	past, err := s.data.PastHours(ctx, i)
	if err != nil {
		return shown, err
	}
	if past.AppliedBy != "" {
		return views.PastHours{
			Text:    w.Say("These hours were also applied to the past."),
			DoneURL: importURL(past.AppliedBy), DoneID: shortID(past.AppliedBy),
		}, nil
	}
	if past.Stores == 0 {
		return shown, nil
	}
	text := words.Text("The new hours of {stores} apply from {date} on. Applied to the past too, they would change the opening hours of {days} of {past_stores}.")
	if past.Last != past.First {
		text = "The new hours of {stores} apply from {date} or a later date. Applied to the past too, they would change the opening hours of {days} of {past_stores}."
	}
	return views.PastHours{
		Text: w.Say(text, "stores", w.stores(int(past.Stores)), "date", w.date(past.First, dayOfYear),
			"days", w.days(int(past.StoreDays)), "past_stores", w.stores(int(past.Stores))),
		ApplyURL: importURL(i.ID) + "/apply-hours",
	}, nil
}

// applyHours serves POST /imports/:id/apply-hours. Once it was done, the page says so.
func (s *Server) applyHours(c echo.Context) error {
	i, _, err := s.applyToPast(c, models.FromPage)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, importURL(i.ID))
}

// apiApplyHours serves POST /api/v1/imports/:id/apply-hours. Where it was done before, it
// answers with the import that did it.
func (s *Server) apiApplyHours(c echo.Context) error {
	_, applied, err := s.applyToPast(c, models.FromAPI)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, apiImportURL(applied.ID))
	return s.sendImport(c, http.StatusOK, applied)
}

// applyToPast applies the hours of an import to the past, unless that was done before.
func (s *Server) applyToPast(c echo.Context, source models.Source) (of, applied models.Import, err error) {
	if of, err = s.importOf(c); err != nil {
		return of, applied, err
	}
	applied, err = s.data.ApplyHoursToPast(c.Request().Context(), of.ID, source, whoAsks(c))
	switch {
	case errors.Is(err, imports.ErrNoPastHours):
		return of, applied, problem{http.StatusConflict, words.Later("There are no hours to apply to the past"),
			words.Later("This import changed no hours from a date on, or the stores have newer hours, or the record of its changes is gone."), err}
	case errors.Is(err, imports.ErrPastHoursDone):
		err = nil
	}
	return of, applied, err
}
