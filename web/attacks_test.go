package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"lightson/models/access"
	"lightson/models/reach"
	"lightson/models/uptime"
	"lightson/web"
)

// overTLS has a request come by https.
func overTLS(r *http.Request) {
	r.URL.Scheme, r.Host = "https", "example.com"
	r.Header.Set("X-Forwarded-Proto", "https")
}

func TestACookieThatWasPlantedIsWorthNothing(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		clock := s.clock()
		_, victim := s.owner()
		thief, _ := s.owner()
		thief.setUpApp(clock)
		stranger := s.visitor()
		_, withApp := s.owner()
		setter := s.visitor()
		setter.signIn(withApp.Email, password)
		setter.setUpApp(clock)
		stranger.signIn(withApp.Email, password).leadsTo(t, "/sign-in/factor") // a session of nobody, with a token of the server's own

		for what, planted := range map[string]string{
			"invented": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "of a session of nobody": stranger.cookies["lightson"], "of the thief's session": thief.cookies["lightson"],
		} {
			if planted == "" {
				t.Fatalf("%s: there is no cookie", what)
			}
			v := s.visitor()
			v.cookies["lightson"] = planted
			v.signIn(victim.Email, password).leadsTo(t, "/")
			if v.cookies["lightson"] == planted || !v.isSignedIn() {
				t.Errorf("%s: the cookie is the same after signing in", what)
			}
			other := s.visitor()
			other.cookies["lightson"] = planted
			if a := other.get("/account"); a.StatusCode == http.StatusOK && strings.Contains(a.body, victim.Email) {
				t.Errorf("%s: whoever planted it is signed in as the victim", what)
			}
		}
	})
}

func TestARightPasswordAloneIsNoSignInWhereThereIsAFactor(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		clock := s.clock()
		first, p := s.owner()
		secret, _ := first.setUpApp(clock)
		*clock = clock.Add(time.Minute)
		v := s.visitor()
		v.post("/sign-in", "email", p.Email, "password", password, "next", "/stores?q=1").leadsTo(t, "/sign-in/factor?next=%2Fstores%3Fq%3D1")
		for _, target := range []string{"/", "/stores", "/account", "/reports"} {
			if a := v.get(target); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/sign-in") {
				t.Errorf("%s between the steps: status %d", target, a.StatusCode)
			}
		}
		for _, target := range []string{"/account/totp/remove", "/account/password", "/account/keys", "/account/passkeys/begin"} {
			if a := v.post(target, "current_password", password, "password", "staple battery horse"); a.StatusCode == http.StatusOK || !strings.HasPrefix(a.Header.Get("Location"), "/sign-in") {
				t.Errorf("%s between the steps: status %d to %q", target, a.StatusCode, a.Header.Get("Location"))
			}
		}
		// The step is that of the person whose password was right.
		other, q := s.owner()
		otherSecret, _ := other.setUpApp(clock)
		*clock = clock.Add(time.Minute)
		if a := v.post("/sign-in/factor", "code", code(t, otherSecret, *clock), "person", q.ID, "email", q.Email); a.StatusCode != http.StatusUnprocessableEntity || v.isSignedIn() {
			t.Errorf("with the code of somebody else: status %d", a.StatusCode)
		}
		// And it comes in ten minutes, or not at all.
		*clock = clock.Add(10 * time.Minute)
		if a := v.post("/sign-in/factor", "code", code(t, secret, *clock)); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/sign-in") || v.isSignedIn() {
			t.Errorf("too late: status %d to %q", a.StatusCode, a.Header.Get("Location"))
		}
		if a := s.visitor().post("/sign-in/factor", "code", code(t, secret, *clock)); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/sign-in") {
			t.Errorf("without the first step: status %d", a.StatusCode)
		}
		if a := s.visitor().ask(http.MethodPost, "/sign-in/passkey/begin?step=second", body("application/json", "{}"), header("Accept", "application/json"), func(r *http.Request) { r.Host = "localhost" }); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("a passkey as the second step without the first: status %d, %s", a.StatusCode, a.body)
		}
	})
}

func TestCodesAreNotGuessed(t *testing.T) {
	s := onSQLite(t)
	clock := s.clock()
	first, p := s.owner()
	secret, recovery := first.setUpApp(clock)
	*clock = clock.Add(time.Minute)
	v := s.visitor()
	v.signIn(p.Email, password)
	last := answer{}
	for n := range 8 {
		last = v.post("/sign-in/factor", "code", fmt.Sprintf("%06d", n))
	}
	if last.StatusCode != http.StatusTooManyRequests || last.Header.Get("Retry-After") == "" {
		t.Errorf("the eighth guess: status %d", last.StatusCode)
	}
	for what, right := range map[string]string{"code": code(t, secret, *clock), "recovery code": recovery[0]} {
		if a := v.post("/sign-in/factor", "code", right); a.StatusCode != http.StatusTooManyRequests || v.isSignedIn() {
			t.Errorf("the right %s meanwhile: status %d", what, a.StatusCode)
		}
	}
	if !first.isSignedIn() {
		t.Error("guesses of others end sessions")
	}
}

func TestSigningInLeadsToNoOtherSite(t *testing.T) {
	s := onSQLite(t)
	s.person(access.Operator, reach.All())
	p := s.withPassword(access.Owner, reach.All())
	signedIn := s.visitor()
	signedIn.signIn(p.Email, password)
	for _, next := range []string{
		"//evil.example", `/\evil.example`, `\\evil.example`, "/%2f%2fevil.example", "/%5cevil.example", "https://evil.example/", "https:evil.example", "///evil.example",
		"javascript:alert(1)", "data:text/html,x", "/\t/evil.example", "/\r\nSet-Cookie: lightson=x", "/%0d%0aSet-Cookie:%20lightson=x", " //evil.example", "evil.example",
		"/sign-in?next=//evil.example", "/sign-out", "//evil.example/..", "/.//evil.example", "/x/..//evil.example", "@evil.example", ":80", "/" + strings.Repeat("x", 9000),
	} {
		v := s.visitor()
		a := v.post("/sign-in", "email", p.Email, "password", password, "next", next)
		to := a.Header.Get("Location")
		if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") || strings.HasPrefix(to, "/%2f") || strings.HasPrefix(to, "/.//") || len(a.Cookies()) != 2 {
			t.Errorf("next=%q: status %d to %q, %d cookies", next, a.StatusCode, to, len(a.Cookies()))
		}
		asked := "/sign-in?next=" + strings.NewReplacer("%", "%25", " ", "%20", "\r", "%0D", "\n", "%0A", "\t", "%09", `\`, "%5C", "#", "%23").Replace(next)
		if len(asked) > 8000 {
			continue
		}
		if to := signedIn.get(asked).Header.Get("Location"); !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
			t.Errorf("GET %s leads to %q", asked, to)
		}
		if kept := s.visitor().get(asked).page(t).Find("[name=next]").AttrOr("value", ""); strings.Contains(kept, "evil.example") {
			t.Errorf("GET %s keeps %q", asked, kept)
		}
	}
}

func TestGuessingPasswordsIsSlowAndTellsNothing(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.clock()
		home, p := s.owner()
		guesses := map[string][]answer{}
		for _, email := range []string{p.Email, "nobody@example.com"} {
			thief := s.visitor(from("198.51.100.7:40000"))
			for n := range 8 {
				a := thief.signIn(email, fmt.Sprintf("guess number %d", n))
				a.body = strings.ReplaceAll(a.body, email, "EMAIL")
				guesses[email] = append(guesses[email], a)
			}
		}
		for n, known := range guesses[p.Email] {
			unknown := guesses["nobody@example.com"][n]
			if known.StatusCode != unknown.StatusCode || known.body != unknown.body || fmt.Sprint(known.Header) != fmt.Sprint(unknown.Header) {
				t.Errorf("guess %d tells whether there is the account: %d %v, %d %v", n, known.StatusCode, known.Header, unknown.StatusCode, unknown.Header)
			}
		}
		last := guesses[p.Email][7]
		if last.StatusCode != http.StatusTooManyRequests || last.Header.Get("Retry-After") == "" {
			t.Errorf("the eighth guess: status %d, Retry-After %q", last.StatusCode, last.Header.Get("Retry-After"))
		}
		if a := s.visitor(from("203.0.113.9:40000")).signIn(p.Email, password); a.StatusCode != http.StatusTooManyRequests {
			t.Errorf("from many addresses: status %d", a.StatusCode)
		}
		// The owner's own browser does not wait for the guesses of strangers.
		home.post("/sign-out").leadsTo(t, "/sign-in?out=1")
		home.signIn(p.Email, password).leadsTo(t, "/")
	})
}

func TestCookiesAreForTheServerAlone(t *testing.T) {
	s := onSQLite(t)
	proxies, err := web.ParseProxies("192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	s.server.Trust(proxies, "")
	s.handler = s.server.Handler()
	s.person(access.Operator, reach.All())
	p := s.withPassword(access.Owner, reach.All())
	for _, tls := range []bool{false, true} {
		v, prefix := s.visitor(), ""
		if tls {
			v, prefix = s.visitor(overTLS), "__Host-"
		}
		cookies := v.signIn(p.Email, password).Cookies()
		if len(cookies) != 2 {
			t.Fatalf("https %v: %d cookies", tls, len(cookies))
		}
		for _, c := range cookies {
			if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure != tls || c.Path != "/" || c.Domain != "" || !strings.HasPrefix(c.Name, prefix+"lightson") || c.MaxAge <= 0 {
				t.Errorf("https %v: %s", tls, c)
			}
		}
		if !v.isSignedIn() {
			t.Errorf("https %v: nobody is signed in", tls)
		}
		// Whoever only looks gets none.
		for _, target := range []string{"/sign-in", "/sign-in/factor", "/invitation/x", "/"} {
			if a := s.visitor(v.also...).get(target); len(a.Cookies()) > 0 {
				t.Errorf("https %v: %s sets %v", tls, target, a.Cookies())
			}
		}
	}
}

func TestSessionsEndAtOnce(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		accounts := s.server.Accounts()
		v, p := s.owner()
		if !v.isSignedIn() { // and so it is kept who it is
			t.Fatal("nobody is signed in")
		}
		token := v.cookies["lightson"]
		v.post("/sign-out")
		v.cookies["lightson"] = token
		if v.isSignedIn() || v.get("/account").StatusCode == http.StatusOK {
			t.Error("after signing out the token still works")
		}

		v.signIn(p.Email, password)
		owner := access.Owner
		viewer := access.Viewer
		if _, err := accounts.ChangePerson(t.Context(), p.ID, access.Change{Role: &viewer}); err != nil {
			t.Fatal(err)
		}
		if a := v.post("/reports", "key", "k"); a.StatusCode != http.StatusForbidden {
			t.Errorf("a viewer now, whose role was changed, makes a report: status %d", a.StatusCode)
		}
		s.load(file{"names.csv", "store_id,name,group\n1,One,North\n2,Two,South\n"})
		north := reach.Of([]string{"North"}, nil)
		if _, err := accounts.ChangePerson(t.Context(), p.ID, access.Change{Role: &owner, Reach: &north}); err != nil {
			t.Fatal(err)
		}
		if a, b := v.get("/stores/1"), v.get("/stores/2"); a.StatusCode != http.StatusOK || b.StatusCode != http.StatusNotFound {
			t.Errorf("with less reach: own store %d, foreign store %d", a.StatusCode, b.StatusCode)
		}
		if _, err := accounts.DisablePerson(t.Context(), p.ID); err != nil {
			t.Fatal(err)
		}
		if v.isSignedIn() {
			t.Error("whoever is disabled is still in")
		}
		if a := v.signIn(p.Email, password); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("whoever is disabled signs in: status %d", a.StatusCode)
		}
	})
}

func TestSessionsExpire(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		clock := s.clock()
		idle, p := s.owner()
		busy := s.visitor()
		busy.signIn(p.Email, password)
		for n := range 31 { // 29 days and 17 hours
			*clock = clock.Add(23 * time.Hour)
			if n == 1 && idle.isSignedIn() {
				t.Error("a session that is not used goes on after 46 hours")
			}
			if !busy.isSignedIn() {
				t.Fatalf("a session that is used has ended after %d times 23 hours", n+1)
			}
			s.waitUntilSeen(p, *clock)
		}
		*clock = clock.Add(23 * time.Hour)
		if busy.isSignedIn() {
			t.Error("a session lives longer than 30 days")
		}
	})
}

// waitUntilSeen waits until it is written that a person was here, which requests do not
// wait for.
func (s *site) waitUntilSeen(p access.Person, at time.Time) {
	s.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
		sessions, err := s.server.Accounts().Sessions(s.t.Context(), p.ID)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, in := range sessions {
			if in.SeenAt == uptime.At(at) {
				return
			}
		}
	}
	s.t.Fatal("it is never written that somebody was here")
}

func TestWhatNobodyIsAnswered(t *testing.T) {
	s := onSQLite(t)
	s.person(access.Operator, reach.All())
	for _, tt := range []struct {
		method, target string
		change         func(*http.Request)
		status         int
		header, value  string
	}{
		{"GET", "/stores", nil, 303, "Location", "/sign-in?next=%2Fstores"},
		{"HEAD", "/stores", nil, 303, "Location", "/sign-in?next=%2Fstores"},
		{"HEAD", "/account", nil, 303, "Location", "/sign-in?next=%2Faccount"},
		{"POST", "/account/password", form("password", "staple battery horse"), 303, "Location", "/sign-in"},
		{"GET", "/stores", asHTMX, 200, "HX-Redirect", "/sign-in"},
		{"POST", "/reports", asHTMX, 200, "HX-Redirect", "/sign-in"},
		{"GET", "/api/v1/stores", nil, 401, "WWW-Authenticate", `Bearer realm="Lights On"`},
		{"HEAD", "/api/v1/stores", nil, 401, "WWW-Authenticate", `Bearer realm="Lights On"`},
		{"POST", "/trigger_report", asScript, 401, "WWW-Authenticate", `Bearer realm="Lights On"`},
		{"POST", "/account/passkeys/begin", header("Accept", "application/json"), 401, "WWW-Authenticate", `Bearer realm="Lights On"`},
	} {
		changes := []func(*http.Request){}
		if tt.change != nil {
			changes = append(changes, tt.change)
		}
		a := s.visitor().ask(tt.method, tt.target, changes...)
		if a.StatusCode != tt.status || a.Header.Get(tt.header) != tt.value {
			t.Errorf("%s %s: status %d, %s: %s", tt.method, tt.target, a.StatusCode, tt.header, a.Header.Get(tt.header))
		}
	}
}
