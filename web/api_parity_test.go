package web_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"lightson/static"
)

// Why there is no operation of the API for a route of the pages.
const (
	onlyInABrowser = "It is about a person in a browser: signing in, a password, a passkey, a language."
	partOfAPage    = "It is a form that is empty yet, or a part of a page that another entry has."
	ofALink        = "Whoever has the link of a message or of a report does it, without an account or a key."
	forScripts     = "It is for scripts itself."
	ofTheServer    = "It is about the server: files that a browser loads, probes, and what its developers look at."
)

var reasons = []string{onlyInABrowser, partOfAPage, ofALink, forScripts, ofTheServer}

// parity says by which operations of the API scripts see and do what people do on pages. A
// route has the operations, separated by commas, or one of the reasons.
var parity = map[string]string{
	"GET /":                                      "GET /api/v1/overview, GET /api/v1/trend, GET /api/v1/days, GET /api/v1/heat-map, GET /api/v1/groups, GET /api/v1/stores, GET /api/v1/reports",
	"GET /news":                                  partOfAPage,
	"GET /stores":                                "GET /api/v1/stores",
	"GET /stores.csv":                            "GET /api/v1/stores",
	"GET /stores/:id":                            "GET /api/v1/stores/:id, GET /api/v1/stores/:id/timeline, GET /api/v1/stores/:id/days, GET /api/v1/stores/:id/days/:date, GET /api/v1/stores/:id/sales, GET /api/v1/outages, GET /api/v1/corrections",
	"GET /stores/:id/openings.ics":               "GET /api/v1/stores/:id/openings.ics",
	"POST /stores/:id/sales":                     "PUT /api/v1/stores/:id/sales",
	"POST /stores/:id/target":                    "PUT /api/v1/targets",
	"GET /targets":                               "GET /api/v1/targets",
	"POST /targets":                              "PUT /api/v1/targets",
	"GET /special-days":                          "GET /api/v1/special-days",
	"POST /special-days":                         "POST /api/v1/special-days",
	"POST /special-days/remove":                  "DELETE /api/v1/special-days",
	"GET /outages":                               "GET /api/v1/outages",
	"GET /outages.csv":                           "GET /api/v1/outages",
	"GET /hours/:hour":                           "GET /api/v1/heat-map/:hour",
	"GET /groups":                                "GET /api/v1/groups, GET /api/v1/sales",
	"GET /groups/names":                          "GET /api/v1/groups",
	"POST /sales":                                "PUT /api/v1/groups/:name/sales, GET /api/v1/groups/:name/sales",
	"GET /corrections":                           "GET /api/v1/corrections, GET /api/v1/corrections/:id",
	"GET /corrections/new":                       partOfAPage,
	"POST /corrections":                          "POST /api/v1/corrections",
	"POST /corrections/:id/withdraw":             "DELETE /api/v1/corrections/:id",
	"GET /reports":                               "GET /api/v1/reports",
	"POST /reports":                              "POST /api/v1/reports",
	"GET /reports/:id":                           "GET /api/v1/reports/:id, GET /api/v1/reports/:id/rows, GET /api/v1/reports/:id/summary, GET /api/v1/reports/:id/links",
	"GET /reports/:id/row":                       partOfAPage,
	"GET /reports/:id/report.csv":                "GET /api/v1/reports/:id/rows",
	"GET /reports/:id/details.csv":               "GET /api/v1/reports/:id/details",
	"GET /reports/:id/range.csv":                 "GET /api/v1/reports/:id/range",
	"GET /reports/:id/report.xlsx":               "GET /api/v1/reports/:id/workbook",
	"POST /reports/:id/await":                    "POST /api/v1/reports/:id/await",
	"POST /reports/:id/cancel":                   "POST /api/v1/reports/:id/cancel",
	"POST /reports/:id/retry":                    "POST /api/v1/reports/:id/retry",
	"GET /imports":                               "GET /api/v1/imports, GET /api/v1/sources",
	"POST /imports":                              "POST /api/v1/imports, POST /api/v1/hours, POST /api/v1/zones, POST /api/v1/names, POST /api/v1/polls",
	"POST /demo":                                 "POST /api/v1/demo",
	"POST /demo/remove":                          "DELETE /api/v1/demo",
	"GET /imports/:id":                           "GET /api/v1/imports/:id, GET /api/v1/imports/:id/preview",
	"GET /imports/:id/row":                       partOfAPage,
	"POST /imports/:id/preview":                  "POST /api/v1/imports/:id/preview",
	"POST /imports/:id/confirm":                  "POST /api/v1/imports/:id/confirm",
	"POST /imports/:id/discard":                  "POST /api/v1/imports/:id/discard",
	"POST /imports/:id/undo":                     "POST /api/v1/imports/:id/undo",
	"POST /imports/:id/apply-hours":              "POST /api/v1/imports/:id/apply-hours",
	"POST /imports/:id/cancel":                   "POST /api/v1/imports/:id/cancel",
	"GET /imports/:id/files/:number/rejects.csv": "GET /api/v1/imports/:id/files/:number/rejects",
	"GET /imports/:id/rejects.zip":               "GET /api/v1/imports/:id/rejects",
	"GET /quality":                               "GET /api/v1/quality",
	"GET /quality/:check":                        "GET /api/v1/quality/:check",
	"GET /quality/:check/list.csv":               "GET /api/v1/quality/:check",
	"POST /language":                             onlyInABrowser,
	"GET /samples/:name":                         ofTheServer,

	"GET /scheduled-reports":             "GET /api/v1/scheduled-reports",
	"POST /scheduled-reports":            "POST /api/v1/scheduled-reports",
	"GET /scheduled-reports/:id":         "GET /api/v1/scheduled-reports/:id",
	"POST /scheduled-reports/:id":        "PATCH /api/v1/scheduled-reports/:id",
	"POST /scheduled-reports/:id/run":    "POST /api/v1/scheduled-reports/:id/run",
	"POST /scheduled-reports/:id/pause":  "POST /api/v1/scheduled-reports/:id/pause",
	"POST /scheduled-reports/:id/resume": "POST /api/v1/scheduled-reports/:id/resume",
	"POST /scheduled-reports/:id/remove": "DELETE /api/v1/scheduled-reports/:id",

	"GET /alerts":                            "GET /api/v1/alerts, GET /api/v1/alerts/incidents, GET /api/v1/alerts/pauses",
	"POST /alerts":                           "POST /api/v1/alerts",
	"GET /alerts/new":                        partOfAPage,
	"POST /alerts/backtest":                  "POST /api/v1/alerts/backtest",
	"POST /alerts/incidents/acknowledge":     "POST /api/v1/alerts/incidents/acknowledge",
	"POST /alerts/incidents/:id/acknowledge": "POST /api/v1/alerts/incidents/:id/acknowledge",
	"GET /alerts/:id":                        "GET /api/v1/alerts/:id",
	"POST /alerts/:id":                       "PATCH /api/v1/alerts/:id",
	"POST /alerts/:id/enable":                "POST /api/v1/alerts/:id/enable",
	"POST /alerts/:id/disable":               "POST /api/v1/alerts/:id/disable",
	"POST /alerts/:id/remove":                "DELETE /api/v1/alerts/:id",
	"POST /stores/:id/pause":                 "POST /api/v1/stores/:id/pause",
	"POST /stores/:id/resume":                "POST /api/v1/stores/:id/resume",
	"GET /acknowledge/:token":                ofALink,
	"POST /acknowledge/:token":               ofALink,

	"GET /digests":             "GET /api/v1/digests",
	"POST /digests":            "POST /api/v1/digests",
	"GET /digests/:id":         "GET /api/v1/digests/:id",
	"POST /digests/:id":        "PATCH /api/v1/digests/:id",
	"GET /digests/:id/message": "GET /api/v1/digests/:id/message",
	"POST /digests/:id/send":   "POST /api/v1/digests/:id/send",
	"POST /digests/:id/remove": "DELETE /api/v1/digests/:id",

	"POST /reports/:id/links":              "POST /api/v1/reports/:id/links, GET /api/v1/reports/:id/links",
	"POST /reports/:id/links/:link/revoke": "DELETE /api/v1/reports/:id/links/:link",
	"GET /shared/:token":                   ofALink,
	"GET /shared/:token/report.csv":        ofALink,
	"GET /shared/:token/details.csv":       ofALink,
	"GET /shared/:token/range.csv":         ofALink,
	"GET /shared/:token/report.xlsx":       ofALink,

	"GET /channels":               "GET /api/v1/channels",
	"POST /channels":              "POST /api/v1/channels",
	"GET /channels/new":           partOfAPage,
	"GET /channels/:id/now":       "GET /api/v1/channels/:id",
	"POST /channels/:id/test":     "POST /api/v1/channels/:id/test",
	"POST /channels/:id/name":     "PATCH /api/v1/channels/:id",
	"POST /channels/:id/secret":   "POST /api/v1/channels/:id/secret",
	"POST /channels/:id/disable":  "POST /api/v1/channels/:id/disable",
	"POST /channels/:id/enable":   "POST /api/v1/channels/:id/enable",
	"POST /channels/:id/ask":      "POST /api/v1/channels/:id/ask",
	"POST /channels/:id/confirm":  "POST /api/v1/channels/:id/confirm",
	"POST /channels/:id/remove":   "DELETE /api/v1/channels/:id",
	"GET /deliveries":             "GET /api/v1/deliveries",
	"GET /deliveries/:id":         "GET /api/v1/deliveries/:id",
	"GET /deliveries/:id/row":     partOfAPage,
	"POST /deliveries/:id/retry":  "POST /api/v1/deliveries/:id/retry",
	"POST /deliveries/:id/cancel": "POST /api/v1/deliveries/:id/cancel",
	"GET /unsubscribe/:token":     ofALink,
	"POST /unsubscribe/:token":    ofALink,
	"GET /confirm/:token":         ofALink,
	"POST /confirm/:token":        ofALink,

	"GET /feeds":                     "GET /api/v1/feeds",
	"POST /feeds":                    "POST /api/v1/feeds",
	"POST /feeds/:feed/revoke":       "DELETE /api/v1/feeds/:feed",
	"GET /feeds/:token/outages.atom": ofALink,
	"GET /feeds/:token/openings.ics": ofALink,

	"GET /people":                       "GET /api/v1/people, GET /api/v1/keys",
	"POST /people":                      "POST /api/v1/people",
	"GET /people/:id":                   "GET /api/v1/people/:id, GET /api/v1/people/:id/sessions",
	"POST /people/:id":                  "PATCH /api/v1/people/:id",
	"POST /people/:id/disable":          "POST /api/v1/people/:id/disable",
	"POST /people/:id/enable":           "POST /api/v1/people/:id/enable",
	"POST /people/:id/invite":           "POST /api/v1/people/:id/invite",
	"POST /people/:id/reset":            "POST /api/v1/people/:id/reset",
	"POST /people/:id/factors/remove":   "DELETE /api/v1/people/:id/factors",
	"POST /people/:id/sessions/end":     "POST /api/v1/people/:id/sessions/end",
	"POST /people/:id/keys/:key/revoke": "DELETE /api/v1/people/:id/keys/:key",
	"GET /audit":                        "GET /api/v1/audit",
	"GET /audit.csv":                    "GET /api/v1/audit",

	"GET /sign-in":                      onlyInABrowser,
	"POST /sign-in":                     onlyInABrowser,
	"GET /sign-in/factor":               onlyInABrowser,
	"POST /sign-in/factor":              onlyInABrowser,
	"POST /sign-in/passkey/begin":       onlyInABrowser,
	"POST /sign-in/passkey/finish":      onlyInABrowser,
	"GET /invitation/:token":            onlyInABrowser,
	"POST /invitation/:token":           onlyInABrowser,
	"POST /sign-out":                    onlyInABrowser,
	"GET /account":                      "GET /api/v1/account, GET /api/v1/account/keys, GET /api/v1/account/sessions",
	"POST /account/name":                "PATCH /api/v1/account",
	"POST /account/password":            onlyInABrowser,
	"POST /account/totp":                onlyInABrowser,
	"POST /account/totp/confirm":        onlyInABrowser,
	"POST /account/totp/remove":         onlyInABrowser,
	"POST /account/recovery-codes":      onlyInABrowser,
	"POST /account/passkeys/begin":      onlyInABrowser,
	"POST /account/passkeys/finish":     onlyInABrowser,
	"POST /account/passkeys/:id/remove": onlyInABrowser,
	"POST /account/sessions/end":        "POST /api/v1/account/sessions/end",
	"POST /account/sessions/:id/end":    "DELETE /api/v1/account/sessions/:id",
	"POST /account/keys":                "POST /api/v1/account/keys",
	"POST /account/keys/:id/revoke":     "DELETE /api/v1/account/keys/:id",

	"POST /trigger_report": forScripts,
	"GET /trigger_report":  forScripts,
	"POST /mcp":            forScripts,
	"GET /sql":             ofTheServer,

	"GET /reports/latest.csv":       forScripts,
	"GET /reports/latest.xlsx":      forScripts,
	"GET /feeds/:token/latest.csv":  ofALink,
	"GET /feeds/:token/latest.xlsx": ofALink,
	"GET /api":                      forScripts,
	"GET /get_report":               forScripts,
	"GET /get_report/:id":           forScripts,

	"GET /healthz":  ofTheServer,
	"GET /readyz":   ofTheServer,
	"GET /static/*": ofTheServer,
}

// pageRoutes are the routes that are no operations of the API.
func pageRoutes(s *site) (pages []string, operations map[string]bool) {
	operations = map[string]bool{}
	for _, route := range s.handler.(*echo.Echo).Routes() {
		name := route.Method + " " + route.Path
		switch {
		case route.Method == http.MethodHead:
		case strings.HasPrefix(route.Path, "/api/"):
			operations[name] = true
		default:
			pages = append(pages, name)
		}
	}
	return pages, operations
}

// What people see and do on pages, scripts can see and do.
func TestEveryRouteOfThePagesHasAnOperationOfTheAPIOrAReason(t *testing.T) {
	pages, operations := pageRoutes(onSQLite(t))
	for _, route := range pages {
		if _, known := parity[route]; !known && !slices.Contains(static.Root, strings.TrimPrefix(route, "GET ")) {
			t.Errorf("%s: which operation of the API does that?", route)
		}
	}
	missing := map[string]bool{}
	for route, by := range parity {
		if !slices.Contains(pages, route) {
			t.Errorf("%s is no route", route)
		}
		if slices.Contains(reasons, by) {
			continue
		}
		for operation := range strings.SplitSeq(by, ", ") {
			if !operations[operation] {
				missing[operation] = true
			}
		}
	}
	for _, operation := range slices.Sorted(maps.Keys(missing)) {
		t.Errorf("%s is no operation of the API", operation)
	}
	if len(pages) < 150 || len(parity) < 150 {
		t.Errorf("%d routes, %d entries", len(pages), len(parity))
	}
}
