package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lightson/models/access"
	"lightson/models/reach"
	"lightson/web"
)

// What is kept where somebody signs in is not offered here.
func TestPeopleOfAProviderOrAProxyHaveNoPasswordHere(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.person(access.Operator, reach.All())
		proxies, err := web.ParseProxies("192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		s.server.Trust(proxies, "X-Forwarded-User")
		s.handler = s.server.Handler()
		rights := access.Rights{Role: access.Viewer, Reach: reach.All()}
		of, err := s.server.Accounts().FromOIDC(t.Context(), access.Claims{Issuer: "https://id.example", Subject: "1", Email: "oidc@example.com", EmailVerified: true, Name: "Olga", Rights: rights})
		if err != nil {
			t.Fatal(err)
		}
		token, err := s.server.BeginSession(t.Context(), of.ID, access.ByOIDC)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.server.Accounts().FromProxy(t.Context(), "proxy@example.com", rights); err != nil {
			t.Fatal(err)
		}
		for what, as := range map[string]func(*http.Request){"a provider": s.as(account{of, token}), "a proxy": header("X-Forwarded-User", "proxy@example.com")} {
			v := s.visitor(as)
			page := v.account()
			for _, part := range []string{"form[action='/account/password']", "#factors", "[data-passkey]", "[name=current_password]"} {
				if page.Find(part).Length() > 0 {
					t.Errorf("%s: the page has %s", what, part)
				}
			}
			if said := text(page.Find("main .hint")); !strings.Contains(said, "sign") || page.Find("#key-form").Length() != 1 || page.Find("#sessions").Length() != 1 {
				t.Errorf("%s: the page says %q", what, text(page.Find("main")))
			}
			for _, target := range []string{"/account/password", "/account/totp", "/account/recovery-codes", "/account/totp/remove", "/account/passkeys/x/remove", "/account/passkeys/begin"} {
				if a := v.post(target, "password", "staple battery horse"); a.StatusCode != http.StatusForbidden {
					t.Errorf("%s: %s: status %d", what, target, a.StatusCode)
				}
			}
			if a := v.post("/account/keys", "name", "k", "scope", "read", "reach", "all"); a.StatusCode != http.StatusOK || a.page(t).Find("#new-key").Length() != 1 {
				t.Errorf("%s: a key: status %d, %s", what, a.StatusCode, problems(a.page(t)))
			}
		}
		if a := s.visitor(s.as(account{of, token})).post("/account/name", "name", "Another"); a.StatusCode != http.StatusForbidden {
			t.Errorf("a name that the provider gives: status %d", a.StatusCode)
		}
		// Of a session without a password, the last ten minutes count.
		s.server.SetClock(func() time.Time { return now.Add(11 * time.Minute) })
		s.visitor(s.as(account{of, token})).post("/account/keys", "name", "k", "scope", "read", "reach", "all").refused(t, "sign in again")
	})
}

// begins asks for the options of a sign-in by passkey.
func (v *visitor) begins(target string, changes ...func(*http.Request)) answer {
	v.site.t.Helper()
	return v.ask(http.MethodPost, target, append(changes, body("application/json", `{"next":"/stores"}`), header("Accept", "application/json"))...)
}

func TestAPasskeyIsForTheAddressThatBrowsersSee(t *testing.T) {
	s := onSQLite(t)
	s.person(access.Operator, reach.All())
	public, err := web.ParsePublicURL("https://lights.example.com:8443")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		public *url.URL
		change func(*http.Request)
		id     string // empty: there are no passkeys
	}{
		{"localhost", nil, func(r *http.Request) { r.Host = "localhost:8080" }, "localhost"},
		{"plain http", nil, func(r *http.Request) { r.Host = "example.com" }, ""},
		{"an address", nil, func(r *http.Request) { r.Host = "127.0.0.1:8080" }, ""},
		{"a public address", public, func(r *http.Request) { r.Host = "backend:8080" }, "lights.example.com"},
	} {
		s.server.Reach(web.Hosts{}, tt.public)
		s.handler = s.server.Handler()
		v := s.visitor(tt.change)
		a := v.begins("/sign-in/passkey/begin")
		offered := v.get("/sign-in").page(t).Find("[data-passkey]").Length() > 0
		if offered != (tt.id != "") {
			t.Errorf("%s: passkeys are offered: %v", tt.name, offered)
		}
		if tt.id == "" {
			if a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, "https:// address") {
				t.Errorf("%s: status %d, %s", tt.name, a.StatusCode, a.body)
			}
			continue
		}
		options := decode[struct {
			PublicKey struct {
				Challenge, RPID, UserVerification string
				AllowCredentials                  []any
			}
		}](t, a).PublicKey
		if options.RPID != tt.id || options.UserVerification != "required" || len(options.Challenge) < 40 || len(options.AllowCredentials) > 0 {
			t.Errorf("%s: %+v", tt.name, options)
		}
	}
}

func TestAPasskeyCeremonyEndsOnceAndAsWhatItBegan(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		clock := s.clock()
		atHome := func(r *http.Request) { r.Host = "localhost" }
		s.person(access.Operator, reach.All())
		p := s.withPassword(access.Owner, reach.All())
		other := s.withPassword(access.Owner, reach.All())
		finish := func(v *visitor) string {
			t.Helper()
			a := v.ask(http.MethodPost, "/sign-in/passkey/finish", body("application/json", `{"id":"AQ","rawId":"AQ","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AQ","signature":"AQ","userHandle":"AQ"}}`), header("Accept", "application/json"))
			if a.StatusCode != http.StatusUnprocessableEntity || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") || v.isSignedIn() {
				t.Errorf("status %d, %s", a.StatusCode, a.body)
			}
			return a.body
		}
		v := s.visitor(atHome)
		want := finish(v) // never begun
		first := decode[map[string]map[string]any](t, v.begins("/sign-in/passkey/begin"))["publicKey"]["challenge"]
		second := decode[map[string]map[string]any](t, v.begins("/sign-in/passkey/begin"))["publicKey"]["challenge"]
		if first == second || first == nil {
			t.Errorf("the challenges are %v and %v", first, second)
		}
		for _, what := range []string{"an invented passkey", "the same again"} {
			if got := finish(v); got != want {
				t.Errorf("%s: %s", what, got)
			}
		}

		// One for signing in makes no passkey, and one for a passkey signs nobody in.
		v.signIn(p.Email, password).leadsTo(t, "/")
		v.begins("/sign-in/passkey/begin")
		v.post("/account/passkeys/finish", "credential", "{}").refused(t, "took too long")
		for _, tt := range []struct {
			after time.Duration
			words string
		}{{5 * time.Minute, "could not be checked"}, {5*time.Minute + time.Second, "took too long"}} {
			if a := v.ask(http.MethodPost, "/account/passkeys/begin", body("application/json", `{"current_password":"`+password+`"}`)); a.StatusCode != http.StatusOK {
				t.Errorf("begin: status %d, %s", a.StatusCode, a.body)
			}
			*clock = clock.Truncate(time.Second).Add(tt.after)
			a := v.post("/account/passkeys/finish", "credential", "{}")
			a.refused(t, tt.words)
			if said := problems(a.page(t)); strings.Contains(said, "Parse") {
				t.Errorf("the page tells what the library says: %q", said)
			}
			v.post("/account/passkeys/finish", "credential", "{}").refused(t, "took too long")
		}

		// A passkey of somebody else is as one that there is not.
		key, _, err := s.server.Accounts().AddPasskey(t.Context(), other.ID, "theirs", []byte("theirs"), []byte("{}"))
		if err != nil {
			t.Fatal(err)
		}
		foreign := v.post("/account/passkeys/"+key.ID+"/remove", "current_password", password)
		absent := v.post("/account/passkeys/0198c0de-0000-7000-8000-000000000000/remove", "current_password", password)
		if foreign.StatusCode != http.StatusNotFound || foreign.body != absent.body {
			t.Errorf("a foreign passkey: status %d, an absent one %d", foreign.StatusCode, absent.StatusCode)
		}
	})
}

func TestOtherSitesChangeNoAccount(t *testing.T) {
	s := onSQLite(t)
	v, p := s.owner()
	for _, target := range []string{"/account/name", "/account/password", "/account/totp", "/account/keys", "/account/sessions/end", "/sign-out", "/sign-in", "/invitation/x", "/sign-in/factor"} {
		for what, change := range map[string]func(*http.Request){
			"another origin": header("Origin", "https://evil.example"), "none to be known": header("Origin", "null"),
			"another site": header("Sec-Fetch-Site", "cross-site"), "a sister": header("Sec-Fetch-Site", "same-site"),
		} {
			a := v.ask(http.MethodPost, target, form("name", "Mallory", "email", p.Email, "password", password, "current_password", password), change)
			if a.StatusCode != http.StatusForbidden {
				t.Errorf("%s from %s: status %d", target, what, a.StatusCode)
			}
		}
	}
	if v.account().Find("#name").AttrOr("value", "") != p.Name {
		t.Error("the name has changed")
	}
}

func TestKeysAreTakenFromTheHeaderAlone(t *testing.T) {
	s := onSQLite(t)
	key := s.key(s.person(access.Operator, reach.All()), access.AdminScope, reach.All())
	for _, name := range []string{"key", "api_key", "access_token", "token", "authorization"} {
		if a := s.ask(http.MethodGet, "/api/v1/stores?"+name+"="+key, asScript); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("?%s=: status %d", name, a.StatusCode)
		}
		if a := s.ask(http.MethodGet, "/api/v1/stores", asScript, func(r *http.Request) { r.AddCookie(&http.Cookie{Name: name, Value: key}) }); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("cookie %s: status %d", name, a.StatusCode)
		}
	}
}
