package web

import (
	"archive/zip"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/words"
	"lightson/views"
)

// downloadRejects serves GET /imports/:id/files/:number/rejects.csv.
func (s *Server) downloadRejects(c echo.Context) error {
	i, err := s.importOf(c)
	if err != nil {
		return err
	}
	for _, file := range i.Files {
		if strconv.Itoa(file.Number) != c.Param("number") || file.Rejected == 0 {
			continue
		}
		if kept, err := s.data.RejectsKept(c.Request().Context(), file); err != nil || !kept {
			return cmp.Or(err, s.rejectsGone())
		}
		return csvFile{name: "rejects.csv"}.sendToPeople(c, func(w io.Writer) error {
			return s.data.WriteRejects(c.Request().Context(), w, file)
		})
	}
	return echo.ErrNotFound
}

func (s *Server) rejectsGone() error {
	kept := keptLater(s.settings.Keep.Rejects, words.Plural{One: "Rejects are kept for {n} day.", Other: "Rejects are kept for {n} days."})
	return problem{http.StatusNotFound, words.Later("These rejects are gone"), words.Sentences(words.Later("The import still says how many there were, and why."), kept), nil}
}

// downloadAllRejects serves GET /imports/:id/rejects.zip: the rejects of each file. Once
// they are fixed, the archive can be uploaded as it is.
func (s *Server) downloadAllRejects(c echo.Context) error {
	i, err := s.importOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	var files []models.ImportFile
	rejected := false
	for _, file := range i.Files {
		if file.Rejected == 0 {
			continue
		}
		rejected = true
		kept, err := s.data.RejectsKept(ctx, file)
		if err != nil {
			return err
		}
		if kept {
			files = append(files, file)
		}
	}
	switch {
	case !rejected:
		return echo.ErrNotFound
	case len(files) == 0:
		return s.rejectsGone()
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "application/zip")
	h.Set(echo.HeaderContentDisposition, disposition("rejects.zip"))
	c.Response().WriteHeader(http.StatusOK)
	return s.writeRejects(ctx, c.Response(), files)
}

func (s *Server) writeRejects(ctx context.Context, w io.Writer, files []models.ImportFile) error {
	archive := zip.NewWriter(w)
	for _, file := range files {
		f, err := archive.Create(rejectsName(file))
		if err != nil {
			return err
		}
		if _, err := io.WriteString(f, feed.ByteOrderMark); err != nil {
			return err
		}
		if err := s.data.WriteRejects(ctx, f, file); err != nil {
			return err
		}
	}
	return archive.Close()
}

// rejectsName names the rejects of a file in an archive. The number keeps two files of
// the same name apart.
func rejectsName(file models.ImportFile) string {
	name := path.Base(strings.ReplaceAll(file.Name, `\`, "/"))
	return savedName(fmt.Sprintf("%d %s", file.Number, strings.TrimSuffix(name, path.Ext(name)))) + ".rejects.csv"
}

// newAllRejects is the one download of all rejects of an import; no URL where there are
// none.
func newAllRejects(w spoken, i models.Import) views.Download {
	var first models.ImportFile
	files := 0
	for _, file := range i.Files {
		if file.Rejected > 0 {
			if files++; files == 1 {
				first = file
			}
		}
	}
	switch {
	case files == 0 || i.State != models.Complete:
		return views.Download{}
	case files == 1:
		return views.Download{Label: downloadAll(w, first.Rejected), URL: rejectsURL(i, first)}
	default:
		return views.Download{Label: downloadAll(w, i.Rejected), URL: importURL(i.ID) + "/rejects.zip"}
	}
}

func downloadAll(w spoken, rows int64) string {
	return w.Count(rows, words.Plural{One: "Download all {n} rejected row", Other: "Download all {n} rejected rows"})
}

func rejectsURL(i models.Import, file models.ImportFile) string {
	return fmt.Sprintf("%s/files/%d/rejects.csv", importURL(i.ID), file.Number)
}

func newRejectGroups(w spoken, i models.Import, file models.ImportFile) (groups []views.RejectGroup) {
	for _, cause := range file.Causes {
		groups = append(groups, newRejectGroup(w, i, file, cause))
	}
	return groups
}

func newRejectGroup(w spoken, i models.Import, file models.ImportFile, cause models.Cause) views.RejectGroup {
	expected := feed.ExpectedWords(cause.Expected)
	group := views.RejectGroup{Count: w.Number(cause.Count), Cause: w.Say("Row: expected {expected}", "expected", expected)}
	if cause.Column != "" {
		group.Cause = w.Say("{column}: expected {expected}", "column", cause.Column, "expected", expected)
	}
	if len(i.Files) > 1 {
		group.Cause = file.Name + ", " + group.Cause
	}
	for _, example := range cause.Examples {
		group.Rows = append(group.Rows, newRejectRow(w, cause, example))
	}
	if more := cause.Count - int64(len(cause.Examples)); more > 0 {
		group.More = w.Count(more, words.Plural{One: "and {n} more like these", Other: "and {n} more like these"})
	}
	return group
}

// newRejectRow takes the sentence of a reject apart: "Line 42, status: expected active or
// inactive, found maybe". A sentence of another shape is shown whole.
func newRejectRow(w spoken, cause models.Cause, sentence string) views.RejectRow {
	where, found, ok := strings.Cut(sentence, ": expected "+cause.Expected+", found ")
	if !ok {
		return views.RejectRow{Found: sentence}
	}
	line, _, _ := strings.Cut(strings.TrimPrefix(where, "Line "), ",")
	if _, err := strconv.Atoi(line); err != nil {
		line = ""
	}
	return views.RejectRow{
		Line: line, Found: feed.FoundWords(cause.Expected, found).In(w.Words), Fix: upperFirst(feed.ExpectedWords(cause.Expected).In(w.Words)),
	}
}
