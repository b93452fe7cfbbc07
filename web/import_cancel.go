package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/words"
)

// cancelImport serves POST /imports/:id/cancel.
func (s *Server) cancelImport(c echo.Context) error {
	i, err := s.importOf(c)
	if err != nil {
		return err
	}
	if err := s.cancel(c.Request().Context(), i); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, importURL(i.ID))
}

// apiCancelImport serves POST /api/v1/imports/:id/cancel. Cancelling a cancelled
// import succeeds. An import whose rows are in the data cannot be cancelled.
func (s *Server) apiCancelImport(c echo.Context) error {
	ctx := c.Request().Context()
	i, err := s.importOf(c)
	if err != nil {
		return err
	}
	if err := s.cancel(ctx, i); err != nil {
		return err
	}
	if i, err = s.data.Import(ctx, i.ID); err != nil {
		return err
	}
	switch {
	case i.State == models.Cancelled:
		return s.sendImport(c, http.StatusOK, i)
	case !i.State.Final():
		return problem{http.StatusConflict, words.Later("This import can no longer be cancelled"), words.Later("Its rows were already imported."), nil}
	default:
		return problem{http.StatusConflict, words.Later("This import can no longer be cancelled"), words.Later("It is {state}.|an import", "state", imports.StateWords(i.State)), nil}
	}
}

// cancel ends an import as far as it still can be: a preview that waits is discarded. One
// that was confirmed meanwhile is work like any other.
func (s *Server) cancel(ctx context.Context, i models.Import) error {
	if i.State == models.Previewed {
		if err := s.imports.Discard(ctx, i.ID); !errors.Is(err, models.ErrNotPreview) {
			return err
		}
	}
	_, err := s.work.Cancel(ctx, models.ImportWork, i.ID)
	return err
}
