package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/names"
	"lightson/models/reach"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// inviteForm is what an operator sends to invite somebody.
type inviteForm struct {
	Email  string `form:"email"`
	Person personForm
}

// newInviteForm is the form with what was entered.
func newInviteForm(w spoken, entered inviteForm) views.InviteForm {
	is := entered.Person
	if is.Role == "" {
		is.Role, is.Sees.Reach = string(access.Owner), someStores
	}
	return views.InviteForm{Email: entered.Email, Name: is.Name, Roles: newRoleChoices(w, access.Role(is.Role)), Reach: is.Sees.form(w.Say("All stores"))}
}

// invitePerson serves POST /people. The link of the invitation is shown this once.
func (s *Server) invitePerson(c echo.Context) error {
	var form inviteForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	noteOf(c).about("person", form.Email)
	w := spokenOf(c.Request().Context())
	p, secret, err := s.invite(c, form)
	wrong, err := formRefusal(w, err)
	if err != nil {
		return err
	}
	page, list, err := s.peoplePage(c, peopleQuery{Page: 1})
	if err != nil {
		return err
	}
	if wrong.Text != "" {
		list.Invite = newInviteForm(w, form)
		list.Invite.Open, list.Invite.Problem = true, wrong
		return render(c, http.StatusUnprocessableEntity, views.PeoplePage(page, list))
	}
	list.Invite = newInviteForm(w, inviteForm{})
	list.New, list.NewTo = secret, views.Link{Text: w.Say("Go to {person}", "person", names.Visible(p.ShownName())), URL: personURL(p.ID)}
	return render(c, http.StatusOK, views.PeoplePage(page, list))
}

// invite makes the account, and the link with which its person chooses a password.
func (s *Server) invite(c echo.Context, form inviteForm) (p access.Person, link views.Secret, err error) {
	p, token, expires, err := s.addInvited(c, access.NewPerson{
		Email: form.Email, Name: form.Person.Name, Role: access.Role(form.Person.Role), Reach: form.Person.Sees.reach(reach.All()),
	})
	if err != nil {
		return p, link, err
	}
	ctx := c.Request().Context()
	w := spokenOf(ctx)
	link = s.newInvitationSecret(c, w.Say("Invitation for {person}", "person", p.ShownName()), token, expires)
	unknown, err := s.unknownText(ctx, p.Reach)
	if unknown != "" {
		link.Note += " " + w.Say("Please check: {problems}", "problems", unknown)
	}
	return p, link, err
}

// addInvited adds somebody with a link for choosing a password.
func (s *Server) addInvited(c echo.Context, wanted access.NewPerson) (p access.Person, token string, expires uptime.Instant, err error) {
	ctx := c.Request().Context()
	by, err := access.Of(ctx)
	if err != nil {
		return p, "", 0, err
	}
	if p, err = s.accounts.AddPerson(ctx, wanted); err != nil {
		return p, "", 0, err
	}
	n := noteOf(c)
	n.about("person", p.ID)
	n.detail = fmt.Sprintf("%s, %s, %s", p.Email, p.Role, inEnglish.reach(p.Reach))
	token, expires, err = s.accounts.Invite(ctx, p.ID, by.Name)
	return p, token, expires, err
}

// A linkMaker makes the link with which somebody chooses a password.
type linkMaker func(ctx context.Context, person, by string) (token string, expires uptime.Instant, err error)

// passwordLinkOf makes a link for the person in the address. They are given as they are then.
func (s *Server) passwordLinkOf(c echo.Context, newLink linkMaker) (p access.Person, token string, expires uptime.Instant, err error) {
	if p, err = s.personOf(c); err != nil {
		return p, "", 0, err
	}
	ctx := c.Request().Context()
	if err := notYourself(ctx, p, onOwnAccount); err != nil {
		return p, "", 0, err
	}
	by, err := access.Of(ctx)
	if err != nil {
		return p, "", 0, err
	}
	token, expires, err = newLink(ctx, p.ID, by.Name)
	var input access.InputError
	if errors.As(err, &input) {
		err = notDone(words.Said(inputRefusal(spokenOf(ctx), input).Text))
	}
	if err != nil {
		return p, "", 0, err
	}
	p, err = s.accounts.Person(ctx, p.ID)
	return p, token, expires, err
}

// passwordLink serves POST /people/:id/invite and /people/:id/reset. The link is shown this once.
func (s *Server) passwordLink(title words.Text, newLink linkMaker) echo.HandlerFunc {
	return func(c echo.Context) error {
		p, token, expires, err := s.passwordLinkOf(c, newLink)
		if err != nil {
			return err
		}
		secret := s.newInvitationSecret(c, spokenOf(c.Request().Context()).Say(title, "person", p.ShownName()), token, expires)
		return s.sendPerson(c, http.StatusOK, p, func(v *views.Person) { v.New = secret })
	}
}

// newInvitationSecret shows a link with which somebody chooses a password.
func (s *Server) newInvitationSecret(c echo.Context, title, token string, expires uptime.Instant) views.Secret {
	w := spokenOf(c.Request().Context())
	return views.Secret{
		Title: names.Visible(title), Label: w.Say("Link"), Value: s.absoluteURL(c, "/invitation/"+token),
		Note: w.Say("Send it only to this person: anyone who opens it first chooses the password. It works once, until {time}.",
			"time", w.time(expires, time.UTC, dayAndClock).Text),
	}
}
