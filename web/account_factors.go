package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/views"
)

// againForm is what a form sends that asks for the password again.
type againForm struct {
	Current string `form:"current_password"`
}

// proven is the person of a request that changes their factors, once they have proved
// again who they are.
func (s *Server) proven(c echo.Context, password string) (self, error) {
	me, err := s.self(c)
	if err != nil {
		return me, err
	}
	if !me.provesHere() {
		return me, errNotHere
	}
	return me, s.prove(c.Request().Context(), me, password)
}

// appIssuer is what authenticator apps call this site.
func appIssuer(c echo.Context) string { return "Lights On (" + hostName(c.Request().Host) + ")" }

// beginApp serves POST /account/totp. The secret is shown this once.
func (s *Server) beginApp(c echo.Context) error {
	var form againForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	me, err := s.proven(c, form.Current)
	if wrong, status := refusal(c, err); status != 0 {
		return s.sendAccount(c, status, func(a *views.Account) { a.App.Problem = wrong })
	}
	if err != nil {
		return err
	}
	start, err := s.accounts.BeginTOTP(c.Request().Context(), me.ID, appIssuer(c))
	if err != nil {
		return err
	}
	return s.sendAccount(c, http.StatusOK, func(a *views.Account) { a.App.Setup = &views.AppSetup{Secret: start.Secret, URL: start.URL} })
}

type codeForm struct {
	Code string `form:"code"`
}

// confirmApp serves POST /account/totp/confirm. Whoever mistypes the code sees the same
// secret again, which the app has by now.
func (s *Server) confirmApp(c echo.Context) error {
	var form codeForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	me, err := s.self(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	recovery, err := s.accounts.ConfirmTOTP(ctx, me.ID, form.Code)
	if wrong, status := refusal(c, err); status != 0 {
		start, err := s.accounts.PendingTOTP(ctx, me.ID, appIssuer(c))
		if errors.Is(err, models.ErrNotFound) {
			return accountDone(c, "")
		}
		if err != nil {
			return err
		}
		wrong.Field = "code"
		return s.sendAccount(c, status, func(a *views.Account) {
			a.App.Setup = &views.AppSetup{Secret: start.Secret, URL: start.URL, Problem: wrong}
		})
	}
	if err != nil {
		return err
	}
	noteOf(c).detail = "authenticator app"
	return s.factorAdded(c, me, "app-on", recovery)
}

// factorAdded ends the request that added a factor. Recovery codes that were made with it
// are shown this once.
func (s *Server) factorAdded(c echo.Context, me self, done string, recovery []string) error {
	if err := s.renewSession(c, me); err != nil {
		return err
	}
	if len(recovery) == 0 {
		return accountDone(c, done)
	}
	return s.sendAccount(c, http.StatusOK, func(a *views.Account) {
		a.Notice, a.Recovery.New = spokenOf(c.Request().Context()).Say(accountNotices[done]), recovery
	})
}

// removeApp serves POST /account/totp/remove.
func (s *Server) removeApp(c echo.Context) error {
	var form againForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	me, err := s.proven(c, form.Current)
	if err == nil {
		err = s.accounts.RemoveTOTP(c.Request().Context(), me.ID)
	}
	if wrong, status := refusal(c, err); status != 0 {
		return s.sendAccount(c, status, func(a *views.Account) { a.App.Problem = wrong })
	}
	if err != nil {
		return err
	}
	noteOf(c).detail = "authenticator app"
	return accountDone(c, "app-off")
}

// makeRecoveryCodes serves POST /account/recovery-codes. They are shown this once.
func (s *Server) makeRecoveryCodes(c echo.Context) error {
	var form againForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	me, err := s.proven(c, form.Current)
	if wrong, status := refusal(c, err); status != 0 {
		return s.sendAccount(c, status, func(a *views.Account) { a.Recovery.Problem = wrong })
	}
	if err != nil {
		return err
	}
	if !me.NeedsFactor() {
		return accountDone(c, "") // there is no second step that they would stand in for
	}
	codes, err := s.accounts.MakeRecoveryCodes(c.Request().Context(), me.ID)
	if err != nil {
		return err
	}
	return s.sendAccount(c, http.StatusOK, func(a *views.Account) { a.Recovery.New = codes })
}
