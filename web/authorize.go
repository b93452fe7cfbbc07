package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/words"
)

// identify finds the principal of every request, and puts it into the context. What a page
// asks for by itself is no use of a session, which would never end otherwise.
func (s *Server) identify(r *router) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			bounded, cancel := context.WithTimeoutCause(c.Request().Context(), answerWithin, errTimeLimit)
			p, err := s.principal(bounded, c, r.isUnasked(c))
			cancel()
			if err != nil {
				return err
			}
			c.SetRequest(c.Request().WithContext(access.With(c.Request().Context(), p)))
			s.speakTo(c, p)
			return next(c)
		}
	}
}

// authorize refuses requests whose principal has not the permission of the route. Every
// route has a rule, see router; a request without a route is answered with 404 or 405.
func (s *Server) authorize(r *router) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			rule, routed := r.ruleOf(c)
			p, err := access.Of(c.Request().Context())
			switch {
			case err != nil:
				return err
			case !routed || p.May(rule.needs):
				return next(c)
			case p.Kind == access.Nobody:
				return s.askToSignIn(c)
			default:
				return forbidden(p, rule.needs)
			}
		}
	}
}

// errNotSignedIn says that a request needs somebody to have signed in.
var errNotSignedIn = problem{http.StatusUnauthorized, words.Later("Please sign in"),
	words.Later("This needs an account. Programs send a key: Authorization: Bearer lo_…"), nil}

// challenge says how to sign in, by RFC 6750.
func challenge(p problem) headerText {
	if errors.Is(p, access.ErrKey) {
		return `Bearer realm="Lights On", error="invalid_token"`
	}
	return `Bearer realm="Lights On"`
}

// askToSignIn sends people to the page where they sign in and back again, and tells
// programs that they need a key.
func (s *Server) askToSignIn(c echo.Context) error {
	if isContract(c) && !asksForPage(c.Request()) || wantsJSON(c) {
		return errNotSignedIn
	}
	to := signInURL(c.Request())
	if wantsPartial(c.Request()) {
		c.Response().Header().Set("HX-Redirect", to)
		return c.NoContent(http.StatusOK)
	}
	if !asksForPage(c.Request()) {
		return errNotSignedIn
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// signInURL is the address of the page for signing in, with the page to come back to.
func signInURL(r *http.Request) string {
	next := r.URL.RequestURI()
	if wantsPartial(r) { // the page that asked, not the part of it
		next = pathOf(r.Header.Get("HX-Current-URL"))
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead && !wantsPartial(r) || next == "/" {
		next = ""
	}
	if next == "" {
		return "/sign-in"
	}
	return withQuery("/sign-in", url.Values{"next": {next}})
}

// pathOf is the path and the query of an address, empty where it has none.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Path == "" {
		return ""
	}
	return (&url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery}).RequestURI()
}

// whyForbidden says what a permission is for, to somebody who has not got it.
var whyForbidden = map[access.Permission]words.Text{
	access.SignedIn:     "It is for people who signed in.",
	access.ReadAccount:  "It is for people who signed in, and for keys.",
	access.KeepAccount:  "It is for people who signed in, and for keys that may do everything.",
	access.ReadFigures:  "It needs a key that may read figures.",
	access.ReadLatest:   "It needs a key that may read figures.",
	access.MakeReports:  "Making reports is for owners and operators, and for keys made for it.",
	access.KeepSales:    "Entering sales is for owners and operators.",
	access.KeepCalendar: "Entering special days is for owners and operators.",
	access.Correct:      "Correcting figures is for owners and operators.",
	access.SetTargets:   "Setting targets is for owners and operators.",
	access.KeepAlerts:   "Alerts, digests and channels are for people, each of whom has their own, and for keys that may do everything.",
	access.ShareReports: "Sharing reports is for owners and operators.",
	access.ReadImports:  "Imports tell of all stores, so they are for people who may see all of them.",
	access.Ingest:       "Importing files is for operators, and for keys made for it.",
	access.Push:         "Sending polls is for operators, and for keys made for it.",
	access.ManagePeople: "Inviting and changing people is for operators.",
	access.ReadAudit:    "The audit log is for operators.",
	access.Observe:      "Metrics tell of the whole server, so they are for operators, and for their keys that may read all stores.",
	access.Develop:      "It is for operators.",
}

// forbidden is the problem of a principal that may not do what it asked for.
func forbidden(p access.Principal, needed access.Permission) problem {
	return problem{http.StatusForbidden, words.Later("You may not do that"), words.Later(whyForbidden[needed]),
		fmt.Errorf("%s needs permission %d: %w", p.Key(), needed, access.ErrForbidden)}
}

// may reports whether the principal of a context has a permission. Pages ask it for what
// they show; authorize has asked it already for the route.
func may(ctx context.Context, needed access.Permission) bool {
	p, err := access.Of(ctx)
	return err == nil && p.May(needed)
}
