package web_test

import (
	"net/http"
	"strings"
	"testing"

	"lightson/models/access"
	"lightson/models/reach"
)

type personJSON struct {
	ID, Email, Name, Role string
	Reach                 struct {
		All            bool
		Groups, Stores []string
	}
	Invited    bool
	DisabledAt string `json:"disabled_at"`
}

type linkJSON struct {
	Person  personJSON
	URL     string
	Expires string `json:"expires_at"`
}

func TestAScriptInvitesChangesAndDisablesPeople(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		key := withKey(s.key(s.person(access.Operator, reach.All()), access.AdminScope, reach.All()))
		invited := done[linkJSON](s, 201, http.MethodPost, "/api/v1/people", key, jsonBody(`{"email":"ana@example.com","name":"Ana","role":"owner","reach":{"groups":["Kowalski"]}}`))
		at := "/api/v1/people/" + invited.Person.ID
		if !invited.Person.Invited || invited.Person.Role != "owner" || invited.Person.Reach.All || invited.Person.Reach.Groups[0] != "Kowalski" || invited.Expires == "" {
			t.Errorf("invited is %+v", invited)
		}
		_, path, _ := strings.Cut(invited.URL, "/invitation/")
		if a := s.ask(http.MethodGet, "/invitation/"+path); a.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", invited.URL, a.StatusCode)
		}
		again := done[linkJSON](s, 200, http.MethodPost, at+"/invite", key)
		if a := s.ask(http.MethodGet, "/invitation/"+path); again.URL == invited.URL || a.StatusCode != http.StatusNotFound {
			t.Errorf("the link before works still: status %d", a.StatusCode)
		}
		changed := done[personJSON](s, 200, http.MethodPatch, at, key, jsonBody(`{"role":"viewer","reach":{"groups":[],"stores":["taco"]}}`))
		if changed.Role != "viewer" || changed.Name != "Ana" || len(changed.Reach.Groups) != 0 || changed.Reach.Stores[0] != "taco" {
			t.Errorf("changed to %+v", changed)
		}
		if got := done[personJSON](s, 200, http.MethodPost, at+"/disable", key); got.DisabledAt == "" {
			t.Errorf("disabled is %+v", got)
		}
		if got := done[personJSON](s, 200, http.MethodPost, at+"/enable", key); got.DisabledAt != "" {
			t.Errorf("enabled is %+v", got)
		}
		done[personJSON](s, 200, http.MethodDelete, at+"/factors", key)
		done[personJSON](s, 200, http.MethodPost, at+"/sessions/end", key)
		for action, detail := range map[string]string{
			"person.invite": "ana@example.com, owner, ", "person.change": "role viewer, was owner; sees ", "invitation.make": "", "person.disable": "", "person.enable": "", "factor.remove": "", "session.end": "",
		} {
			records := s.audited("action="+action, key)
			if len(records) != 1 || records[0].Target.ID != invited.Person.ID || records[0].Who.Kind != "key" || !strings.Contains(records[0].Detail, detail) {
				t.Errorf("the log has of %s: %v", action, records)
			}
		}
	})
}

func TestEachFieldOfAPersonIsRefusedByItsName(t *testing.T) {
	s := onSQLite(t).twoGroups()
	a := s.person(access.Operator, reach.All())
	who, other := s.as(a), s.person(access.Owner, reach.All())
	for sent, want := range map[string]string{
		`{"email":"nobody","role":"owner","reach":{"all":true}}`:                                                     "mail",
		`{"role":"owner","reach":{"all":true}}`:                                                                      "mail",
		`{"email":"ana@example.com","role":"king","reach":{"all":true}}`:                                             "role: ",
		`{"email":"ana@example.com","role":"owner"}`:                                                                 "reach: ",
		`{"email":"ana@example.com","role":"owner","reach":{"all":true,"groups":["A"]}}`:                             "reach: expected either all stores, or groups and stores, found both",
		`{"email":"ana@example.com","role":"owner","reach":{"everything":true}}`:                                     "a field that is not known",
		`{"email":"ana@example.com","role":"owner","reach":{"all":true},"name":"` + strings.Repeat("x", 1000) + `"}`: "name: ",
		`{"email":"ana@example.com","role":"owner","reach":{"all":true},"password":"x"}`:                             "a field that is not known",
	} {
		refused(t, s.call(http.MethodPost, "/api/v1/people", who, jsonBody(sent)), http.StatusBadRequest, want)
	}
	refused(t, s.call(http.MethodPost, "/api/v1/people", who, jsonBody(`{"email":"`+other.Email+`","role":"owner","reach":{"all":true}}`)), http.StatusConflict, "email: another account has this e-mail")
	refused(t, s.call(http.MethodPatch, "/api/v1/people/"+other.ID, who, jsonBody(`{"role":null}`)), http.StatusBadRequest, "role: expected something other than null")
	refused(t, s.call(http.MethodPatch, "/api/v1/people/"+a.ID, who, jsonBody(`{"reach":{"all":false,"groups":["Lopez"]}}`)), http.StatusBadRequest, "reach: expected all stores for an operator")
}

// A key is not its person: nobody becomes an operator by one, and it opens no door that stays
// open when it is revoked.
func TestAKeyMakesNobodyAnOperatorAndLetsNoneIn(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		boss, operator, owner := s.person(access.Operator, reach.All()), s.person(access.Operator, reach.All()), s.person(access.Owner, reach.All())
		key := withKey(s.key(boss, access.AdminScope, reach.All()))
		refuse := func(method, target, sent string, status int, want string) {
			t.Helper()
			refused(t, s.call(method, target, key, jsonBody(sent)), status, want)
		}
		const never = "Nobody becomes an operator by a key"
		people := "/api/v1/people/"
		refuse(http.MethodPost, "/api/v1/people", `{"email":"me@example.com","role":"operator","reach":{"all":true}}`, 403, never)
		refuse(http.MethodPatch, people+owner.ID, `{"role":"operator"}`, 403, never)
		refuse(http.MethodPost, people+operator.ID+"/reset", ``, 403, never)
		refuse(http.MethodPost, people+operator.ID+"/invite", ``, 403, never)
		refuse(http.MethodDelete, people+operator.ID+"/factors", ``, 403, never)
		for _, act := range []string{"/disable", "/enable", "/reset", "/invite", "/sessions/end"} {
			refuse(http.MethodPost, people+boss.ID+act, ``, 409, "This is your own account")
		}
		refuse(http.MethodPatch, people+boss.ID, `{"role":"owner"}`, 409, "This is your own account")
		done[personJSON](s, 200, http.MethodPost, people+operator.ID+"/disable", key)
		refuse(http.MethodPost, people+operator.ID+"/enable", ``, 403, never)
		if a := s.call(http.MethodGet, "/api/v1/people?q=me@example.com", key); !strings.Contains(a.body, `"people":[]`) {
			t.Errorf("somebody was added: %s", a.body)
		}
		// The pages take keys too, and refuse them the same.
		for path, fields := range map[string][]string{
			"/people":                                    {"email", "you@example.com", "name", "", "role", "operator"},
			"/people/" + owner.ID:                        {"name", "", "role", "operator"},
			"/people/" + operator.ID + "/reset":          nil,
			"/people/" + operator.ID + "/invite":         nil,
			"/people/" + operator.ID + "/enable":         nil,
			"/people/" + operator.ID + "/factors/remove": nil,
		} {
			if a := s.ask(http.MethodPost, path, key, form(fields...)); a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, never) {
				t.Errorf("POST %s by a key: status %d %.300s", path, a.StatusCode, a.body)
			}
		}
		// An operator who is signed in may, as on the pages.
		done[linkJSON](s, 201, http.MethodPost, "/api/v1/people", s.as(boss), jsonBody(`{"email":"me@example.com","role":"operator","reach":{"all":true}}`))
		done[personJSON](s, 200, http.MethodPost, people+operator.ID+"/enable", s.as(boss))
	})
}
