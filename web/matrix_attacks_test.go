package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/deliveries"
	"lightson/models/entered"
	"lightson/models/modelstest"
)

// routesOf are the methods and paths of a site, each as the matrix has it.
func (s *site) routesOf(method string) (paths []string) {
	for _, route := range s.handler.(*echo.Echo).Routes() {
		if route.Method == method {
			paths = append(paths, route.Path)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// methodsAnd are paths, each behind its method.
func methodsAnd(method string, paths []string) (list [][2]string) {
	for _, path := range paths {
		list = append(list, [2]string{method, path})
	}
	return list
}

func TestNoOtherSiteCanActInAnybodysName(t *testing.T) {
	m := newMatrixSite(t, modelstest.Open(t, modelstest.SQLite)).admit()
	before := m.lastRecord()
	for _, route := range append(methodsAnd(http.MethodPost, m.routesOf(http.MethodPost)), methodsAnd(http.MethodDelete, m.routesOf(http.MethodDelete))...) {
		method, path := route[0], route[1]
		target := echoParam.ReplaceAllString(path, m.fixed["report"])
		for name, change := range map[string]func(*http.Request){
			"another site":               header("Origin", "https://evil.example"),
			"a page that hides its site": header("Origin", "null"),
			"another port":               header("Origin", "http://example.com:81"),
			"another scheme, with fetch": func(r *http.Request) {
				r.Header.Set("Origin", "https://example.com")
				r.Header.Set("Sec-Fetch-Site", "cross-site")
			},
			"another site, without Origin": header("Sec-Fetch-Site", "cross-site"),
			"a sibling":                    header("Sec-Fetch-Site", "same-site"),
		} {
			for _, who := range []string{"operator", "owner", "nobody"} {
				a := m.ask(method, target, m.identity[who], change)
				if a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, "another site") {
					t.Errorf("%s %s from %s, by %s: status %d", method, path, name, who, a.StatusCode)
				}
				if len(a.Cookies()) > 0 {
					t.Errorf("POST %s from %s: sets %v", path, name, a.Cookies())
				}
			}
		}
		if slices.Contains(m.routesOf(http.MethodGet), path) {
			continue
		}
		if a := m.ask(http.MethodGet, target, m.identity["operator"]); a.StatusCode != http.StatusMethodNotAllowed && a.StatusCode != http.StatusNotFound {
			t.Errorf("GET %s, which can only be posted to: status %d", path, a.StatusCode)
		}
	}
	if left := m.records(before); len(left) > 0 {
		t.Errorf("what was refused before anybody was asked for left %v", left)
	}
	a := m.ask(http.MethodPost, "/trigger_report", m.identity["admin"])
	if a.StatusCode != http.StatusOK {
		t.Errorf("a program without Origin: status %d", a.StatusCode)
	}
}

// A secret in an address would be kept by histories, logs and the referrer of other pages.
func TestAKeyCountsInTheAuthorizationHeaderOnly(t *testing.T) {
	m := newMatrixSite(t, modelstest.Open(t, modelstest.SQLite)).admit()
	r, _ := http.NewRequest(http.MethodGet, "/", nil)
	m.identity["admin"](r)
	secret := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if a := m.ask(http.MethodGet, "/api/v1/stores", withKey(secret)); a.StatusCode != http.StatusOK {
		t.Fatalf("the key itself: status %d", a.StatusCode)
	}
	for _, name := range []string{"key", "api_key", "apikey", "access_token", "token", "Authorization", "bearer"} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			target := "/api/v1/reports?" + name + "=" + url.QueryEscape(secret)
			if a := m.ask(method, target, asScript); a.StatusCode != http.StatusUnauthorized || strings.Contains(a.body, secret) {
				t.Errorf("%s %s: status %d", method, target, a.StatusCode)
			}
		}
		if a := m.ask(http.MethodPost, "/api/v1/reports", asScript, form(name, secret)); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("in the form as %s: status %d", name, a.StatusCode)
		}
	}
	for where, change := range map[string]func(*http.Request){
		"as a session":    func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "lightson", Value: secret}) },
		"as a password":   func(r *http.Request) { r.SetBasicAuth("key", secret) },
		"as a user":       func(r *http.Request) { r.SetBasicAuth(secret, "") },
		"without Bearer":  header("Authorization", secret),
		"as a Token":      header("Authorization", "Token "+secret),
		"as X-API-Key":    header("X-Api-Key", secret),
		"shortened":       withKey(secret[:len(secret)-1]),
		"made longer":     withKey(secret + "a"),
		"in capitals":     withKey(strings.ToUpper(secret)),
		"its prefix":      withKey(secret[:len("lo_a_12345678")]),
		"nothing":         withKey(""),
		"somebody's hash": withKey(strings.Repeat("0", 64)),
	} {
		a := m.ask(http.MethodGet, "/api/v1/stores", change, asScript)
		if a.StatusCode != http.StatusUnauthorized || a.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: status %d, WWW-Authenticate %q", where, a.StatusCode, a.Header.Get("WWW-Authenticate"))
		}
	}
}

// What is somebody else's answers as what there is not, at every route with an id.
func TestForeignAndAbsentThingsAnswerAlike(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		m := newMatrixSite(t, db).admit()
		foreign := m.reportOf(m.there.reach(), models.ReportScope{})
		m.finish(m.claim(foreign))
		accounts := m.server.Accounts()
		token, link, err := accounts.MakeLink(t.Context(), access.NewLink{ReportID: foreign, Reach: m.there.reach(), PersonID: m.who["operator"].ID})
		if err != nil {
			t.Fatal(err)
		}
		if err := accounts.RevokeLink(t.Context(), foreign, link.ID); err != nil {
			t.Fatal(err)
		}
		sessions, err := accounts.Sessions(t.Context(), m.who["operator"].ID)
		if err != nil {
			t.Fatal(err)
		}
		spent, ended := m.addFeed(m.fixed["owner"])
		_, feed := m.addFeed(m.who["operator"].PersonID)
		if _, err := accounts.RevokeFeed(t.Context(), m.fixed["owner"], ended); err != nil {
			t.Fatal(err)
		}
		theirs := m.correct(entered.Group(m.there.group))
		channel := m.addChannel(m.who["operator"].PersonID, true)
		delivery, gone := m.addDelivery(channel, models.Failed, "Theirs"), m.addChannel(m.fixed["owner"], true).Token
		m.dropChannels(gone)
		rule := m.addRule(m.who["operator"].PersonID, entered.All)
		incident := m.addIncident(rule, m.here.stores[1])
		told := m.addTold(m.addChannel(m.fixed["disabled"], true), "Told to somebody who is disabled", m.addIncident(m.addRule(m.fixed["disabled"], entered.All), m.here.stores[1]))
		// What there is and what there is not, for each kind of thing.
		things := map[string][2]string{
			"/stores/:id": {m.there.stores[2], "nobodys02"}, "/reports/:id": {foreign, uuid.NewString()}, "/get_report/:id": {foreign, uuid.NewString()},
			"/reports/" + m.fixed["report"] + "/links/:link": {link.ID, uuid.NewString()},
			"/imports/:id":   {m.fixed["import"], uuid.NewString()},
			"/shared/:token": {token, uuid.NewString()}, "/invitation/:token": {token, uuid.NewString()},
			"/account/keys/:id": {m.who["admin"].ID, uuid.NewString()}, "/account/sessions/:id": {sessions[0].ID, uuid.NewString()},
			"/account/passkeys/:id": {uuid.NewString(), uuid.NewString()}, "/people/:id": {m.who["operator"].ID, uuid.NewString()},
			"/feeds/:token": {spent, uuid.NewString()}, "/feeds/:feed": {feed, uuid.NewString()},
			"/digests/:id":  {m.addDigest(m.who["operator"].PersonID).ID, uuid.NewString()},
			"/channels/:id": {channel.ID, uuid.NewString()}, "/deliveries/:id": {delivery.ID, uuid.NewString()},
			"/scheduled-reports/:id": {m.addScheduled(m.who["operator"].PersonID).ID, uuid.NewString()},
			"/unsubscribe/:token":    {gone, uuid.NewString()}, "/confirm/:token": {gone, uuid.NewString()},
			"/alerts/:id": {rule.ID, uuid.NewString()}, "/alerts/incidents/:id": {incident.ID, uuid.NewString()}, "/acknowledge/:token": {told.Token, deliveries.NewToken()},
			"/quality/:check": {"conflicts", "nothing"}, "/groups/:name": {url.PathEscape(m.there.group), "Nobodys"}, "/corrections/:id": {theirs, uuid.NewString()},
		}
		public := []string{"/samples/:name", "/gallery/:name", "/hours/:hour", "/api/v1/heat-map/:hour"} // what they name is nobody's
		tried := map[string]bool{}
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete} {
			for _, path := range m.routesOf(method) {
				if !strings.Contains(path, ":") || slices.Contains(public, path) {
					continue
				}
				route, known := path, false
				if strings.Contains(path, "/links/:link") {
					route = strings.Replace(path, ":id", m.fixed["report"], 1)
				}
				for kind, ids := range things {
					if !strings.HasPrefix(strings.TrimPrefix(route, "/api/v1"), kind) {
						continue
					}
					known, tried[kind] = true, true
					parameter := kind[strings.LastIndex(kind, ":"):]
					ask := func(id string) string {
						target := strings.Replace(route, parameter, id, 1)
						target = strings.ReplaceAll(echoParam.ReplaceAllString(target, "1"), "*", "")
						a := m.ask(method, target, m.identity["owner"], form("per_hour", "1", "password", "correct horse battery"))
						if a.StatusCode < 400 {
							t.Errorf("%s %s is answered with %d", method, target, a.StatusCode)
						}
						named, _ := url.PathUnescape(id)
						return strings.ReplaceAll(strings.ReplaceAll(a.comparable(), id, "ID"), named, "ID")
					}
					if there, nowhere := ask(ids[0]), ask(ids[1]); there != nowhere {
						t.Errorf("%s %s: what is somebody else's answers\n%.1500s\nwhat there is not\n%.1500s", method, path, there, nowhere)
					}
				}
				if !known {
					t.Errorf("%s %s: which ids it takes is not written down here", method, path)
				}
			}
		}
		for kind := range maps.Keys(things) {
			if !tried[kind] && kind != "/people/:id" {
				t.Errorf("there is no route for %s", kind)
			}
		}
	})
}
