package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// contentPolicy lets a page load our own files and nothing else: no inline
// script or style, no frame, no form to elsewhere.
const contentPolicy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

// protect is what holds for every request, before any handler.
func (s *Server) protect(e *echo.Echo, limits *routeLimits) {
	e.Pre(trimSlash)
	e.Use(middleware.RecoverWithConfig(middleware.RecoverConfig{DisablePrintStack: true}))
	e.Use(s.endConnections)
	e.Use(unescapeParams)
	e.Use(setHeaders)
	e.Use(s.refuseCrossOrigin())
	e.Use(limits.enforce)
}

// trimSlash makes /reports/ the same as /reports. It looks at the path as it was
// sent, since a store's id may end in an escaped slash.
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

// unescapeParams lets handlers see the ids in a path as they are. Echo routes by
// the path as it was sent where that differs from the usual escaping, so that an
// escaped slash divides nothing, and then leaves the parameters escaped.
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
		h.Set("Cache-Control", "no-store") // figures change; static files say otherwise
		return next(c)
	}
}

// refuseCrossOrigin refuses requests that change something and come from a page
// of another site.
func (s *Server) refuseCrossOrigin() echo.MiddlewareFunc {
	protection := http.NewCrossOriginProtection()
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := protection.Check(c.Request()); err != nil {
				return problem{http.StatusForbidden, "This request came from another site",
					"It was refused, so that no other site can act in your name.", err}
			}
			return next(c)
		}
	}
}
