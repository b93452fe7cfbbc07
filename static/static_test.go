package static

import (
	"encoding/json"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

func get(path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	Handler(func(*http.Request) bool { return false }).ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
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
	if css := get(URL("app.css")).Body.String(); !strings.Contains(css, "url("+strings.TrimPrefix(URL("inter.woff2"), Prefix)+")") {
		t.Error("the style sheet does not name the font by its hashed name")
	}
}

// A page has either htmx or the passkeys, see views/page.templ.
func TestStylesAndScriptsOfAPageStayUnder100KB(t *testing.T) {
	weight, either := map[string]int{}, []string{"htmx.min.js", "passkeys.js"}
	total := 0
	for name := range types {
		if strings.HasSuffix(name, ".css") || strings.HasSuffix(name, ".js") {
			weight[name] = get(URL(name)).Body.Len()
			total += weight[name]
		}
	}
	for _, without := range either {
		if weight[without] == 0 {
			t.Errorf("there is no %s", without)
		}
		if page := total - weight[without]; page > 100_000 {
			t.Errorf("without %s, styles and scripts weigh %d bytes, want at most 100,000", without, page)
		}
	}
}

func TestWhatIsServedSmallStillSaysTheSame(t *testing.T) {
	for name, words := range map[string][]string{
		"app.css": {
			":light-dark(#f5f5f2, #0e111a)", "color-mix(in srgb,currentColor 35%,transparent)", "repeating-linear-gradient(-45deg",
			"@media(prefers-reduced-motion:reduce)", "@page", "calc(15rem + 2 * .75rem + 4px)", `content:"←\a0"/""`, "minmax(min(100%,17rem),1fr)",
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

func TestBrowsersFindIconsAndTheManifestWhereTheyLook(t *testing.T) {
	handler := RootHandler(func(r *http.Request) bool { return r.Header.Get("Accept-Encoding") == "gzip" })
	ask := func(method, path string, headers ...string) *httptest.ResponseRecorder {
		r, w := httptest.NewRequest(method, path, nil), httptest.NewRecorder()
		for n := 0; n < len(headers); n += 2 {
			r.Header.Set(headers[n], headers[n+1])
		}
		handler.ServeHTTP(w, r)
		return w
	}
	if len(Root) != len(rootTypes) {
		t.Errorf("%d paths for %d files", len(Root), len(rootTypes))
	}
	for _, path := range Root {
		w := ask(http.MethodGet, path)
		if w.Code != http.StatusOK || w.Body.Len() == 0 || w.Header().Get("Content-Type") != rootTypes[path[1:]] || w.Header().Get("Cache-Control") != "public, max-age=86400" {
			t.Errorf("%s: status %d, %d bytes, %v", path, w.Code, w.Body.Len(), w.Header())
		}
		if w := ask(http.MethodGet, path, "If-None-Match", w.Header().Get("ETag")); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
			t.Errorf("%s, known: status %d", path, w.Code)
		}
		if w := ask(http.MethodPost, path); w.Code != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: status %d", path, w.Code)
		}
	}
	if w := ask(http.MethodGet, "/icon-192.png"); w.Code != http.StatusNotFound {
		t.Errorf("another file: status %d", w.Code)
	}

	var manifest struct {
		Name, Display string
		ShortName     string `json:"short_name"`
		StartURL      string `json:"start_url"`
		Icons         []struct{ Src, Sizes, Type, Purpose string }
	}
	if err := json.Unmarshal(ask(http.MethodGet, "/manifest.webmanifest").Body.Bytes(), &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Name != "Lights On" || manifest.ShortName != "Lights On" || manifest.StartURL != "." || manifest.Display != "standalone" {
		t.Errorf("%+v", manifest)
	}
	found := map[string]bool{}
	for _, icon := range manifest.Icons {
		w := get("/" + icon.Src) // relative to the manifest
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != icon.Type {
			t.Errorf("icon %+v: status %d, %s", icon, w.Code, w.Header().Get("Content-Type"))
			continue
		}
		if icon.Type == "image/png" {
			size, err := png.DecodeConfig(w.Body)
			if err != nil || fmt.Sprintf("%dx%d", size.Width, size.Height) != icon.Sizes {
				t.Errorf("icon %+v is %d by %d (%v)", icon, size.Width, size.Height, err)
			}
		}
		found[icon.Sizes+" "+icon.Purpose] = true
	}
	if !found["192x192 "] || !found["512x512 "] || !found["512x512 maskable"] {
		t.Errorf("found %v", found)
	}
}

func TestFilesAreCompressedOnceAndOnlyIfThatMakesThemSmaller(t *testing.T) {
	handler := Handler(func(r *http.Request) bool { return r.Header.Get("Accept-Encoding") == "gzip" })
	for name := range types {
		plain := get(URL(name))
		r, w := httptest.NewRequest(http.MethodGet, URL(name), nil), httptest.NewRecorder()
		r.Header.Set("Accept-Encoding", "gzip")
		handler.ServeHTTP(w, r)
		f, _ := Open(strings.TrimPrefix(URL(name), Prefix))
		small := isText(f.ContentType)
		if small != (w.Header().Get("Content-Encoding") == "gzip") || small != (w.Body.Len() < plain.Body.Len()) {
			t.Errorf("%s: %d of %d bytes in %q", name, w.Body.Len(), plain.Body.Len(), w.Header().Get("Content-Encoding"))
		}
		if small == (w.Header().Get("ETag") == plain.Header().Get("ETag")) || plain.Header().Get("ETag") == "" {
			t.Errorf("%s: ETag %s, compressed %s", name, plain.Header().Get("ETag"), w.Header().Get("ETag"))
		}
		if got := w.Header().Get("Content-Length"); got != strconv.Itoa(w.Body.Len()) {
			t.Errorf("%s: %d bytes, %s are promised", name, w.Body.Len(), got)
		}
		if once := f.zipped(); small && &once[0] != &f.zipped()[0] {
			t.Errorf("%s is compressed at each request", name)
		}
	}
}
