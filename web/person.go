package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/names"
	"lightson/models/reach"
	"lightson/models/uptime"
	"lightson/views"
)

// personForm is what an operator sends to say who somebody is. A role or a reach that is
// not sent stays as it is.
type personForm struct {
	Name string `form:"name"`
	Role string `form:"role"`
	Sees reachForm
}

// personNotices say what was just done.
var personNotices = map[string]string{
	"change":   "It is saved, and holds from now on.",
	"disable":  "The account is disabled.",
	"enable":   "The account is enabled again.",
	"factors":  "The second step is removed.",
	"sessions": "Signed out everywhere.",
	"key":      "The key is revoked.",
}

// personDone leads back to the page of a person, which says what was done.
func personDone(c echo.Context, p access.Person, what string) error {
	return c.Redirect(http.StatusSeeOther, personURL(p.ID)+"?done="+what)
}

// showPerson serves GET /people/:id?done=.
func (s *Server) showPerson(c echo.Context) error {
	p, err := s.personOf(c)
	if err != nil {
		return err
	}
	return s.sendPerson(c, http.StatusOK, p, func(v *views.Person) { v.Notice = personNotices[c.QueryParam("done")] })
}

// personOf is the person that an address names.
func (s *Server) personOf(c echo.Context) (p access.Person, err error) {
	id := c.Param("id")
	if err = checkID(id); err == nil {
		p, err = s.accounts.Person(c.Request().Context(), id)
	}
	if errors.Is(err, models.ErrNotFound) {
		return p, problem{http.StatusNotFound, "There is no such person", "Nobody here has the id " + id + ".", err}
	}
	noteOf(c).about("person", p.ID)
	return p, err
}

// sendPerson sends the page of a person with a change: what is shown once, or why a form
// was refused.
func (s *Server) sendPerson(c echo.Context, status int, p access.Person, change func(*views.Person)) error {
	ctx := c.Request().Context()
	page, err := s.page(c, names.Visible(p.ShownName()), views.NavPeople)
	if err != nil {
		return err
	}
	shown, err := s.newPerson(ctx, p)
	if err != nil {
		return err
	}
	change(&shown)
	return render(c, status, views.PersonPage(page, shown))
}

func (s *Server) newPerson(ctx context.Context, p access.Person) (views.Person, error) {
	who, err := access.Of(ctx)
	if err != nil {
		return views.Person{}, err
	}
	own := who.PersonID == p.ID
	v := views.Person{
		Name: names.Visible(p.ShownName()), Email: p.Email, You: own, State: personMark(p), Factors: upperFirst(factorsText(p)),
		Edit: views.PersonForm{Action: personURL(p.ID), Name: p.Name, Roles: newRoleChoices(p.Role), Reach: newReachForm(p.Reach).form("All stores")},
	}
	if p.Source == access.OIDC {
		v.Edit.Managed = cmp.Or(s.settings.SignIn.OIDC.Name, "The provider") + " decides on the role and the stores, at each sign-in."
	}
	if v.Last, err = s.keptRole(ctx, p, own); err != nil {
		return v, err
	}
	addActs(&v, p, own)
	if v.Facts, err = s.newPersonFacts(ctx, p); err != nil {
		return v, err
	}
	if v.Sessions, err = s.newSessionRows(ctx, p.ID, who.Session, ""); err != nil {
		return v, err
	}
	if len(v.Sessions) > 0 && !own {
		v.EndSessionsURL = personURL(p.ID) + "/sessions/end"
	}
	v.Keys, err = s.newKeyRows(ctx, p, personURL(p.ID)+"/keys/")
	return v, err
}

// addActs adds what can be done with an account. Nobody does it to themselves: for that is
// their own account's page, which asks for the password.
func addActs(v *views.Person, p access.Person, own bool) {
	url := personURL(p.ID)
	if own {
		return
	}
	if p.Disabled() {
		v.EnableURL = url + "/enable"
		return
	}
	if v.Last == "" {
		v.DisableURL = url + "/disable"
	}
	if p.NeedsFactor() {
		v.RemoveFactorsURL = url + "/factors/remove"
	}
	switch {
	case p.Source != access.Local:
	case p.HasPassword:
		v.ResetURL = url + "/reset"
	default:
		v.InviteURL = url + "/invite"
	}
}

// keptRole says why neither the role nor the account of a person can be taken away; empty
// where it can.
func (s *Server) keptRole(ctx context.Context, p access.Person, own bool) (string, error) {
	last, err := s.accounts.IsLastOperator(ctx, p)
	switch {
	case err != nil:
		return "", err
	case last:
		return upperFirst(access.ErrLastOperator.Error()) + ".", nil
	case own:
		return "This is you: another operator can change your role or disable your account.", nil
	default:
		return "", nil
	}
}

func (s *Server) newPersonFacts(ctx context.Context, p access.Person) ([]views.Fact, error) {
	signedIn := views.Fact{Name: "Last sign-in", At: optionalText(p.LastSignInAt, time.UTC, dayAndClock)}
	if !p.LastSignInAt.Known {
		signedIn.Value = "never"
	}
	facts := []views.Fact{
		{Name: "Role", Value: upperFirst(string(p.Role))},
		{Name: "Sees", Value: reachWords(p.Reach)},
		{Name: "Signs in with", Value: s.waysIn(p)},
		signedIn,
		{Name: "Account since", At: timeText(p.CreatedAt, time.UTC, dayAndClock)},
	}
	if p.DisabledAt.Known {
		facts = append(facts, views.Fact{Name: "Disabled since", At: optionalText(p.DisabledAt, time.UTC, dayAndClock)})
	}
	unknown, err := s.unknownText(ctx, p.Reach)
	if unknown != "" {
		facts = append(facts, views.Fact{Name: "Please check", Value: unknown})
	}
	return facts, err
}

// changePerson serves POST /people/:id.
func (s *Server) changePerson(c echo.Context) error {
	var form personForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	p, err := s.personOf(c)
	if err != nil {
		return err
	}
	changed, err := s.changeTo(c.Request().Context(), p, form)
	wrong, err := formRefusal(refusedAct(err))
	if err != nil {
		return err
	}
	if wrong.Text != "" {
		return s.sendPerson(c, http.StatusUnprocessableEntity, p, func(v *views.Person) {
			v.Edit.Name, v.Edit.Roles, v.Edit.Reach, v.Edit.Problem = form.Name, newRoleChoices(access.Role(form.Role)), form.Sees.form("All stores"), wrong
		})
	}
	noteOf(c).detail = personChangeText(p, changed)
	return personDone(c, p, "change")
}

// changeTo changes a person as far as the form says something.
func (s *Server) changeTo(ctx context.Context, p access.Person, form personForm) (access.Person, error) {
	wanted := access.Change{Name: &form.Name}
	role := access.Role(cmp.Or(form.Role, string(p.Role)))
	if role != p.Role {
		wanted.Role = &role
	}
	if sent := form.Sees.reach(reach.All()); form.Sees.Reach != "" && role != access.Operator && sent.String() != p.Reach.String() {
		wanted.Reach = &sent
	}
	if wanted.Role != nil || wanted.Reach != nil {
		if p.Source == access.OIDC {
			return p, notDone("The role and the stores of this person are decided where they sign in.")
		}
		if err := notYourself(ctx, p, "Another operator can change your role and your stores."); err != nil {
			return p, err
		}
	}
	return s.accounts.ChangePerson(ctx, p.ID, wanted)
}

// personChangeText says what became different about a person.
func personChangeText(from, to access.Person) string {
	var parts []string
	if from.Name != to.Name {
		parts = append(parts, fmt.Sprintf("name %q, was %q", to.Name, from.Name))
	}
	if from.Role != to.Role {
		parts = append(parts, fmt.Sprintf("role %s, was %s", to.Role, from.Role))
	}
	if from.Reach.String() != to.Reach.String() {
		parts = append(parts, fmt.Sprintf("sees %s, before %s", reachWords(to.Reach), reachWords(from.Reach)))
	}
	return cmp.Or(strings.Join(parts, "; "), "nothing new")
}

// notDone is the problem of something that cannot be done to a person.
func notDone(why string) problem { return problem{http.StatusConflict, "That was not done", why, nil} }

// refusedAct words what the accounts refuse to do.
func refusedAct(err error) error {
	if errors.Is(err, access.ErrLastOperator) {
		return notDone(upperFirst(access.ErrLastOperator.Error()) + ".")
	}
	return err
}

// notYourself refuses what nobody should do to themselves by mistake.
func notYourself(ctx context.Context, p access.Person, instead string) error {
	who, err := access.Of(ctx)
	if err == nil && who.PersonID == p.ID {
		err = notDone("This is your own account. " + instead)
	}
	return err
}

// onPerson serves a POST that does something to somebody else, and leads back to their page.
func (s *Server) onPerson(what, instead string, act func(context.Context, access.Person) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		p, err := s.personOf(c)
		if err != nil {
			return err
		}
		ctx := c.Request().Context()
		if err := notYourself(ctx, p, instead); err != nil {
			return err
		}
		if err := refusedAct(act(ctx, p)); err != nil {
			return err
		}
		return personDone(c, p, what)
	}
}

// disablePerson serves POST /people/:id/disable.
func (s *Server) disablePerson(ctx context.Context, p access.Person) error {
	_, err := s.accounts.DisablePerson(ctx, p.ID)
	return err
}

// enablePerson serves POST /people/:id/enable.
func (s *Server) enablePerson(ctx context.Context, p access.Person) error {
	_, err := s.accounts.EnablePerson(ctx, p.ID)
	return err
}

// removeFactors serves POST /people/:id/factors/remove.
func (s *Server) removeFactors(ctx context.Context, p access.Person) error {
	_, err := s.accounts.RemoveFactors(ctx, p.ID)
	return err
}

// endSessions serves POST /people/:id/sessions/end.
func (s *Server) endSessions(ctx context.Context, p access.Person) error {
	return s.accounts.EndSessions(ctx, p.ID)
}

// onOwnAccount is where people do to themselves what others must not do for them.
const onOwnAccount = "Your account page is for that: it asks for your password first."

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
		secret := s.newInvitationSecret(c, title+names.Visible(p.ShownName()), token, expires)
		return s.sendPerson(c, http.StatusOK, p, func(v *views.Person) { v.New = secret })
	}
}

// newInvitationSecret shows a link with which somebody chooses a password.
func (s *Server) newInvitationSecret(c echo.Context, title, token string, expires uptime.Instant) views.Secret {
	return views.Secret{
		Title: names.Visible(title), Label: "Link", Value: s.absoluteURL(c, "/invitation/"+token),
		Note: "Pass it on to nobody else: whoever opens it first chooses the password. It works once, until " + expires.Time().Format(dayAndClock) + ".",
	}
}

// revokeKeyOf serves POST /people/:id/keys/:key/revoke.
func (s *Server) revokeKeyOf(c echo.Context) error {
	p, err := s.personOf(c)
	if err != nil {
		return err
	}
	id, err := idParam(c, "key")
	noteOf(c).about("key", id)
	if err != nil {
		return err
	}
	key, err := s.accounts.RevokeKey(c.Request().Context(), p.ID, id)
	if err != nil {
		return err
	}
	noteOf(c).detail = fmt.Sprintf("%s (%s) of %s", key.Name, key.Prefix, p.ShownName())
	return personDone(c, p, "key")
}
