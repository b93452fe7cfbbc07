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
			return "", badInput(field + ": expected a date such as 2023-01-24, found nothing")
		}
	}
	choice, err := schedules.ParseChoice(from)
	if err != nil {
		return "", badInput(field + ": " + err.Error())
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
func hoursFact(i models.Import) views.Fact {
	choice, err := schedules.ParseChoice(i.HoursFrom)
	switch {
	case err != nil || i.HoursFrom == "":
		return views.Fact{}
	case choice.Always:
		return views.Fact{Name: "Hours apply", Value: "for all time"}
	default:
		return views.Fact{Name: "Hours apply", Value: "from " + schedules.DayText(choice.From)}
	}
}

// changeFromText says from when a change of hours holds.
func changeFromText(c models.Change) string {
	if c.Kind != feed.Hours.String() {
		return ""
	}
	date, ok := uptime.ParseDate(c.From)
	if !ok {
		return "for all time"
	}
	return "from " + schedules.DayText(date)
}

// pastFacts say on how many days changes of hours and zones show.
func pastFacts(p *models.Preview) (facts []views.Fact) {
	if h := p.Hours; h.PastStores > 0 {
		facts = append(facts, views.Fact{Name: "If also applied to the past", Value: "would change " + storeDaysText(h.PastStoreDays, h.PastStores)})
	}
	if z := p.Zones; z.Stores > 0 {
		facts = append(facts, views.Fact{Name: "Changed zones", Value: "change " + storeDaysText(z.StoreDays, z.Stores)})
	}
	return facts
}

// storeDaysText is a number of days of stores: "the opening hours of 120 days of 12 stores".
func storeDaysText(days, stores int64) string {
	return fmt.Sprintf("the opening hours of %s of %s", plural(days, "day"), plural(stores, "store"))
}

// newPastHours offers to apply the hours that an import changed to the past as well.
func (s *Server) newPastHours(ctx context.Context, i models.Import) (shown views.PastHours, err error) {
	past, err := s.data.PastHours(ctx, i)
	if err != nil {
		return shown, err
	}
	if past.AppliedBy != "" {
		return views.PastHours{
			Text:    "These hours were also applied to the past.",
			DoneURL: importURL(past.AppliedBy), DoneID: shortID(past.AppliedBy),
		}, nil
	}
	if past.Stores == 0 {
		return shown, nil
	}
	since := "from " + schedules.DayText(past.First) + " on"
	if past.Last != past.First {
		since = "from " + schedules.DayText(past.First) + " or a later date"
	}
	return views.PastHours{
		Text: fmt.Sprintf("The new hours of %s apply %s. Applied to the past too, they would change %s.",
			plural(past.Stores, "store"), since, storeDaysText(past.StoreDays, past.Stores)),
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
		return of, applied, problem{http.StatusConflict, "There are no hours to apply to the past",
			"This import changed no hours from a date on, or the stores have newer hours, or the record of its changes is gone.", err}
	case errors.Is(err, imports.ErrPastHoursDone):
		err = nil
	}
	return of, applied, err
}
