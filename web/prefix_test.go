package web_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/labstack/echo/v4"
	"golang.org/x/net/html"

	"lightson/models/access"
	"lightson/models/reach"
	"lightson/static"
	"lightson/web"
)

const prefix = "/lightson"

// belowPrefix has the site reached below a path, through a proxy that hands the path on.
func (s *site) belowPrefix() *site {
	s.t.Helper()
	return s.reached("127.0.0.1:8080", "", "https://example.com"+prefix)
}

// keepsPath are attributes that say a path which nobody asks for: what is sent back as it is.
var keepsPath = []string{"value", "data-next"}

// wantBelow checks that no address of a page is above the prefix.
func wantBelow(t *testing.T, where string, page *goquery.Document) {
	t.Helper()
	page.Find("*").Each(func(_ int, e *goquery.Selection) {
		for _, a := range e.Get(0).Attr {
			switch {
			case strings.HasPrefix(a.Val, prefix+"/") && slices.Contains(web.AddressAttributes, a.Key), slices.Contains(keepsPath, a.Key):
			case strings.HasPrefix(a.Val, "/"), strings.Contains(a.Val, "url=/"), a.Key == "srcset", a.Key == "style" && strings.Contains(a.Val, "url("):
				t.Errorf("%s: <%s %s=%q>", where, e.Get(0).Data, a.Key, a.Val)
			}
		}
	})
}

// wantAnswers checks that everything to which a page leads is there, whatever the method.
func wantAnswers(s *site, where string, page *goquery.Document, asked map[string]bool) {
	s.t.Helper()
	for _, attribute := range web.AddressAttributes {
		page.Find("[" + attribute + "]").Each(func(_ int, e *goquery.Selection) {
			link, _, _ := strings.Cut(e.AttrOr(attribute, ""), "#")
			kind := kindOf(strings.TrimPrefix(link, prefix))
			if !strings.HasPrefix(link, "/") || asked[attribute+kind] {
				return
			}
			asked[attribute+kind] = true
			a := s.ask(http.MethodGet, link)
			if a.StatusCode == http.StatusNotFound && attribute != "href" { // a GET may be of another route
				a = s.ask(http.MethodOptions, link)
			}
			if a.StatusCode != http.StatusOK && a.StatusCode != http.StatusMethodNotAllowed && a.StatusCode != http.StatusNoContent && !strings.Contains(a.Header.Get("Location"), "://") {
				s.t.Errorf("%s: <%s %s=%q> leads to status %d", where, e.Get(0).Data, attribute, link, a.StatusCode)
			}
		})
	}
}

func TestNoPageOfASiteBelowAPathLeadsOutOfIt(t *testing.T) {
	s, list := places(t)
	s.belowPrefix()
	asked := map[string]bool{}
	for _, p := range list {
		a := s.ask(http.MethodGet, prefix+p.path)
		page := a.page(t)
		wantBelow(t, p.name, page)
		wantAnswers(s, p.name, page, asked)
		if stripped := s.ask(http.MethodGet, p.path); withoutKeys(t, stripped) != withoutKeys(t, a) {
			t.Errorf("%s: a proxy that takes the prefix off gets another page", p.name)
		}
		zipped := s.ask(http.MethodGet, prefix+p.path, inGzip)
		if zipped.Header.Get("Content-Encoding") == "gzip" {
			zipped.body = zipped.unzipped(t)
		}
		if withoutKeys(t, zipped) != withoutKeys(t, a) {
			t.Errorf("%s: compressed, it is another page", p.name)
		}
	}
	if len(asked) < 120 {
		t.Errorf("only %d kinds of addresses were found", len(asked))
	}
	if a := s.ask(http.MethodGet, prefix); a.StatusCode != http.StatusOK || a.page(t).Find("#stores, .verdict, main").Length() == 0 {
		t.Errorf("%s: status %d", prefix, a.StatusCode)
	}
	for _, target := range []string{prefix + "x", prefix + "x/stores", "/x" + prefix, prefix + prefix} {
		if a := s.ask(http.MethodGet, target); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", target, a.StatusCode)
		}
	}
}

// What is in JSON, in headers and in files leads below the path, too.
func TestScriptsBelowAPathAreLedBelowIt(t *testing.T) {
	s, list := places(t)
	s.belowPrefix()
	get := func(target string) answer {
		t.Helper()
		a := s.ask(http.MethodGet, prefix+target, asScript)
		if a.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", target, a.StatusCode)
		}
		return a
	}
	for _, target := range []string{"/api/v1/reports?limit=1", "/api/v1/imports?limit=100", "/api/v1/stores?limit=2", "/api/v1/audit?limit=2", "/api/v1/sources", "/api/v1/corrections"} {
		a := get(target)
		if path := regexp.MustCompile(`"/(?:[a-z]*/)*`).FindString(strings.ReplaceAll(a.body, `"`+prefix+"/", "")); path != "" {
			t.Errorf("%s: %s: %s", target, path, a.body)
		}
		if link := a.Header.Get("Link"); link != "" && !strings.HasPrefix(link, "<"+prefix+"/api/v1/") {
			t.Errorf("%s: Link %s", target, link)
		}
	}
	reports := readJSON[struct {
		Reports []struct {
			Result *struct {
				RowsURL string `json:"rows_url"`
			} `json:"result"`
		} `json:"reports"`
	}](t, get("/api/v1/reports?limit=100").body)
	rows := 0
	for _, r := range reports.Reports {
		if r.Result != nil {
			rows++
			if a := s.ask(http.MethodGet, r.Result.RowsURL, asScript); !strings.HasPrefix(r.Result.RowsURL, prefix+"/api/") || a.StatusCode != http.StatusOK {
				t.Errorf("rows at %q: status %d", r.Result.RowsURL, a.StatusCode)
			}
		}
	}
	if rows == 0 {
		t.Error("no report leads to its rows")
	}

	a := s.ask(http.MethodPost, prefix+"/trigger_report", asScript)
	if to := a.Header.Get("Location"); !strings.HasPrefix(to, prefix+"/get_report/") {
		t.Errorf("a report that was asked for is at %q", to)
	}
	a = s.ask(http.MethodPost, prefix+"/reports", form("key", ""), header("Referer", "https://example.com"+prefix+"/reports"))
	if to := a.Header.Get("Location"); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, prefix+"/reports/") {
		t.Errorf("status %d to %q: %s", a.StatusCode, to, a.body)
	}
	a = s.ask(http.MethodPost, prefix+"/language", form("language", "de"), header("Referer", "https://example.com"+prefix+list[0].path), func(r *http.Request) { r.Host = "example.com" })
	if to := a.Header.Get("Location"); to != prefix+list[0].path {
		t.Errorf("a language that was chosen leads to %q, want %q", to, prefix+list[0].path)
	}

	document := get("/api/v1/openapi.yaml").body
	if !strings.Contains(document, "\nservers:\n  - url: "+prefix+"\n") {
		t.Error("the description is not of the servers below the path")
	}
	sheet := get(static.URL("app.css")).body
	for _, file := range regexp.MustCompile(`url\(([^)]*)\)`).FindAllStringSubmatch(sheet, -1) {
		get("/static/" + file[1])
	}
	manifest := readJSON[struct {
		StartURL string `json:"start_url"`
		Scope    string
		Icons    []struct{ Src string }
	}](t, get("/manifest.webmanifest").body)
	for _, icon := range manifest.Icons {
		get("/" + icon.Src)
	}
	if manifest.StartURL != "." || manifest.Scope != "." || len(manifest.Icons) == 0 {
		t.Errorf("the manifest says %+v", manifest)
	}
}

func readJSON[T any](t *testing.T, text string) (value T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return value
}

// A session below a path is nobody else's at that host.
func TestPeopleSignInBelowAPath(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		proxies, err := web.ParseProxies("192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		s.server.Trust(proxies, "")
		s.belowPrefix()
		p := s.withPassword(access.Operator, reach.All())
		tls := func(r *http.Request) {
			r.Host = "example.com"
			r.Header.Set("X-Forwarded-Proto", "https")
		}
		v := s.visitor(tls)
		v.get(prefix+"/stores?q=1").leadsTo(t, prefix+"/sign-in?next=%2Fstores%3Fq%3D1")
		part := v.get(prefix+"/news", asHTMX, header("HX-Current-URL", "https://example.com"+prefix+"/outages"))
		if to := part.Header.Get("HX-Redirect"); to != prefix+"/sign-in?next=%2Foutages" {
			t.Errorf("htmx is sent to %q", to)
		}
		page := v.get(prefix + "/sign-in?next=%2Fstores%3Fq%3D1").page(t)
		wantBelow(t, "sign-in", page)
		in := v.post(page.Find("form").First().AttrOr("action", "none"), "email", p.Email, "password", password, "next", page.Find("[name=next]").AttrOr("value", ""))
		in.leadsTo(t, prefix+"/stores?q=1")
		for _, c := range in.Cookies() {
			if c.Path != prefix || !c.Secure || !c.HttpOnly || !strings.HasPrefix(c.Name, "__Secure-lightson") {
				t.Errorf("the cookie %s", c)
			}
		}
		if len(in.Cookies()) == 0 {
			t.Error("no session begins")
		}
		for _, target := range []string{"/account", "/people", "/people/" + p.ID, "/audit", "/feeds"} {
			a := v.get(prefix + target)
			if a.StatusCode != http.StatusOK {
				t.Errorf("%s: status %d", target, a.StatusCode)
			}
			wantBelow(t, target, a.page(t))
		}
		invited := v.post(prefix+"/people", "email", "new@example.com", "role", "viewer", "reach", "all").page(t)
		wantBelow(t, "an invitation", invited)
		if link := invited.Find("[value*='/invitation/']").AttrOr("value", ""); !strings.HasPrefix(link, "https://example.com"+prefix+"/invitation/") {
			t.Errorf("the invitation is at %q", link)
		}
		v.post(prefix+"/sign-out").leadsTo(t, prefix+"/sign-in?out=1")
		if v.get(prefix+"/stores").StatusCode != http.StatusSeeOther {
			t.Error("still signed in")
		}
	})
}

func TestAPrefixIsPutBeforeAddressesAndNothingElse(t *testing.T) {
	for in, want := range map[string]string{
		`<a href="/">/x</a>`:                                     `<a href="/p/">/x</a>`,
		`<a class=x href=/stores>`:                               `<a class=x href=/p/stores>`,
		`<a title="a > b" href='/stores?a=/b#/c'>`:               `<a title="a > b" href='/p/stores?a=/b#/c'>`,
		`<a title='href="/x"' HREF = "/y">`:                      `<a title='href="/x"' HREF = "/p/y">`,
		`<a href="//evil.example/">`:                             `<a href="//evil.example/">`,
		`<a href="https://evil.example/">`:                       `<a href="https://evil.example/">`,
		`<a href="#x"><a href="?q=/"><a href="">`:                `<a href="#x"><a href="?q=/"><a href="">`,
		`<a href="/p"><a href="/p/x"><a href="/p?x">`:            `<a href="/p"><a href="/p/x"><a href="/p?x">`,
		`<a href="/px">`:                                         `<a href="/p/px">`,
		`<form action="/a"><button formaction="/b">`:             `<form action="/p/a"><button formaction="/p/b">`,
		`<div hx-get="/a" hx-post=/b hx-target="/c"/>`:           `<div hx-get="/p/a" hx-post=/p/b hx-target="/c"/>`,
		`<script>"<a href='/x'>"</script><!-- <a href="/x"> -->`: `<script>"<a href='/x'>"</script><!-- <a href="/x"> -->`,
		`<textarea><a href="/x"></textarea><title><a href="/">`:  `<textarea><a href="/x"></textarea><title><a href="/">`,
		`<input disabled value="/x"><img src="/y"/>`:             `<input disabled value="/x"><img src="/p/y"/>`,
		`<tr><td><a href="/x">`:                                  `<tr><td><a href="/p/x">`,
		`a < b & c <a href="/x`:                                  `a < b & c <a href="/x`,
		``:                                                       ``,
	} {
		if got := string(web.LinksBelow("/p", []byte(in))); got != want {
			t.Errorf("%s\nbecame %s\nwant   %s", in, got, want)
		}
		if got := string(web.LinksBelow("", []byte(in))); got != in {
			t.Errorf("without a prefix %s became %s", in, got)
		}
	}
	for in, want := range map[string]string{
		`{"rows_url":"/a","x":"/b","url": "/c"}`:        `{"rows_url":"/p/a","x":"/b","url": "/p/c"}`,
		`{"rows_url":null,"x":"/b"}`:                    `{"rows_url":null,"x":"/b"}`,
		`{"rows_url":["/a"]}`:                           `{"rows_url":["/a"]}`,
		`{"rows_url":"https://a/b","a":"x_url"}`:        `{"rows_url":"https://a/b","a":"x_url"}`,
		`{"note":"rows_url\":\"/a","n":"_url","m":"/"}`: `{"note":"rows_url\":\"/a","n":"_url","m":"/"}`,
		`{"curl":"/a"}` + "\n" + `{"_url":"/b"}`:        `{"curl":"/a"}` + "\n" + `{"_url":"/p/b"}`,
		`["url","/a"]`:                                  `["url","/a"]`,
		`{"a_url":"\u002fx","b_url":"\\/x"}`:            `{"a_url":"\u002fx","b_url":"\\/x"}`,
	} {
		if got := web.JSONBelow("/p", in); got != want {
			t.Errorf("%s\nbecame %s\nwant   %s", in, got, want)
		}
		if got := web.JSONBelow("/p", strings.Split(in, "")...); got != want {
			t.Errorf("byte by byte %s\nbecame %s\nwant   %s", in, got, want)
		}
	}
}

// FuzzAPrefixChangesNothingElse takes the prefixes out again.
func FuzzAPrefixChangesNothingElse(f *testing.F) {
	for _, seed := range []string{`<a href="/">`, `<a href='/x' =/ src=/y>`, `<script><a href="/x">`, `<a b=c=d href=/ >`, `<a/href="/x">`, `<a href=`, `<a href="`, "<a href=\x00/>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if strings.Contains(in, "/~p") {
			return
		}
		out := web.LinksBelow("/~p", []byte(in))
		if back := strings.ReplaceAll(string(out), "/~p/", "/"); back != in {
			t.Errorf("%q became %q", in, out)
		}
		if again := web.LinksBelow("/~p", out); string(again) != string(out) {
			t.Errorf("%q became %q, and then %q", in, out, again)
		}
		tags := html.NewTokenizer(strings.NewReader(string(out)))
		for kind := tags.Next(); kind != html.ErrorToken; kind = tags.Next() {
			for _, a := range tags.Token().Attr {
				if strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "//") && !strings.HasPrefix(a.Val, "/~p") && slices.Contains(web.AddressAttributes, a.Key) && a.Key == strings.TrimSpace(a.Key) && strings.Count(in, "=") == 1 && !strings.Contains(in, "&") {
					t.Errorf("%q became %q, which leads to %q", in, out, a.Val)
				}
			}
		}
	})
}

// Whatever sends pages in another way would forget the prefix.
func TestPagesAreSentInOneWay(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	sends := regexp.MustCompile(`\.HTMLBlob\(|\.HTML\(|MIMETextHTML|"Content-Type", "text/html`)
	var found []string
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(file, "_test.go") && sends.Match(content) {
			found = append(found, file)
		}
	}
	if !slices.Equal(found, []string{"packed.go", "render.go"}) {
		t.Errorf("HTML is sent by %v; expected render, which puts the prefix before addresses, and the pages that it makes", found)
	}
}

// A prefix that began like a route could not be told from it.
func TestNoRouteCanBeTakenForAPrefix(t *testing.T) {
	s := onSQLite(t)
	router, is := s.handler.(*echo.Echo)
	if !is {
		t.Fatalf("the handler is a %T", s.handler)
	}
	for _, route := range router.Routes() {
		first, _, _ := strings.Cut(strings.TrimPrefix(route.Path, "/"), "/")
		first = strings.TrimSuffix(first, "*")
		if first != "" && !slices.Contains(web.OwnSegments, first) {
			t.Errorf("%q begins the route %s and is not in ownSegments", first, route.Path)
		}
	}
}
