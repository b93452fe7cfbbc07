package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"lightson/models/feed"
	"lightson/models/words"
)

// contentPolicy lets a page load our own files and nothing else: no inline
// script or style, no frame, no form to elsewhere.
const contentPolicy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

// protect installs what happens to every request before its handler.
func (s *Server) protect(e *echo.Echo, r *router) {
	e.Pre(s.recognise) // before anything asks who the client is
	if !s.settings.Unwatched {
		e.Pre(s.observe(r)) // what is refused, too
	}
	e.Pre(compress)   // likewise
	e.Pre(s.below)    // before anything looks at the path
	e.Pre(s.speak)    // likewise
	e.Pre(setHeaders) // also of what is refused before there is a route
	e.Pre(s.shareAcrossOrigins())
	e.Pre(hideShared)
	e.Pre(s.requireTLS)
	e.Pre(refuseLongAddresses)
	e.Pre(s.refuseOtherHosts)
	e.Pre(refuseBrokenQueries)
	e.Pre(trimSlash)
	e.Use(middleware.RecoverWithConfig(middleware.RecoverConfig{
		StackSize: 16 << 10, DisableStackAll: true,
		LogErrorFunc: func(_ echo.Context, err error, stack []byte) error { return panicError{err, stack} },
	}))
	e.Use(s.endConnections)
	e.Use(unescapeParams)
	e.Use(s.limitAddresses)
	e.Use(s.refuseCrossOrigin())
	e.Use(withOneMark)
	e.Use(s.identify(r))
	e.Use(s.limitPrincipals)
	e.Use(s.record(r))
	e.Use(s.authorize(r))
	e.Use(refuseUnknownParams)
	e.Use(r.limits.enforce)
	e.Use(s.idempotent(r))
	e.Use(s.tagAnswers(r))
}

// A panicError is a panic of a handler. handleError logs it, with its stack.
type panicError struct {
	error
	stack []byte
}

func (e panicError) Unwrap() error { return e.error }

// refuseBrokenQueries refuses an address with a parameter that cannot be read. It
// would be left out otherwise, and a list without its filter looks like an answer.
func refuseBrokenQueries(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if query := c.Request().URL.RawQuery; !isReadable(query) {
			return badInput(words.Later("The part of the address behind the question mark: expected parameters such as {example}, found {found}. A % is written %25, a semicolon %3B.",
				"example", "group=Tom%20%26%20Co", "found", feed.Shown(query)))
		}
		return next(c)
	}
}

func isReadable(query string) bool {
	_, err := url.ParseQuery(query)
	return err == nil
}

// trimSlash makes /reports/ the same as /reports. It leaves an escaped slash alone,
// in which the id of a store may end.
func trimSlash(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		u := c.Request().URL
		if escaped := u.EscapedPath(); len(escaped) > 1 && strings.HasSuffix(escaped, "/") {
			u.Path = strings.TrimSuffix(u.Path, "/")
			u.RawPath = strings.TrimSuffix(u.RawPath, "/")
		}
		return next(c)
	}
}

// unescapeParams unescapes the ids in a path. If a path is escaped in an unusual
// way, for example an id with a slash, Echo routes by the path as it was sent and
// leaves the parameters escaped.
func unescapeParams(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Request().URL.RawPath == "" {
			return next(c)
		}
		values := slices.Clone(c.ParamValues())
		for n, value := range values {
			unescaped, err := url.PathUnescape(value)
			if err != nil {
				return echo.ErrNotFound
			}
			values[n] = unescaped
		}
		c.SetParamValues(values...)
		return next(c)
	}
}

func setHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store") // figures change; static files override it
		return next(c)
	}
}

// refuseCrossOrigin refuses requests from pages of other sites that would change
// something. The address of LIGHTSON_URL is that of our own pages, also where a
// proxy changes the Host.
func (s *Server) refuseCrossOrigin() echo.MiddlewareFunc {
	protection := http.NewCrossOriginProtection()
	if public := s.settings.URL; public != nil {
		if err := protection.AddTrustedOrigin(public.Scheme + "://" + public.Host); err != nil {
			panic(err) // ParsePublicURL lets nothing pass that is no origin
		}
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if s.comesFromOrigin(c.Request()) {
				return next(c) // which acts by its key only
			}
			if err := s.checkOrigin(protection, c); err != nil && !isOneClick(c) {
				return problem{http.StatusForbidden, words.Later("This request came from another site"), crossOriginText(c.Request()), err}
			}
			return next(c)
		}
	}
}

// crossOriginText says what was compared before a request was refused. A proxy that
// changes the Host has our own pages refused, so it also says what to do about that.
func crossOriginText(r *http.Request) words.Message {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return words.Later("It was refused, so that no other site can act in your name. Your browser says that it was sent by a page of another site (Sec-Fetch-Site: {site}).",
			"site", feed.Shown(r.Header.Get("Sec-Fetch-Site")))
	}
	return words.Later("It was refused, so that no other site can act in your name. It was sent by a page of {origin} (Origin) and reached the host {host} (Host). "+
		"If both are this site, a proxy in front of it changes the Host: it must pass the Host on as it came, with its port, or LIGHTSON_TRUSTED_PROXIES must name it and it must send X-Forwarded-Host, or LIGHTSON_URL must be set to the public address.",
		"origin", feed.Shown(origin), "host", feed.Shown(r.Host))
}
