package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestPagesAreInTheLanguageOfWhoReadsThem(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		read := func(headers ...func(*http.Request)) (lang, stores string) {
			t.Helper()
			page := s.ask(http.MethodGet, "/stores", headers...).page(t)
			return page.Find("html").AttrOr("lang", ""), text(page.Find("nav.nav a[href='/stores']"))
		}
		check := func(why, wantLang, wantStores string, headers ...func(*http.Request)) {
			t.Helper()
			for range 2 { // the second is kept
				if lang, stores := read(headers...); lang != wantLang || stores != wantStores {
					t.Errorf("%s: %q in %s, want %q in %s", why, stores, lang, wantStores, wantLang)
				}
			}
		}
		check("nothing is said", "en", "Stores")
		check("the browser wants German", "de", "Filialen", header("Accept-Language", "de-CH, en;q=0.3"))
		check("the browser wants what nobody speaks here", "en", "Stores", header("Accept-Language", "fi"))
		check("Spanish was chosen", "es", "Locales", header("Accept-Language", "de"), header("Cookie", "lightson-language=es"))
		check("what was chosen is not spoken", "de", "Filialen", header("Accept-Language", "de"), header("Cookie", "lightson-language=%3Cscript%3E"))

		german := s.ask(http.MethodGet, "/stores", header("Accept-Language", "de"))
		again := s.ask(http.MethodGet, "/stores", header("Accept-Language", "en"), header("If-None-Match", german.Header.Get("ETag")))
		if german.Header.Get("ETag") == "" || again.StatusCode != http.StatusOK {
			t.Errorf("a browser that has the German page is told %d of the English one", again.StatusCode)
		}
		if vary := strings.Join(german.Header.Values("Vary"), ","); !strings.Contains(vary, "Accept-Language") {
			t.Errorf("the page varies by %q", vary)
		}
		refused := s.ask(http.MethodGet, "/stores?q=%zz", header("Accept-Language", "de")).page(t)
		if got := refused.Find("html").AttrOr("lang", ""); got != "de" {
			t.Errorf("what is refused before there is a route is in %q", got)
		}
		if a := s.ask(http.MethodGet, "/api/v1/stores", header("Accept-Language", "de")); !strings.Contains(a.body, `"stores"`) || strings.Contains(a.body, "Filiale") {
			t.Errorf("a script reads %s", a.body)
		}
		for _, kind := range []string{"*/*", "application/json", "text/csv"} {
			in := func(language string) string {
				return s.ask(http.MethodPost, "/trigger_report", header("Accept", kind), header("Accept-Language", language), body("text/csv", "x")).body +
					s.ask(http.MethodGet, "/get_report?report_id=nowhere", header("Accept", kind), header("Accept-Language", language)).body
			}
			if english, german := in("en"), in("de"); english != german || !strings.Contains(english, "error") {
				t.Errorf("a script that takes %s reads %s, want %s", kind, german, english)
			}
		}
	})
}

func TestALanguageIsChosenWhereOneIs(t *testing.T) {
	s := onSQLite(t)
	const host = "example.com"
	for _, test := range []struct{ referer, want string }{
		{"", "/"},
		{"http://" + host + "/stores?q=a%26b&page=2", "/stores?q=a%26b&page=2"},
		{"http://" + host + "/stores/a%2Fb", "/stores/a%2Fb"},
		{"http://" + host + "//elsewhere.example/", "/"},
		{"https://elsewhere.example/stores", "/"},
		{"http://" + host, "/"},
	} {
		a := s.ask(http.MethodPost, "/language", form("language", "de"), header("Referer", test.referer))
		if got := a.Header.Get("Location"); a.StatusCode != http.StatusSeeOther || got != test.want {
			t.Errorf("from %q: %d to %q, want %q", test.referer, a.StatusCode, got, test.want)
		}
		if cookie := a.Header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "lightson-language=de; Path=/;") {
			t.Errorf("the cookie is %q", cookie)
		}
	}
	if a := s.ask(http.MethodPost, "/language", form("language", "tlh")); a.StatusCode != http.StatusBadRequest || a.Header.Get("Set-Cookie") != "" {
		t.Errorf("a language that is not spoken: %d, %q", a.StatusCode, a.Header.Get("Set-Cookie"))
	}
}
