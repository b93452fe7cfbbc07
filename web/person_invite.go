package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/names"
	"lightson/models/reach"
	"lightson/models/uptime"
	"lightson/views"
)

// inviteForm is what an operator sends to invite somebody.
type inviteForm struct {
	Email  string `form:"email"`
	Person personForm
}

// newInviteForm is the form with what was entered.
func newInviteForm(entered inviteForm) views.InviteForm {
	is := entered.Person
	if is.Role == "" {
		is.Role, is.Sees.Reach = string(access.Owner), someStores
	}
	return views.InviteForm{Email: entered.Email, Name: is.Name, Roles: newRoleChoices(access.Role(is.Role)), Reach: is.Sees.form("All stores")}
}

// invitePerson serves POST /people. The link of the invitation is shown this once.
func (s *Server) invitePerson(c echo.Context) error {
	var form inviteForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	noteOf(c).about("person", form.Email)
	p, secret, err := s.invite(c, form)
	wrong, err := formRefusal(err)
	if err != nil {
		return err
	}
	page, list, err := s.peoplePage(c, peopleQuery{Page: 1})
	if err != nil {
		return err
	}
	if wrong.Text != "" {
		list.Invite = newInviteForm(form)
		list.Invite.Open, list.Invite.Problem = true, wrong
		return render(c, http.StatusUnprocessableEntity, views.PeoplePage(page, list))
	}
	list.Invite = newInviteForm(inviteForm{})
	list.New, list.NewTo = secret, views.Link{Text: "Go to " + names.Visible(p.ShownName()), URL: personURL(p.ID)}
	return render(c, http.StatusOK, views.PeoplePage(page, list))
}

// invite makes the account, and the link with which its person chooses a password.
func (s *Server) invite(c echo.Context, form inviteForm) (p access.Person, link views.Secret, err error) {
	ctx := c.Request().Context()
	by, err := access.Of(ctx)
	if err != nil {
		return p, link, err
	}
	if p, err = s.accounts.AddPerson(ctx, access.NewPerson{
		Email: form.Email, Name: form.Person.Name, Role: access.Role(form.Person.Role), Reach: form.Person.Sees.reach(reach.All()),
	}); err != nil {
		return p, link, err
	}
	n := noteOf(c)
	n.about("person", p.ID)
	n.detail = fmt.Sprintf("%s, %s, %s", p.Email, p.Role, reachWords(p.Reach))
	token, expires, err := s.accounts.Invite(ctx, p.ID, by.Name)
	if err != nil {
		return p, link, err
	}
	link = s.newInvitationSecret(c, "Invitation for "+p.ShownName(), token, expires)
	unknown, err := s.unknownText(ctx, p.Reach)
	if unknown != "" {
		link.Note += " Please check: " + unknown
	}
	return p, link, err
}

// A linkMaker makes the link with which somebody chooses a password.
type linkMaker func(ctx context.Context, person, by string) (token string, expires uptime.Instant, err error)

// passwordLink serves POST /people/:id/invite and /people/:id/reset. The link is shown this once.
func (s *Server) passwordLink(title string, newLink linkMaker) echo.HandlerFunc {
	return func(c echo.Context) error {
		p, err := s.personOf(c)
		if err != nil {
			return err
		}
		ctx := c.Request().Context()
		if err := notYourself(ctx, p, onOwnAccount); err != nil {
			return err
		}
		by, err := access.Of(ctx)
		if err != nil {
			return err
		}
		token, expires, err := newLink(ctx, p.ID, by.Name)
		var input access.InputError
		if errors.As(err, &input) {
			return notDone(upperFirst(input.Error()) + ".")
		}
		if err != nil {
			return err
		}
		if p, err = s.accounts.Person(ctx, p.ID); err != nil { // who is invited now
			return err
		}
		secret := s.newInvitationSecret(c, title+p.ShownName(), token, expires)
		return s.sendPerson(c, http.StatusOK, p, func(v *views.Person) { v.New = secret })
	}
}

// newInvitationSecret shows a link with which somebody chooses a password.
func (s *Server) newInvitationSecret(c echo.Context, title, token string, expires uptime.Instant) views.Secret {
	return views.Secret{
		Title: names.Visible(title), Label: "Link", Value: s.absoluteURL(c, "/invitation/"+token),
		Note: "Send it only to this person: whoever opens it first chooses the password. It works once, until " + expires.Time().Format(dayAndClock) + ".",
	}
}
