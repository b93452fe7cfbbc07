package static

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func get(path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func TestEveryListedFileIsServedForEverUnderItsHashedName(t *testing.T) {
	for name, contentType := range types {
		w := get(URL(name))
		if w.Code != http.StatusOK || w.Body.Len() == 0 {
			t.Errorf("%s: status %d with %d bytes", name, w.Code, w.Body.Len())
		}
		if got := w.Header().Get("Content-Type"); got != contentType {
			t.Errorf("%s: Content-Type = %q, want %q", name, got, contentType)
		}
		if got := w.Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
			t.Errorf("%s: Cache-Control = %q, want immutable", name, got)
		}
	}
}

func TestNothingElseIsServed(t *testing.T) {
	for _, path := range []string{
		"/static/", "/static/app.css", "/static/static.go", "/static/app.000000000000.css",
		"/static/../static.go", "/static/%2e%2e/static.go",
	} {
		if w := get(path); w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, w.Code)
		}
	}
}

func TestStyleSheetNamesTheFontAsItIsServed(t *testing.T) {
	if css := get(URL("app.css")).Body.String(); !strings.Contains(css, "url("+URL("inter.woff2")+")") {
		t.Error("the style sheet does not name the font by its hashed name")
	}
}

func TestStylesAndScriptsStayUnder100KB(t *testing.T) {
	total := 0
	for name := range types {
		if strings.HasSuffix(name, ".css") || strings.HasSuffix(name, ".js") {
			total += get(URL(name)).Body.Len()
		}
	}
	if total > 100_000 {
		t.Errorf("styles and scripts weigh %d bytes, want at most 100,000", total)
	}
}

func TestWhatIsServedSmallStillSaysTheSame(t *testing.T) {
	for name, words := range map[string][]string{
		"app.css": {
			"--ground:light-dark(#f5f5f2, #0e111a)", "color-mix(in srgb,currentColor 35%,transparent)", "repeating-linear-gradient(-45deg",
			"@media(prefers-reduced-motion:reduce)", "@page", "calc(15rem + 2 * var(--s3) + 4px)", `content:"←\a0"/""`, "minmax(min(100%,15rem),1fr)",
		},
		"app.js": {"use strict", "lightson-", "localStorage", "htmx:beforeRequest"},
	} {
		served := get(URL(name)).Body.String()
		for _, word := range words {
			if !strings.Contains(served, word) {
				t.Errorf("%s: %q is gone", name, word)
			}
		}
		if len(served) >= len(read(name)) {
			t.Errorf("%s: %d bytes are served of %d", name, len(served), len(read(name)))
		}
		if strings.Contains(served, "/*") || strings.Contains(served, "// ---") {
			t.Errorf("%s: a comment is served", name)
		}
	}
}

// The first page of a server pays for it once.
func BenchmarkIndex(b *testing.B) {
	for b.Loop() {
		index()
	}
}
