package web

import (
	"cmp"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/names"
	"lightson/views"
)

const reportsPerPage = 20

// listReports serves GET /reports?page=&period=&group=. The last two fill in the form.
func (s *Server) listReports(c echo.Context) error {
	ctx := c.Request().Context()
	number, err := parsePage(c)
	if err != nil {
		return err
	}
	about, err := parseAbout(c)
	if err != nil {
		return err
	}
	page, form, err := s.reportsPage(c)
	if err != nil {
		return err
	}
	fillIn(&form, about)
	reports, err := s.data.Reports(ctx, (number-1)*reportsPerPage, reportsPerPage+1)
	if err != nil {
		return err
	}
	w := spokenOf(ctx)
	pager, reports := paginateFetched(w, "/reports", number, reportsPerPage, reports)
	list := s.newReportList(w, reports)
	list.Pager, list.NoData, list.Can = pager, form.NoData, page.Can
	return renderEither(c, views.ReportsPage(page, form, list), views.ReportsTable(list))
}

// reportsPage is the header and the form around the list of reports.
func (s *Server) reportsPage(c echo.Context) (page views.Page, form views.GenerateForm, err error) {
	snapshot, err := s.recentSnapshot(c.Request().Context())
	if err != nil {
		return page, form, err
	}
	w := spokenOf(c.Request().Context())
	page, _, err = s.pageOf(c, snapshot, w.Say("Reports"), views.NavReports)
	if err == nil {
		err = s.watch(c, &page, snapshot, ofReports)
	}
	form = newGenerateForm(w, snapshot)
	form.Can = page.Can
	return page, form, err
}

// parsePage reads the number of a list's page, from 1.
func parsePage(c echo.Context) (int, error) {
	page := 1
	err := echo.QueryParamsBinder(c).Int("page", &page).BindError()
	return min(max(page, 1), mostPages), err
}

// mostPages keeps the place of a page in its list a number.
const mostPages = 1 << 20

// paginateFetched returns a page of a list, and the links to its neighbours. The
// list has one item more than the page if another page follows.
func paginateFetched[T any](w spoken, path string, page, size int, list []T) (views.Pager, []T) {
	var pager views.Pager
	if page > 1 {
		pager.Text = w.Say("Page {n}", "n", page)
		pager.Prev = path + "?page=" + strconv.Itoa(page-1)
	}
	if len(list) > size {
		pager.Text = w.Say("Page {n}", "n", page)
		pager.Next = path + "?page=" + strconv.Itoa(page+1)
		list = list[:size]
	}
	return pager, list
}

func (s *Server) newReportList(w spoken, reports []models.Report) views.ReportList {
	var list views.ReportList
	for _, r := range reports {
		list.Rows = append(list.Rows, s.newReportRow(w, r))
	}
	return list
}

func (s *Server) newReportRow(w spoken, r models.Report) views.ReportRow {
	row := views.ReportRow{
		ID: r.ID, Name: reportName(w, r), URL: reportURL(r.ID), RowURL: reportURL(r.ID) + "/row",
		Badge: s.newBadge(w, r.Work, storesDone),
		AsOf:  w.optionalTime(r.AsOf.Or(r.AskedAsOf), time.UTC, dayAndClock), Requested: w.time(r.CreatedAt, time.UTC, dayAndClock),
		By: cmp.Or(names.Visible(r.AskedByName), w.source(r.Source)), Took: w.took(r.StartedAt, r.FinishedAt),
		CancelURL: cancelURL(r), RetryURL: retryURL(r),
	}
	if r.State == models.Complete {
		row.Stores = w.Number(r.Stores)
		row.Downloads = reportDownloads(w, r, row.URL)[:2] // the page has all
	}
	return row
}

func reportURL(id string) string { return "/reports/" + id }

func cancelURL(r models.Report) string {
	if r.State.Final() {
		return ""
	}
	return reportURL(r.ID) + "/cancel"
}

func retryURL(r models.Report) string {
	if r.State == models.Failed || r.State == models.Cancelled {
		return reportURL(r.ID) + "/retry"
	}
	return ""
}
