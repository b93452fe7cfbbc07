package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"

	"lightson/models/access"
	"lightson/models/reach"
)

// clock gives a site a clock that stands still until it is moved.
func (s *site) clock() *time.Time {
	at := now
	s.server.SetClock(func() time.Time { return at })
	return &at
}

// owner is a visitor who has signed in by password.
func (s *site) owner() (*visitor, access.Person) {
	s.t.Helper()
	s.person(access.Operator, reach.All())
	p := s.withPassword(access.Owner, reach.All())
	v := s.visitor()
	v.signIn(p.Email, password).leadsTo(s.t, "/")
	return v, p
}

// account opens the page of the account.
func (v *visitor) account() *goquery.Document {
	v.site.t.Helper()
	a := v.get("/account")
	if a.StatusCode != http.StatusOK {
		v.site.t.Fatalf("GET /account: status %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	return a.page(v.site.t)
}

// problems are what forms of a page say is wrong.
func problems(page *goquery.Document) string {
	return strings.Join(texts(page.Find("main .problem, main [role=alert]")), " | ")
}

// refused checks that an answer shows a form again with a reason.
func (a answer) refused(t *testing.T, words string) {
	t.Helper()
	if said := problems(a.page(t)); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(strings.ToLower(said), strings.ToLower(words)) {
		t.Errorf("status %d says %q, want 422 with %q", a.StatusCode, said, words)
	}
}

func TestPeopleLookAfterTheirOwnAccount(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		v, p := s.owner()
		page := v.account()
		if said := text(page.Find("main")); !strings.Contains(said, "Owner · you see all stores") || page.Find("#email").AttrOr("value", "") != p.Email {
			t.Errorf("the page says %q", said)
		}
		v.post("/account/name", "name", "Ana <b>Kowalski</b>").leadsTo(t, "/account?done=name")
		page = v.get("/account?done=name").page(t)
		if page.Find("#name").AttrOr("value", "") != "Ana <b>Kowalski</b>" || text(page.Find(".done")) != "Name changed." {
			t.Errorf("afterwards: %q", text(page.Find("main")))
		}
		if n := v.get("/account?done=<b>you+won</b>").page(t).Find(".done").Length(); n > 0 {
			t.Error("the address says what was done")
		}
		v.post("/account/name", "name", strings.Repeat("n", 300)).refused(t, "200 bytes")
	})
}

func TestAChangedPasswordEndsAllOtherSessions(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		v, p := s.owner()
		other := s.visitor()
		other.signIn(p.Email, password)
		stolen := s.visitor()
		stolen.cookies["lightson"] = v.cookies["lightson"]
		const better = "staple battery horse"

		v.post("/account/password", "current_password", "not this one", "password", better).refused(t, "not your password")
		v.post("/account/password", "current_password", password, "password", "short").refused(t, "at least 12 characters")
		if !other.isSignedIn() || !stolen.isSignedIn() {
			t.Error("a change that was refused ends sessions")
		}
		v.post("/account/password", "current_password", password, "password", better).leadsTo(t, "/account?done=password")
		if !v.isSignedIn() || other.isSignedIn() || stolen.isSignedIn() {
			t.Errorf("afterwards: here %v, elsewhere %v, with the token of before %v", v.isSignedIn(), other.isSignedIn(), stolen.isSignedIn())
		}
		if a := other.signIn(p.Email, password); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("the old password: status %d", a.StatusCode)
		}
		other.signIn(p.Email, better).leadsTo(t, "/")
	})
}

func TestGuessingOnesOwnPasswordIsSlow(t *testing.T) {
	s := onSQLite(t)
	clock := s.clock()
	v, _ := s.owner()
	limited := func(target string, pairs ...string) {
		t.Helper()
		for range 7 {
			if a := v.post(target, append(pairs, "current_password", "a guess of it")...); a.StatusCode == http.StatusTooManyRequests {
				if a.Header.Get("Retry-After") == "" {
					t.Errorf("%s: no Retry-After", target)
				}
				return
			}
		}
		t.Errorf("%s: one can guess for ever", target)
	}
	limited("/account/password", "password", "staple battery horse")
	if a := v.post("/account/totp", "current_password", password); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("meanwhile at another form: status %d", a.StatusCode)
	}
	*clock = clock.Add(time.Hour)
	limited("/account/totp")
	*clock = clock.Add(time.Hour)
	limited("/account/keys", "name", "k", "scope", "read", "reach", "all")
	*clock = clock.Add(time.Hour)
	if a := v.post("/account/totp", "current_password", password); a.StatusCode != http.StatusOK {
		t.Errorf("an hour later: status %d", a.StatusCode)
	}
}

// setUpApp turns the authenticator app on, and returns its secret and the recovery codes.
func (v *visitor) setUpApp(clock *time.Time) (secret string, recovery []string) {
	t := v.site.t
	t.Helper()
	a := v.post("/account/totp", "current_password", password)
	link := a.page(t).Find("a[href^='otpauth:']").AttrOr("href", "")
	found := regexp.MustCompile(`secret=([A-Z2-7]+)`).FindStringSubmatch(link)
	if a.StatusCode != http.StatusOK || a.Header.Get("Cache-Control") != "no-store" || found == nil {
		t.Fatalf("status %d, %q, link %q: %q", a.StatusCode, a.Header.Get("Cache-Control"), link, problems(a.page(t)))
	}
	a = v.post("/account/totp/confirm", "code", code(t, found[1], *clock))
	if a.StatusCode != http.StatusOK {
		t.Fatalf("confirm: status %d, %q", a.StatusCode, problems(a.page(t)))
	}
	if here := a.page(t).Find("#sessions .flag").Length(); here != 1 {
		t.Errorf("the page shows %d sessions as this one", here)
	}
	return found[1], texts(a.page(t).Find("#new-codes li"))
}

// code is what an authenticator app shows.
func code(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestAnAuthenticatorAppIsSetUpUsedAndRemoved(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		clock := s.clock()
		v, p := s.owner()
		v.post("/account/totp", "current_password", "not this one").refused(t, "not your password")
		wrong := v.post("/account/totp", "current_password", password)
		first := wrong.page(t).Find(".secret-text").Text()
		wrong = v.post("/account/totp/confirm", "code", "000000")
		wrong.refused(t, "This code is wrong")
		if again := wrong.page(t).Find(".secret-text").Text(); again != first || first == "" {
			t.Errorf("after a wrong code the secret is %q, not %q", again, first)
		}
		if v.account().Find(".secret-text").Length() > 0 {
			t.Error("the secret is shown to whoever opens the page later")
		}
		before := v.cookies["lightson"]
		secret, recovery := v.setUpApp(clock)
		if len(recovery) != 10 || v.cookies["lightson"] == before {
			t.Errorf("%d recovery codes, and the token of the session is new: %v", len(recovery), v.cookies["lightson"] != before)
		}
		page := v.account()
		if said := text(page.Find("#totp")); !strings.Contains(said, "Needed at every sign-in since") || strings.Contains(text(page.Find("main")), recovery[0]) {
			t.Errorf("the page says %q", text(page.Find("#factors")))
		}

		next := s.visitor()
		next.signIn(p.Email, password).leadsTo(t, "/sign-in/factor")
		*clock = clock.Add(time.Minute)
		next.post("/sign-in/factor", "code", code(t, secret, *clock), "next", "/stores").leadsTo(t, "/stores")
		third := s.visitor()
		third.signIn(p.Email, password)
		if a := third.post("/sign-in/factor", "code", code(t, secret, *clock)); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("the same code again: status %d", a.StatusCode)
		}
		third.post("/sign-in/factor", "code", strings.ToUpper(recovery[3])).leadsTo(t, "/")
		fourth := s.visitor()
		fourth.signIn(p.Email, password)
		if a := fourth.post("/sign-in/factor", "code", recovery[3]); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("the same recovery code again: status %d", a.StatusCode)
		}
		if said := text(third.account().Find("#recovery")); !strings.Contains(said, "9 left") {
			t.Errorf("recovery codes: %q", said)
		}

		v.post("/account/recovery-codes", "current_password", "not this one").refused(t, "not your password")
		codes := texts(v.post("/account/recovery-codes", "current_password", password).page(t).Find("#new-codes li"))
		if len(codes) != 10 {
			t.Errorf("%d new recovery codes", len(codes))
		}
		if a := fourth.post("/sign-in/factor", "code", recovery[4]); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("a code that was replaced: status %d", a.StatusCode)
		}
		fourth.post("/sign-in/factor", "code", codes[0]).leadsTo(t, "/")

		v.post("/account/totp/remove", "current_password", "not this one").refused(t, "not your password")
		v.post("/account/totp/remove", "current_password", password).leadsTo(t, "/account?done=app-off")
		s.visitor().signIn(p.Email, password).leadsTo(t, "/")
		if v.account().Find("#recovery").Length() > 0 {
			t.Error("recovery codes are left without a factor")
		}
	})
}

func TestPeopleSeeAndEndTheirSessions(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		v, p := s.owner()
		phone := s.visitor(header("User-Agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1"))
		tablet := s.visitor()
		phone.signIn(p.Email, password)
		tablet.signIn(p.Email, password)
		rows := v.account().Find("#sessions tbody tr")
		if rows.Length() != 3 || rows.Find(".flag").Length() != 1 || rows.Find("form").Length() != 2 || !strings.Contains(text(rows), "iPhone") {
			t.Errorf("sessions: %q", cells(rows))
		}
		var end string
		rows.Each(func(_ int, row *goquery.Selection) {
			if strings.Contains(text(row), "iPhone") {
				end = row.Find("form").AttrOr("action", "")
			}
		})
		// Nobody else's: a foreign id is as one that there is not.
		stranger := s.visitor()
		stranger.signIn(s.withPassword(access.Operator, reach.All()).Email, password)
		foreign, absent := stranger.post(end), stranger.post("/account/sessions/0198c0de-0000-7000-8000-000000000000/end")
		if foreign.StatusCode != http.StatusNotFound || foreign.body != absent.body || !phone.isSignedIn() {
			t.Errorf("a foreign session: status %d", foreign.StatusCode)
		}
		v.post(end).leadsTo(t, "/account?done=session")
		if phone.isSignedIn() || !tablet.isSignedIn() || !v.isSignedIn() {
			t.Error("another session than the one meant has ended")
		}
		v.post("/account/sessions/end").leadsTo(t, "/account?done=sessions")
		if tablet.isSignedIn() || !v.isSignedIn() {
			t.Error("sign out everywhere else: not so")
		}
	})
}

func TestPeopleMakeAndRevokeKeys(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		clock := s.clock()
		s.load(file{"names.csv", "store_id,name,group\n1,One,North\n2,Two,South\n"})
		s.person(access.Operator, reach.All())
		p := s.withPassword(access.Owner, reach.Of([]string{"North"}, nil))
		v := s.visitor()
		v.signIn(p.Email, password)
		if scopes := v.account().Find("#key-form [name=scope]").Map(func(_ int, e *goquery.Selection) string { return e.AttrOr("value", "") }); strings.Join(scopes, " ") != "read report admin" {
			t.Errorf("scopes for an owner: %q", scopes)
		}
		makes := func(pairs ...string) answer {
			return v.post("/account/keys", append([]string{"name", "till", "scope", "read", "reach", "all", "expires", "30", "current_password", password}, pairs...)...)
		}
		makes("scope", "ingest").refused(t, "cannot create keys with the scope ingest")
		makes("scope", "admin", "reach", "some", "stores", "1").refused(t, "needs all stores that you see")
		makes("scope", "").refused(t, "choose read, report, ingest or admin")
		makes("name", "").refused(t, "enter what the key is for")
		makes("reach", "some", "groups", "South").refused(t, "group or store that you can see")
		makes("reach", "some", "stores", "2").refused(t, "group or store that you can see")
		makes("reach", "some").refused(t, "at least one")
		makes("reach", "").refused(t, "at least one")
		makes("expires", "soon").refused(t, "3,650 days")
		makes("expires", "-1").refused(t, "3,650 days")
		makes("current_password", "not this one").refused(t, "not your password")
		if rows := v.account().Find("#keys tbody tr").Length(); rows > 0 {
			t.Errorf("%d keys were made", rows)
		}

		a := makes("reach", "some", "stores", " 1 \r\n\r\n")
		secret := a.page(t).Find("#new-key").AttrOr("value", "")
		if a.StatusCode != http.StatusOK || a.Header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(secret, "lo_r_") {
			t.Fatalf("status %d, key %q: %q", a.StatusCode, secret, problems(a.page(t)))
		}
		if strings.Contains(v.get("/account").body, secret) {
			t.Error("the key is shown again")
		}
		works := func() int { return s.ask(http.MethodGet, "/api/v1/stores/1", withKey(secret)).StatusCode }
		if works() != http.StatusOK || s.ask(http.MethodGet, "/api/v1/stores/2", withKey(secret)).StatusCode != http.StatusNotFound {
			t.Errorf("the key: status %d", works())
		}
		if a := s.ask(http.MethodGet, "/account", withKey(secret), header("Accept", "text/html")); a.StatusCode != http.StatusForbidden {
			t.Errorf("the account with a key: status %d", a.StatusCode)
		}
		row := v.account().Find("#keys tbody tr").First()
		for _, words := range []string{"till", secret[:len("lo_r_")+8], "Works", "Read", "store 1"} {
			if !strings.Contains(text(row), words) {
				t.Errorf("the row says %q, not %s", text(row), words)
			}
		}
		revoke := row.Find("form").AttrOr("action", "")
		stranger := s.visitor()
		stranger.signIn(s.withPassword(access.Operator, reach.All()).Email, password)
		if a := stranger.post(revoke); a.StatusCode != http.StatusNotFound || works() != http.StatusOK {
			t.Errorf("somebody else revokes it: status %d", a.StatusCode)
		}
		v.post(revoke).leadsTo(t, "/account?done=key")
		if works() != http.StatusUnauthorized || !strings.Contains(text(v.account().Find("#keys tbody")), "Revoked") {
			t.Errorf("the revoked key: status %d", works())
		}

		secret = makes().page(t).Find("#new-key").AttrOr("value", "")
		if works() != http.StatusOK {
			t.Errorf("a second key: status %d", works())
		}
		*clock = clock.AddDate(0, 0, 31)
		if works() != http.StatusUnauthorized {
			t.Errorf("after it expired: status %d", works())
		}
	})
}

// Names are shown in the one form in which they are shown everywhere.
func TestWhatAKeyReachesIsShownWithoutCharactersThatNobodySees(t *testing.T) {
	s := onSQLite(t)
	p := s.withPassword(access.Operator, reach.All())
	v := s.visitor()
	v.signIn(p.Email, password)
	a := v.post("/account/keys", "name", "till", "scope", "read", "reach", "some", "stores", "1\u200b2", "expires", "30", "current_password", password)
	if a.StatusCode != http.StatusOK || strings.Contains(text(a.page(t).Find("#keys")), "\u200b") || !strings.Contains(text(a.page(t).Find("main")), "It works for store 12") {
		t.Errorf("status %d: %s", a.StatusCode, text(a.page(t).Find("main")))
	}
}

func TestIdsThatAreNoneAreNotFoundInOnesOwnAccount(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		v, _ := s.owner()
		for _, target := range []string{"/account/sessions/ID/end", "/account/keys/ID/revoke", "/account/passkeys/ID/remove"} {
			for _, id := range []string{"1", "%00", "%FF", "0198c0de-0000-7000-8000-000000000000"} {
				if a := v.post(strings.Replace(target, "ID", id, 1), "current_password", password); a.StatusCode != http.StatusNotFound {
					t.Errorf("%s of %s: status %d", target, id, a.StatusCode)
				}
			}
		}
	})
}
