package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/views"
)

// dayAndYear is a time of which the year matters: "23 Nov 2026, 14:05 UTC".
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
	return c.JSON(http.StatusOK, newAPIImport(i))
}

// undo takes an import out of the data, or says in a sentence why it cannot be.
func (s *Server) undo(c echo.Context) (models.Import, error) {
	i, err := s.importOf(c)
	if err != nil {
		return i, err
	}
	undone, err := s.db.Undo(c.Request().Context(), i.ID, clientAddress(c))
	var refused models.UndoError
	if errors.As(err, &refused) {
		return i, problem{http.StatusConflict, "This import was not undone", refused.ForPeople(), err}
	}
	return undone, err
}

// showHistory shows what became of an import after it was complete.
func (s *Server) showHistory(ctx context.Context, i models.Import, shown *views.Import) error {
	var err error
	if shown.Already, err = s.newAlready(ctx, i.SameAs, 0); err != nil {
		return err
	}
	if i.UndoneAt != 0 {
		shown.Undone = fmt.Sprintf("Undone on %s, by %s.", i.UndoneAt.Time().Format(dayAndYear), i.UndoneBy)
		return nil
	}
	if i.MergeNumber > 0 || i.SameAs != "" {
		shown.UndoURL = importURL(i.ID) + "/undo"
	}
	return nil
}

// newAlready says that the same bytes were imported before, by the import with
// the id; there is none where that is empty. at is when, where that is known
// although the record of that import is gone.
func (s *Server) newAlready(ctx context.Context, id string, at uptime.Instant) (views.Already, error) {
	if id == "" {
		return views.Already{}, nil
	}
	shown := views.Already{ShortID: shortID(id)}
	earlier, kept, err := s.keptImport(ctx, id)
	if kept {
		shown.URL, at = importURL(id), earlier.FinishedAt
	} else {
		shown.Gone = " The record of that import is gone." + keptFor("Imports", s.settings.Keep.Imports)
	}
	shown.At = timeText(at, time.UTC, dayAndYear)
	return shown, err
}

// keptImport finds an import that another row names. Retention may have deleted
// it.
func (s *Server) keptImport(ctx context.Context, id string) (i models.Import, kept bool, err error) {
	i, err = s.db.Import(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return i, false, nil
	}
	return i, err == nil, err
}
