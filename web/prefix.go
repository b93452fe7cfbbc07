package web

import (
	"cmp"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// The path of LIGHTSON_URL, such as /lightson, is the prefix of this site at a host that has
// others, too. Handlers and templates do not know it: it is taken off what comes in, and put
// before every address that goes out, here and in render. Without a prefix none of this runs.
//
// The prefix never is the beginning of a route of ours (ownSegments), so an address that has it
// already is known by that and left alone.

// ownSegments begin the paths of routes. A prefix that began with one of them could not be told
// from the route: proxies may hand on the prefix, or take it off.
var ownSegments = []string{
	"account", "acknowledge", "alerts", "api", "apple-touch-icon.png", "audit", "audit.csv", "channels", "confirm", "corrections", "debug", "deliveries", "demo", "digests",
	"favicon.ico", "feeds", "gallery", "get_report", "groups", "healthz", "hours", "imports", "invitation", "language", "manifest.webmanifest", "mcp", "metrics", "news",
	"outages", "outages.csv", "people", "quality", "readyz", "reports", "sales", "samples", "scheduled-reports", "shared", "sign-in", "sign-out", "special-days", "sql",
	"static", "stores", "stores.csv", "targets", "trigger_report", "unsubscribe",
}

// plainPath is what a prefix may be: words that no program escapes or resolves.
var plainPath = regexp.MustCompile(`^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$`)

// isPrefix reports whether a site can be served below a path, which is empty or begins with "/".
func isPrefix(path string) bool {
	if path == "" {
		return true
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return plainPath.MatchString(path) && !slices.Contains(ownSegments, first)
}

// prefix is the path below which the site is reached, "/lightson"; empty at the root of its host.
func (s *Server) prefix() string {
	if s.settings.URL == nil {
		return ""
	}
	return s.settings.URL.Path
}

const prefixKey = "prefix"

// prefixOf is the prefix of the answer to a request.
func prefixOf(c echo.Context) string {
	prefix, _ := c.Get(prefixKey).(string)
	return prefix
}

// below serves the site below its prefix. A proxy may hand the prefix on or take it off.
func (s *Server) below(next echo.HandlerFunc) echo.HandlerFunc {
	prefix := s.prefix()
	if prefix == "" {
		return next
	}
	return func(c echo.Context) error {
		withoutPrefix(c.Request(), prefix)
		c.Set(prefixKey, prefix)
		answer := c.Response()
		answer.Writer = &prefixWriter{ResponseWriter: answer.Writer, prefix: prefix} // compress takes it away, after errors are shown
		return next(c)
	}
}

// withoutPrefix takes the prefix off the addresses of a request.
func withoutPrefix(r *http.Request, prefix string) {
	cutPath(r.URL, prefix)
	for _, name := range []string{string(refererHeader), "HX-Current-URL"} {
		if from, err := url.Parse(r.Header.Get(name)); err == nil && cutPath(from, prefix) {
			r.Header.Set(name, from.String())
		}
	}
}

// cutPath takes the prefix off a path, and reports whether it was there.
func cutPath(u *url.URL, prefix string) bool {
	path, found := cutPrefix(u.Path, prefix)
	escaped, foundEscaped := cutPrefix(u.RawPath, prefix)
	if !found || u.RawPath != "" && !foundEscaped {
		return false
	}
	u.Path, u.RawPath = path, ""
	if foundEscaped {
		u.RawPath = escaped
	}
	return true
}

// cutPrefix takes the prefix off a path, and reports whether it was there as a whole.
func cutPrefix(path, prefix string) (rest string, found bool) {
	rest, found = strings.CutPrefix(path, prefix)
	if !found || rest != "" && !strings.HasPrefix(rest, "/") {
		return path, false
	}
	return cmp.Or(rest, "/"), true
}

// withPrefix puts the prefix before an address of this site. Others are returned as they are.
func withPrefix(address, prefix string) string {
	if !isOurs(address, prefix) {
		return address
	}
	return prefix + address
}

// isOurs reports whether an address is a path of this site that lacks the prefix.
func isOurs(address, prefix string) bool {
	if !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") {
		return false
	}
	path, _, _ := strings.Cut(address, "?")
	path, _, _ = strings.Cut(path, "#")
	_, has := cutPrefix(path, prefix)
	return !has
}

// addressHeaders are those of answers whose whole value is an address.
var addressHeaders = []string{echo.HeaderLocation, "Content-Location", "HX-Redirect", "HX-Push-Url", "HX-Replace-Url"}

// A prefixWriter puts the prefix before the addresses in the header and in JSON. In pages,
// render has done that before they are kept.
type prefixWriter struct {
	http.ResponseWriter
	prefix string
	began  bool
	json   *jsonLinks // nil for everything else
}

// Unwrap lets http.ResponseController find the connection.
func (w *prefixWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (w *prefixWriter) WriteHeader(status int) {
	if status >= http.StatusOK && !w.began {
		w.began = true
		h := w.Header()
		for _, name := range addressHeaders {
			if value := h.Get(name); value != "" {
				h.Set(name, withPrefix(value, w.prefix))
			}
		}
		for n, link := range h[string(linkHeader)] {
			if target, ok := strings.CutPrefix(link, "<"); ok {
				h[string(linkHeader)][n] = "<" + withPrefix(target, w.prefix)
			}
		}
		if hasLinks(h.Get("Content-Type")) && h.Get("Content-Encoding") == "" {
			h.Del("Content-Length")
			w.json = &jsonLinks{prefix: w.prefix}
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

// linkedTypes are the types of JSON that our handlers send, alone or in lines.
var linkedTypes = []string{"application/json", "application/problem+json", "application/x-ndjson", "application/jsonl"}

func hasLinks(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	return slices.Contains(linkedTypes, kind)
}

// Write implements http.ResponseWriter.
func (w *prefixWriter) Write(p []byte) (int, error) {
	if !w.began {
		w.WriteHeader(http.StatusOK)
	}
	if w.json == nil {
		return w.ResponseWriter.Write(p)
	}
	if _, err := w.ResponseWriter.Write(w.json.rewrite(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}
