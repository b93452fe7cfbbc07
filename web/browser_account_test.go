package web_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"lightson/models/access"
	"lightson/models/reach"
)

// newPasskeyTab is a tab with an authenticator that says yes to everything. Passkeys want
// a name.
func newPasskeyTab(t *testing.T, browser context.Context, handler http.Handler) (*tab, webauthn.AuthenticatorID) {
	t.Helper()
	v := newTab(t, browser, handler)
	v.site = strings.Replace(v.site, "127.0.0.1", "localhost", 1)
	call(v, webauthn.Enable, webauthn.EnableParams{})
	made := call(v, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	return v, made.AuthenticatorID
}

func (v *tab) signIn(email string) {
	v.t.Helper()
	v.open("/sign-in")
	v.write("#email", email)
	v.write("#password", password)
	v.follow("form[action='/sign-in'] button")
}

func (v *tab) signOut() {
	v.t.Helper()
	v.follow("form[action='/sign-out'] button")
	v.shows(".done", "You are signed out.")
}

const passkeyButton = "[data-passkey=get] button"

func testPasskeySignIn(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDemo()
	s.person(access.Operator, reach.All())
	p := s.withPassword(access.Owner, reach.All())
	v, device := newPasskeyTab(t, chromium, s.handler)
	v.expect("422")
	v.signIn(p.Email)
	v.open("/account")
	v.write("#passkey-name", "my phone")
	v.write("#passkey-password", "not this one")
	v.click("[data-passkey=create] button")
	v.shows("[data-passkey=create] [role=alert]", "This is not your password.")
	v.do("empty the field", chromedp.Evaluate[chromedp.Void](`document.querySelector("#passkey-password").value = ""; void 0`))
	v.write("#passkey-password", password)
	v.follow("[data-passkey=create] button")
	v.shows(".done", "Passkey added.")
	if codes := ask[int](v, `document.querySelectorAll("#new-codes li").length`); codes != 10 {
		t.Errorf("%d recovery codes are shown", codes)
	}
	v.shows("#passkeys", "my phone")

	// Alone.
	v.signOut()
	v.open("/sign-in?next=%2Fstores")
	v.follow(passkeyButton)
	v.shows("h1", "Stores")
	if got := v.path(); got != "/stores" {
		t.Errorf("it leads to %s", got)
	}
	// The sign-in is fresh: nothing is asked again.
	v.open("/account")
	v.shows("#sessions", "passkey")
	if ask[bool](v, `document.querySelector("#passkey-password") !== null`) {
		t.Error("right after a sign-in by passkey the password is asked for")
	}

	// After the password, which is too little now.
	v.signOut()
	v.signIn(p.Email)
	v.shows("h1", "One more step")
	v.follow(passkeyButton)
	v.shows("h1", "Overview")
	v.open("/account")
	v.shows("#sessions", "password and passkey")
	v.signOut()

	// A copy of it, which was used less often.
	kept := call(v, webauthn.GetCredentials, webauthn.GetCredentialsParams{AuthenticatorID: device}).Credentials
	if len(kept) != 1 || !kept[0].IsResidentCredential || string(kept[0].UserHandle) != p.ID || kept[0].RpID != "localhost" {
		t.Fatalf("the authenticator has %+v", kept)
	}
	recount := func(from, to string) {
		t.Helper()
		keys, err := s.server.Accounts().Passkeys(t.Context(), p.ID)
		if err != nil || len(keys) != 1 || !strings.Contains(string(keys[0].Data), from) {
			t.Fatalf("error %v, %d passkeys, want one with %s", err, len(keys), from)
		}
		data := strings.Replace(string(keys[0].Data), from, to, 1)
		if err := s.server.Accounts().UsePasskey(t.Context(), keys[0], []byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	count := fmt.Sprintf(`"signCount":%d`, int(kept[0].SignCount))
	refused := func() {
		t.Helper()
		v.open("/sign-in")
		v.click(passkeyButton)
		v.shows("[data-passkey=get] [role=alert]", "It may not belong to this site")
		v.open("/account")
		v.shows("h1", "Sign in")
	}
	recount(count, `"signCount":1000`)
	refused()

	// One that was removed.
	recount(`"signCount":1000`, count)
	v.open("/sign-in")
	v.follow(passkeyButton)
	v.shows("h1", "Overview")
	v.open("/account")
	v.follow("#passkeys form[action$=remove] button")
	v.shows(".done", "Passkey removed.")
	v.signOut()
	refused()
	v.signIn(p.Email)
	v.shows("h1", "Overview")
}

// By keyboard alone, and then without JavaScript.
func testSigningIn(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDemo()
	s.person(access.Operator, reach.All())
	p := s.withPassword(access.Owner, reach.All())
	v := newTab(t, chromium, s.handler)
	v.expect("422")
	v.open("/stores?state=offline")
	v.shows("h1", "Sign in")
	v.seen("#email")
	v.press(p.Email)
	v.tabTo("#password")
	v.press("not this one" + kb.Enter)
	v.shows("[role=alert]", "The e-mail or the password is wrong.")
	v.seen("#password")
	v.press(password + kb.Enter)
	v.shows("h1", "Stores")
	if got := v.path(); got != "/stores?state=offline" {
		t.Errorf("it leads to %s", got)
	}
	v.tabTo("a[href='/account']")
	v.seen("a[href='/account']")
	v.press(kb.Enter)
	v.shows("h1", "Your account")
	v.tabTo("#name")
	v.press("!" + kb.Enter)
	v.shows(".done", "Name changed.")
	v.tabTo("form[action='/sign-out'] button")
	v.press(kb.Enter)
	v.shows(".done", "You are signed out.")

	v.withoutScripts()
	v.open("/account")
	v.write("#email", p.Email)
	v.write("#password", password)
	v.follow("form[action='/sign-in'] button")
	v.shows("h1", "Your account")
	v.write("#current-password", password)
	v.write("#new-password", "staple battery horse")
	v.follow("form[action='/account/password'] button")
	v.shows(".done", "Password changed.")
	v.follow("form[action='/sign-out'] button")
	v.shows(".done", "You are signed out.")
	invited, link := s.invite()
	v.open(link)
	v.write("#password", password)
	v.follow("form[action^='/invitation/'] button")
	v.shows(".who", invited.Name)
}

// withSession gives a tab the cookie of somebody who is signed in.
func (v *tab) withSession(a account) {
	v.t.Helper()
	call(v, network.SetCookie, network.SetCookieParams{Name: "lightson", Value: a.token, URL: v.site, HTTPOnly: new(true), SameSite: network.CookieSameSiteLax})
}

// Whoever has everything: what they see is narrow enough, and axe has nothing to say.
func testAccountPages(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withChains()
	owner := s.person(access.Owner, reach.All())
	clock := s.clock()
	everything, p := s.owner()
	everything.setUpApp(clock)
	for range 2 {
		everything.post("/account/keys", "name", "the till system in the kitchen of the airport", "scope", "read", "reach", "all", "expires", "90", "current_password", password)
	}
	ctx := t.Context()
	if _, _, err := s.server.Accounts().AddPasskey(ctx, p.ID, "the phone with the long name that I got last year", []byte("1"), []byte("{}")); err != nil {
		t.Fatal(err)
	}
	_, link := s.invite()
	v, _ := newPasskeyTab(t, chromium, s.handler)
	v.expect("status of 40")
	look := func(name, path string) {
		t.Helper()
		v.open(path)
		v.do("load axe", chromedp.Evaluate[chromedp.Void](axe+";undefined"))
		for _, width := range []int64{1280, 320} {
			v.width(width)
			for _, scheme := range []string{"light", "dark"} {
				v.scheme(scheme)
				if wide := ask[int](v, "document.documentElement.scrollWidth"); wide > int(width) {
					t.Errorf("%s, %d wide: it scrolls sideways to %d: %s", name, width, wide, ask[string](v, widest))
				}
				for _, found := range ask[findings](v, runAxe).Violations {
					t.Errorf("%s, %d wide, %s: %s (%s) %v", name, width, scheme, found.Help, found.ID, found.Nodes)
				}
			}
		}
		v.width(1280)
	}
	look("sign-in", "/sign-in")
	look("invitation", link)
	look("dead-link", "/invitation/dead")
	v.signIn(p.Email)
	v.shows("h1", "One more step")
	look("factor", "/sign-in/factor")
	v.withSession(owner)
	look("account", "/account")
	v.click("#key-form > summary")
	v.click("#key-form [name=reach][value=some]")
	v.write("#key-group", "a")
	v.until("groups are suggested where there is no htmx", `!window.htmx && document.querySelectorAll("#key-group-list option").length > 0`)
	v.withSession(account{p, everything.cookies["lightson"]})
	look("everything", "/account")
}
