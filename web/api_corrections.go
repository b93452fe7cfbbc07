package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/feed"
	"lightson/models/uptime"
	"lightson/models/words"
)

type apiCorrections struct {
	Total       int             `json:"total"`       // in all pieces of the list
	Corrections []apiCorrection `json:"corrections"` // the latest time first
	NextCursor  *string         `json:"next_cursor"`
}

type apiCorrection struct {
	ID          string           `json:"id"`
	Scope       entered.Scope    `json:"scope"`
	Name        *string          `json:"name"` // the store's id or the group's name; none for all stores
	From        apiTime          `json:"from"`
	To          apiTime          `json:"to"`
	Category    entered.Category `json:"category"`
	Note        *string          `json:"note"`
	EnteredBy   *string          `json:"entered_by"`
	EnteredAt   apiTime          `json:"entered_at"`
	WithdrawnBy *string          `json:"withdrawn_by"`
	WithdrawnAt *apiTime         `json:"withdrawn_at"` // none while it holds
}

func newAPICorrection(c entered.Correction) apiCorrection {
	return apiCorrection{
		ID: c.ID, Scope: c.Scope, Name: orNull(c.Name), From: apiTime(c.From), To: apiTime(c.To), Category: c.Category, Note: orNull(c.Note),
		EnteredBy: orNull(c.By), EnteredAt: apiTime(c.At), WithdrawnBy: orNull(c.WithdrawnBy), WithdrawnAt: optionalTime(c.WithdrawnAt),
	}
}

// apiListCorrections serves GET /api/v1/corrections?store=&group=&category=&holding=&limit=&cursor=.
func (s *Server) apiListCorrections(c echo.Context) error {
	query, err := parseCorrectionQuery(c)
	if err != nil {
		return err
	}
	from, limit, err := parseCursor(c, query.with(1).url("corrections"))
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	snapshot, err := s.snapshot(ctx)
	if err != nil {
		return err
	}
	all, err := s.data.Corrections(ctx, entered.CorrectionFilter{})
	if err != nil {
		return err
	}
	keeps := query.keeper(snapshot)
	all = slices.DeleteFunc(all, func(c entered.Correction) bool { return !keeps(c) })
	piece, more := cutAfter(all, from, limit, correctionPlace)
	list := apiCorrections{Total: len(all), Corrections: make([]apiCorrection, len(piece)), NextCursor: nextAfter(from, piece, more, correctionPlace)}
	for n, correction := range piece {
		list.Corrections[n] = newAPICorrection(correction)
	}
	return sendAPIList(c, list, list.Corrections, list.NextCursor)
}

// correctionPlace is the place of a correction, the latest time first.
func correctionPlace(c entered.Correction) place {
	rank, name := bySubject(c.Subject)
	return place{byNumber(c.From).falling(true), byNumber(c.To).falling(true), rank.falling(true), name.falling(true), byText(c.ID).falling(true)}
}

// pushedCorrection is what a script sends to make a correction.
type pushedCorrection struct {
	Scope    entered.Scope    `json:"scope"`
	Name     string           `json:"name"`
	From     string           `json:"from"`
	To       string           `json:"to"`
	Category entered.Category `json:"category"`
	Note     string           `json:"note"`
}

// apiAddCorrection serves POST /api/v1/corrections.
func (s *Server) apiAddCorrection(c echo.Context) error {
	noteOf(c).about("correction", "")
	correction, err := readCorrection(c)
	if err == nil {
		err = s.addCorrection(c, &correction)
	}
	var wrong entered.Problem
	switch {
	case errors.As(err, &wrong):
		return badInput(words.Said(wrong.Error()))
	case errors.Is(err, models.ErrNotFound):
		return problem{http.StatusNotFound, words.Said("There is nothing like that to correct"), words.Said("No store or group of this name is within your reach as a whole."), err}
	case err != nil:
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, apiCorrectionURL(correction.ID))
	return c.JSON(http.StatusCreated, newAPICorrection(correction))
}

func readCorrection(c echo.Context) (correction entered.Correction, err error) {
	var in pushedCorrection
	err = readAPIBody(c, &in, `{"scope":"store","name":"101","from":"2023-01-24T20:00:00Z","to":"2023-01-24T21:00:00Z","category":"power_or_network"}`)
	if err != nil {
		return correction, err
	}
	correction = entered.Correction{Subject: entered.Subject{Scope: in.Scope, Name: in.Name}, Category: in.Category, Note: in.Note}
	if correction.From, err = parseInstant("from", in.From); err != nil {
		return correction, err
	}
	correction.To, err = parseInstant("to", in.To)
	return correction, err
}

func parseInstant(field, text string) (uptime.Instant, error) {
	at, err := time.Parse(time.RFC3339, strings.TrimSpace(text))
	if err != nil {
		return 0, badField(field, words.Said("a time such as 2023-01-25T18:00:00Z"), feed.Shown(text))
	}
	return uptime.At(at), nil
}

// apiShowCorrection serves GET /api/v1/corrections/:id.
func (s *Server) apiShowCorrection(c echo.Context) error {
	id, err := idParam(c, "id")
	var correction entered.Correction
	if err == nil {
		correction, err = s.data.Correction(c.Request().Context(), id)
	}
	if err != nil {
		return noSuchCorrection(err)
	}
	return c.JSON(http.StatusOK, newAPICorrection(correction))
}

// noSuchCorrection says so where an error means it.
func noSuchCorrection(err error) error {
	if !errors.Is(err, models.ErrNotFound) {
		return err
	}
	return problem{http.StatusNotFound, words.Said("There is no such correction"), words.Said("No correction that you may see has this id."), err}
}

// apiWithdrawCorrection serves DELETE /api/v1/corrections/:id: the correction stays, and
// says by whom it was withdrawn.
func (s *Server) apiWithdrawCorrection(c echo.Context) error {
	correction, err := s.withdraw(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, newAPICorrection(correction))
}

func apiCorrectionURL(id string) string { return "/api/v1/corrections/" + id }
