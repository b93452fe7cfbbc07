package web

import (
	"cmp"
	"errors"
	"fmt"
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
		return r, problem{http.StatusNotFound, words.Later("There is no such report"), noReport(id, s.settings.Keep.Reports), err}
	}
	return r, err
}

// noReport says that there is no report of an id, and for how many days reports are kept.
func noReport(id string, days int) words.Message {
	if days == 0 {
		return words.Later("No report has the id {id}.", "id", id)
	}
	return words.Later("No report has the id {id}. Reports are kept for {days}.", "id", id,
		"days", words.CountLater(int64(days), words.Plural{One: "{n} day", Other: "{n} days"}))
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
	shown := s.newReport(r, page)
	query, err := parseReportQuery(c, r, page)
	if err != nil || r.State != models.Complete {
		return shown, err
	}
	finished, err := s.finishedReport(c, r)
	if err != nil {
		return shown, err
	}
	addCorrectedFacts(&shown, r, finished)
	shown.Facts = append(shown.Facts, newTargetsFact(finished.rows)...)
	if shown.NoData = !r.AsOf.Known; !shown.NoData {
		shown.Windows = newReportWindows(r, finished)
		if anyBounds(shown.Windows) {
			shown.BoundsNote = boundsNote(r.PollEvery)
		}
		shown.Distribution = newDistribution(r, finished, query)
	}
	if shown.Rows, err = newReportRows(c.Request().Context(), finished, query, r); err != nil {
		return shown, err
	}
	if c.Request().Header.Get("HX-Target") != reportRowsPart {
		shown.Printed, err = newPrintedReport(c.Request().Context(), r, finished)
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
	row := s.newReportRow(r)
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
	r, err := s.report(c, c.Param("id"))
	if err != nil {
		return err
	}
	by, err := access.Asker(c.Request().Context())
	if err != nil {
		return err
	}
	again := r.Retry(models.FromPage, by)
	if err := s.reports.AskReport(c.Request().Context(), again); err != nil {
		return err
	}
	noteOf(c).about("report", again.ID)
	return c.Redirect(http.StatusSeeOther, reportURL(again.ID))
}

func (s *Server) completeReport(c echo.Context) (models.Report, error) {
	r, err := s.report(c, c.Param("id"))
	if err == nil && r.State != models.Complete {
		err = problem{http.StatusConflict, words.Later("This report is not complete"), words.Said("It is " + string(r.State) + "."), nil}
	}
	return r, err
}

// togetherText is the heading of the figures of all stores of a report.
func togetherText(r models.Report) string {
	if r.Group == "" {
		return "All stores together"
	}
	return "All stores of " + r.Group + " together"
}

// askedByFact is the name of the fact that says who asked for a report.
const askedByFact = "By"

func newAskedByFact(r models.Report) views.Fact {
	if r.AskedByName == "" {
		return views.Fact{Name: askedByFact, Value: sourceText(r.Source)}
	}
	return views.Fact{Name: askedByFact, Value: names.Visible(r.AskedByName), Note: sourceText(r.Source)}
}

func (s *Server) newReport(r models.Report, page string) views.Report {
	shown := views.Report{
		ID: r.ID, Name: reportName(r), URL: page, Title: reportTitle(r), Together: togetherText(r),
		Badge: s.newBadge(r.Work, "store"), CancelURL: cancelURL(r), RetryURL: retryURL(r),
	}
	asOf := views.Fact{Name: "As of", At: optionalText(r.AsOf.Or(r.AskedAsOf), time.UTC, dayAndClock)}
	if asOf.At == (views.Time{}) {
		asOf.Value = "the newest poll"
	}
	if shown.Facts = newScopeFacts(r); r.Ranged() {
		shown.Facts = append(shown.Facts, asOf)
	} else {
		shown.Facts = slices.Insert(shown.Facts, 0, asOf)
	}
	shown.Facts = append(shown.Facts,
		views.Fact{Name: "Requested", At: timeText(r.CreatedAt, time.UTC, dayAndClock)},
		newAskedByFact(r),
	)
	if r.State != models.Complete {
		return shown
	}
	shown.Downloads = reportDownloads(r, shown.URL)
	shown.Facts = append(shown.Facts,
		views.Fact{Name: "Took", Value: tookText(r.StartedAt, r.FinishedAt)},
		views.Fact{Name: "Stores", Value: countText(r.Stores), Note: fmt.Sprintf("%s without data", countText(r.NoData))},
		views.Fact{Name: "Polls read", Value: countText(r.Polls)},
		views.Fact{Name: "Time zones", Value: cmp.Or(r.ZoneData, "unknown"), Note: "release of the IANA data"},
		views.Fact{Name: "Windows", Value: "The hour, day and week before the “As of” time", Note: "elapsed time, not calendar days"},
	)
	return shown
}
