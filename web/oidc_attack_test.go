package web_test

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"lightson/models/access"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/web"
)

// withParams changes parameters of an address. Empty ones are removed.
func withParams(t *testing.T, path string, pairs ...string) string {
	t.Helper()
	u, err := url.Parse(path)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	for n := 0; n < len(pairs); n += 2 {
		if q.Set(pairs[n], pairs[n+1]); pairs[n+1] == "" {
			q.Del(pairs[n])
		}
	}
	u.RawQuery = q.Encode()
	return u.String()
}

const (
	notBegun = "This sign-in has expired, or it was started in another browser."
	notTrue  = "The reply from Company Login could not be verified, so you were not signed in."
	notYou   = "Company Login did not sign you in."
	isDown   = "Company Login is not responding. Sign in with your e-mail and password, or try again in a minute."
	isWrong  = "Sign-in with Company Login is not set up correctly."
)

func TestAnAnswerOfTheProviderIsForOneTryOfOneBrowser(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		i := newIssuer(t)
		s.signingInAt(i, usualRules)
		// Another browser, with a try of its own and without.
		victim, thief := s.visitor(), s.visitor()
		callback := i.agree(victim.get("/sign-in/oidc"))
		thief.refuses(thief.get(callback), http.StatusBadRequest, notBegun)
		i.agree(thief.get("/sign-in/oidc"))
		thief.refuses(thief.get(callback), http.StatusBadRequest, notBegun)
		// Its code with a state that is the thief's own: PKCE and the nonce.
		own := i.agree(thief.get("/sign-in/oidc"))
		u, err := url.Parse(callback)
		if err != nil {
			t.Fatal(err)
		}
		thief.refuses(thief.get(withParams(t, own, "code", u.Query().Get("code"))), http.StatusForbidden, notYou)
		// The browser that it is for, twice. The first one was used up by the thief.
		callback = i.agree(victim.get("/sign-in/oidc"))
		before := maps.Clone(victim.cookies)
		a := victim.get(callback)
		a.leadsTo(t, "/")
		again := s.visitor()
		maps.Copy(again.cookies, before)
		again.refuses(again.get(callback), http.StatusBadRequest, notBegun)
		if used := victim.get(callback); used.StatusCode != http.StatusBadRequest || !victim.isSignedIn() {
			t.Errorf("used twice: status %d", used.StatusCode)
		}
		if records := s.tried(); len(records) != 6 || records[0].Outcome != access.Refused || records[2].Outcome != access.Done {
			t.Errorf("records %+v", records)
		}
		if i.asked["/token"] != 2 {
			t.Errorf("the provider was asked for tokens %d times", i.asked["/token"])
		}
		i.keepsSecrets(s, a)
	})
}

// The state is taken out of the session when the answer is sent, so two answers at once may
// both find it. The code is still for one.
func TestAnAnswerThatComesTwiceAtOnceSignsInOnce(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		i := newIssuer(t)
		s.signingInAt(i, usualRules)
		v := s.visitor()
		callback := i.agree(v.get("/sign-in/oidc"))
		const times = 4
		statuses := make(chan int, times)
		for range times {
			go func() {
				r := httptest.NewRequest(http.MethodGet, callback, nil)
				r.AddCookie(&http.Cookie{Name: "lightson", Value: v.cookies["lightson"]})
				w := httptest.NewRecorder()
				s.handler.ServeHTTP(w, r)
				statuses <- w.Code
			}()
		}
		done := 0
		for range times {
			if status := <-statuses; status == http.StatusSeeOther {
				done++
			} else if status != http.StatusForbidden && status != http.StatusBadRequest {
				t.Errorf("status %d", status)
			}
		}
		sessions, err := s.server.Accounts().Sessions(t.Context(), s.ann().ID)
		if err != nil || done != 1 || len(sessions) != 1 {
			t.Errorf("%d sign-ins, %d sessions, %v", done, len(sessions), err)
		}
		if records := s.tried(); len(records) != times {
			t.Errorf("%d records", len(records))
		}
	})
}

func TestOnlyATokenOfTheProviderForThisSignInIsBelieved(t *testing.T) {
	i := newIssuer(t)
	i.keys = []signingKey{rsaKey(), ecKey()}
	public, err := x509.MarshalPKIXPublicKey(rsaKey().private.Public())
	if err != nil {
		t.Fatal(err)
	}
	inPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})
	s := onSQLite(t).signingInAt(i, usualRules)
	changed := func(pairs ...any) func(claims) string {
		return func(about claims) string {
			for n := 0; n < len(pairs); n += 2 {
				if about[pairs[n].(string)] = pairs[n+1]; pairs[n+1] == nil {
					delete(about, pairs[n].(string))
				}
			}
			return rsaKey().sign(about)
		}
	}
	stranger := newRSAKey("rsa") // the id of a key that there is
	for name, token := range map[string]func(claims) string{
		"no nonce":                      changed("nonce", nil),
		"an empty nonce":                changed("nonce", ""),
		"the nonce of another try":      changed("nonce", "abcdefghijklmnopqrstuvwxyz"),
		"no audience":                   changed("aud", nil),
		"another audience":              changed("aud", "another"),
		"other audiences":               changed("aud", []string{"another", "third"}),
		"several, for nobody":           changed("aud", []string{clientID, "another"}),
		"several, for another":          changed("aud", []string{clientID, "another"}, "azp", "another"),
		"for another":                   changed("azp", "another"),
		"for a number":                  changed("azp", 5),
		"expired":                       changed("exp", now.Add(-time.Minute-time.Second).Unix()),
		"without an end":                changed("exp", nil),
		"not yet valid":                 changed("nbf", now.Add(10*time.Minute).Unix()),
		"another issuer":                changed("iss", "https://id.example.com"),
		"another issuer's slash":        changed("iss", i.URL+"/"),
		"no issuer":                     changed("iss", nil),
		"no subject":                    changed("sub", nil),
		"an empty subject":              changed("sub", ""),
		"a long subject":                changed("sub", strings.Repeat("x", 256)),
		"a subject with a NUL":          changed("sub", "ann\x001"),
		"a number as subject":           changed("sub", 5),
		"another access token":          changed("at_hash", "abcdefghijklmnopqrstuv"),
		"not signed":                    func(about claims) string { return unsigned(claims{"alg": "none"}, about) + "." },
		"not signed, None":              func(about claims) string { return unsigned(claims{"alg": "None"}, about) + "." },
		"without a signature":           func(about claims) string { return unsigned(claims{"alg": "RS256", "kid": "rsa"}, about) + "." },
		"without an algorithm":          func(about claims) string { return unsigned(claims{"kid": "rsa"}, about) + "." },
		"signed with the client secret": func(about claims) string { return byHMAC([]byte(clientSecret), "rsa", about) },
		"signed with the public key":    func(about claims) string { return byHMAC(inPEM, "rsa", about) },
		"signed with a DER public key":  func(about claims) string { return byHMAC(public, "rsa", about) },
		"signed by another key":         stranger.sign,
		"signed by a key that it has": func(about claims) string {
			signed := unsigned(claims{"alg": "RS256", "jwk": stranger.public()}, about)
			return signed + stranger.sign(about)[strings.LastIndex(stranger.sign(about), "."):]
		},
		"a key of another kind": func(about claims) string {
			return unsigned(claims{"alg": "RS256", "kid": "ec"}, about) + "." + raw64(make([]byte, 256))
		},
		"other claims under its signature": func(about claims) string {
			honest := strings.Split(rsaKey().sign(about), ".")
			about["groups"] = "ops"
			return honest[0] + "." + raw64(inJSON(about)) + "." + honest[2]
		},
		"no token": func(claims) string { return "x" },
		"two dots": func(claims) string { return ".." },
		"much of it": func(about claims) string {
			about["x"] = strings.Repeat("x", 600_000)
			return rsaKey().sign(about)[:600_000]
		},
		"JSON": func(about claims) string {
			part := strings.Split(rsaKey().sign(about), ".")
			return string(inJSON(claims{"payload": part[1], "signatures": []claims{{"protected": part[0], "signature": part[2]}, {"protected": part[0], "signature": part[2]}}}))
		},
	} {
		i.token = token
		v := s.visitor()
		a := v.signInAt(i)
		v.refuses(a, http.StatusBadGateway, notTrue)
		if t.Failed() {
			t.Fatal(name)
		}
		if records := s.tried(); len(records) == 0 || records[0].Outcome != access.Failed || records[0].WhoKind != access.Nobody || !strings.HasPrefix(records[0].Detail, "by Company Login: ") {
			t.Errorf("%s: records %+v, logged %s", name, records, s.log)
		}
		i.keepsSecrets(s, a)
	}
	if people, _, err := s.server.Accounts().People(t.Context(), access.PeopleFilter{}); err != nil || len(people) > 0 {
		t.Errorf("there are accounts now: %v, %v", people, err)
	}
	for name, token := range map[string]func(claims) string{
		"a clock that is behind":  changed("exp", now.Add(-time.Minute).Unix()),
		"several, for this":       changed("aud", []string{clientID, "another"}, "azp", clientID),
		"one, for this":           changed("azp", clientID),
		"without at_hash":         changed("at_hash", nil),
		"the other key":           ecKey().sign,
		"without the id of a key": func(about claims) string { k := rsaKey(); k.id = ""; return k.sign(about) },
	} {
		i.token = token
		if a := s.visitor().signInAt(i); a.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: status %d: %s", name, a.StatusCode, s.tried()[0].Detail)
		}
	}
}

func TestTheProviderMayChangeItsKeys(t *testing.T) {
	i := newIssuer(t)
	s := onSQLite(t).signingInAt(i, usualRules)
	s.visitor().signInAt(i).leadsTo(t, "/")
	i.key = otherRSA()
	s.visitor().signInAt(i).leadsTo(t, "/")
	i.key, i.keys = rsaKey(), []signingKey{otherRSA()} // withdrawn
	v := s.visitor()
	v.refuses(v.signInAt(i), http.StatusBadGateway, notTrue)
	if i.asked["/keys"] != 3 || i.asked["/.well-known/openid-configuration"] != 1 {
		t.Errorf("asked %v", i.asked)
	}
}

// An answer that another provider could have sent is not taken to this one's token
// endpoint (RFC 9207).
func TestAnAnswerNamesItsProvider(t *testing.T) {
	for name, tt := range map[string]struct {
		promised bool
		iss      string
		status   int
	}{
		"as promised":         {true, "own", http.StatusSeeOther},
		"unasked":             {false, "own", http.StatusSeeOther},
		"not at all":          {false, "", http.StatusSeeOther},
		"another":             {false, "https://evil.example", http.StatusBadGateway},
		"another as promised": {true, "https://evil.example", http.StatusBadGateway},
		"not as promised":     {true, "", http.StatusBadGateway},
	} {
		i := newIssuer(t)
		i.metadata["authorization_response_iss_parameter_supported"] = tt.promised
		s := onSQLite(t).signingInAt(i, usualRules)
		v := s.visitor()
		iss := tt.iss
		if iss == "own" {
			iss = i.URL
		}
		callback := withParams(t, i.agree(v.get("/sign-in/oidc")), "iss", iss)
		a := v.get(callback)
		if a.StatusCode != tt.status || tt.status != http.StatusSeeOther && (i.asked["/token"] > 0 || !strings.Contains(a.body, "could not be verified")) {
			t.Errorf("%s: status %d, asked %v", name, a.StatusCode, i.asked)
		}
	}
}

func TestAnAnswerThatIsNoneSignsNobodyIn(t *testing.T) {
	i := newIssuer(t)
	s := onSQLite(t).signingInAt(i, usualRules)
	for name, tt := range map[string]struct {
		change func(string) string
		status int
		words  string
	}{
		"no state":        {func(c string) string { return withParams(t, c, "state", "") }, http.StatusBadRequest, notBegun},
		"half a state":    {func(c string) string { return withParams(t, c, "state", "A") }, http.StatusBadRequest, notBegun},
		"nothing":         {func(string) string { return "/sign-in/oidc/callback" }, http.StatusBadRequest, notBegun},
		"two states":      {func(c string) string { return c + "&state=x" }, http.StatusBadRequest, notBegun},
		"no code":         {func(c string) string { return withParams(t, c, "code", "") }, http.StatusForbidden, notYou},
		"two codes":       {func(c string) string { return c + "&code=x" }, http.StatusForbidden, notYou},
		"an unknown code": {func(c string) string { return withParams(t, c, "code", "x") }, http.StatusForbidden, notYou},
		"a code of lines": {func(c string) string { return withParams(t, c, "code", "x\r\n\r\n&client_secret=y") }, http.StatusForbidden, notYou},
		"denied":          {func(c string) string { return withParams(t, c, "error", "access_denied") }, http.StatusForbidden, notYou},
		"denied in words": {func(c string) string {
			return withParams(t, c, "error", "access_denied", "error_description", "<script>alert(1)</script>")
		}, http.StatusForbidden, "Company Login says: “<script>alert(1)</script>”"},
		"some other error": {func(c string) string { return withParams(t, c, "error", "<b>\r\nlevel=ERROR") }, http.StatusForbidden, notYou},
		"busy":             {func(c string) string { return withParams(t, c, "error", "temporarily_unavailable") }, http.StatusBadGateway, isDown},
		"set up wrong":     {func(c string) string { return withParams(t, c, "error", "unauthorized_client") }, http.StatusBadGateway, isWrong},
		"an error without": {func(c string) string { return withParams(t, c, "error", "access_denied", "state", "") }, http.StatusBadRequest, notBegun},
	} {
		v := s.visitor()
		callback := tt.change(i.agree(v.get("/sign-in/oidc?next=/quality")))
		before := len(s.tried())
		a := v.get(callback)
		v.refuses(a, tt.status, tt.words)
		if records := s.tried(); len(records) != before+1 || records[0].Outcome == access.Done || strings.ContainsAny(records[0].Detail, "\r\n") {
			t.Errorf("%s: %d records more, %+v", name, len(records)-before, records[0])
		}
		if strings.Contains(a.body, "<script>alert") || a.Header.Get("Referrer-Policy") != "no-referrer" || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v %s", name, a.Header, a.body)
		}
		if tt.words != notBegun && a.page(t).Find(`a[href="/sign-in/oidc?next=%2Fquality"]`).Length() != 1 {
			t.Errorf("%s: starting again leads elsewhere", name)
		}
		i.keepsSecrets(s, a)
	}
}

func TestTheProviderIsReachedByGETAlone(t *testing.T) {
	i := newIssuer(t)
	s := onSQLite(t).signingInAt(i, usualRules)
	v := s.visitor()
	callback := i.agree(v.get("/sign-in/oidc"))
	sessions, err := modelstest.Count(s.db, "sessions")
	for _, method := range []string{http.MethodHead, http.MethodPost} {
		for _, target := range []string{"/sign-in/oidc", callback} {
			if a := v.ask(method, target); a.StatusCode != http.StatusMethodNotAllowed || len(a.Cookies()) > 0 {
				t.Errorf("%s %s: status %d", method, target, a.StatusCode)
			}
		}
	}
	if after, err2 := modelstest.Count(s.db, "sessions"); err != nil || err2 != nil || after != sessions || len(s.tried()) > 0 {
		t.Errorf("%d sessions, %d before; %d records", after, sessions, len(s.tried()))
	}
	v.get(callback).leadsTo(t, "/")
	if a := onSQLite(t).ask(http.MethodGet, "/sign-in/oidc"); a.StatusCode != http.StatusNotFound {
		t.Errorf("without a provider: status %d", a.StatusCode)
	}
}

// A provider where people choose their e-mail must not give them the accounts of others.
func TestAnUnverifiedEmailTakesOverNoAccount(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for name, verified := range map[string]any{"no": false, "nothing": nil, "text": "yes", "a number": 1, "a list": []bool{true}} {
			i := newIssuer(t)
			i.who["groups"], i.who["email_verified"], i.who["email"] = "ops", verified, "BOSS@example.com"
			s.signingInAt(i, usualRules)
			if _, err := s.server.Accounts().PersonByEmail(t.Context(), "boss@example.com"); err != nil {
				s.addPerson(accessOperator)
				s.addPerson(access.NewPerson{Email: "vic@example.com", Role: access.Viewer, Reach: reach.All()})
			}
			v := s.visitor()
			v.refuses(v.signInAt(i), http.StatusForbidden, "You are signed in at Company Login as BOSS@example.com. Ask the person who runs this site for an account here.")
			i.who["email"] = "vic@example.com"
			v.refuses(v.signInAt(i), http.StatusForbidden, "for an account here")
			if p, err := s.server.Accounts().PersonByEmail(t.Context(), "vic@example.com"); err != nil || p.Role != access.Viewer {
				t.Errorf("%s: %v %+v", name, err, p)
			}
		}
	})
}

func TestAProviderThatIsNotAsItShouldBeIsTold(t *testing.T) {
	const configuration = "/.well-known/openid-configuration"
	answer := func(status int, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	html := answer(http.StatusOK, "text/html", "<html>"+strings.Repeat("<p>Sign in</p>", 1000))
	endless := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	}
	elsewhere := func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}
	for name, tt := range map[string]struct {
		path    string
		instead http.HandlerFunc
		about   claims
		words   string
		detail  string
	}{
		"its configuration is a page":  {configuration, html, nil, isWrong, "its configuration: "},
		"its configuration is endless": {configuration, endless, nil, isWrong, "expected at most 1.0 MB"},
		"it has no configuration":      {configuration, http.NotFound, nil, isWrong, "expected status 200, found 404"},
		"it is redirected":             {configuration, elsewhere, nil, isWrong, "expected status 200, found 307"},
		"it is broken":                 {configuration, answer(http.StatusInternalServerError, "text/plain", "boom"), nil, isDown, "found 500"},
		"it is busy":                   {configuration, answer(http.StatusTooManyRequests, "text/plain", "busy"), nil, isDown, "found 429"},
		"it is another":                {"", nil, claims{"issuer": "https://id.example.com"}, isWrong, "https://id.example.com"},
		"it is one with a slash":       {"", nil, claims{"issuer": "slash"}, isWrong, "did not match"},
		"it is none":                   {"", nil, claims{"issuer": nil}, isWrong, "did not match"},
		"it takes tokens by http":      {"", nil, claims{"token_endpoint": "http://id.example.com/token"}, isWrong, "token_endpoint: expected an address by https, found http://id.example.com/token"},
		"it shows keys by http":        {"", nil, claims{"jwks_uri": "http://192.0.2.1/"}, isWrong, "jwks_uri: expected an address by https"},
		"it tells by http":             {"", nil, claims{"userinfo_endpoint": "http://192.0.2.1/"}, isWrong, "userinfo_endpoint: expected an address by https"},
		"it asks by script":            {"", nil, claims{"authorization_endpoint": "javascript:alert(1)//example.com"}, isWrong, "authorization_endpoint: expected an address by https"},
		"it asks nowhere":              {"", nil, claims{"authorization_endpoint": nil}, isWrong, "authorization_endpoint: expected an address by https"},
		"it asks at a path":            {"", nil, claims{"authorization_endpoint": "/authorize"}, isWrong, "authorization_endpoint: expected an address by https"},
		"it signs with a secret":       {"", nil, claims{"id_token_signing_alg_values_supported": []string{"none", "HS256"}}, isWrong, "id_token_signing_alg_values_supported: expected"},
		"it wants a client's key":      {"", nil, claims{"token_endpoint_auth_methods_supported": []string{"private_key_jwt"}}, isWrong, "token_endpoint_auth_methods_supported: expected"},
		"its keys are a page":          {"/keys", html, nil, notTrue, ""},
		"its keys are endless":         {"/keys", endless, nil, notTrue, ""},
		"its keys are away":            {"/keys", answer(http.StatusServiceUnavailable, "text/plain", ""), nil, isDown, "its keys: "},
		"its tokens are a page":        {"/token", html, nil, isWrong, "its token endpoint: "},
		"its tokens are endless":       {"/token", endless, nil, isWrong, "expected at most 1.0 MB"},
		"its tokens are none":          {"/token", answer(http.StatusOK, "application/json", `{"access_token":"a","token_type":"Bearer"}`), nil, isWrong, "expected an id_token, found none"},
		"its tokens are elsewhere":     {"/token", elsewhere, nil, isWrong, "expected tokens, found status 307"},
		"its tokens are for others":    {"/token", answer(http.StatusUnauthorized, "application/json", `{"error":"invalid_client"}`), nil, isWrong, "status 401, invalid_client"},
		"its tokens are away":          {"/token", answer(http.StatusBadGateway, "text/html", "<html>"), nil, isDown, "found 502"},
		"its people are a page":        {"/userinfo", html, nil, isWrong, "what it tells about people: "},
		"its people are away":          {"/userinfo", answer(http.StatusGatewayTimeout, "text/html", "<html>"), nil, isDown, "what it tells about people: "},
	} {
		i := newIssuer(t)
		i.lacks = []string{"groups"}
		if tt.instead != nil {
			i.instead[tt.path] = tt.instead
		}
		if maps.Copy(i.metadata, tt.about); i.metadata["issuer"] == "slash" {
			i.metadata["issuer"] = i.URL + "/"
		}
		s := onSQLite(t).signingInAt(i, usualRules)
		v := s.visitor()
		a := v.get("/sign-in/oidc?next=/quality")
		if a.StatusCode == http.StatusSeeOther {
			a = v.get(i.agree(a))
			if records := s.tried(); len(records) != 1 || records[0].Outcome != access.Failed || !strings.Contains(records[0].Detail, tt.detail) {
				t.Errorf("%s: records %+v", name, records)
			}
		}
		v.refuses(a, http.StatusBadGateway, tt.words)
		if log := withoutEvents(s.log.String()); strings.Count(log, "\n") != 1 || !strings.Contains(log, tt.detail) || len(log) > 1000 || a.page(t).Find(`form[action="/sign-in"]`).Length() != 1 {
			t.Errorf("%s: logged %s", name, log)
		}
		if i.asked["/elsewhere"] > 0 {
			t.Errorf("%s: it is followed elsewhere", name)
		}
		i.keepsSecrets(s, a)
	}
}

// A provider that is down is asked again, but not by everybody who wants to sign in, and
// one that was up serves on by what it said before.
func TestAProviderThatComesBackIsFound(t *testing.T) {
	i := newIssuer(t)
	s := onSQLite(t).signingInAt(i, usualRules)
	clock := now
	s.server.SetClock(func() time.Time { return clock })
	i.token = func(about claims) string {
		about["exp"] = clock.Add(time.Minute).Unix()
		return i.key.sign(about)
	}
	const configuration = "/.well-known/openid-configuration"
	down := func(is bool) {
		i.mu.Lock()
		defer i.mu.Unlock()
		if delete(i.instead, configuration); is {
			i.instead[configuration] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }
		}
	}
	down(true)
	for range 10 {
		v := s.visitor()
		v.refuses(v.get("/sign-in/oidc"), http.StatusBadGateway, isDown)
	}
	if i.asked[configuration] != 1 {
		t.Errorf("asked %d times", i.asked[configuration])
	}
	down(false)
	clock = clock.Add(5 * time.Second)
	s.visitor().signInAt(i).leadsTo(t, "/")
	down(true)
	clock = clock.Add(time.Hour)
	for range 10 {
		s.visitor().signInAt(i).leadsTo(t, "/")
	}
	if i.asked[configuration] != 3 {
		t.Errorf("asked %d times", i.asked[configuration])
	}
	down(false)
	i.metadata["token_endpoint"] = i.URL + "/moved"
	clock = clock.Add(5 * time.Second)
	v := s.visitor()
	if a := v.signInAt(i); a.StatusCode != http.StatusBadGateway || i.asked["/moved"] != 1 {
		t.Errorf("what it says now is not used: status %d, %v", a.StatusCode, i.asked)
	}
}

func TestASlowProviderKeepsNobodyElseWaiting(t *testing.T) {
	i := newIssuer(t)
	s := onSQLite(t).signingInAt(i, usualRules)
	v := s.visitor()
	callback := i.agree(v.get("/sign-in/oidc"))
	asked, goOn := make(chan bool), make(chan bool)
	i.instead["/token"] = func(w http.ResponseWriter, r *http.Request) {
		asked <- true
		select {
		case <-goOn:
			i.sendTokens(w, r)
		case <-i.closing:
		}
	}
	done := make(chan answer)
	go func() { done <- v.get(callback) }()
	<-asked
	other := s.visitor()
	if a := other.get("/sign-in"); a.StatusCode != http.StatusOK {
		t.Errorf("status %d", a.StatusCode)
	}
	other.get("/").leadsTo(t, "/sign-in")
	if a := other.post("/sign-in", "email", "ann@example.com", "password", password); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("status %d", a.StatusCode)
	}
	i.agree(other.get("/sign-in/oidc"))
	goOn <- true
	a := <-done
	a.leadsTo(t, "/")

	// Nor for ever.
	s.server.HurryProvider(20 * time.Millisecond)
	callback = i.agree(other.get("/sign-in/oidc"))
	go func() { <-asked }()
	other.refuses(other.get(callback), http.StatusBadGateway, isDown)
	slow := newIssuer(t)
	slow.instead["/.well-known/openid-configuration"] = func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "{") // and no more
		_ = http.NewResponseController(w).Flush()
		<-slow.closing
	}
	s.signingInAt(slow, usualRules)
	s.server.HurryProvider(20 * time.Millisecond)
	w := s.visitor()
	w.refuses(w.get("/sign-in/oidc"), http.StatusBadGateway, isDown)
	slow.stop()
	gone := web.OIDC{Issuer: slow.URL, ClientID: clientID, Name: "Company Login", GroupsClaim: "groups"}
	s.server.SignInAt(gone)
	w.refuses(w.get("/sign-in/oidc"), http.StatusBadGateway, isDown)
}

// What claims say is shown and stored as text, whatever it is.
func TestClaimsAreText(t *testing.T) {
	i := newIssuer(t)
	s := onSQLite(t).signingInAt(i, usualRules)
	for n, name := range []any{`<script>alert(1)</script>`, "a\u202Eb\x00\r\nc", strings.Repeat("x", 100_000), 5, nil, claims{"a": 1}, []string{"x"}, "\u200b"} {
		i.who = claims{"sub": fmt.Sprint(n), "email": fmt.Sprintf("p%d@example.com", n), "groups": "audit", "name": name, "given_name": name, "preferred_username": name}
		v := s.visitor()
		a := v.signInAt(i)
		page := v.get("/")
		if a.StatusCode != http.StatusSeeOther || page.StatusCode != http.StatusOK || strings.Contains(page.body, "<script>alert") || strings.Contains(page.body, "\u202e") {
			t.Errorf("%.50v: status %d, %d", name, a.StatusCode, page.StatusCode)
		}
	}
	for _, email := range []any{"a b@example.com", "<b>@example.com", "x@example.com\r\nBcc: y", "", 5, []string{"a@example.com"}, strings.Repeat("x", 300) + "@example.com"} {
		i.who = claims{"sub": "of no address", "email": email, "email_verified": true, "groups": "audit"}
		i.userInfo = claims{"sub": "of no address"}
		v := s.visitor()
		v.refuses(v.signInAt(i), http.StatusForbidden, "did not send your e-mail address")
	}
}

// withoutEvents is a log without the lines of what the audit log records.
func withoutEvents(log string) (rest string) {
	for line := range strings.Lines(log) {
		if !strings.Contains(line, "msg=event") {
			rest += line
		}
	}
	return rest
}
