package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/views"
)

const conflictsOnPage = 20

func (s *Server) importOf(c echo.Context) (i models.Import, err error) {
	id := c.Param("id")
	if err = checkID(id); err == nil {
		i, err = s.db.Import(c.Request().Context(), id)
	}
	if errors.Is(err, models.ErrNotFound) {
		return i, problem{http.StatusNotFound, "There is no such import", "No import has the id " + id + "." + keptFor("Imports", s.settings.Keep.Imports), err}
	}
	return i, err
}

// showImport serves GET /imports/:id.
func (s *Server) showImport(c echo.Context) error {
	i, err := s.importOf(c)
	if err != nil {
		return err
	}
	shown := s.newImport(i)
	page, err := s.page(c.Request().Context(), shown.Title, views.NavImports)
	if err != nil {
		return err
	}
	return renderEither(c, views.ImportPage(page, shown), views.ImportDetail(shown))
}

// showImportRow serves GET /imports/:id/row, the row of the list that renews
// itself.
func (s *Server) showImportRow(c echo.Context) error {
	i, err := s.importOf(c)
	if err != nil {
		return err
	}
	return render(c, http.StatusOK, views.ImportTableRow(s.newImportRow(i)))
}

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
		if kept, err := s.db.RejectsKept(c.Request().Context(), file); err != nil || !kept {
			return cmp.Or(err, error(problem{http.StatusNotFound, "These rejects are gone",
				"The import still says how many there were, and why." + keptFor("Rejects", s.settings.Keep.Rejects), nil}))
		}
		attach(c, "rejects.csv")
		c.Response().WriteHeader(http.StatusOK)
		return s.db.WriteRejects(c.Request().Context(), c.Response(), file)
	}
	return echo.ErrNotFound
}

// importTitles are what a browser's tab says of an import.
var importTitles = map[models.State]string{
	models.Queued: "Import queued", models.Running: "Import running", models.Complete: "✓ Import done",
	models.Failed: "✗ Import failed", models.Cancelled: "Import cancelled",
}

func (s *Server) newImport(i models.Import) views.Import {
	shown := views.Import{
		ID: i.ID, ShortID: shortID(i.ID), URL: importURL(i.ID), Title: importTitles[i.State],
		Badge: s.newBadge(i.Work, ""), Failure: i.Error, Counts: newImportCounts(i),
		Facts: []views.Fact{
			{Name: "From", Value: sourceText(i.Source)},
			{Name: "When", At: timeText(i.CreatedAt, time.UTC, dayAndClock)},
		},
		Conflicts: newConflicts(i),
	}
	if i.State == models.Complete {
		shown.Facts = append(shown.Facts,
			views.Fact{Name: "Took", Value: tookText(i.StartedAt, i.FinishedAt)},
			views.Fact{Name: "New stores", Value: countText(i.NewStores)})
	}
	for _, file := range i.Files {
		shown.Files = append(shown.Files, newImportFile(i, file))
		for _, cause := range file.Causes {
			shown.RejectGroups = append(shown.RejectGroups, newRejectGroup(i, file, cause))
		}
	}
	return shown
}

func newImportFile(i models.Import, file models.ImportFile) views.ImportFile {
	shown := views.ImportFile{Name: file.Name, Kind: upperFirst(cmp.Or(file.Kind, "not read yet")), Size: bytesText(file.Size)}
	if i.State != models.Complete {
		return shown
	}
	shown.Rows, shown.Accepted, shown.Rejected = countText(file.Rows), countText(file.Rows-file.Rejected), countText(file.Rejected)
	shown.Ignored = strings.Join(file.Ignored, ", ")
	if file.Rejected > 0 {
		shown.Rejects = views.Download{Label: "rejects.csv", URL: fmt.Sprintf("%s/files/%d/rejects.csv", importURL(i.ID), file.Number)}
	}
	return shown
}

func newRejectGroup(i models.Import, file models.ImportFile, cause models.Cause) views.RejectGroup {
	group := views.RejectGroup{Count: countText(cause.Count), Examples: cause.Examples}
	switch {
	case cause.Column == "":
		group.Cause = "Row: expected " + cause.Expected
	default:
		group.Cause = fmt.Sprintf("%s: expected %s", cause.Column, cause.Expected)
	}
	if len(i.Files) > 1 {
		group.Cause = file.Name + ", " + group.Cause
	}
	return group
}

func newConflicts(i models.Import) views.Conflicts {
	if i.Conflicting == 0 {
		return views.Conflicts{}
	}
	shown := views.Conflicts{Count: plural(i.Conflicting, "conflict")}
	for n, conflict := range i.Conflicts {
		if n == conflictsOnPage {
			break
		}
		shown.List = append(shown.List, views.Conflict{
			Store: conflict.Store, URL: storeURL(conflict.Store), At: timeText(conflict.At, time.UTC, "2 Jan 2006, 15:04:05.999999 MST"),
		})
	}
	if more := i.Conflicting - int64(len(shown.List)); more > 0 {
		shown.More = fmt.Sprintf("and %s more", countText(more))
	}
	return shown
}
