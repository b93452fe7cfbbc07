package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/words"
	"lightson/views"
)

// dayAndYear is a layout for times that may be long ago: "23 Nov 2026, 14:05 UTC".
const dayAndYear = "2 Jan 2006, 15:04 MST"

// undoImport serves POST /imports/:id/undo.
func (s *Server) undoImport(c echo.Context) error {
	i, err := s.undo(c)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, importURL(i.ID))
}

// apiUndoImport serves POST /api/v1/imports/:id/undo.
func (s *Server) apiUndoImport(c echo.Context) error {
	i, err := s.undo(c)
	if err != nil {
		return err
	}
	return s.sendImport(c, http.StatusOK, i)
}

// undo takes an import out of the data, or returns a problem that says why that is
// impossible.
func (s *Server) undo(c echo.Context) (models.Import, error) {
	i, err := s.importOf(c)
	if err != nil {
		return i, err
	}
	undone, err := s.data.Undo(c.Request().Context(), i.ID, whoAsks(c))
	var refused imports.UndoError
	if errors.As(err, &refused) {
		return i, problem{http.StatusConflict, words.Later("This import was not undone"), refused.ForPeople(), err}
	}
	return undone, err
}

// showHistory shows whether an import repeated an earlier one, and whether it was
// or can be undone.
func (s *Server) showHistory(ctx context.Context, i models.Import, shown *views.Import) error {
	var err error
	w := spokenOf(ctx)
	if shown.Already, err = s.newAlready(ctx, i.SameAs, 0); err != nil {
		return err
	}
	if i.UndoneAt != 0 {
		shown.Undone = w.Say("Undone on {time}, by {person}.", "time", w.time(i.UndoneAt, time.UTC, dayAndYear).Text, "person", i.UndoneBy)
		return nil
	}
	if shown.Story, err = s.newImportStory(ctx, i); err != nil {
		return err
	}
	states, err := s.data.UndoStates(ctx, []models.Import{i})
	if err != nil {
		return err
	}
	if shown.PastHours, err = s.newPastHours(ctx, i); err != nil {
		return err
	}
	shown.Pushes = i.Source == models.FromPush
	if shown.NoUndo = newNoUndo(w, states[0]); shown.NoUndo.Why == "" {
		shown.UndoURL = importURL(i.ID) + "/undo"
	}
	return nil
}

// newNoUndo words why an import cannot be undone; nil shows nothing.
func newNoUndo(w spoken, state error) (shown views.NoUndo) {
	var refused imports.UndoError
	if !errors.As(state, &refused) {
		return shown
	}
	shown.Why, shown.Short = refused.ForPeople().In(w.Words), w.Say(refused.Short)
	if refused.Blocking != "" {
		shown.BlockingID, shown.BlockingURL = shortID(refused.Blocking), importURL(refused.Blocking)
	}
	return shown
}

// newImportRows are rows of the list. Of those that are complete they say whether
// they can be undone.
func (s *Server) newImportRows(ctx context.Context, list []models.Import) (rows []views.ImportRow, err error) {
	states, err := s.data.UndoStates(ctx, list)
	if err != nil {
		return nil, err
	}
	w := spokenOf(ctx)
	for n, i := range list {
		row := s.newImportRow(w, i)
		if i.State == models.Complete && i.UndoneAt == 0 {
			if row.NoUndo = newNoUndo(w, states[n]); row.NoUndo.Short == "" {
				row.UndoURL = importURL(i.ID) + "#undo"
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}
