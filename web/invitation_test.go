package web_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lightson/models/access"
	"lightson/models/reach"
)

// invite makes an account with an invitation, and returns the address of its link.
func (s *site) invite() (access.Person, string) {
	s.t.Helper()
	s.person(access.Operator, reach.All())
	p := s.addPerson(access.NewPerson{Role: access.Viewer, Reach: reach.All()})
	token, _, err := s.server.Accounts().Invite(s.t.Context(), p.ID, "an operator")
	if err != nil {
		s.t.Fatal(err)
	}
	return p, "/invitation/" + token
}

// reset makes a reset link and returns its address.
func (s *site) reset(p access.Person) string {
	s.t.Helper()
	token, _, err := s.server.Accounts().ResetPassword(s.t.Context(), p.ID, "an operator")
	if err != nil {
		s.t.Fatal(err)
	}
	return "/invitation/" + token
}

func TestAnInvitationIsUsedOnceAndSignsIn(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p, link := s.invite()
		v := s.visitor()
		for _, look := range []string{http.MethodGet, http.MethodHead, http.MethodGet} { // as programs do that check links
			a := v.ask(look, link)
			if a.StatusCode != http.StatusOK || a.Header.Get("X-Robots-Tag") != "noindex, nofollow" || !strings.HasPrefix(a.Header.Get("Referrer-Policy"), "no-referrer") || a.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: status %d, %v", look, a.StatusCode, a.Header)
			}
		}
		page := v.get(link).page(t)
		if said := text(page.Find("main")); !strings.Contains(said, "Welcome, "+p.Name) || page.Find("#email").AttrOr("value", "") != p.Email {
			t.Errorf("the page says %q", said)
		}
		v.post(link, "password", "short").refused(t, "at least 12 characters")
		v.post(link, "password", p.Email).refused(t, "do not use the e-mail")
		v.post(link, "password", password, "email", "somebody@else.example").leadsTo(t, "/")
		if !v.isSignedIn() {
			t.Error("nobody is signed in")
		}
		if a := v.post(link, "password", "staple battery horse"); a.StatusCode != http.StatusNotFound {
			t.Errorf("used again: status %d", a.StatusCode)
		}
		s.visitor().signIn(p.Email, password).leadsTo(t, "/")
	})
}

func TestDeadLinksAnswerAlike(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		clock := s.clock()
		_, used := s.invite()
		s.visitor().post(used, "password", password).leadsTo(t, "/")
		_, expired := s.invite()
		*clock = clock.AddDate(0, 0, 8)
		replaced, first := s.invite()
		s.reset(replaced)
		disabled, last := s.invite()
		if _, err := s.server.Accounts().DisablePerson(t.Context(), disabled.ID); err != nil {
			t.Fatal(err)
		}
		want := s.visitor().get("/invitation/unknown")
		if want.StatusCode != http.StatusNotFound || !strings.Contains(want.body, "This link does not work") {
			t.Fatalf("an unknown link: status %d, %s", want.StatusCode, want.body)
		}
		for what, link := range map[string]string{"used": used, "expired": expired, "replaced": first, "disabled": last, "odd": "/invitation/%00%2f..%2f" + strings.Repeat("x", 500)} {
			for method, a := range map[string]answer{"GET": s.visitor().get(link), "POST": s.visitor().post(link, "password", "staple battery horse"), "a weak password": s.visitor().post(link, "password", "x")} {
				if a.StatusCode != want.StatusCode || a.body != want.body || len(a.Cookies()) > 0 {
					t.Errorf("%s, %s: status %d, %d cookies: %s", what, method, a.StatusCode, len(a.Cookies()), a.body)
				}
				for name := range want.Header {
					if a.Header.Get(name) != want.Header.Get(name) {
						t.Errorf("%s, %s: header %s is %q, not %q", what, method, name, a.Header.Get(name), want.Header.Get(name))
					}
				}
			}
		}
	})
}

func TestAnInvitationIsUsedOnceBySeveralAtTheSameTime(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p, link := s.invite()
		var won, lost atomic.Int64
		var chosen atomic.Value
		var together sync.WaitGroup
		for n := range 8 {
			together.Go(func() {
				own := strings.Repeat(string(rune('a'+n)), 3) + password
				switch a := s.visitor().post(link, "password", own); a.StatusCode {
				case http.StatusSeeOther:
					won.Add(1)
					chosen.Store(own)
				case http.StatusNotFound:
					lost.Add(1)
				default:
					t.Errorf("status %d: %s", a.StatusCode, a.body)
				}
			})
		}
		together.Wait()
		if won.Load() != 1 || lost.Load() != 7 {
			t.Fatalf("%d of 8 have used it, %d were told that it is dead", won.Load(), lost.Load())
		}
		s.visitor().signIn(p.Email, chosen.Load().(string)).leadsTo(t, "/")
	})
}

func TestAResetIsNoWayAroundTheSecondStep(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		clock := s.clock()
		v, p := s.owner()
		secret, _ := v.setUpApp(clock)
		link := s.reset(p)
		thief := s.visitor()
		if !v.isSignedIn() || thief.get(link).StatusCode != http.StatusOK {
			t.Error("a reset that is not used yet ends sessions")
		}
		const other = "staple battery horse"
		thief.post(link, "password", other).leadsTo(t, "/sign-in/factor")
		if thief.isSignedIn() || v.isSignedIn() {
			t.Errorf("signed in: by the link alone %v, with the session of before %v", thief.isSignedIn(), v.isSignedIn())
		}
		*clock = clock.Add(time.Minute)
		thief.post("/sign-in/factor", "code", code(t, secret, *clock)).leadsTo(t, "/")
		s.visitor().signIn(p.Email, other).leadsTo(t, "/sign-in/factor")
	})
}

func TestWhoeverIsSignedInAndOpensAnInvitationBecomesItsPerson(t *testing.T) {
	s := onSQLite(t)
	v, first := s.owner()
	invited, link := s.invite()
	before := v.cookies["lightson"]
	if said := text(v.get(link).page(t).Find("main")); !strings.Contains(said, "You are signed in as "+first.Name) {
		t.Errorf("the page says %q", said)
	}
	v.post(link, "password", password).leadsTo(t, "/")
	if v.account().Find("#email").AttrOr("value", "") != invited.Email {
		t.Errorf("signed in: %q", text(v.account().Find("main")))
	}
	old := s.visitor()
	old.cookies["lightson"] = before
	if old.isSignedIn() {
		t.Error("the session of before goes on")
	}
}

// What is shown once is nowhere else: not in the audit log, not in the log of the server.
func TestNoSecretIsLogged(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		var log bytes.Buffer
		s.server.SetLog(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
		clock := s.clock()
		_, link := s.invite()
		v := s.visitor()
		v.get(link)
		v.post(link, "password", "short")
		v.post(link, "password", password).leadsTo(t, "/")
		v.post(link, "password", password)
		secret, recovery := v.setUpApp(clock)
		key := v.post("/account/keys", "name", "till", "scope", "read", "reach", "all", "current_password", password).page(t).Find("#new-key").AttrOr("value", "")
		v.post("/account/password", "current_password", "a wrong password", "password", "staple battery horse")
		s.ask(http.MethodGet, "/api/v1/stores", withKey(key+"x"))
		token := v.cookies["lightson"]
		v.post("/sign-out")
		s.visitor().signIn("nobody@example.com", "a password in a form")

		records := s.auditRecords()
		if len(records) < 9 {
			t.Fatalf("%d records: %v", len(records), records)
		}
		kept := strings.Join(records, "\n") + log.String()
		for what, text := range map[string]string{
			"the link": strings.TrimPrefix(link, "/invitation/"), "the secret of the app": secret, "a recovery code": recovery[0], "the key": key[len("lo_r_")+9:],
			"a password": password, "a wrong password": "a wrong password", "a new password": "staple battery horse", "another's password": "a password in a form",
			"the token of the session": token, "the device": v.cookies["lightson-device"],
		} {
			if text == "" || strings.Contains(kept, text) {
				t.Errorf("%s (%q) was logged: %s", what, text, kept)
			}
		}
	})
}
