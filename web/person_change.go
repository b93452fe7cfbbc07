package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/reach"
	"lightson/models/words"
	"lightson/views"
)

// personForm is what an operator sends to say who somebody is. A role or a reach that is
// not sent stays as it is.
type personForm struct {
	Name string `form:"name"`
	Role string `form:"role"`
	Sees reachForm
}

// roleNames are what roles are called.
var roleNames = map[access.Role]words.Text{access.Operator: "Operator", access.Owner: "Owner", access.Viewer: "Viewer"}

// roleHints say what each role may do.
var roleHints = map[access.Role]words.Text{
	access.Operator: "Runs Lights On: sees all stores, imports files and invites people.",
	access.Owner:    "Sees their stores, generates and shares reports, and enters sales, special days, corrections and targets.",
	access.Viewer:   "Sees their stores, and cannot change anything.",
}

func newRoleChoices(w spoken, chosen access.Role) []views.Choice {
	list := make([]views.Choice, len(access.Roles))
	for n, role := range access.Roles {
		list[n] = views.Choice{Value: string(role), Text: w.Say(roleNames[role]), Hint: w.Say(roleHints[role]), Selected: role == chosen}
	}
	return list
}

// keptRole says why neither the role nor the account of a person can be taken away; empty
// where it can.
func (s *Server) keptRole(ctx context.Context, p access.Person, own bool) (string, error) {
	w := spokenOf(ctx)
	last, err := s.accounts.IsLastOperator(ctx, p)
	switch {
	case err != nil:
		return "", err
	case last:
		return w.Say(sentenceOf(access.ErrLastOperator)), nil
	case own:
		return w.Say("This is you. Another operator can change your role or disable your account."), nil
	default:
		return "", nil
	}
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
	w := spokenOf(c.Request().Context())
	changed, err := s.changeTo(c.Request().Context(), p, form)
	wrong, err := formRefusal(w, refusedAct(err))
	if err != nil {
		return err
	}
	if wrong.Text != "" {
		return s.sendPerson(c, http.StatusUnprocessableEntity, p, func(v *views.Person) {
			v.Edit.Name, v.Edit.Roles, v.Edit.Reach, v.Edit.Problem = form.Name, newRoleChoices(w, access.Role(form.Role)), form.Sees.form(w.Say("All stores")), wrong
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
	return s.changeAs(ctx, p, wanted)
}

// changeAs changes a person, where that may be.
func (s *Server) changeAs(ctx context.Context, p access.Person, wanted access.Change) (access.Person, error) {
	if wanted.Role != nil || wanted.Reach != nil {
		if p.Source == access.OIDC {
			return p, notDone(words.Later("The service that this person signs in with decides their role and their stores."))
		}
		if err := notYourself(ctx, p, "Another operator can change your role and your stores."); err != nil {
			return p, err
		}
	}
	return s.accounts.ChangePerson(ctx, p.ID, wanted)
}

const noChange auditText = "no change"

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
		parts = append(parts, fmt.Sprintf("sees %s, before %s", inEnglish.reach(to.Reach), inEnglish.reach(from.Reach)))
	}
	return cmp.Or(strings.Join(parts, "; "), string(noChange))
}
