package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/views"
)

// factorForm is what somebody sends as the second step.
type factorForm struct {
	Next string `form:"next"`
	Code string `form:"code"`
}

// showFactor serves GET /sign-in/factor?next=.
func (s *Server) showFactor(c echo.Context) error {
	return s.sendFactor(c, http.StatusOK, c.QueryParam("next"), "")
}

// sendFactor sends the second step to somebody who has done the first, and the first to
// everybody else.
func (s *Server) sendFactor(c echo.Context, status int, next, wrong string) error {
	ctx := c.Request().Context()
	id := s.provedPersonOf(ctx)
	if id == "" {
		return c.Redirect(http.StatusSeeOther, withQuery("/sign-in", nextValues(next)))
	}
	person, err := s.accounts.Person(ctx, id)
	if err != nil {
		return err
	}
	return render(c, status, views.FactorPage(s.outsidePage(spokenOf(ctx).Say("Second step")), views.Factor{
		Next: keptNext(next), Name: person.ShownName(), Problem: wrong,
		App: person.HasTOTP, Passkeys: person.Passkeys > 0 && s.passkeysWork(c), Recovery: person.RecoveryCodes > 0,
	}))
}

// enterFactor serves POST /sign-in/factor. A code is the app's where it has six digits,
// else a recovery code.
func (s *Server) enterFactor(c echo.Context) error {
	var form factorForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	ctx := c.Request().Context()
	id := s.provedPersonOf(ctx)
	if id == "" {
		noteOf(c).refused = true
		return c.Redirect(http.StatusSeeOther, withQuery("/sign-in", nextValues(form.Next)))
	}
	noteOf(c).about("person", id)
	try := access.FactorTry{PersonID: id, Code: form.Code, Device: s.cookie(c, deviceCookie)}
	how, check := access.ByPasswordAndTOTP, s.accounts.CheckTOTP
	if !isAppCode(form.Code) {
		how, check = access.ByPasswordAndRecoveryCode, s.accounts.UseRecoveryCode
	}
	err := check(ctx, try)
	if why, status := refusedSignIn(c, err); status != 0 {
		if status == http.StatusUnprocessableEntity {
			why = spokenOf(ctx).Say("This code does not work. It is too old, or it was already used. Enter the newest one.")
		}
		return s.sendFactor(c, status, form.Next, why)
	}
	if err != nil {
		return err
	}
	return s.finishSignIn(c, id, how, form.Next)
}

// isAppCode reports whether a code has the form of those of authenticator apps. Apps
// show them in two groups.
func isAppCode(code string) bool {
	digits := 0
	for _, r := range code {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r != ' ':
			return false
		}
	}
	return digits == 6
}
