package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/names"
	"lightson/views"
)

// personNotices say what was just done.
var personNotices = map[string]string{
	"change":   "Saved.",
	"disable":  "Account disabled.",
	"enable":   "Account enabled.",
	"factors":  "Second step removed.",
	"sessions": "They are signed out everywhere.",
	"key":      "Key revoked.",
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
		return p, problem{http.StatusNotFound, "Person not found", "No one here has the id " + id + ".", err}
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
		v.Edit.Managed = cmp.Or(s.settings.SignIn.OIDC.Name, "The provider") + " decides the role and the stores each time they sign in."
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
