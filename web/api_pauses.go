package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/uptime"
)

type apiPauses struct {
	Pauses     []apiPause `json:"pauses"` // by the store's id
	NextCursor *string    `json:"next_cursor"`
}

type apiPause struct {
	Store string `json:"store_id"`
	Until string `json:"until"` // the last date of the store on which nothing is told
}

const pauseExample = `{"until": "2023-02-01"}`

// apiListPauses serves GET /api/v1/alerts/pauses?limit=&cursor=: those that hold.
func (s *Server) apiListPauses(c echo.Context) error {
	ctx := c.Request().Context()
	snapshot, err := s.recentSnapshot(ctx)
	if err != nil {
		return err
	}
	all, err := s.data.Pauses(ctx)
	if err != nil {
		return err
	}
	holding := []apiPause{}
	for _, p := range all {
		if s.holds(snapshot, p) {
			holding = append(holding, apiPause{p.Store, uptime.DateText(p.Until - 1)})
		}
	}
	slices.SortFunc(holding, func(a, b apiPause) int { return strings.Compare(a.Store, b.Store) })
	piece, next, err := pieceOf(c, "pauses", holding, func(p apiPause) place { return place{byText(p.Store)} })
	if err != nil {
		return err
	}
	return sendAPIList(c, apiPauses{piece, next}, piece, next)
}

// apiPauseStore serves POST /api/v1/stores/:id/pause.
func (s *Server) apiPauseStore(c echo.Context) error {
	ctx := c.Request().Context()
	snapshot, n, err := s.recentStore(c)
	if err != nil {
		return err
	}
	var form struct {
		Until string `json:"until"`
	}
	if err := readAPIBody(c, &form, pauseExample); err != nil {
		return err
	}
	noteOf(c).detail = shortened(form.Until, 100)
	until, err := s.parsePause(snapshot, n, form.Until)
	if err != nil {
		return err
	}
	code := snapshot.Stores[n].Code
	if err := s.data.Pause(ctx, code, until+1); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, apiPause{code, uptime.DateText(until)})
}

// apiResumeStore serves POST /api/v1/stores/:id/resume. Resuming what is not paused succeeds.
func (s *Server) apiResumeStore(c echo.Context) error {
	ctx := c.Request().Context()
	snapshot, n, err := s.recentStore(c)
	if err != nil {
		return err
	}
	if err := s.data.Unpause(ctx, snapshot.Stores[n].Code); err != nil && !isGone(err) {
		return err
	}
	noteOf(c).detail = "resumed"
	return c.NoContent(http.StatusNoContent)
}
