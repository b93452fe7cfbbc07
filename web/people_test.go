package web_test

import (
	"fmt"
	"net/http"
	"testing"

	"lightson/models/access"
	"lightson/models/reach"
)

// An account is a person of a site who is signed in.
type account struct {
	access.Person
	token string // of the session
}

// person makes an account and signs its person in. On a site without accounts the first
// one, which turns sign-in on, is that of another operator. There is no password: see
// withPassword.
func (s *site) person(role access.Role, r reach.Reach) account {
	s.t.Helper()
	if some, err := s.server.Accounts().HasAccounts(s.t.Context()); err != nil {
		s.t.Fatal(err)
	} else if !some {
		s.addPerson(access.NewPerson{Name: "Somebody Else", Role: access.Operator})
	}
	return s.signedIn(s.addPerson(access.NewPerson{Role: role, Reach: r}))
}

// password is that of everybody who has one.
const password = "correct horse battery"

// withPassword makes an account with a password, whose person is not signed in.
func (s *site) withPassword(role access.Role, r reach.Reach) access.Person {
	s.t.Helper()
	return s.addPerson(access.NewPerson{Role: role, Reach: r, Password: password})
}

// addPerson makes an account. Without an e-mail or a name it has some.
func (s *site) addPerson(n access.NewPerson) access.Person {
	s.t.Helper()
	_, count, err := s.server.Accounts().People(s.t.Context(), access.PeopleFilter{})
	if err != nil {
		s.t.Fatal(err)
	}
	if n.Email == "" {
		n.Email = fmt.Sprintf("%s.%d@example.com", n.Role, count+1)
	}
	if n.Name == "" {
		n.Name = fmt.Sprintf("The %s %d", n.Role, count+1)
	}
	p, err := s.server.Accounts().AddPerson(s.t.Context(), n)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// signedIn signs somebody in who has no factor.
func (s *site) signedIn(p access.Person) account {
	s.t.Helper()
	token, err := s.server.BeginSession(s.t.Context(), p.ID, access.ByPassword)
	if err != nil {
		s.t.Fatal(err)
	}
	return account{p, token}
}

// as has a request come from the browser of somebody who is signed in.
func (s *site) as(a account) func(*http.Request) {
	return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "lightson", Value: a.token}) }
}

// key makes an API key and returns its secret.
func (s *site) key(a account, scope access.Scope, r reach.Reach) string {
	s.t.Helper()
	secret, _, err := s.server.Accounts().MakeKey(s.t.Context(), a.ID, access.NewKey{Name: string(scope), Scope: scope, Reach: r})
	if err != nil {
		s.t.Fatal(err)
	}
	return secret
}

// withKey has a request come from a program with a key.
func withKey(secret string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Set("Authorization", "Bearer "+secret)
		r.Header.Set("Accept", "*/*")
	}
}

// A visitor is a browser without a window: it keeps cookies.
type visitor struct {
	site    *site
	cookies map[string]string
	also    []func(*http.Request) // changes of every request
}

func (s *site) visitor(also ...func(*http.Request)) *visitor {
	return &visitor{s, map[string]string{}, also}
}

func (v *visitor) ask(method, target string, changes ...func(*http.Request)) answer {
	v.site.t.Helper()
	all := append(append([]func(*http.Request){}, v.also...), changes...)
	a := v.site.ask(method, target, append(all, func(r *http.Request) {
		for name, value := range v.cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
	})...)
	for _, c := range a.Cookies() {
		if v.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		}
	}
	return a
}

func (v *visitor) get(target string, changes ...func(*http.Request)) answer {
	v.site.t.Helper()
	return v.ask(http.MethodGet, target, changes...)
}

// post sends a form of names and values.
func (v *visitor) post(target string, pairs ...string) answer {
	v.site.t.Helper()
	return v.ask(http.MethodPost, target, form(pairs...))
}

// signIn sends the form for signing in.
func (v *visitor) signIn(email, password string) answer {
	v.site.t.Helper()
	return v.post("/sign-in", "email", email, "password", password)
}

// isSignedIn reports whether the visitor sees the overview.
func (v *visitor) isSignedIn() bool {
	v.site.t.Helper()
	return v.get("/").StatusCode == http.StatusOK
}

// leadsTo checks that an answer sends the browser to another page.
func (a answer) leadsTo(t *testing.T, target string) {
	t.Helper()
	if to := a.Header.Get("Location"); a.StatusCode != http.StatusSeeOther || to != target {
		t.Errorf("status %d to %q, want 303 to %q: %q", a.StatusCode, to, target, text(a.page(t).Find("main")))
	}
}

// auditRecords are all records of the audit log as text, the newest first.
func (s *site) auditRecords() (list []string) {
	s.t.Helper()
	if err := s.server.Audit().Flush(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	records, _, err := s.server.Audit().Page(s.t.Context(), access.AuditFilter{}, access.AuditPage{Limit: 100})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, r := range records {
		list = append(list, fmt.Sprintf("%+v", r))
	}
	return list
}
