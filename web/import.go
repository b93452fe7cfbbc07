package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/words"
	"lightson/views"
)

const conflictsOnPage = 20

func (s *Server) importOf(c echo.Context) (i models.Import, err error) {
	id := c.Param("id")
	if err = checkID(id); err == nil {
		i, err = s.data.Import(c.Request().Context(), id)
	}
	if errors.Is(err, models.ErrNotFound) {
		return i, problem{http.StatusNotFound, words.Later("There is no such import"), words.Sentences(words.Later("No import has the id {id}.", "id", id), s.importsKept()), err}
	}
	return i, err
}

// showImport serves GET /imports/:id.
func (s *Server) showImport(c echo.Context) error {
	i, err := s.importOf(c)
	if err != nil {
		return err
	}
	shown, err := s.newImport(c.Request().Context(), i)
	if err != nil {
		return err
	}
	page, err := s.page(c, shown.Title, views.NavImports)
	if err != nil {
		return err
	}
	shown.Can = page.Can
	return renderEither(c, views.ImportPage(page, shown), views.ImportDetail(shown))
}

// showImportRow serves GET /imports/:id/row: a row of the list, which renews
// itself.
func (s *Server) showImportRow(c echo.Context) error {
	i, err := s.importOf(c)
	if err != nil {
		return err
	}
	rows, err := s.newImportRows(c.Request().Context(), []models.Import{i})
	if err != nil {
		return err
	}
	rows[0].Can = canOf(c.Request().Context())
	return render(c, http.StatusOK, views.ImportTableRow(rows[0]))
}

// importTitles are the titles of a browser's tab, by the state of the import.
var importTitles = map[models.State]words.Text{
	models.Queued: "Import queued", models.Running: "Import running", models.Complete: "Import done",
	models.Failed: "Import failed", models.Cancelled: "Import cancelled", models.Previewed: "Import preview",
}

func (s *Server) newImport(ctx context.Context, i models.Import) (views.Import, error) {
	w := spokenOf(ctx)
	shown := views.Import{
		ID: i.ID, ShortID: i.ShortID(), URL: importURL(i.ID), Title: w.Say(importTitles[i.State]),
		Badge: s.newImportBadge(w, i), Failure: i.Error.In(w.Words), Counts: newImportCounts(w, i), Facts: newImportFacts(w, i),
	}
	if i.State == models.Previewed && i.Preview != nil {
		return shown, s.showPreview(ctx, i, &shown)
	}
	shown.Conflicts = newConflicts(w, i.Conflicting, i.Conflicts)
	for _, file := range i.Files {
		shown.Files = append(shown.Files, newImportFile(w, i, file))
		shown.RejectGroups = append(shown.RejectGroups, newRejectGroups(w, i, file)...)
	}
	shown.AllRejects = newAllRejects(w, i)
	if i.State == models.Complete {
		return shown, s.showHistory(ctx, i, &shown)
	}
	return shown, nil
}

// newImportFacts say where an import is from and how long it took.
func newImportFacts(w spoken, i models.Import) []views.Fact {
	facts := []views.Fact{{Name: w.Say("From|where an import came from"), Value: w.source(i.Source)}}
	if i.By != "" {
		facts = append(facts, views.Fact{Name: w.Say("By|who imported"), Value: i.By})
	}
	if fact := hoursFact(w, i); fact.Value != "" {
		facts = append(facts, fact)
	}
	facts = append(facts, views.Fact{Name: w.Say("When"), At: w.time(i.CreatedAt, time.UTC, dayAndClock)})
	if i.State == models.Complete {
		facts = append(facts,
			views.Fact{Name: w.Say("Took"), Value: w.took(i.StartedAt, i.FinishedAt)},
			views.Fact{Name: w.Say("New stores"), Value: w.Number(i.NewStores)})
	}
	return facts
}

func newImportFile(w spoken, i models.Import, file models.ImportFile) views.ImportFile {
	shown := views.ImportFile{Name: file.Name, Kind: upperFirst(w.kind(cmp.Or(file.Kind, notRead))), Size: w.bytes(file.Size), SHA256: file.SHA256}
	if i.State != models.Complete && i.State != models.Previewed {
		return shown
	}
	shown.Rows, shown.Accepted, shown.Rejected = w.Number(file.Rows), w.Number(file.Rows-file.Rejected), w.Number(file.Rejected)
	shown.Ignored = strings.Join(file.Ignored, ", ")
	for _, note := range file.Notes {
		shown.Notes = append(shown.Notes, note.Text.In(w.Words))
	}
	if file.Rejected > 0 && i.State == models.Complete {
		shown.Rejects = views.Download{Label: "rejects.csv", URL: rejectsURL(i, file)}
	}
	return shown
}

func newConflicts(w spoken, total int64, first []models.Conflict) views.Conflicts {
	if total == 0 {
		return views.Conflicts{}
	}
	shown := views.Conflicts{Count: w.Count(total, words.Plural{One: "{n} conflict", Other: "{n} conflicts"})}
	for n, conflict := range first {
		if n == conflictsOnPage {
			break
		}
		shown.List = append(shown.List, views.Conflict{
			Store: conflict.Store, URL: storeURL(conflict.Store), At: w.time(conflict.At, time.UTC, "2 Jan 2006, 15:04:05.999999 MST"),
		})
	}
	if more := total - int64(len(shown.List)); more > 0 {
		shown.More = w.more(more)
	}
	return shown
}
