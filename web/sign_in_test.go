package web_test

import (
	"net/http"
	"testing"

	"lightson/models/access"
	"lightson/models/reach"
)

func TestPeopleSignInByPassword(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.withPassword(access.Operator, reach.All())
		v := s.visitor()
		v.get("/stores?q=1").leadsTo(t, "/sign-in?next=%2Fstores%3Fq%3D1")
		if a := v.signIn(p.Email, "wrong horse battery"); a.StatusCode != http.StatusUnprocessableEntity || v.isSignedIn() {
			t.Errorf("a wrong password: status %d", a.StatusCode)
		}
		v.post("/sign-in", "email", p.Email, "password", password, "next", "/stores?q=1").leadsTo(t, "/stores?q=1")
		if !v.isSignedIn() {
			t.Error("nobody is signed in")
		}
		v.post("/sign-out").leadsTo(t, "/sign-in?out=1")
		if v.isSignedIn() {
			t.Error("still signed in")
		}
		// Made for the tests of all pages.
		owner := s.person(access.Owner, reach.All())
		if a := s.ask(http.MethodGet, "/", s.as(owner)); a.StatusCode != http.StatusOK {
			t.Errorf("an owner: status %d", a.StatusCode)
		}
		if a := s.ask(http.MethodGet, "/api/v1/stores", withKey(s.key(owner, access.ReadScope, reach.All()))); a.StatusCode != http.StatusOK {
			t.Errorf("a key: status %d, %s", a.StatusCode, a.body)
		}
	})
}
