package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/names"
	"lightson/models/words"
	"lightson/views"
)

// personNotices say what was just done.
var personNotices = map[string]words.Text{
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
	return s.sendPerson(c, http.StatusOK, p, func(v *views.Person) {
		v.Notice = spokenOf(c.Request().Context()).Say(personNotices[c.QueryParam("done")])
	})
}

// personOf is the person that an address names.
func (s *Server) personOf(c echo.Context) (p access.Person, err error) {
	id := c.Param("id")
	if err = checkID(id); err == nil {
		p, err = s.accounts.Person(c.Request().Context(), id)
	}
	if errors.Is(err, models.ErrNotFound) {
		return p, problem{http.StatusNotFound, words.Later("Person not found"), words.Later("No one here has the id {id}.", "id", id), err}
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
	w, own := spokenOf(ctx), who.PersonID == p.ID
	v := views.Person{
		Name: names.Visible(p.ShownName()), Email: p.Email, You: own, State: personMark(w, p), Factors: upperFirst(factorsText(w, p)),
		Edit: views.PersonForm{Action: personURL(p.ID), Name: p.Name, Roles: newRoleChoices(w, p.Role), Reach: newReachForm(p.Reach).form(w.Say("All stores"))},
	}
	if p.Source == access.OIDC {
		v.Edit.Managed = w.Say("The provider decides the role and the stores each time they sign in.")
		if name := s.settings.SignIn.OIDC.Name; name != "" {
			v.Edit.Managed = w.Say("{provider} decides the role and the stores each time they sign in.", "provider", name)
		}
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
	w := spokenOf(ctx)
	signedIn := views.Fact{Name: w.Say("Last sign-in"), At: w.optionalTime(p.LastSignInAt, time.UTC, dayAndClock)}
	if !p.LastSignInAt.Known {
		signedIn.Value = w.Say("never")
	}
	facts := []views.Fact{
		{Name: w.Say("Role"), Value: w.Say(roleNames[p.Role])},
		{Name: w.Say("Sees"), Value: w.reach(p.Reach)},
		{Name: w.Say("Signs in with"), Value: s.waysIn(w, p)},
		signedIn,
		{Name: w.Say("Account since"), At: w.time(p.CreatedAt, time.UTC, dayAndClock)},
	}
	if p.DisabledAt.Known {
		facts = append(facts, views.Fact{Name: w.Say("Disabled since"), At: w.optionalTime(p.DisabledAt, time.UTC, dayAndClock)})
	}
	unknown, err := s.unknownText(ctx, p.Reach)
	if unknown != "" {
		facts = append(facts, views.Fact{Name: w.Say("Please check"), Value: unknown})
	}
	return facts, err
}
