package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/imports"
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
	undone, err := imports.Undo(c.Request().Context(), s.db, i.ID, clientAddress(c))
	var refused imports.UndoError
	if errors.As(err, &refused) {
		return i, problem{http.StatusConflict, "This import was not undone", refused.ForPeople(), err}
	}
	return undone, err
}

// showHistory shows what became of an import after it was complete.
func (s *Server) showHistory(ctx context.Context, i models.Import, shown *views.Import) error {
	if i.SameAs != "" {
		earlier, err := s.db.Import(ctx, i.SameAs)
		if err != nil {
			return err
		}
		shown.Already = newAlready(i.SameAs, timeText(earlier.FinishedAt, time.UTC, dayAndYear))
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

// newAlready says that the same bytes were imported before.
func newAlready(id string, at views.Time) views.Already {
	if id == "" {
		return views.Already{}
	}
	return views.Already{At: at, ShortID: shortID(id), URL: importURL(id)}
}
