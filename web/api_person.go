package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/reach"
	"lightson/models/uptime"
	"lightson/models/words"
)

// apiPersonForm is what a script may say of a person.
type apiPersonForm struct {
	Name  *string     `json:"name"`
	Role  access.Role `json:"role"`
	Reach apiReach    `json:"reach"`
}

// apiInviteForm is what a script says of somebody new.
type apiInviteForm struct {
	Email string      `json:"email"`
	Name  *string     `json:"name"`
	Role  access.Role `json:"role"`
	Reach apiReach    `json:"reach"`
}

// apiPasswordLink is a person with a link for choosing a password, which is shown once.
type apiPasswordLink struct {
	Person  apiPerson `json:"person"`
	URL     string    `json:"url"`
	Expires apiTime   `json:"expires_at"`
}

func (s *Server) newAPIPasswordLink(c echo.Context, p access.Person, token string, expires uptime.Instant) apiPasswordLink {
	return apiPasswordLink{newAPIPerson(p), s.absoluteURL(c, "/invitation/"+token), apiTime(expires)}
}

// personRefusal says what is wrong with a person, by the name of its field.
func personRefusal(err error) error {
	if errors.Is(err, access.ErrEmailTaken) {
		return problem{http.StatusConflict, words.Said("Nothing was changed"), words.Said("email: another account has this e-mail."), err}
	}
	return apiRefusal(refusedAct(err), nil)
}

// apiShowPerson serves GET /api/v1/people/:id.
func (s *Server) apiShowPerson(c echo.Context) error {
	p, err := s.personOf(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, newAPIPerson(p))
}

// apiInvitePerson serves POST /api/v1/people. The link is shown this once.
func (s *Server) apiInvitePerson(c echo.Context) error {
	var form apiInviteForm
	if err := readAPIBody(c, &form, `{"email": "ana@example.com", "role": "owner", "reach": {"groups": ["Burger Barn"]}}`); err != nil {
		return err
	}
	noteOf(c).about("person", shortened(form.Email, 200))
	sees, err := form.Reach.reach(reach.All())
	if err != nil {
		return err
	}
	p, token, expires, err := s.addInvited(c, access.NewPerson{Email: form.Email, Name: deref(form.Name), Role: form.Role, Reach: sees})
	if err != nil {
		return personRefusal(err)
	}
	if p, err = s.accounts.Person(c.Request().Context(), p.ID); err != nil { // who is invited now
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, "/api/v1/people/"+p.ID)
	return c.JSON(http.StatusCreated, s.newAPIPasswordLink(c, p, token, expires))
}

// apiChangePerson serves PATCH /api/v1/people/:id.
func (s *Server) apiChangePerson(c echo.Context) error {
	p, err := s.personOf(c)
	if err != nil {
		return err
	}
	form := apiPersonForm{orNull(p.Name), p.Role, newAPIReach(p.Reach)}
	if err := readAPIChange(c, &form, `{"role": "owner", "reach": {"all": false, "groups": ["Burger Barn"]}}`); err != nil {
		return err
	}
	sees, err := form.Reach.reach(reach.All())
	if err != nil {
		return err
	}
	ctx, name := c.Request().Context(), deref(form.Name)
	wanted := access.Change{Name: &name}
	if form.Role != p.Role {
		wanted.Role = &form.Role
	}
	switch differs := sees.String() != p.Reach.String(); {
	case form.Role == access.Operator && differs:
		return badParam("reach", words.Said("all stores for an operator"), "some")
	case form.Role != access.Operator && differs:
		wanted.Reach = &sees
	}
	changed, err := s.changeAs(ctx, p, wanted)
	if err != nil {
		return personRefusal(err)
	}
	noteOf(c).detail = personChangeText(p, changed)
	return c.JSON(http.StatusOK, newAPIPerson(changed))
}

// onAPIPerson serves what is done to somebody else, and answers with the person as they are
// then.
func (s *Server) onAPIPerson(instead words.Text, act func(context.Context, access.Person) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		p, err := s.personOf(c)
		if err != nil {
			return err
		}
		ctx := c.Request().Context()
		if err := notYourself(ctx, p, instead); err != nil {
			return err
		}
		if err := act(ctx, p); err != nil {
			return personRefusal(err)
		}
		return s.apiShowPerson(c)
	}
}

// apiPasswordLinkOf serves POST /api/v1/people/:id/invite and …/reset. The link is shown this
// once.
func (s *Server) apiPasswordLinkOf(newLink linkMaker) echo.HandlerFunc {
	return func(c echo.Context) error {
		p, token, expires, err := s.passwordLinkOf(c, newLink)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, s.newAPIPasswordLink(c, p, token, expires))
	}
}

// apiRevokeKeyOf serves DELETE /api/v1/people/:id/keys/:key.
func (s *Server) apiRevokeKeyOf(c echo.Context) error {
	key, err := s.revokeKeyOfPerson(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, s.newAPIKey(key))
}
