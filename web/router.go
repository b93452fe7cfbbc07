package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
)

// A rule is what a route needs and leaves behind. Every route has one.
type rule struct {
	needs  access.Permission
	record access.Action // of the audit log; empty for what is only looked at

	unasked bool // pages ask for it by themselves
	daily   bool // it is recorded once a day of whoever asks
}

// A router adds routes. It takes none without a rule.
type router struct {
	echo   *echo.Echo
	rules  map[routeKey]rule
	limits *routeLimits
}

func newRouter(e *echo.Echo, limits *routeLimits) *router {
	r := &router{e, map[routeKey]rule{}, limits}
	// Every route for GET answers HEAD too; net/http leaves the body out.
	e.OnAddRouteHandler = func(_ string, route echo.Route, handler echo.HandlerFunc, middleware []echo.MiddlewareFunc) {
		if route.Method == http.MethodGet {
			e.HEAD(route.Path, handler, middleware...)
		}
	}
	return r
}

// get adds a page, or anything else that is only looked at.
func (r *router) get(path string, needs access.Permission, h echo.HandlerFunc, m ...echo.MiddlewareFunc) {
	r.add(http.MethodGet, path, rule{needs: needs}, h, m...)
}

// watch adds what pages ask for by themselves, again and again, while nobody may be there.
func (r *router) watch(path string, needs access.Permission, h echo.HandlerFunc) {
	r.add(http.MethodGet, path, rule{needs: needs, unasked: true}, h)
}

// download adds a file. Who takes it is recorded.
func (r *router) download(path string, needs access.Permission, h echo.HandlerFunc) {
	r.add(http.MethodGet, path, rule{needs: needs, record: access.Downloaded}, h)
}

// feed adds a file that programs ask for again and again, by an address that somebody made
// for them. The first time of a day is recorded.
func (r *router) feed(path string, needs access.Permission, h echo.HandlerFunc) {
	r.add(http.MethodGet, path, rule{needs: needs, record: access.Downloaded, daily: true}, h)
}

// visit adds what others send a browser to, where that changes something, which is
// recorded.
func (r *router) visit(path string, needs access.Permission, does access.Action, h echo.HandlerFunc, m ...echo.MiddlewareFunc) {
	r.add(http.MethodGet, path, rule{needs: needs, record: does}, h, m...)
}

// post adds what changes something, which is recorded. The route is returned for
// receives.
func (r *router) post(path string, needs access.Permission, does access.Action, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.add(http.MethodPost, path, rule{needs: needs, record: does}, h, m...)
}

// put adds what replaces something, which is recorded.
func (r *router) put(path string, needs access.Permission, does access.Action, h echo.HandlerFunc) {
	r.add(http.MethodPut, path, rule{needs: needs, record: does}, h)
}

// patch adds what changes a part of something, which is recorded.
func (r *router) patch(path string, needs access.Permission, does access.Action, h echo.HandlerFunc, m ...echo.MiddlewareFunc) {
	r.add(http.MethodPatch, path, rule{needs: needs, record: does}, h, m...)
}

// remove adds a DELETE, which is recorded.
func (r *router) remove(path string, needs access.Permission, does access.Action, h echo.HandlerFunc, m ...echo.MiddlewareFunc) {
	r.add(http.MethodDelete, path, rule{needs: needs, record: does}, h, m...)
}

// ask adds a POST that changes nothing that anybody can see.
func (r *router) ask(path string, needs access.Permission, h echo.HandlerFunc, m ...echo.MiddlewareFunc) {
	r.add(http.MethodPost, path, rule{needs: needs}, h, m...)
}

func (r *router) add(method, path string, rule rule, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	r.rules[routeKey{method, path}] = rule
	return r.echo.Add(method, path, h, m...)
}

// receives declares what a route may be sent, where that is more than usual.
func (r *router) receives(more limits, route *echo.Route) { r.limits.receives(more, route) }

// ruleOf is the rule of the route of a request. A request without a route has none: it
// is answered with 404 or 405, which need no permission.
func (r *router) ruleOf(c echo.Context) (rule rule, routed bool) {
	method := c.Request().Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	rule, routed = r.rules[routeKey{method, c.Path()}]
	return rule, routed
}

// patternOf is the pattern of the route of a request; empty where it has none. It is one of
// the table of routes, whatever was asked for.
func (r *router) patternOf(c echo.Context) string {
	if _, routed := r.ruleOf(c); routed {
		return c.Path()
	}
	return ""
}

// hasSecret reports whether a part of a route's addresses is a secret.
func hasSecret(pattern string) bool { return strings.Contains(pattern, ":token") }

// isUnasked reports whether a page sends a request by itself: its route says so, or a part of
// the page asks for itself anew.
func (r *router) isUnasked(c echo.Context) bool {
	rule, _ := r.ruleOf(c)
	h := c.Request().Header
	part := h.Get("HX-Trigger")
	return rule.unasked || wantsPartial(c.Request()) && c.Request().Method == http.MethodGet && part != "" && part == h.Get("HX-Target")
}

// check panics where a route was added without a rule: it would be open to everybody.
func (r *router) check() {
	for _, route := range r.echo.Routes() {
		method := route.Method
		if method == http.MethodHead {
			method = http.MethodGet
		}
		if r.rules[routeKey{method, route.Path}].needs == 0 {
			panic("no permission is declared for " + route.Method + " " + route.Path)
		}
	}
}
