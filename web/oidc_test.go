package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"lightson/models/access"
	"lightson/models/modelstest"
	"lightson/models/reach"
)

// tried are the records of tries to sign in, the newest first.
func (s *site) tried() []access.Record {
	s.t.Helper()
	audit := s.server.Audit()
	if err := audit.Flush(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	records, _, err := audit.Page(s.t.Context(), access.AuditFilter{Action: access.SignInTried}, access.AuditPage{})
	if err != nil {
		s.t.Fatal(err)
	}
	return records
}

func (s *site) auditText() string {
	s.t.Helper()
	if err := s.server.Audit().Flush(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	all, err := modelstest.Dump(s.db, "audit")
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

// ann is the account of whoever signs in at an issuer.
func (s *site) ann() access.Person {
	s.t.Helper()
	p, err := s.server.Accounts().PersonByEmail(s.t.Context(), "ann@example.com")
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// refuses checks that an answer signed nobody in, and says why.
func (v *visitor) refuses(a answer, status int, words string) {
	v.site.t.Helper()
	if got := text(a.page(v.site.t).Find("main")); a.StatusCode != status || !strings.Contains(got, words) {
		v.site.t.Errorf("status %d, want %d with %q: %q", a.StatusCode, status, words, got)
	}
	if v.isSignedIn() {
		v.site.t.Error("somebody is signed in")
	}
}

func TestPeopleSignInAtTheProvider(t *testing.T) {
	for name, kind := range map[string]struct {
		public    bool
		auth, iss string
		key       signingKey
	}{
		"a secret in the header and RSA": {false, "client_secret_basic", "", rsaKey()},
		"a secret in the form and EC":    {false, "client_secret_post", "yes", ecKey()},
		"no secret":                      {true, "none", "", rsaKey()},
	} {
		t.Run(name, func(t *testing.T) {
			eachSite(t, func(t *testing.T, s *site) {
				i := newIssuer(t)
				i.public, i.auth, i.key = kind.public, kind.auth, kind.key
				if kind.iss != "" {
					i.sendsIss, i.metadata["authorization_response_iss_parameter_supported"] = i.URL, true
				}
				s.signingInAt(i, usualRules)
				v := s.visitor(from("192.0.2.7:4711"))
				v.get("/stores?sort=name").leadsTo(t, "/sign-in?next=%2Fstores%3Fsort%3Dname")
				if len(i.asked) > 0 {
					t.Errorf("the provider was asked before anybody wanted to sign in: %v", i.asked)
				}
				button := v.get("/sign-in?next=%2Fstores%3Fsort%3Dname").page(t).Find(`a[href^="/sign-in/oidc"]`)
				if text(button) != "Sign in with Company Login" {
					t.Fatalf("the button is %q", text(button))
				}
				start := v.get(button.AttrOr("href", ""))
				stranger := v.cookies["lightson"]
				callback := i.agree(start)
				a := v.get(callback)
				a.leadsTo(t, "/stores?sort=name")
				if v.cookies["lightson"] == stranger || stranger == "" {
					t.Error("the session keeps the token that the browser had before")
				}
				page := v.get("/")
				if who := text(page.page(t).Find("header")); page.StatusCode != http.StatusOK || !strings.Contains(who, "Ann <b>Kowalski</b>") {
					t.Errorf("status %d, the header says %q", page.StatusCode, who)
				}
				p := s.ann()
				if p.Role != access.Owner || p.Reach.String() != reach.Of([]string{"Kowalski"}, []string{"17"}).String() || p.Source != access.OIDC || p.Name != "Ann <b>Kowalski</b>" {
					t.Errorf("the account is %+v", p)
				}
				sessions, err := s.server.Accounts().Sessions(t.Context(), p.ID)
				if err != nil || len(sessions) != 1 || sessions[0].How != access.ByOIDC || sessions[0].Address != "192.0.2.7" {
					t.Errorf("sessions %+v, %v", sessions, err)
				}
				records := s.tried()
				if len(records) != 1 || records[0].WhoID != p.ID || records[0].Outcome != access.Done || records[0].Detail != "by Company Login" || records[0].Address != "192.0.2.7" || records[0].Target != p.ID {
					t.Errorf("records %+v", records)
				}
				// Another one needs neither the configuration nor the keys again.
				other := s.visitor()
				other.signInAt(i).leadsTo(t, "/")
				if i.asked["/.well-known/openid-configuration"] != 1 || i.asked["/keys"] != 1 || i.asked["/token"] != 2 || i.asked["/userinfo"] != 0 || !slices.Contains(i.scopes, "groups") {
					t.Errorf("asked %v for %v", i.asked, i.scopes)
				}
				if again := s.ann(); again.ID != p.ID {
					t.Error("the same person has two accounts")
				}
				i.keepsSecrets(s, a, start)
				v.get(callback)
				v.post("/sign-out").leadsTo(t, "/sign-in?out=1")
				if said := v.get("/sign-in?out=1"); !strings.Contains(said.body, "You may still be signed in at Company Login.") || v.isSignedIn() {
					t.Errorf("after signing out: %q", text(said.page(t).Find("main")))
				}
			})
		})
	}
}

func TestWhoeverIsSignedInIsNotSentToTheProvider(t *testing.T) {
	i := newIssuer(t)
	s := onSQLite(t).signingInAt(i, usualRules)
	v := s.visitor()
	v.signInAt(i)
	for next, want := range map[string]string{"": "/", "/stores": "/stores", "https://evil.example/": "/"} {
		v.get("/sign-in/oidc?next="+url.QueryEscape(next)).leadsTo(t, want)
	}
}

// Nobody can have a sign-in lead to another site, or around in a circle.
func TestASignInAtTheProviderLeadsToAPageOfOurs(t *testing.T) {
	i := newIssuer(t)
	s := onSQLite(t).signingInAt(i, usualRules)
	for next, want := range map[string]string{
		"/stores?state=offline": "/stores?state=offline", "https://evil.example/": "/", "//evil.example/": "/", `/\evil.example`: "/", "/%2F/evil.example": "/",
		"javascript:alert(1)": "/", "/sign-in/oidc": "/", "/sign-out": "/", "/a\r\nSet-Cookie: a=b": "/", "/" + strings.Repeat("a", 5000): "/",
	} {
		v := s.visitor()
		v.get(i.agree(v.get("/sign-in/oidc?next="+url.QueryEscape(next)))).leadsTo(t, want)
	}
}

func TestTheAddressOfTheCallbackIsNobodysToChoose(t *testing.T) {
	i := newIssuer(t)
	for name, tt := range map[string]struct {
		public string
		sent   func(*http.Request)
		want   string
	}{
		"the request's":        {"", host("status.lan:8080"), "http://status.lan:8080/sign-in/oidc/callback"},
		"a stranger's headers": {"", headers("X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https"), "http://example.com/sign-in/oidc/callback"},
		"the public address":   {"https://status.example.com", host("10.0.0.1:8080"), "https://status.example.com/sign-in/oidc/callback"},
		"a trusted proxy's": {"", func(r *http.Request) {
			from("127.0.0.1:9")(r)
			headers("X-Forwarded-Host: status.lan", "X-Forwarded-Proto: https")(r)
		}, "https://status.lan/sign-in/oidc/callback"},
		"a public address, a host": {"https://status.example.com", host("evil.example"), "https://status.example.com/sign-in/oidc/callback"},
	} {
		s := onSQLite(t).behind(proxies).signingInAt(i, usualRules)
		s.reached("0.0.0.0:8080", "", tt.public)
		to, err := url.Parse(s.ask(http.MethodGet, "/sign-in/oidc", tt.sent).Header.Get("Location"))
		if err != nil || to.Query().Get("redirect_uri") != tt.want {
			t.Errorf("%s: %v, %v", name, to, err)
		}
	}
}

func TestTheRulesSayWhatPeopleOfTheProviderMay(t *testing.T) {
	kowalski := reach.Of([]string{"Kowalski"}, []string{"17"})
	i := newIssuer(t)
	s := onSQLite(t).signingInAt(i, usualRules)
	s.addPerson(accessOperator)
	for name, tt := range map[string]struct {
		groups any
		role   access.Role
		reach  reach.Reach
	}{
		"one of a list":           {[]string{"staff", "audit"}, access.Viewer, reach.All()},
		"a text":                  {"kowalski", access.Owner, kowalski},
		"several rules of one":    {[]string{"kowalski"}, access.Owner, kowalski},
		"the one that may most":   {[]string{"audit", "kowalski", "ops"}, access.Operator, reach.All()},
		"what is not of the role": {[]string{"audit", "kowalski"}, access.Owner, kowalski},
		"among what is no text":   {[]any{nil, 5, true, claims{"ops": "ops"}, []string{"ops"}, "audit"}, access.Viewer, reach.All()},
		"no rule's":               {[]string{"staff"}, "", reach.Reach{}},
		"a text that has it":      {"ops, kowalski", "", reach.Reach{}},
		"another case":            {[]string{"OPS"}, "", reach.Reach{}},
		"a part of it":            {[]string{"op", "opss", " ops"}, "", reach.Reach{}},
		"an object":               {claims{"ops": true}, "", reach.Reach{}},
		"a number":                {17, "", reach.Reach{}},
		"nothing":                 {nil, "", reach.Reach{}},
		"an empty list":           {[]string{}, "", reach.Reach{}},
	} {
		i.who = claims{"sub": name, "email": strings.ReplaceAll(name, " ", ".") + "@example.com", "groups": tt.groups}
		v := s.visitor()
		a := v.signInAt(i)
		if tt.role == "" {
			v.refuses(a, http.StatusForbidden, "You have no account here")
			continue
		}
		a.leadsTo(t, "/")
		p, err := s.server.Accounts().PersonByEmail(t.Context(), i.who["email"].(string))
		if err != nil || p.Role != tt.role || p.Reach.String() != tt.reach.String() {
			t.Errorf("%s: %v %s %s", name, err, p.Role, p.Reach)
		}
	}
}

var accessOperator = access.NewPerson{Email: "boss@example.com", Name: "The Boss", Role: access.Operator}

func TestAClaimMayLieWithinAnother(t *testing.T) {
	for name, who := range map[string]claims{
		"realm_access.roles":        {"realm_access": claims{"roles": []string{"ops"}}},
		"resource.lights.on.groups": {"resource": claims{"lights": claims{"on": claims{"groups": "ops"}}}},
		"https://id.example/groups": {"https://id.example/groups": []string{"ops"}},
		"a.b":                       {"a.b": "ops", "a": claims{"b": "staff"}},
	} {
		i := newIssuer(t)
		s := onSQLite(t)
		settings := i.settings(usualRules)
		settings.GroupsClaim = name
		s.server.SignInAt(settings)
		s.handler = s.server.Handler()
		who["sub"], who["email"] = "1", "ann@example.com"
		i.who = who
		s.visitor().signInAt(i).leadsTo(t, "/")
		if p := s.ann(); p.Role != access.Operator {
			t.Errorf("%s: %s", name, p.Role)
		}
	}
}

// Without rules nobody gets an account by signing in, and accounts say what their people
// may.
func TestWithoutRulesOnlyPeopleWithAnAccountSignInAtTheProvider(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		i := newIssuer(t)
		s.signingInAt(i, "")
		v := s.visitor()
		v.refuses(v.signInAt(i), http.StatusForbidden, "You are signed in at Company Login as Ann@Example.com. Ask the person who runs this site for an account here.")
		s.addPerson(accessOperator)
		own := s.addPerson(access.NewPerson{Email: "ann@example.com", Name: "Ann", Role: access.Owner, Reach: reach.Of([]string{"Smith"}, nil)})
		i.who["email_verified"] = false
		v.refuses(v.signInAt(i), http.StatusForbidden, "Company Login does not confirm that this e-mail address is yours.")
		i.who["email_verified"] = "true" // as some write it
		v.signInAt(i).leadsTo(t, "/")
		if p := s.ann(); p.ID != own.ID || p.Role != access.Owner || p.Reach.String() != own.Reach.String() {
			t.Errorf("the account is %+v", p)
		}
		// From now on the subject is theirs, whatever the e-mail.
		i.who["email"], i.who["email_verified"] = "someone.else@example.com", false
		w := s.visitor()
		w.signInAt(i).leadsTo(t, "/")
		if records := s.tried(); records[0].WhoID != own.ID || len(records) != 4 || records[3].Outcome != access.Refused || records[3].Target != "Ann@Example.com" || records[3].Who != "" {
			t.Errorf("records %+v", records)
		}
	})
}

func TestWhatTheTokenDoesNotTellTheProviderIsAsked(t *testing.T) {
	for name, tt := range map[string]struct {
		lacks    []string
		userInfo claims
		status   int
		role     access.Role
		words    string
	}{
		"the e-mail":                     {[]string{"email", "email_verified"}, claims{"sub": "ann-1", "email": "ann@example.com", "email_verified": true}, http.StatusSeeOther, access.Owner, ""},
		"the groups":                     {[]string{"groups"}, claims{"sub": "ann-1", "groups": "ops", "email": "eve@example.com"}, http.StatusSeeOther, access.Operator, ""},
		"the name":                       {[]string{"groups", "name"}, claims{"sub": "ann-1", "groups": "ops", "given_name": "A.", "family_name": "K."}, http.StatusSeeOther, access.Operator, ""},
		"not even that":                  {[]string{"groups"}, claims{"sub": "ann-1"}, http.StatusForbidden, "", "You have no account here"},
		"no e-mail":                      {[]string{"email"}, claims{"sub": "ann-1", "email": "none"}, http.StatusForbidden, "", "did not send your e-mail address"},
		"somebody else's":                {[]string{"groups"}, claims{"sub": "eve", "groups": "ops"}, http.StatusBadGateway, "", "could not be verified"},
		"nobody's":                       {[]string{"groups"}, claims{"groups": "ops"}, http.StatusBadGateway, "", "could not be verified"},
		"a verified one of the token":    {[]string{"email"}, claims{"sub": "ann-1", "email": "boss@example.com"}, http.StatusForbidden, "", "does not confirm that this e-mail address is yours"},
		"a verified one beside a wrong":  {[]string{"groups", "email_verified"}, claims{"sub": "ann-1", "groups": "ops", "email": "boss@example.com", "email_verified": true}, http.StatusSeeOther, access.Operator, ""},
		"groups where the token has its": {[]string{"email"}, claims{"sub": "ann-1", "email": "ann@example.com", "groups": "ops"}, http.StatusSeeOther, access.Owner, ""},
	} {
		i := newIssuer(t)
		i.lacks, i.userInfo = tt.lacks, tt.userInfo
		s := onSQLite(t).signingInAt(i, usualRules)
		s.addPerson(accessOperator)
		a := s.visitor().signInAt(i)
		if a.StatusCode != tt.status || !strings.Contains(text(a.page(t).Find("main")), tt.words) || i.asked["/userinfo"] != 1 {
			t.Errorf("%s: status %d, asked %d times: %q", name, a.StatusCode, i.asked["/userinfo"], text(a.page(t).Find("main")))
		}
		if tt.role != "" {
			if p := s.ann(); p.Role != tt.role {
				t.Errorf("%s: %s", name, p.Role)
			}
		}
		i.keepsSecrets(s, a)
	}
}

func TestPeopleAreKnownByTheirSubjectAndFollowTheirEmail(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		i := newIssuer(t)
		s.signingInAt(i, usualRules)
		s.addPerson(access.NewPerson{Email: "taken@example.com", Role: access.Operator})
		s.visitor().signInAt(i).leadsTo(t, "/")
		id := s.ann().ID
		for _, tt := range []struct {
			email    string
			verified bool
			want     string
		}{{"new@example.com", false, "ann@example.com"}, {"new@example.com", true, "new@example.com"}, {"taken@example.com", true, "new@example.com"}} {
			i.who["email"], i.who["email_verified"] = tt.email, tt.verified
			s.visitor().signInAt(i).leadsTo(t, "/")
			if p, err := s.server.Accounts().Person(t.Context(), id); err != nil || p.Email != tt.want {
				t.Errorf("%+v: %s, %v", tt, p.Email, err)
			}
		}
		// Somebody else who gets the old address gets no account of hers.
		i.who = claims{"sub": "other", "email": "new@example.com", "email_verified": true, "groups": "ops"}
		v := s.visitor()
		v.refuses(v.signInAt(i), http.StatusForbidden, "You have no account here")
	})
}

// Whom the provider takes out of a group loses what the group gave: the sessions, and what
// keys may, until the group is given back.
func TestWhoLeavesTheGroupLosesSessionsAndKeys(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		i := newIssuer(t)
		s.signingInAt(i, usualRules)
		s.addPerson(access.NewPerson{Email: "boss@example.com", Role: access.Operator, Password: password})
		i.who["groups"] = "ops"
		phone, laptop := s.visitor(), s.visitor()
		phone.signInAt(i).leadsTo(t, "/")
		p := s.ann()
		key := s.key(account{Person: p}, access.AdminScope, reach.All())
		readImports := func() int { return s.ask(http.MethodGet, "/api/v1/imports", withKey(key)).StatusCode }
		if got := readImports(); got != http.StatusOK {
			t.Fatalf("the key gives status %d", got)
		}
		i.who["groups"] = []string{"staff"}
		laptop.refuses(laptop.signInAt(i), http.StatusForbidden, "You have no account here")
		if phone.isSignedIn() || readImports() == http.StatusOK {
			t.Error("a session or a key outlives the group")
		}
		i.who["groups"] = "ops"
		laptop.signInAt(i).leadsTo(t, "/")
		if got := readImports(); got != http.StatusOK {
			t.Errorf("back in the group, the key gives status %d", got)
		}
		if _, err := s.server.Accounts().DisablePerson(t.Context(), p.ID); err != nil {
			t.Fatal(err)
		}
		laptop.refuses(laptop.signInAt(i), http.StatusForbidden, "You have no account here")
	})
}

// A mistake at the provider must not leave a site that nobody can run.
func TestTheProviderCannotTakeTheLastOperatorAway(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		i := newIssuer(t)
		s.signingInAt(i, usualRules)
		i.who["groups"] = "ops"
		s.visitor().signInAt(i).leadsTo(t, "/")
		i.who["groups"] = "audit"
		v := s.visitor()
		v.refuses(v.signInAt(i), http.StatusForbidden, "It no longer makes you an operator here. There is no other operator, so nothing was changed, and you were not signed in.")
		if p := s.ann(); p.Role != access.Operator {
			t.Errorf("now %s", p.Role)
		}
		i.who["groups"] = "staff" // of no rule
		v.refuses(v.signInAt(i), http.StatusForbidden, "You have no account here")
		if p := s.ann(); p.Role != access.Operator {
			t.Errorf("now %s", p.Role)
		}
		s.addPerson(access.NewPerson{Email: "boss@example.com", Role: access.Operator, Password: password})
		i.who["groups"] = "audit"
		v.signInAt(i).leadsTo(t, "/")
		if p := s.ann(); p.Role != access.Viewer {
			t.Errorf("with another operator: %s", p.Role)
		}
	})
}

func TestATryAtTheProviderLastsTenMinutes(t *testing.T) {
	i := newIssuer(t)
	s := onSQLite(t).signingInAt(i, usualRules)
	clock := now
	s.server.SetClock(func() time.Time { return clock })
	i.token = func(about claims) string {
		about["exp"] = clock.Add(time.Minute).Unix()
		return i.key.sign(about)
	}
	v := s.visitor()
	for wait, status := range map[time.Duration]int{10 * time.Minute: http.StatusSeeOther, 10*time.Minute + time.Second: http.StatusBadRequest} {
		callback := i.agree(v.get("/sign-in/oidc"))
		clock = clock.Add(wait)
		if a := v.get(callback); a.StatusCode != status {
			t.Errorf("after %s: status %d", wait, a.StatusCode)
		}
		v.cookies = map[string]string{}
	}
}

// Two tabs of one browser sign in at once, and neither disturbs the other.
func TestSeveralTabsSignInAtTheProviderAtOnce(t *testing.T) {
	i := newIssuer(t)
	s := onSQLite(t).signingInAt(i, usualRules)
	v := s.visitor()
	var callbacks []string
	for n := range 5 {
		callbacks = append(callbacks, i.agree(v.get(fmt.Sprintf("/sign-in/oidc?next=/stores/%d", n))))
	}
	if a := v.get(callbacks[0]); a.StatusCode != http.StatusBadRequest { // one too many
		t.Errorf("the oldest of many: status %d", a.StatusCode)
	}
	for _, n := range []int{3, 1, 4, 2} {
		v.get(callbacks[n]).leadsTo(t, fmt.Sprintf("/stores/%d", n))
	}
}
