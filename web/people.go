package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/names"
	"lightson/models/words"
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
	state string
	words words.Text
	has   func(access.Person) bool
}{
	{"", "All|people", func(access.Person) bool { return true }},
	{"operators", "Operators", func(p access.Person) bool { return p.Role == access.Operator }},
	{"invited", "Invited|people", func(p access.Person) bool { return p.Invited }},
	{"disabled", "Disabled|people", access.Person.Disabled},
}

func parsePeopleQuery(c echo.Context) (q peopleQuery, err error) {
	err = echo.QueryParamsBinder(c).String("q", &q.Q).String("state", &q.State).Int("page", &q.Page).BindError()
	q.Q, q.Page = strings.TrimSpace(q.Q), max(q.Page, 1)
	for _, s := range peopleStates {
		if s.state == q.State {
			return q, err
		}
	}
	return q, badInput(words.Later("state: choose operators, invited or disabled, not {found}", "found", q.State))
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
	list.Invite = newInviteForm(spokenOf(c.Request().Context()), inviteForm{})
	return renderEither(c, views.PeoplePage(page, list), views.PeopleTable(list))
}

// peoplePage is the list without the form for inviting.
func (s *Server) peoplePage(c echo.Context, query peopleQuery) (page views.Page, list views.People, err error) {
	w := spokenOf(c.Request().Context())
	if page, err = s.page(c, w.Say("People"), views.NavPeople); err != nil {
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
			Text: w.Say(f.words), Count: w.Number(int64(len(found))), URL: peopleQuery{Q: query.Q, State: f.state}.url(), Active: f.state == query.State,
		})
	}
	if query.State != "" {
		list.Search.Keep = []views.Param{{Name: "state", Value: query.State}}
	}
	list.ClearURL = "/people"
	list.Pager, chosen = paginate(w, chosen, query.Page, peoplePerPage, words.Plural{One: "{first}–{last} of {n} person", Other: "{first}–{last} of {n} people"}, func(page int) string {
		query.Page = page
		return query.url()
	})
	for _, p := range chosen {
		list.Rows = append(list.Rows, s.newPersonRow(w, p))
	}
	return page, list, nil
}

func (s *Server) newPersonRow(w spoken, p access.Person) views.PersonRow {
	return views.PersonRow{
		Name: names.Visible(p.ShownName()), Email: p.Email, URL: personURL(p.ID), Role: w.Say(roleNames[p.Role]), Reach: w.reach(p.Reach),
		Factors: s.waysIn(w, p), SignedIn: w.optionalTime(p.LastSignInAt, time.UTC, dayAndClock), State: personMark(w, p),
	}
}

func personMark(w spoken, p access.Person) views.Mark {
	switch {
	case p.Disabled():
		return views.Mark{Tone: views.Look, Text: w.Say("Disabled|an account")}
	case p.Invited:
		return views.Mark{Tone: views.Coming, Text: w.Say("Invited|a person")}
	default:
		return views.Mark{Tone: views.Well, Text: w.Say("Active|an account")}
	}
}

// waysIn are what a person signs in with: "password, app".
func (s *Server) waysIn(w spoken, p access.Person) string {
	var ways []string
	switch p.Source {
	case access.OIDC:
		ways = append(ways, s.settings.SignIn.OIDC.Name)
	case access.Proxy:
		ways = append(ways, w.Say("the proxy"))
	}
	if p.HasPassword {
		ways = append(ways, w.Say("password"))
	}
	if f := factorsText(w, p); f != "" {
		ways = append(ways, f)
	}
	return strings.Join(slices.DeleteFunc(ways, func(way string) bool { return way == "" }), ", ")
}

// factorsText are the second steps of a person: "app, 2 passkeys".
func factorsText(w spoken, p access.Person) string {
	var factors []string
	if p.HasTOTP {
		factors = append(factors, w.Say("app|that shows codes"))
	}
	if p.Passkeys > 0 {
		factors = append(factors, w.Count(int64(p.Passkeys), words.Plural{One: "{n} passkey", Other: "{n} passkeys"}))
	}
	return strings.Join(factors, ", ")
}
