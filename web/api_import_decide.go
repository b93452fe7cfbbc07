package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/words"
)

// apiStoredPreview is a preview that waits for a decision.
type apiStoredPreview struct {
	Import   string     `json:"import"`
	Outdated bool       `json:"outdated"` // the data changed since it was made, or something else was chosen
	Preview  apiPreview `json:"preview"`
}

// apiShowPreview serves GET /api/v1/imports/:id/preview.
func (s *Server) apiShowPreview(c echo.Context) error {
	i, err := s.importOf(c)
	if err != nil {
		return err
	}
	if i.State != models.Previewed || i.Preview == nil {
		return notPreview(i, models.ErrNotPreview)
	}
	version, err := s.data.DataVersion(c.Request().Context())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, apiStoredPreview{i.ID, previewOutdated(i, version), newAPIPreview(i.Preview)})
}

// apiPreviewAgain serves POST /api/v1/imports/:id/preview, also with another choice about
// damaged ids, or about from when hours hold. Nothing keeps what was chosen.
func (s *Server) apiPreviewAgain(c echo.Context) error {
	var asked struct {
		MatchIDs  *bool   `json:"match_ids"`
		HoursFrom *string `json:"hours_from"`
	}
	if c.Request().ContentLength != 0 {
		if err := readAPIBody(c, &asked, `{"match_ids":true,"hours_from":"2023-01-24"}`); err != nil {
			return err
		}
	}
	var hours *string
	if asked.HoursFrom != nil {
		chosen, err := hoursForm{from: *asked.HoursFrom}.choice()
		if err != nil {
			return err
		}
		hours = &chosen
	}
	if err := s.decideOn(c, func(ctx context.Context, id string) error { return s.renewPreview(ctx, id, asked.MatchIDs, hours) }); err != nil {
		return err
	}
	return s.apiShowPreview(c)
}

// apiConfirmImport serves POST /api/v1/imports/:id/confirm?anyway=. If the data changed since
// the preview, the import may do something else than it says: then only anyway confirms it.
func (s *Server) apiConfirmImport(c echo.Context) error {
	i, err := s.importOf(c)
	if err != nil {
		return err
	}
	var anyway bool
	if err := echo.QueryParamsBinder(c).Bool("anyway", &anyway).BindError(); err != nil {
		return err
	}
	version, err := s.data.DataVersion(c.Request().Context())
	if err != nil {
		return err
	}
	if previewOutdated(i, version) && !anyway && i.State == models.Previewed {
		return problem{http.StatusConflict, words.Said("The preview is outdated"),
			words.Said("The data changed since it was made. Please preview again, or confirm it anyway."), nil}
	}
	if err := s.decideOn(c, s.imports.Confirm); err != nil {
		return err
	}
	if i, err = s.importOf(c); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderRetryAfter, "1")
	return s.sendImport(c, http.StatusAccepted, i)
}

// apiDiscardImport serves POST /api/v1/imports/:id/discard.
func (s *Server) apiDiscardImport(c echo.Context) error {
	if err := s.decideOn(c, s.imports.Discard); err != nil {
		return err
	}
	i, err := s.importOf(c)
	if err != nil {
		return err
	}
	return s.sendImport(c, http.StatusOK, i)
}

// apiLoadDemo serves POST /api/v1/demo.
func (s *Server) apiLoadDemo(c echo.Context) error {
	i, err := s.takeDemo(c)
	if err != nil {
		return err
	}
	taken, err := s.data.Import(c.Request().Context(), i.ID)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, apiImportURL(i.ID))
	c.Response().Header().Set(echo.HeaderRetryAfter, "1")
	return s.sendImport(c, http.StatusAccepted, taken)
}

// apiRemoveDemo serves DELETE /api/v1/demo. It removes nothing else.
func (s *Server) apiRemoveDemo(c echo.Context) error {
	removed, err := s.removeDemoData(c)
	if err != nil {
		return err
	}
	for _, i := range removed {
		noteOf(c).about("import", i.ID)
	}
	return c.NoContent(http.StatusNoContent)
}
