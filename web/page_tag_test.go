package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"lightson/models/access"
	"lightson/models/reach"
	"lightson/static"
)

// unzipped is the body as a browser understands it.
func (a answer) unzipped(t *testing.T) string {
	t.Helper()
	if a.Header.Get("Content-Encoding") != "gzip" {
		return a.body
	}
	r, err := gzip.NewReader(bytes.NewReader([]byte(a.body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Multistream(false)
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return requestIDs.ReplaceAllString(string(text), noID) // which ask could not see
}

// inGzip is what browsers say.
func inGzip(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd") }

// known asks for a page as a browser does that has it.
func known(tag string) func(*http.Request) { return header("If-None-Match", tag) }

func TestEverythingLongIsSentCompressedAndMeansTheSame(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		report, store := s.report().ID, s.snapshot().Stores[0].Code
		s.settled("/")
		for _, target := range []string{
			"/", "/stores", "/stores?q=1", "/stores/" + store, "/outages", "/groups", "/reports", "/reports/" + report, "/imports", "/quality", "/quality/assumed-zone",
			"/targets", "/special-days", "/corrections", "/corrections/new", "/alerts", "/alerts/new", "/digests", "/scheduled-reports", "/channels/new", "/deliveries", "/feeds", "/nowhere", "/?x=1",
			"/stores.csv", "/outages.csv", "/reports/" + report + "/report.csv", "/reports/" + report + "/details.csv", "/get_report/" + report,
			"/api/v1/stores", "/api/v1/stores/" + store, "/api/v1/outages", "/api/v1/quality", "/api/v1/reports/" + report + "/rows", "/api/v1/openapi.yaml", "/stores/" + store + "/openings.ics",
			static.URL("app.css"), static.URL("app.js"), static.URL("htmx.min.js"), static.URL("passkeys.js"), static.URL("favicon.svg"), static.URL("inter-license.txt"),
		} {
			plain := s.ask(http.MethodGet, target)
			a := s.ask(http.MethodGet, target, inGzip)
			if len(plain.body) > 1100 && (a.Header.Get("Content-Encoding") != "gzip" || len(a.body) > len(plain.body)*3/4) {
				t.Errorf("%s: %d of %d bytes are sent in %q", target, len(a.body), len(plain.body), a.Header.Get("Content-Encoding"))
			}
			if plain.Header.Get("Content-Encoding") != "" || !strings.Contains(strings.Join(plain.Header.Values("Vary"), ","), "Accept-Encoding") {
				t.Errorf("%s: in %q, Vary %q", target, plain.Header.Get("Content-Encoding"), plain.Header.Values("Vary"))
			}
			unzipped := answer{a.Response, a.unzipped(t)}
			got, want := answer{a.Response, withoutKeys(t, unzipped)}.comparable(), answer{plain.Response, withoutKeys(t, plain)}.comparable()
			if got = strings.Replace(got, `-gzip"`, `"`, 1); got != want { // strong tags are of bytes
				t.Errorf("%s: compressed it says\n%.300s\nnot\n%.300s", target, got, want)
			}
			head := s.ask(http.MethodHead, target, inGzip)
			for _, name := range []string{"Content-Type", "Content-Encoding", "ETag", "Cache-Control"} {
				got, _, _ := strings.Cut(head.Header.Get(name), ".") // a key is new each time
				if want, _, _ := strings.Cut(a.Header.Get(name), "."); got != want {
					t.Errorf("HEAD %s: %s is %q, want %q", target, name, got, want)
				}
			}
		}
		for _, target := range []string{"/healthz", "/reports/" + report + "/report.xlsx", static.URL("inter.woff2")} {
			if a := s.ask(http.MethodGet, target, inGzip); a.Header.Get("Content-Encoding") != "" {
				t.Errorf("%s is sent in %q", target, a.Header.Get("Content-Encoding"))
			}
		}
	})
}

func TestAPageThatABrowserHasIsNotSentAgain(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		report, store := s.report().ID, s.snapshot().Stores[0].Code
		for _, target := range []string{"/", "/stores", "/stores?q=1&page=1", "/stores/" + store, "/outages", "/groups", "/reports", "/reports/" + report, "/imports", "/quality", "/targets", "/special-days", "/corrections", "/alerts", "/channels", "/?x=1"} {
			first := s.settled(target)
			tag := first.Header.Get("ETag")
			if !strings.HasPrefix(tag, `W/"`) || first.Header.Get("Cache-Control") != "private, no-cache" {
				t.Errorf("%s: ETag %q, Cache-Control %q", target, tag, first.Header.Get("Cache-Control"))
			}
			for name, sent := range map[string]string{"the tag": tag, "one of several": `"other", ` + tag} {
				for _, method := range []string{http.MethodGet, http.MethodHead} {
					a := s.ask(method, target, inGzip, known(sent))
					if a.StatusCode != http.StatusNotModified || a.body != "" || a.Header.Get("ETag") != tag || a.Header.Get("Content-Encoding") != "" || a.Header.Get("Content-Type") != "" {
						t.Errorf("%s %s with %s: status %d, %d bytes, %v", method, target, name, a.StatusCode, len(a.body), a.Header)
					}
					if got := strings.Join(a.Header.Values("Vary"), ", "); got != "HX-Request, HX-Target, Accept-Language, Cookie, Accept-Encoding" {
						t.Errorf("%s: Vary %q", target, got)
					}
				}
			}
			for name, change := range map[string]func(*http.Request){"another tag": known(`W/"other"`), "no tag": known(""), "a part of it": func(r *http.Request) { known(tag)(r); asHTMX(r) }} {
				if a := s.ask(http.MethodGet, target, change); a.StatusCode != http.StatusOK || a.body == "" {
					t.Errorf("%s with %s: status %d", target, name, a.StatusCode)
				}
			}
		}
		for _, target := range []string{"/stores", "/"} {
			if a := s.ask(http.MethodGet, target, asHTMX, header("HX-Target", "stores")); a.Header.Get("ETag") != "" || a.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("a part of %s: ETag %q, Cache-Control %q", target, a.Header.Get("ETag"), a.Header.Get("Cache-Control"))
			}
		}
		for _, target := range []string{"/nowhere", "/stores?sort=colour", "/audit", "/sign-in"} {
			if a := s.ask(http.MethodGet, target); a.Header.Get("ETag") != "" || a.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: ETag %q, Cache-Control %q", target, a.Header.Get("ETag"), a.Header.Get("Cache-Control"))
			}
		}
	})
}

func TestAPageIsSentAgainAsSoonAsItSaysSomethingElse(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		clock := now
		s.server.SetClock(func() time.Time { return clock })
		store := s.snapshot().Stores[0].Code
		targets := []string{"/", "/stores", "/stores/" + store, "/groups", "/quality", "/imports", "/targets"}
		tags := map[string]string{}
		look := func(what string, changed bool) {
			t.Helper()
			s.settled("/")
			for _, target := range targets {
				a := s.ask(http.MethodGet, target, known(tags[target]))
				if changed == (a.StatusCode == http.StatusNotModified) {
					t.Errorf("%s: %s: status %d", what, target, a.StatusCode)
				}
				tags[target] = a.Header.Get("ETag")
			}
		}
		look("at first", true)
		look("again", false)
		clock = clock.Add(time.Minute)
		look("a minute later, when data are a minute older", true)
		look("and again", false)
		s.load(file{"polls.csv", "store_id,status,timestamp_utc\n" + store + ",inactive,2023-01-25 18:20:00 UTC\n"})
		s.snapshot() // pages may show the figures before until there are newer ones
		look("after an import", true)
		look("and once more", false)
		a := s.ask(http.MethodGet, "/stores/"+store, known(tags["/"]))
		if a.StatusCode != http.StatusOK {
			t.Errorf("a tag of another page: status %d", a.StatusCode)
		}
	})
}

// A form whose key was used would show the report that was asked for already.
func TestAFormIsNotKeptWithAKeyThatWasUsed(t *testing.T) {
	s := onSQLite(t).withDemo()
	for _, target := range []string{"/", "/reports"} {
		first := s.settled(target)
		key, tag := first.page(t).Find("[data-key]").AttrOr("value", ""), first.Header.Get("ETag")
		if a := s.ask(http.MethodGet, target, known(tag)); a.StatusCode != http.StatusNotModified {
			t.Errorf("%s before: status %d", target, a.StatusCode)
		}
		if a := s.ask(http.MethodGet, target, known(strings.Replace(tag, key, "0f6ba946-27eb-7dcf-b494-01a217d0e14c", 1))); a.StatusCode != http.StatusNotModified {
			t.Errorf("%s with a key that nobody used: status %d", target, a.StatusCode)
		}
		for _, made := range []string{strings.Replace(tag, key, "", 1), strings.Replace(tag, key, "x", 1), strings.Replace(tag, "."+key, "", 1), "*"} {
			if a := s.ask(http.MethodGet, target, known(made)); a.StatusCode != http.StatusOK {
				t.Errorf("%s with the tag %s: status %d", target, made, a.StatusCode)
			}
		}
		s.finishAll() // so that it is not joined
		asked := s.ask(http.MethodPost, "/reports", form("key", key))
		a := s.ask(http.MethodGet, target, known(tag))
		if asked.StatusCode != http.StatusSeeOther || a.StatusCode != http.StatusOK || a.page(t).Find("[data-key]").AttrOr("value", key) == key {
			t.Errorf("%s: asked %d, then %d with the key %q", target, asked.StatusCode, a.StatusCode, a.page(t).Find("[data-key]").AttrOr("value", ""))
		}
	}
}

func TestNobodyIsToldThatThePageOfAnotherIsStillTheSame(t *testing.T) {
	s := onSQLite(t).withChains()
	some := reach.Of([]string{s.snapshot().Groups()[0].Name}, nil)
	one, other, all := s.person(access.Owner, some), s.person(access.Owner, some), s.person(access.Operator, reach.All())
	for _, target := range []string{"/", "/stores", "/groups", "/outages", "/reports", "/targets"} {
		tags := map[string]string{}
		for _, a := range []account{one, other, all} {
			tag := s.settled(target, s.as(a)).Header.Get("ETag")
			if tag == "" || tags[tag] != "" {
				t.Errorf("%s: %s has the tag %q, as has %q", target, a.Name, tag, tags[tag])
			}
			tags[tag] = a.Name
		}
		for tag, whose := range tags {
			for _, a := range []account{one, other, all} {
				want := http.StatusOK
				if a.Name == whose {
					want = http.StatusNotModified
				}
				if got := s.ask(http.MethodGet, target, s.as(a), known(tag)); got.StatusCode != want {
					t.Errorf("%s: %s with the tag of %s: status %d, want %d", target, a.Name, whose, got.StatusCode, want)
				}
			}
			if got := s.ask(http.MethodGet, target, known(tag)); got.StatusCode != http.StatusSeeOther {
				t.Errorf("%s: nobody with the tag of %s: status %d", target, whose, got.StatusCode)
			}
			if got := s.ask(http.MethodGet, target, known("*")); got.StatusCode != http.StatusSeeOther {
				t.Errorf("%s: nobody with any tag: status %d", target, got.StatusCode)
			}
		}
	}
}

func TestSigningOutHasTheBrowserForgetPages(t *testing.T) {
	s := onSQLite(t)
	a := s.ask(http.MethodPost, "/sign-out", s.as(s.person(access.Owner, reach.All())))
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Clear-Site-Data") != `"cache"` {
		t.Errorf("status %d, Clear-Site-Data %q", a.StatusCode, a.Header.Get("Clear-Site-Data"))
	}
}

func TestATenthOfAStaticFileIsATenthOfIt(t *testing.T) {
	s := onSQLite(t)
	for _, name := range []string{"app.css", "inter.woff2"} {
		whole := s.ask(http.MethodGet, static.URL(name)).body
		a := s.ask(http.MethodGet, static.URL(name), inGzip, header("Range", "bytes=100-199"))
		if a.StatusCode != http.StatusPartialContent || a.Header.Get("Content-Encoding") != "" || a.body != whole[100:200] {
			t.Errorf("%s: status %d in %q, %d bytes", name, a.StatusCode, a.Header.Get("Content-Encoding"), len(a.body))
		}
	}
}
