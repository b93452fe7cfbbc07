package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/words"
	"lightson/views"
)

const importsPerPage = 20

// listImports serves GET /imports?page=.
func (s *Server) listImports(c echo.Context) error {
	ctx := c.Request().Context()
	number, err := parsePage(c)
	if err != nil {
		return err
	}
	page, list, err := s.importsPage(c, number)
	if err != nil {
		return err
	}
	form := s.newImportForm(spokenOf(ctx), page)
	if form.CanDemo, err = s.offersDemo(ctx, page, list); err != nil {
		return err
	}
	return renderEither(c, views.ImportsPage(page, form, list), views.ImportsTable(list))
}

func (s *Server) importsPage(c echo.Context, number int) (views.Page, views.ImportList, error) {
	ctx := c.Request().Context()
	page, err := s.page(c, spokenOf(ctx).Say("Imports"), views.NavImports)
	if err != nil {
		return page, views.ImportList{}, err
	}
	if err := s.watchImports(c, &page); err != nil {
		return page, views.ImportList{}, err
	}
	imports, err := s.data.Imports(ctx, (number-1)*importsPerPage, importsPerPage+1)
	if err != nil {
		return page, views.ImportList{}, err
	}
	pager, imports := paginateFetched(spokenOf(ctx), "/imports", number, importsPerPage, imports)
	list := views.ImportList{Pager: pager, Can: page.Can}
	if list.Sources, err = s.newSourceRows(ctx); err != nil {
		return page, list, err
	}
	if list.Inbox, list.More, err = s.newInboxRows(ctx); err != nil {
		return page, list, err
	}
	list.Rows, err = s.newImportRows(ctx, imports)
	return page, list, err
}

// uploadFiles serves POST /imports. If any file is no feed, all are refused, with
// the form to try again. With a field called preview, the import waits to be
// confirmed.
func (s *Server) uploadFiles(c echo.Context) error {
	ctx := c.Request().Context()
	i, options := models.NewImport(models.FromPage), uploadOptions{}
	i.By = whoAsks(c)
	err := s.imports.Take(ctx, i, s.withoutDemo(c, s.uploads(c, &options), &options), func() bool {
		i.Forced, i.MatchIDs = options.force, options.match
		i.HoursFrom, _ = options.hours.choice() // a bad one has ended the upload
		return options.preview
	})
	if err == nil {
		noteOf(c).about("import", i.ID)
		return c.Redirect(http.StatusSeeOther, importURL(i.ID))
	}
	s.discardBody(c)
	p := problemOf(err)
	if p.status >= http.StatusInternalServerError || ctx.Err() != nil || wantsJSON(c) && !isUploadScript(c) {
		return err // where the context has ended, there is no page to show it on
	}
	page, list, err := s.importsPage(c, 1)
	if err != nil {
		return err
	}
	w := spokenOf(ctx)
	form := s.newImportForm(w, page)
	form.Problem = p.message.In(w.Words)
	return render(c, p.status, views.ImportsPage(page, form, list))
}

// isUploadScript reports whether our own script sends the form. It shows the page
// that the browser would have got.
func isUploadScript(c echo.Context) bool { return c.Request().Header.Get("X-Upload") != "" }

// offersDemo reports whether the page of imports offers demo data: before the first import.
func (s *Server) offersDemo(ctx context.Context, page views.Page, list views.ImportList) (bool, error) {
	if len(list.Rows) > 0 || !page.Can.Ingest {
		return false, nil
	}
	return s.data.Untouched(ctx)
}

func (s *Server) newImportForm(w spoken, page views.Page) views.ImportForm {
	return views.ImportForm{
		Limits:   w.Say("Up to {size} together: polls, business hours, time zones, store names, special days, in any order. CSV as any program writes it, or ZIP and gzip archives of it.", "size", w.limit(s.settings.UploadLimit)),
		MaxBytes: s.settings.UploadLimit,
		Samples:  sampleDownloads(w),

		CanPreview: true, Can: page.Can, HasDemo: page.Demo.There,
	}
}

// limit is a number of bytes that may be sent, never more than there are: two
// decimals of what a browser would call the size of a file.
func (w spoken) limit(bytes int64) string {
	if bytes < 1_000_000_000 {
		return w.bytes(bytes)
	}
	whole, hundredths := bytes/1_000_000_000, bytes%1_000_000_000/10_000_000
	return w.Figure(strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%s.%02d", countText(whole), hundredths), "0"), ".") + " GB")
}

func importURL(id string) string { return "/imports/" + id }

func (s *Server) newImportRow(w spoken, i models.Import) views.ImportRow {
	row := views.ImportRow{
		ID: i.ID, ShortID: i.ShortID(), URL: importURL(i.ID), RowURL: importURL(i.ID) + "/row",
		Badge: s.newImportBadge(w, i), Files: w.files(i.Files), Source: w.source(i.Source), By: i.By,
		When: w.time(i.CreatedAt, time.UTC, dayAndClock), Took: w.took(i.StartedAt, i.FinishedAt),
		Counts: newImportCounts(w, i),
	}
	if i.Rejected > 0 {
		row.RejectsURL = importURL(i.ID) + "#rejects-heading"
	}
	return row
}

// files names the first file and counts the others.
func (w spoken) files(files []models.ImportFile) string {
	switch len(files) {
	case 0:
		return ""
	case 1:
		return files[0].Name
	default:
		return w.Say("{file} and {n} more", "file", files[0].Name, "n", len(files)-1)
	}
}

func newImportCounts(w spoken, i models.Import) views.ImportCounts {
	if i.State != models.Complete {
		return views.ImportCounts{}
	}
	return newRowCounts(w, i.Counts)
}

func newRowCounts(w spoken, c models.Counts) views.ImportCounts {
	return views.ImportCounts{
		Rows: w.Number(c.Rows), New: w.Number(c.Kept), Duplicate: w.Number(c.Duplicate),
		Conflicting: w.Number(c.Conflicting), Rejected: w.Number(c.Rejected),
		AnyConflicting: c.Conflicting > 0, AnyRejected: c.Rejected > 0,
	}
}

// newImportBadge also says whether an import was undone, or repeated an earlier one.
func (s *Server) newImportBadge(w spoken, i models.Import) views.Badge {
	badge := s.newBadge(w, i.Work, words.Plural{})
	switch {
	case i.UndoneAt != 0:
		badge.Reason = w.Say("Undone|an import")
	case i.SameAs != "":
		badge.Reason = w.Say("Already imported")
	}
	return badge
}
