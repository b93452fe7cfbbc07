package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/feed"
	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// generateForm is what a visitor may send to ask for a report.
type generateForm struct {
	Scope scopeInput
	Key   string `form:"key"`
	Short bool   `form:"short"`
}

// generateReport serves POST /reports.
func (s *Server) generateReport(c echo.Context) error {
	var form generateForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := checkKey(form.Key); err != nil {
		return err
	}
	ctx := c.Request().Context()
	scope, err := s.parseScope(ctx, form.Scope)
	var wrong fieldProblem
	if errors.As(err, &wrong) {
		return s.refuseGenerate(c, form, wrong)
	}
	if err != nil {
		return err
	}
	if some, err := s.hasPolls(ctx); err != nil || !some {
		return sendToImports(c, err)
	}
	by, err := access.Asker(ctx)
	if err != nil {
		return err
	}
	r := models.NewReport(models.FromPage, scope, form.Key).For(by)
	if err := s.reports.AskReport(ctx, r); err != nil {
		return err
	}
	if r.Scope() != scope { // the page was left by Back and asked for something else
		r = models.NewReport(models.FromPage, scope, "").For(by)
		if err := s.reports.AskReport(ctx, r); err != nil {
			return err
		}
	}
	noteOf(c).about("report", r.ID)
	if !wantsPartial(c.Request()) {
		return c.Redirect(http.StatusSeeOther, reportURL(r.ID))
	}
	limit, group := reportsPerPage, ""
	if form.Short {
		limit, group = reportsOnOverview, form.Scope.Group // as on the overview that has the button
	}
	reports, err := s.data.ReportsOfGroup(ctx, group, limit)
	if err != nil {
		return err
	}
	list := s.newReportList(spokenOf(ctx), reports)
	list.Short, list.Can = form.Short, canOf(c.Request().Context())
	return render(c, http.StatusOK, views.ReportsTable(list))
}

// hasPolls reports whether there is anything to report on.
func (s *Server) hasPolls(ctx context.Context) (bool, error) {
	version, err := s.data.DataVersion(ctx)
	return version.NewestPollAt.Known, err
}

// sendToImports leads a person who asks for a report of nothing to the import, unless
// finding that out failed.
func sendToImports(c echo.Context, err error) error {
	if err != nil {
		return err
	}
	if wantsPartial(c.Request()) {
		c.Response().Header().Set("HX-Redirect", "/imports")
		return c.NoContent(http.StatusOK)
	}
	return c.Redirect(http.StatusSeeOther, "/imports")
}

// refuseGenerate shows the form again, with what was typed and what is wrong with
// it.
func (s *Server) refuseGenerate(c echo.Context, form generateForm, p fieldProblem) error {
	ctx := c.Request().Context()
	page, shown, err := s.reportsPage(c)
	if err != nil {
		return err
	}
	fillIn(&shown, form.Scope)
	shown.AsOf = form.Scope.AsOf
	shown.Corrected = form.Scope.Corrected == "true"
	shown.Problem, shown.ProblemField, shown.NoData = p.said.In(words.Of(ctx)), p.field, false
	if p.field == "corrected" {
		shown.ProblemField = "" // a box cannot be typed wrong in a browser
	}
	if wantsPartial(c.Request()) {
		c.Response().Header().Set("HX-Retarget", "#generate")
		c.Response().Header().Set("HX-Reswap", "outerHTML")
		return render(c, http.StatusUnprocessableEntity, views.GenerateReport(shown))
	}
	reports, err := s.data.Reports(ctx, 0, reportsPerPage)
	if err != nil {
		return err
	}
	list := s.newReportList(spokenOf(ctx), reports)
	list.Can = page.Can
	return render(c, http.StatusUnprocessableEntity, views.ReportsPage(page, shown, list))
}

// fillIn fills in what a report is to be about.
func fillIn(form *views.GenerateForm, about scopeInput) {
	form.From, form.To = about.From, about.To
	for n, period := range form.Periods {
		form.Periods[n].Selected = period.Value == about.Period
	}
	for n, choice := range form.Groups.Options {
		form.Groups.Options[n].Selected = choice.Value == about.Group
	}
	if form.Groups.Suggest != "" {
		form.Groups.Value = about.Group
	}
}

// parseAbout reads what a link says that a report is to be about. The form says the rest: it is
// read again when it is sent.
func parseAbout(c echo.Context) (about scopeInput, err error) {
	err = echo.QueryParamsBinder(c).String("period", &about.Period).String("group", &about.Group).String("from", &about.From).String("to", &about.To).BindError()
	if err != nil {
		return about, err
	}
	if _, known := findPeriod(about.Period); about.Period != "" && !known {
		return about, badField("period", oneOf(periodNames()), feed.Shown(about.Period))
	}
	for field, text := range map[string]string{"from": about.From, "to": about.To} {
		if _, wrong := time.Parse(fieldLayout, text); text != "" && wrong != nil {
			return about, badField(field, words.Later("2026-11-15T00:00"), feed.Shown(text))
		}
	}
	about.Group = names.Asked(about.Group)
	return about, nil
}

// newGenerateForm is the form that asks for a report. Its key makes repeated clicks
// one report, and is filled in when the page is sent.
func newGenerateForm(w spoken, snapshot *figures.Snapshot) views.GenerateForm {
	form := views.GenerateForm{
		Key: keySlot, NoData: !snapshot.AsOfKnown,
		Groups: newGroupSelect(w, snapshot.Groups(), w.Say("All stores"), ""), Periods: newPeriodOptions(w, "", snapshot.KnownAsOf()),
	}
	form.Correctable = anyExcused(snapshot)
	if snapshot.AsOfKnown {
		// The field has whole minutes, so the limit is rounded up to reach the newest poll.
		form.Max = snapshot.AsOf.Add(uptime.Minute - 1).Time().UTC().Format(fieldLayout)
	}
	return form
}

// fieldLayout is the layout of a browser's field for an instant.
const fieldLayout = "2006-01-02T15:04"
