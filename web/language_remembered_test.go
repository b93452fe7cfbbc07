package web_test

import (
	"net/http"
	"strings"
	"testing"

	"lightson/models/access"
	"lightson/models/reach"
)

// language is what is remembered of a person.
func (s *site) language(person string) string {
	s.t.Helper()
	p, err := s.server.Accounts().Person(s.t.Context(), person)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(p.Language)
}

// speaks is the language of a page.
func (v *visitor) speaks(target string, also ...func(*http.Request)) string {
	v.site.t.Helper()
	return v.get(target, also...).page(v.site.t).Find("html").AttrOr("lang", "")
}

func TestTheLanguageOfAPersonIsRememberedForOtherBrowsers(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.withPassword(access.Operator, reach.All())
		check := func(why string, v *visitor, want, remembered string) {
			t.Helper()
			for range 2 { // the second page is kept
				if got := v.speaks("/stores"); got != want {
					t.Errorf("%s: pages are in %q, want %q", why, got, want)
				}
			}
			if got := s.language(p.ID); got != remembered {
				t.Errorf("%s: %q is remembered, want %q", why, got, remembered)
			}
		}
		silent := s.visitor()
		silent.signIn(p.Email, password).leadsTo(t, "/")
		check("the browser says nothing", silent, "en", "")

		german := s.visitor(header("Accept-Language", "de-CH, en;q=0.3"))
		german.signIn(p.Email, password).leadsTo(t, "/")
		check("a German browser", german, "de", "de")
		check("the first one now", silent, "de", "de")

		spanish := s.visitor(header("Accept-Language", "es"))
		if got := spanish.speaks("/sign-in"); got != "es" {
			t.Errorf("the page of a stranger is in %q", got)
		}
		spanish.signIn(p.Email, password).leadsTo(t, "/")
		check("a Spanish browser", spanish, "de", "de")

		spanish.post("/language", "language", "es")
		check("Spanish was chosen in it", spanish, "es", "es")
		check("and is remembered in another", silent, "es", "es")
		german.cookies["lightson-language"] = "de"
		check("where another was chosen", german, "de", "es")
		if a := german.get("/api/v1/stores"); strings.Contains(a.body, "Filiale") || !strings.Contains(a.body, `"stores"`) {
			t.Errorf("a script reads %.200s", a.body)
		}
	})
}

func TestALanguageThatAStrangerChoseIsRememberedWhenTheySignIn(t *testing.T) {
	s := onSQLite(t)
	p := s.withPassword(access.Operator, reach.All())
	v := s.visitor(header("Accept-Language", "de"))
	v.post("/language", "language", "es")
	if got := s.language(p.ID); got != "" {
		t.Errorf("a stranger chose %q for somebody", got)
	}
	v.signIn(p.Email, password).leadsTo(t, "/")
	if got := s.language(p.ID); got != "es" {
		t.Errorf("%q is remembered", got)
	}
}

func TestAnInvitationIsInTheLanguageOfWhoIsInvited(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p, link := s.invite()
		v := s.visitor(header("Accept-Language", "de"))
		if got := v.speaks(link); got != "de" {
			t.Errorf("of somebody new the page is in %q", got)
		}
		v.post(link, "password", "short").refused(t, "Verwenden Sie mindestens 12 Zeichen")
		v.post(link, "password", password).leadsTo(t, "/")
		if got := s.language(p.ID); got != "de" {
			t.Errorf("%q is remembered of whoever accepted", got)
		}
		borrowed := s.visitor(header("Accept-Language", "es"))
		reset := s.reset(p)
		if got := borrowed.speaks(reset); got != "de" {
			t.Errorf("the page of a reset is in %q", got)
		}
		borrowed.post(reset, "password", "short").refused(t, "Verwenden Sie mindestens 12 Zeichen")
		borrowed.post("/language", "language", "es")
		if got := borrowed.speaks(reset); got != "es" {
			t.Errorf("where Spanish was chosen, it is in %q", got)
		}
	})
}

func TestAnOperatorReadsTheLinkOfAnInvitationInTheirLanguage(t *testing.T) {
	s := onSQLite(t)
	operator := s.person(access.Operator, reach.All())
	if err := s.server.Accounts().ChooseLanguage(t.Context(), operator.ID, "de"); err != nil {
		t.Fatal(err)
	}
	page := s.ask(http.MethodPost, "/people", s.as(operator), form("email", "ana@example.com", "name", "Ana", "role", "viewer", "reach", "all")).page(t)
	if said := text(page.Find("main")); !strings.Contains(said, "Einladung für Ana") {
		t.Errorf("it says %.500s", said)
	}
}

func TestTheLanguageOfWhomAProxySignsInIsLearntOnce(t *testing.T) {
	s := onSQLite(t).named(proxies, "X-Forwarded-User")
	s.withKeys("ann@example.com", 0)
	ann, err := s.server.Accounts().PersonByEmail(t.Context(), "ann@example.com")
	if err != nil {
		t.Fatal(err)
	}
	as := func(language string) *visitor {
		return s.visitor(from("127.0.0.1:9"), headers("X-Forwarded-User: ann@example.com", "Accept-Language: "+language))
	}
	s.visitor(from("127.0.0.1:9"), headers("X-Forwarded-User: ann@example.com")).get("/stores")
	if got := s.language(ann.ID); got != "" {
		t.Errorf("%q is learnt of a browser that says nothing", got)
	}
	for range 2 {
		if got := as("de").speaks("/stores"); got != "de" || s.language(ann.ID) != "de" {
			t.Errorf("the page is in %q, and %q is remembered", got, s.language(ann.ID))
		}
	}
	if got := as("es").speaks("/stores"); got != "de" || s.language(ann.ID) != "de" {
		t.Errorf("the page is in %q, and %q is remembered", got, s.language(ann.ID))
	}
}
