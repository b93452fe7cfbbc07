package web

import (
	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/views"
)

type nameForm struct {
	Name string `form:"name"`
}

// changeName serves POST /account/name.
func (s *Server) changeName(c echo.Context) error {
	var form nameForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	me, err := s.self(c)
	if err != nil {
		return err
	}
	if me.Source == access.OIDC {
		return errNotHere
	}
	_, err = s.accounts.ChangePerson(c.Request().Context(), me.ID, access.Change{Name: &form.Name})
	if wrong, status := refusal(c, err); status != 0 {
		return s.sendAccount(c, status, func(a *views.Account) { a.Name, a.NameProblem = form.Name, wrong.Text })
	}
	if err != nil {
		return err
	}
	return accountDone(c, "name")
}

type passwordForm struct {
	Current  string `form:"current_password"`
	Password string `form:"password"`
}

// changePassword serves POST /account/password. Every other session ends, and the token
// of this one is new.
func (s *Server) changePassword(c echo.Context) error {
	var form passwordForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	me, err := s.self(c)
	if err != nil {
		return err
	}
	if !me.provesHere() {
		return errNotHere
	}
	ctx := c.Request().Context()
	if !me.HasPassword {
		err = s.prove(ctx, me, "")
	}
	if err == nil {
		err = s.accounts.ChangePassword(ctx, me.ID, form.Current, form.Password, me.session)
	}
	if wrong, status := refusal(c, err); status != 0 {
		return s.sendAccount(c, status, func(a *views.Account) { a.Password.Problem = wrong })
	}
	if err != nil {
		return err
	}
	if err := s.renewSession(c, me); err != nil {
		return err
	}
	return accountDone(c, "password")
}

// renewSession gives the present session another token, after a change of what proves who
// somebody is. One that was stolen before is worth nothing then.
func (s *Server) renewSession(c echo.Context, me self) error {
	if me.session == "" {
		return nil
	}
	ctx := c.Request().Context()
	renewed, err := s.accounts.RenewSession(ctx, me.ID, me.session)
	if err != nil {
		return err
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, access.SessionID, renewed)
	_, _, err = s.sessions.Commit(ctx) // now, for the page that lists it
	return err
}
