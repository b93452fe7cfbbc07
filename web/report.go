package web

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/names"
	"lightson/models/words"
	"lightson/views"
)

// report finds the report with an id that a request gives.
func (s *Server) report(c echo.Context, id string) (r models.Report, err error) {
	if err = checkID(id); err == nil {
		r, err = s.data.Report(c.Request().Context(), id)
	}
	if errors.Is(err, models.ErrNotFound) {
		return r, problem{http.StatusNotFound, words.Later("There is no such report"), words.Sentences(words.Later("No report has the id {id}.", "id", id), s.reportsKept()), err}
	}
	return r, err
}

func (s *Server) reportsKept() words.Message {
	return keptLater(s.settings.Keep.Reports, words.Plural{One: "Reports are kept for {n} day.", Other: "Reports are kept for {n} days."})
}

// showReport serves GET /reports/:id.
func (s *Server) showReport(c echo.Context) error {
	r, err := s.report(c, c.Param("id"))
	if err != nil {
		return err
	}
	return s.sendReport(c, http.StatusOK, r, views.ShareLinks{})
}

// sendReport sends the page of a report. What was just done with its links is shown
// there, too.
func (s *Server) sendReport(c echo.Context, status int, r models.Report, links views.ShareLinks) error {
	ctx := c.Request().Context()
	shown, err := s.newReportPage(c, r, reportURL(r.ID))
	if err != nil {
		return err
	}
	shown.Can = canOf(ctx)
	if err := s.addAwait(c, &shown, r); err != nil {
		return err
	}
	if shown.Can.ShareReports && r.State == models.Complete {
		if err := s.addShareLinks(ctx, r, &links); err != nil {
			return err
		}
		shown.Share = &links
	}
	page, err := s.page(c, shown.Title, views.NavReports)
	if err != nil {
		return err
	}
	varies(c, variesByPart)
	if wantsPartial(c.Request()) {
		return render(c, status, views.ReportDetail(shown))
	}
	return render(c, status, views.ReportPage(page, shown))
}

// reportRowsPart is the part of the page that is swapped where its table is searched,
// sorted or turned over.
const reportRowsPart = "report-rows"

// newReportPage is what a report says at the address of a page, with the part of its
// table that the query asks for.
func (s *Server) newReportPage(c echo.Context, r models.Report, page string) (views.Report, error) {
	w := spokenOf(c.Request().Context())
	shown := s.newReport(w, r, page)
	query, err := parseReportQuery(c, r, page)
	if err != nil || r.State != models.Complete {
		return shown, err
	}
	finished, err := s.finishedReport(c, r)
	if err != nil {
		return shown, err
	}
	addCorrectedFacts(w, &shown, r, finished)
	shown.Facts = append(shown.Facts, newTargetsFact(w, finished)...)
	if shown.NoData = !r.AsOf.Known; !shown.NoData {
		shown.Windows = newReportWindows(w, r, finished)
		if anyBounds(shown.Windows) {
			shown.BoundsNote = boundsNote(w, r.PollEvery)
		}
		shown.Distribution = newDistribution(w, r, finished, query)
	}
	if shown.Rows, err = newReportRows(c.Request().Context(), finished, query, r); err != nil {
		return shown, err
	}
	if c.Request().Header.Get("HX-Target") != reportRowsPart {
		shown.Printed, err = onPaper(c.Request().Context(), r, finished)
	}
	return shown, err
}

// showReportRow serves GET /reports/:id/row: a row of the list, which renews
// itself.
func (s *Server) showReportRow(c echo.Context) error {
	r, err := s.report(c, c.Param("id"))
	if err != nil {
		return err
	}
	row := s.newReportRow(spokenOf(c.Request().Context()), r)
	row.Can = canOf(c.Request().Context())
	return render(c, http.StatusOK, views.ReportTableRow(row))
}

// cancelReport serves POST /reports/:id/cancel.
func (s *Server) cancelReport(c echo.Context) error {
	r, err := s.report(c, c.Param("id"))
	if err != nil {
		return err
	}
	if _, err := s.work.Cancel(c.Request().Context(), models.ReportWork, r.ID); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, reportURL(r.ID))
}

// retryReport serves POST /reports/:id/retry. It asks for a new report of the same
// scope, since a report that ended does not change any more.
func (s *Server) retryReport(c echo.Context) error {
	again, err := s.askAgain(c, models.FromPage)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, reportURL(again.ID))
}

func (s *Server) askAgain(c echo.Context, from models.Source) (*models.Report, error) {
	r, err := s.report(c, c.Param("id"))
	if err != nil {
		return nil, err
	}
	by, err := access.Asker(c.Request().Context())
	if err != nil {
		return nil, err
	}
	again := r.Retry(from, by)
	if err := s.reports.AskReport(c.Request().Context(), again); err != nil {
		return nil, err
	}
	noteOf(c).about("report", again.ID)
	return again, nil
}

func (s *Server) completeReport(c echo.Context) (models.Report, error) {
	r, err := s.report(c, c.Param("id"))
	if err == nil && r.State != models.Complete {
		err = problem{http.StatusConflict, words.Later("This report is not complete"), words.Later(notCompleteTexts[r.State]), nil}
	}
	return r, err
}

// notCompleteTexts say what a report is that is not complete.
var notCompleteTexts = map[models.State]words.Text{
	models.Queued: "It is queued.|a report", models.Running: "It is running.|a report",
	models.Failed: "It is failed.|a report", models.Cancelled: "It is cancelled.|a report",
}

// togetherText is the heading of the figures of all stores of a report.
func togetherText(w spoken, r models.Report) string {
	if r.Group == "" {
		return w.Say("All stores together")
	}
	return w.Say("All stores of {group} together", "group", r.Group)
}

// askedByFact is the name of the fact that says who asked for a report.
const askedByFact words.Text = "By|who asked for a report"

func newAskedByFact(w spoken, r models.Report) views.Fact {
	if r.AskedByName == "" {
		return views.Fact{Name: w.Say(askedByFact), Value: w.source(r.Source)}
	}
	return views.Fact{Name: w.Say(askedByFact), Value: names.Visible(r.AskedByName), Note: w.source(r.Source)}
}

func (s *Server) newReport(w spoken, r models.Report, page string) views.Report {
	shown := views.Report{
		ID: r.ID, Name: reportName(w, r), URL: page, Title: reportTitle(w, r), Together: togetherText(w, r),
		Badge: s.newBadge(w, r.Work, storesDone), CancelURL: cancelURL(r), RetryURL: retryURL(r),
	}
	asOf := views.Fact{Name: w.Say("As of"), At: w.optionalTime(r.AsOf.Or(r.AskedAsOf), time.UTC, dayAndClock)}
	if asOf.At == (views.Time{}) {
		asOf.Value = w.Say("the newest poll")
	}
	if shown.Facts = newScopeFacts(w, r); r.Ranged() {
		shown.Facts = append(shown.Facts, asOf)
	} else {
		shown.Facts = slices.Insert(shown.Facts, 0, asOf)
	}
	shown.Facts = append(shown.Facts,
		views.Fact{Name: w.Say("Requested"), At: w.time(r.CreatedAt, time.UTC, dayAndClock)},
		newAskedByFact(w, r),
	)
	if r.State != models.Complete {
		return shown
	}
	shown.Downloads = reportDownloads(w, r, shown.URL)
	shown.Facts = append(shown.Facts,
		views.Fact{Name: w.Say("Took"), Value: w.took(r.StartedAt, r.FinishedAt)},
		views.Fact{Name: w.Say("Stores"), Value: w.Number(r.Stores), Note: w.Say("{n} without data", "n", r.NoData)},
		views.Fact{Name: w.Say("Polls read"), Value: w.Number(r.Polls)},
		views.Fact{Name: w.Say("Time zones"), Value: cmp.Or(r.ZoneData, w.Say("unknown|the release of the time zones")), Note: w.Say("release of the IANA data")},
		views.Fact{Name: w.Say("Windows"), Value: w.Say("The hour, day and week before the “As of” time"), Note: w.Say("elapsed time, not calendar days")},
	)
	return shown
}
