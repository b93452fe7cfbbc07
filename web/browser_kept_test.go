package web_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"lightson/models/access"
	"lightson/models/reach"
)

// A browser has a page sent once, and asks whether it is still the same. Once somebody has
// signed out, nobody finds their pages by Back.
func testKeptPages(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDemo()
	s.person(access.Operator, reach.All()) // the first one must be
	p := s.withPassword(access.Owner, reach.All())
	var mu sync.Mutex
	var answers []string
	v := newTab(t, chromium, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &statusWriter{ResponseWriter: w}
		s.handler.ServeHTTP(seen, r)
		mu.Lock()
		defer mu.Unlock()
		answers = append(answers, r.Method+" "+r.URL.Path+" "+http.StatusText(seen.status)+" "+w.Header().Get("Content-Encoding"))
	}))
	answered := func(what string) bool {
		mu.Lock()
		defer mu.Unlock()
		return slices.Contains(answers, what)
	}
	v.signIn(p.Email)
	v.open("/stores")
	v.open("/groups")
	v.open("/stores")
	v.shows("h1", "Stores")
	for _, want := range []string{"GET /stores OK gzip", "GET /stores Not Modified "} {
		if !answered(want) {
			t.Errorf("%q is not among %q", want, answers)
		}
	}
	if n := ask[int](v, `document.querySelectorAll("#stores tbody tr").length`); n == 0 {
		t.Error("the page that was kept has no stores")
	}
	manifest := ask[string](v, `fetch(document.querySelector("link[rel=manifest]").href).then((a) => a.json()).then((m) => m.name)`)
	if manifest != "Lights On" {
		t.Errorf("the manifest is of %q", manifest)
	}
	v.open("/groups")
	v.back()
	v.shows("h1", "Stores")
	v.open("/groups")
	v.signOut()
	v.back()
	v.until("one is to sign in again", `location.pathname === "/sign-in" && document.querySelector("#email") && !document.querySelector("#stores")`)
	for range 2 {
		v.do("mark the page", chromedp.Evaluate[chromedp.Void]("window.isLeft = true"))
		v.back()
		v.until("the page before it is there", `!window.isLeft && document.readyState === "complete"`)
	}
	v.until("and further back as well", `!document.querySelector("table") && document.querySelector("#email")`)
	if where := v.path(); !strings.HasPrefix(where, "/sign-in") {
		t.Errorf("Back leads to %s", where)
	}
}

// A statusWriter notes the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
