package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/alerts"
	"lightson/models/words"
)

type apiAlertRules struct {
	Rules      []apiAlertRule `json:"rules"` // the oldest first
	NextCursor *string        `json:"next_cursor"`
}

// apiListAlertRules serves GET /api/v1/alerts?limit=&cursor=.
func (s *Server) apiListAlertRules(c echo.Context) error {
	rules, err := s.data.AlertRules(c.Request().Context())
	if err != nil {
		return err
	}
	piece, next, err := pieceOf(c, "alerts", rules, func(r alerts.Rule) place { return olderFirst(r.CreatedAt, r.ID) })
	if err != nil {
		return err
	}
	list := apiAlertRules{Rules: make([]apiAlertRule, len(piece)), NextCursor: next}
	for n, r := range piece {
		list.Rules[n] = newAPIAlertRule(r)
	}
	return sendAPIList(c, list, list.Rules, next)
}

// apiShowAlertRule serves GET /api/v1/alerts/:id.
func (s *Server) apiShowAlertRule(c echo.Context) error {
	r, err := s.ownAlertRule(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, newAPIAlertRule(r))
}

// apiAddAlertRule serves POST /api/v1/alerts.
func (s *Server) apiAddAlertRule(c echo.Context) error {
	noteOf(c).about("alert-rule", "")
	form := emptyAlertRuleForm()
	if err := readAPIBody(c, &form, alertRuleExample); err != nil {
		return err
	}
	r, err := s.saveAPIAlertRule(c, form, "")
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, "/api/v1/alerts/"+r.ID)
	return c.JSON(http.StatusCreated, newAPIAlertRule(r))
}

// apiChangeAlertRule serves PATCH /api/v1/alerts/:id.
func (s *Server) apiChangeAlertRule(c echo.Context) error {
	r, err := s.ownAlertRule(c)
	if err != nil {
		return err
	}
	noteOf(c).about("alert-rule", r.ID)
	form := newAPIAlertRuleForm(r)
	if err := readAPIChange(c, &form, alertRuleExample); err != nil {
		return err
	}
	if r, err = s.saveAPIAlertRule(c, form, r.ID); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, newAPIAlertRule(r))
}

func (s *Server) saveAPIAlertRule(c echo.Context, form apiAlertRuleForm, id string) (alerts.Rule, error) {
	ctx := c.Request().Context()
	r, err := form.rule(s.data.PollEvery())
	if err == nil {
		r.ID, r.CreatedBy = id, whoAsks(c)
		err = s.data.SaveAlertRule(ctx, &r)
	}
	if err != nil {
		return r, alertRuleRefusal(err)
	}
	noteOf(c).about("alert-rule", r.ID)
	if snapshot, err := s.recentSnapshot(ctx); err == nil {
		noteOf(c).detail = shortened(alertCondition(snapshot, r).String(), 200)
	}
	return r, nil
}

// alertRuleRefusal says what is wrong with a rule, by the name of its field.
func alertRuleRefusal(err error) error {
	if errors.Is(err, access.ErrForbidden) {
		return problem{http.StatusForbidden, words.Said("You may not do that"),
			words.Said("kind: imports and sources are about all stores, so only people who can see all stores can have this rule."), err}
	}
	return apiRefusal(err, alertRuleFields)
}

// apiSwitchAlertRule serves POST /api/v1/alerts/:id/enable and …/disable.
func (s *Server) apiSwitchAlertRule(on bool) echo.HandlerFunc {
	return func(c echo.Context) error {
		r, err := s.ownAlertRule(c)
		if err != nil {
			return err
		}
		noteOf(c).about("alert-rule", r.ID)
		noteOf(c).detail = "disabled"
		if on {
			noteOf(c).detail = "enabled"
		}
		r.Enabled = on
		if err := s.data.SaveAlertRule(c.Request().Context(), &r); err != nil {
			return alertRuleRefusal(err)
		}
		return c.JSON(http.StatusOK, newAPIAlertRule(r))
	}
}

// apiRemoveAlertRule serves DELETE /api/v1/alerts/:id.
func (s *Server) apiRemoveAlertRule(c echo.Context) error {
	r, err := s.ownAlertRule(c)
	if err != nil {
		return err
	}
	noteOf(c).about("alert-rule", r.ID)
	if err := s.data.RemoveAlertRule(c.Request().Context(), r.ID); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
