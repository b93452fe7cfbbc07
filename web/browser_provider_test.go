package web_test

import (
	"context"
	"strings"
	"testing"
)

// From the button to the provider's page, which is another site, and back. Cookies that a
// browser keeps from answers to other sites would not come back with it.
func testProvider(t *testing.T, chromium context.Context) {
	i := newIssuer(t)
	i.URL = strings.Replace(i.URL, "127.0.0.1", "localhost", 1)
	s := onSQLite(t).signingInAt(i, usualRules)
	v := newTab(t, chromium, s.handler)
	v.expect("favicon.ico") // of the provider
	v.open("/stores?state=offline")
	v.shows("h1", "Sign in")
	v.follow(`a[href^="/sign-in/oidc"]`)
	v.shows("h1", "Company Login")
	v.follow("button")
	v.shows("header", "Ann <b>Kowalski</b>")
	if got := v.path(); got != "/stores?state=offline" {
		t.Errorf("the sign-in leads to %s", got)
	}
	v.follow(`form[action="/sign-out"] button`)
	v.shows("main", "You may still be signed in at Company Login.")
	// Without JavaScript it is the same.
	v.withoutScripts()
	v.open("/sign-in/oidc")
	v.shows("h1", "Company Login")
	v.click("button")
	v.shows("header", "Ann <b>Kowalski</b>")
}
