package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lightson/models/access"
	"lightson/models/reach"
	"lightson/static"
)

// Whoever installs the site, or only asks for its icon, may not have signed in, and phones send
// no cookies along.
func TestIconsAndTheManifestNeedNoSignIn(t *testing.T) {
	s := onSQLite(t)
	s.person(access.Operator, reach.All()) // so that people sign in
	page := s.ask(http.MethodGet, "/sign-in").page(t)
	for _, link := range []string{`link[rel=icon][sizes]`, `link[rel=icon][type="image/svg+xml"]`, `link[rel=apple-touch-icon]`, `link[rel=manifest]`} {
		target := page.Find(link).AttrOr("href", "")
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			a := s.ask(method, target, inGzip)
			if a.StatusCode != http.StatusOK || !strings.HasPrefix(a.Header.Get("Cache-Control"), "public, max-age=") || a.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s %s: status %d, Cache-Control %q", method, target, a.StatusCode, a.Header.Get("Cache-Control"))
			}
		}
	}
	for _, path := range static.Root {
		if a := s.ask(http.MethodPost, path); a.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: status %d", path, a.StatusCode)
		}
	}
	if n := page.Find(`meta[name="theme-color"][content][media]`).Length(); n != 2 {
		t.Errorf("%d theme colours", n)
	}
	if page.Find(`meta[name=description]`).AttrOr("content", "") == "" {
		t.Error("no description")
	}
}

func TestOnlyASharedPageTellsMessagesWhatItIs(t *testing.T) {
	s := onSQLite(t).withChains()
	maker := s.person(access.Owner, reach.All())
	report := s.report()
	preview := func(page *goquery.Document) map[string]string {
		found := map[string]string{}
		page.Find("meta[property^='og:']").Each(func(_ int, e *goquery.Selection) {
			found[e.AttrOr("property", "")] = e.AttrOr("content", "")
		})
		return found
	}
	page := s.ask(http.MethodGet, s.share(s.as(maker), report.ID, "7")).page(t)
	if got := preview(page); got["og:title"] == "" || got["og:title"] != text(page.Find("h1")) || !strings.HasSuffix(got["og:description"], maker.Name) {
		t.Errorf("a shared report: %v", got)
	}
	for _, target := range []string{"/", "/reports/" + report.ID, "/sign-in"} {
		if got := preview(s.ask(http.MethodGet, target, s.as(maker)).page(t)); len(got) > 0 {
			t.Errorf("%s: %v", target, got)
		}
	}
}
