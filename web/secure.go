package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"
)

// isSecure reports whether a visitor's browser speaks https: a trusted proxy says so, or
// the public address begins so. Cookies are for https only then.
func (s *Server) isSecure(c echo.Context) bool {
	return clientOf(c).secure || s.settings.URL != nil && s.settings.URL.Scheme == "https"
}

// strictTransport has browsers use https for a year. Other hosts of the same domain are
// not ours to decide about.
const strictTransport = "max-age=31536000"

// requireTLS tells browsers that came by https to come by nothing else any more.
// Browsers ignore it where it came by http.
func (s *Server) requireTLS(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.isSecure(c) {
			c.Response().Header().Set(echo.HeaderStrictTransportSecurity, strictTransport)
		}
		return next(c)
	}
}

// checkOrigin returns an error for a request of a page that is not ours.
func (s *Server) checkOrigin(protection *http.CrossOriginProtection, c echo.Context) error {
	switch {
	case isDowngraded(c):
		return errDowngraded
	case s.lostPort(c):
		return nil
	default:
		return protection.Check(c.Request())
	}
}

// lostPort reports whether a request is from one of our own pages, as far as can be
// known, although the port of its Origin is not that of the host. Behind a proxy that
// hands on the host without its port, as nginx does by "proxy_set_header Host $host", a
// browser that speaks http to any port but 80 would have every button refused.
//
// Another server at another port of the same host looks the same then. It can have
// nothing done that it could not do otherwise: browsers send it the cookies of this host
// anyway, since these do not know ports. Where the port is known, by the proxy or by
// LIGHTSON_URL, or where the browser says what kind of site it comes from, as all do by
// https and on localhost, that decides.
func (s *Server) lostPort(c echo.Context) bool {
	r, known := c.Request(), clientOf(c)
	if !known.proxied || known.portKnown || known.secure || len(r.Header.Values("Sec-Fetch-Site")) > 0 {
		return false
	}
	if public := s.settings.URL; public != nil && hostName(public.Host) == hostName(r.Host) {
		return false
	}
	origins := r.Header.Values("Origin")
	if len(origins) != 1 {
		return false
	}
	u, err := url.Parse(origins[0])
	return err == nil && origins[0] == "http://"+u.Host && isHost(u.Host) && hasPort(u.Host) && hostName(u.Host) == hostName(r.Host)
}

// errDowngraded is the cause of a request that a page of http sent to a site of https.
var errDowngraded = errors.New("a page of http sent this to a site of https")

// isDowngraded reports whether a page that came by http sent a request that came by https:
// whoever is on the line can have written such a page, under our own name.
func isDowngraded(c echo.Context) bool {
	r, known := c.Request(), clientOf(c)
	changes := r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions
	return changes && known.proxied && known.secure && strings.HasPrefix(r.Header.Get("Origin"), "http://")
}
