package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/names"
	"lightson/models/reach"
	"lightson/views"
)

const peoplePerPage = 50

func personURL(id string) string { return "/people/" + id }

// peopleQuery is the state of the list of people, as its URL carries it.
type peopleQuery struct {
	Q     string
	State string // one of peopleStates; empty for all
	Page  int
}

// peopleStates are the filters of the list, in their order.
var peopleStates = []struct {
	state, words string
	has          func(access.Person) bool
}{
	{"", "All", func(access.Person) bool { return true }},
	{"operators", "Operators", func(p access.Person) bool { return p.Role == access.Operator }},
	{"invited", "Invited", func(p access.Person) bool { return p.Invited }},
	{"disabled", "Disabled", access.Person.Disabled},
}

func parsePeopleQuery(c echo.Context) (q peopleQuery, err error) {
	err = echo.QueryParamsBinder(c).String("q", &q.Q).String("state", &q.State).Int("page", &q.Page).BindError()
	q.Q, q.Page = strings.TrimSpace(q.Q), max(q.Page, 1)
	for _, s := range peopleStates {
		if s.state == q.State {
			return q, err
		}
	}
	return q, badInput("state: expected operators, invited or disabled, found " + q.State)
}

func (q peopleQuery) values() url.Values {
	v := url.Values{}
	if q.Q != "" {
		v.Set("q", q.Q)
	}
	if q.State != "" {
		v.Set("state", q.State)
	}
	addPage(v, q.Page)
	return v
}

func (q peopleQuery) url() string { return withQuery("/people", q.values()) }

// listPeople serves GET /people.
func (s *Server) listPeople(c echo.Context) error {
	query, err := parsePeopleQuery(c)
	if err != nil {
		return err
	}
	page, list, err := s.peoplePage(c, query)
	if err != nil {
		return err
	}
	list.Invite = newInviteForm(inviteForm{})
	return renderEither(c, views.PeoplePage(page, list), views.PeopleTable(list))
}

// peoplePage is the list without the form for inviting.
func (s *Server) peoplePage(c echo.Context, query peopleQuery) (page views.Page, list views.People, err error) {
	if page, err = s.page(c, "People", views.NavPeople); err != nil {
		return page, list, err
	}
	people, _, err := s.accounts.People(c.Request().Context(), access.PeopleFilter{Text: query.Q})
	if err != nil {
		return page, list, err
	}
	list.Search = views.Search{Action: "/people", Query: query.Q}
	var chosen []access.Person
	for _, f := range peopleStates {
		found := slices.DeleteFunc(slices.Clone(people), func(p access.Person) bool { return !f.has(p) })
		if f.state == query.State {
			chosen = found
		}
		list.Filters = append(list.Filters, views.Filter{
			Text: f.words, Count: countText(len(found)), URL: peopleQuery{Q: query.Q, State: f.state}.url(), Active: f.state == query.State,
		})
	}
	if query.State != "" {
		list.Search.Keep = []views.Param{{Name: "state", Value: query.State}}
	}
	list.ClearURL = "/people"
	list.Pager, chosen = paginate(chosen, query.Page, peoplePerPage, "person", func(page int) string {
		query.Page = page
		return query.url()
	})
	list.Pager.Text = strings.Replace(list.Pager.Text, "persons", "people", 1)
	for _, p := range chosen {
		list.Rows = append(list.Rows, s.newPersonRow(p))
	}
	return page, list, nil
}

func (s *Server) newPersonRow(p access.Person) views.PersonRow {
	return views.PersonRow{
		Name: names.Visible(p.ShownName()), Email: p.Email, URL: personURL(p.ID), Role: upperFirst(string(p.Role)), Reach: reachWords(p.Reach),
		Factors: s.waysIn(p), SignedIn: optionalText(p.LastSignInAt, time.UTC, dayAndClock), State: personMark(p),
	}
}

func personMark(p access.Person) views.Mark {
	switch {
	case p.Disabled():
		return views.Mark{Tone: views.Look, Text: "Disabled"}
	case p.Invited:
		return views.Mark{Tone: views.Coming, Text: "Invited"}
	default:
		return views.Mark{Tone: views.Well, Text: "Active"}
	}
}

// waysIn are what a person signs in with: "password, app".
func (s *Server) waysIn(p access.Person) string {
	var ways []string
	switch p.Source {
	case access.OIDC:
		ways = append(ways, s.settings.SignIn.OIDC.Name)
	case access.Proxy:
		ways = append(ways, "the proxy")
	}
	if p.HasPassword {
		ways = append(ways, "password")
	}
	if f := factorsText(p); f != "" {
		ways = append(ways, f)
	}
	return strings.Join(slices.DeleteFunc(ways, func(way string) bool { return way == "" }), ", ")
}

// factorsText are the second steps of a person: "app, 2 passkeys".
func factorsText(p access.Person) string {
	var factors []string
	if p.HasTOTP {
		factors = append(factors, "app")
	}
	if p.Passkeys > 0 {
		factors = append(factors, plural(p.Passkeys, "passkey"))
	}
	return strings.Join(factors, ", ")
}

// inviteForm is what an operator sends to invite somebody.
type inviteForm struct {
	Email  string `form:"email"`
	Person personForm
}

// roleHints say what each role may do.
var roleHints = map[access.Role]string{
	access.Operator: "Runs the place: sees all stores, brings in files, invites people.",
	access.Owner:    "Sees and reports on their stores, shares reports, keeps their sales.",
	access.Viewer:   "Reads.",
}

func newRoleChoices(chosen access.Role) []views.Choice {
	list := make([]views.Choice, len(access.Roles))
	for n, role := range access.Roles {
		list[n] = views.Choice{Value: string(role), Text: upperFirst(string(role)), Hint: roleHints[role], Selected: role == chosen}
	}
	return list
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
	list.New, list.NewTo = secret, views.Link{Text: "The page of " + names.Visible(p.ShownName()), URL: personURL(p.ID)}
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
	link = s.newInvitationSecret(c, "The invitation of "+p.ShownName(), token, expires)
	unknown, err := s.unknownText(ctx, p.Reach)
	if unknown != "" {
		link.Note += " Please check: " + unknown
	}
	return p, link, err
}
