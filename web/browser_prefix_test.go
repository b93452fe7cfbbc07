package web_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"lightson/models/access"
	"lightson/models/reach"
)

// withinPrefix hands requests on, and remembers those that are not below the prefix.
type withinPrefix struct {
	http.Handler
	mu    sync.Mutex
	count int
	left  []string
}

func (p *withinPrefix) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.count++
	if !strings.HasPrefix(r.URL.Path, prefix+"/") {
		p.left = append(p.left, r.Method+" "+r.URL.Path)
	}
	p.mu.Unlock()
	p.Handler.ServeHTTP(w, r)
}

// Below a path, everything is asked for below it: what pages load, what their scripts ask for
// by themselves, downloads, and where answers lead.
func testBelowPrefix(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDemo().belowPrefix()
	program := withKey(s.key(s.person(access.Operator, reach.All()), access.ReadScope, reach.All()))
	p := s.withPassword(access.Operator, reach.All())
	within := &withinPrefix{Handler: s.handler}
	v := newTab(t, chromium, within)
	v.open(prefix + "/")
	v.shows("h1", "Sign in")
	v.write("#email", p.Email)
	v.write("#password", password)
	v.follow("form[action$='/sign-in'] button")
	v.shows("h1", "Overview")

	v.watch("#reports .badge-word")
	v.click("#generate button")
	v.shows("#reports .badge-word", "Queued")
	s.finish(s.claim(s.latestReport().ID))
	v.shows("#reports .badge-word", "Complete")
	v.wantStates()
	name, content := v.download("#reports .download")
	if want := s.ask(http.MethodGet, prefix+"/get_report/"+s.latestReport().ID, program); content != want.body || strings.Count(content, "\n") != 121 {
		t.Errorf("%s has %d bytes, GET /get_report answers %d with %d", name, len(content), want.StatusCode, len(want.body))
	}

	v.follow("form[action$='/language'] button[value=de]")
	v.until("the page is in German", `document.documentElement.lang === "de"`)
	v.follow(".nav a[href$='/stores']")
	if got := v.path(); got != prefix+"/stores" {
		t.Errorf("the link to all stores leads to %s", got)
	}
	v.until("the next page is in German, too", `document.documentElement.lang === "de"`)
	v.follow("form[action$='/sign-out'] button")
	v.until("one is to sign in again", `location.pathname === "`+prefix+`/sign-in"`)

	within.mu.Lock()
	defer within.mu.Unlock()
	slices.Sort(within.left)
	if left := slices.Compact(within.left); len(left) > 0 || within.count < 10 {
		t.Errorf("of %d requests these left the prefix: %q", within.count, left)
	}
}
