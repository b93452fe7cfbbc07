package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/deliveries"
	"lightson/models/scheduled"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

const (
	scheduledPath = "/scheduled-reports"
	// runsShown is how many runs the page of a scheduled report shows.
	runsShown = 50
)

func scheduledURL(id string) string { return scheduledPath + "/" + id }

// scheduledNotices say what was just done.
var scheduledNotices = map[string]words.Text{
	"added": "Report scheduled.", "changed": "Schedule saved.", "removed": "Schedule removed.",
	"paused": "Paused. No reports are generated until you resume it.", "resumed": "Resumed. Reports are generated on schedule again.",
	"asked": "The report will be generated in a moment.",
}

// listScheduled serves GET /scheduled-reports.
func (s *Server) listScheduled(c echo.Context) error {
	form, err := s.newScheduledInput(c)
	if err != nil {
		return err
	}
	return s.sendScheduled(c, http.StatusOK, form, views.Refusal{})
}

// sendScheduled sends the list with what was typed into its form, and what is wrong with it.
func (s *Server) sendScheduled(c echo.Context, status int, form scheduledInput, wrong views.Refusal) error {
	ctx := c.Request().Context()
	list, latest, err := s.data.ScheduledReports(ctx)
	if err != nil {
		return err
	}
	channels, err := s.data.Channels(ctx)
	if err != nil {
		return err
	}
	w := spokenOf(ctx)
	shown := views.ScheduledReports{Notice: w.Say(scheduledNotices[c.QueryParam("done")]), May: may(ctx, access.MakeReports)}
	for _, r := range list {
		row := newScheduledRow(w, r, channels)
		if run, some := latest[r.ID]; some {
			row.Last = newScheduledRun(w, r, run, nil)
		}
		shown.Rows = append(shown.Rows, row)
	}
	if shown.Form, err = s.newScheduledForm(c, form, channels); err != nil {
		return err
	}
	shown.Form.Action, shown.Form.Button, shown.Form.Wrong = scheduledPath+"#add", w.Say("Schedule it"), wrong
	page, err := s.page(c, w.Say("Scheduled reports"), views.NavAlerts)
	if err != nil {
		return err
	}
	return render(c, status, views.ScheduledReportsPage(page, shown))
}

// showScheduled serves GET /scheduled-reports/:id.
func (s *Server) showScheduled(c echo.Context) error {
	r, err := s.ownScheduled(c)
	if err != nil {
		return err
	}
	return s.sendScheduledReport(c, http.StatusOK, r, newScheduledInputOf(r), views.Refusal{})
}

// ownScheduled is the scheduled report in the address. Somebody else's is nothing at all.
func (s *Server) ownScheduled(c echo.Context) (scheduled.Report, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return scheduled.Report{}, err
	}
	return s.data.ScheduledReport(c.Request().Context(), id)
}

func (s *Server) sendScheduledReport(c echo.Context, status int, r scheduled.Report, form scheduledInput, wrong views.Refusal) error {
	ctx := c.Request().Context()
	runs, err := s.data.ScheduledRuns(ctx, r.ID, runsShown)
	if err != nil {
		return err
	}
	channels, err := s.data.Channels(ctx)
	if err != nil {
		return err
	}
	w, at := spokenOf(ctx), scheduledURL(r.ID)
	shown := views.ScheduledReport{
		ScheduledRow: newScheduledRow(w, r, channels), Notice: w.Say(scheduledNotices[c.QueryParam("done")]), May: may(ctx, access.MakeReports),
		Asked: r.RunAskedAt.Known, PauseURL: at + "/pause", Pause: w.Say("Pause"), Remove: at + "/remove",
	}
	if r.Paused {
		shown.PauseURL, shown.Pause = at+"/resume", w.Say("Resume")
	}
	if shown.May && !shown.Asked {
		shown.RunURL = at + "/run"
	}
	for _, run := range runs {
		shown.Runs = append(shown.Runs, newScheduledRun(w, r, run, channels))
	}
	if shown.Form, err = s.newScheduledForm(c, form, channels); err != nil {
		return err
	}
	shown.Form.Action, shown.Form.Button, shown.Form.Wrong = at+"#change", w.Say("Save"), wrong
	page, err := s.page(c, r.Name, views.NavAlerts)
	if err != nil {
		return err
	}
	return render(c, status, views.ScheduledReportPage(page, shown))
}

// newScheduledRow says when a report is made, of what, and who is told.
func newScheduledRow(w spoken, r scheduled.Report, channels []deliveries.Channel) views.ScheduledRow {
	what := []string{cmp.Or(r.Group, w.Say("All stores you can see"))}
	if r.Period != scheduled.NoPeriod {
		what = append(what, w.Say(r.Period.Words()))
	}
	if r.Corrected {
		what = append(what, w.Say("corrected|of a report"))
	}
	for _, channel := range r.Chosen(channels) {
		what = append(what, w.Say("to {channel}", "channel", channel.Name))
	}
	if r.ToFolder {
		what = append(what, w.Say("to the folder {folder}", "folder", r.Folder))
	}
	row := views.ScheduledRow{
		Name: views.Link{Text: r.Name, URL: scheduledURL(r.ID)}, When: r.Times.Words().In(w.Words), What: strings.Join(what, " · "),
		State: views.Mark{Tone: views.Coming, Text: w.Say("Next: {time}", "time", dueText(w, r, r.NextAt))},
	}
	if r.Paused {
		row.State = views.Mark{Tone: views.Note, Text: w.Say("Paused|of a scheduled report")}
	}
	return row
}

// dueText is a time of a scheduled report, by its clock.
func dueText(w spoken, r scheduled.Report, at uptime.Instant) string {
	return w.time(at, r.Times.Location(), dayAndClock).Text
}

// newScheduledRun says what became of a time that a report was due.
func newScheduledRun(w spoken, r scheduled.Report, run scheduled.PastRun, channels []deliveries.Channel) views.ScheduledRun {
	shown := views.ScheduledRun{Due: dueText(w, r, run.DueAt), ByHand: run.ByHand, State: runState(w, run)}
	if run.Report.ID != "" {
		shown.Report.URL = reportURL(run.Report.ID)
	}
	if run.Late() {
		shown.Notes = append(shown.Notes, w.Say("Started late, at {time}. The server was not running when it was due, or it was busy.", "time", dueText(w, r, run.AskedAt)))
	}
	if run.Report.State == models.Failed {
		shown.Notes = append(shown.Notes, run.Report.Error.In(w.Words))
	}
	if run.Why != "" {
		shown.Notes = append(shown.Notes, run.Why.In(w.Words))
	}
	for _, name := range run.Filed {
		shown.Notes = append(shown.Notes, w.Say("In the folder: {file}", "file", name))
	}
	for _, d := range run.Deliveries {
		name := w.Say("A channel that was removed")
		for _, channel := range channels {
			if channel.ID == d.ChannelID {
				name = channel.Name
			}
		}
		shown.Sent = append(shown.Sent, views.ScheduledSent{Where: views.Link{Text: name, URL: deliveryURL(d.ID)}, State: strings.ToLower(deliveryStateText(w, d.State))})
	}
	return shown
}

func runState(w spoken, run scheduled.PastRun) views.Mark {
	switch {
	case run.ReportID == "":
		return views.Mark{Tone: views.Look, Text: w.Say("Not generated")}
	case run.Deleted:
		return views.Mark{Tone: views.Same, Text: w.Say("Report too old, deleted")}
	case run.Report.ID == "":
		return views.Mark{Tone: views.Note, Text: w.Say("Not visible to you")}
	}
	switch run.Report.State {
	case models.Complete:
		return views.Mark{Tone: views.Well, Text: w.Say("Generated|of a report")}
	case models.Failed:
		return views.Mark{Tone: views.Look, Text: w.Say("Failed|of a report")}
	case models.Cancelled:
		return views.Mark{Tone: views.Note, Text: w.Say("Cancelled|of a report")}
	case models.Queued:
		return views.Mark{Tone: views.Coming, Text: w.Say("Queued|of a report")}
	case models.Running:
		return views.Mark{Tone: views.Coming, Text: w.Say("Running|of a report")}
	default:
		return views.Mark{Tone: views.Coming, Text: stateName(run.Report.State)}
	}
}

// addScheduled serves POST /scheduled-reports.
func (s *Server) addScheduled(c echo.Context) error {
	form, r, wrong, err := s.saveScheduled(c, "")
	if err != nil {
		return err
	}
	if wrong.Text != "" {
		return s.sendScheduled(c, http.StatusUnprocessableEntity, form, wrong)
	}
	noteOf(c).about("scheduled-report", r.ID)
	return c.Redirect(http.StatusSeeOther, scheduledURL(r.ID)+"?done=added")
}

// changeScheduled serves POST /scheduled-reports/:id.
func (s *Server) changeScheduled(c echo.Context) error {
	own, err := s.ownScheduled(c)
	if err != nil {
		return err
	}
	noteOf(c).about("scheduled-report", own.ID)
	form, _, wrong, err := s.saveScheduled(c, own.ID)
	if err != nil {
		return err
	}
	if wrong.Text != "" {
		return s.sendScheduledReport(c, http.StatusUnprocessableEntity, own, form, wrong)
	}
	return c.Redirect(http.StatusSeeOther, scheduledURL(own.ID)+"?done=changed")
}

// onScheduled serves what a button does to a scheduled report, and then shows where.
func (s *Server) onScheduled(done string, do func(c echo.Context, id string) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		r, err := s.ownScheduled(c)
		if err != nil {
			return err
		}
		noteOf(c).about("scheduled-report", r.ID)
		noteOf(c).detail = done
		if err := do(c, r.ID); err != nil {
			return err
		}
		to := scheduledURL(r.ID)
		if done == "removed" {
			to = scheduledPath
		}
		return c.Redirect(http.StatusSeeOther, to+"?"+url.Values{"done": {done}}.Encode())
	}
}

func (s *Server) runScheduled(c echo.Context, id string) error {
	return s.data.RunScheduledReport(c.Request().Context(), id, s.now())
}

func (s *Server) pauseScheduled(c echo.Context, id string) error {
	return s.data.PauseScheduledReport(c.Request().Context(), id, true, s.now())
}

func (s *Server) resumeScheduled(c echo.Context, id string) error {
	return s.data.PauseScheduledReport(c.Request().Context(), id, false, s.now())
}

func (s *Server) removeScheduled(c echo.Context, id string) error {
	return s.data.RemoveScheduledReport(c.Request().Context(), id)
}
