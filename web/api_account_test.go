package web_test

import (
	"net/http"
	"strings"
	"testing"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/reach"
	"lightson/models/uptime"
)

type accountJSON struct {
	Kind, Role string
	Reach      struct {
		All    bool
		Groups []string
	}
	Person *personJSON
	Key    *keyJSON
}

type keyJSON struct {
	ID, Name, Scope, Prefix, Secret string
	Live                            bool
	Reach                           struct {
		All    bool
		Groups []string
	}
	ExpiresAt string `json:"expires_at"`
}

func TestEverybodyIsToldWhoTheyAre(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		if got := done[accountJSON](s, 200, http.MethodGet, "/api/v1/account"); got.Kind != "open" || got.Person != nil || got.Key != nil || !got.Reach.All {
			t.Errorf("without accounts: %+v", got)
		}
		s.twoGroups()
		a := s.person(access.Owner, reach.Of([]string{"Kowalski"}, nil))
		if got := done[accountJSON](s, 200, http.MethodGet, "/api/v1/account", s.as(a)); got.Kind != "person" || got.Role != "owner" || got.Person.ID != a.ID || got.Key != nil || got.Reach.Groups[0] != "Kowalski" {
			t.Errorf("signed in: %+v", got)
		}
		operator := s.person(access.Operator, reach.All())
		for _, scope := range access.Scopes {
			got := done[accountJSON](s, 200, http.MethodGet, "/api/v1/account", withKey(s.key(operator, scope, reach.All())))
			if got.Kind != "key" || got.Role != "operator" || got.Person.ID != operator.ID || got.Key.Scope != string(scope) || got.Key.Secret != "" {
				t.Errorf("with a key: %+v", got)
			}
		}
		if got := done[accountJSON](s, 200, http.MethodPatch, "/api/v1/account", s.as(a), jsonBody(`{"name":"Ana"}`)); got.Person.Name != "Ana" {
			t.Errorf("renamed: %+v", got.Person)
		}
		for _, sent := range []string{`{"role":"operator"}`, `{"reach":{"all":true}}`, `{"email":"other@example.com"}`, `{"password":"correct horse battery"}`} {
			refused(t, s.call(http.MethodPatch, "/api/v1/account", s.as(a), jsonBody(sent)), http.StatusBadRequest, "a field that is not known")
		}
	})
}

func TestAPersonMakesAKeyWithThePasswordAndRevokesIt(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		s.person(access.Operator, reach.All())
		who := s.as(s.signedIn(s.withPassword(access.Owner, reach.Of([]string{"Kowalski"}, nil))))
		make := func(sent string) answer {
			return s.call(http.MethodPost, "/api/v1/account/keys", who, jsonBody(sent))
		}
		const proved = `"current_password":"` + password + `"`
		made := decode[keyJSON](t, make(`{"name":"Till","scope":"report","expires_in_days":30,`+proved+`}`))
		if made.Reach.All || made.Reach.Groups[0] != "Kowalski" || made.ExpiresAt != "2023-02-24T18:35:30.000000Z" || !strings.HasPrefix(made.Secret, made.Prefix) {
			t.Fatalf("made is %+v", made)
		}
		if got := done[accountJSON](s, 200, http.MethodGet, "/api/v1/account", withKey(made.Secret)); got.Key.ID != made.ID {
			t.Errorf("it is %+v", got)
		}
		if list := s.call(http.MethodGet, "/api/v1/account/keys", who); !strings.Contains(list.body, made.ID) || strings.Contains(list.body, made.Secret) {
			t.Errorf("the list is %s", list.body)
		}
		if got := done[keyJSON](s, 200, http.MethodDelete, "/api/v1/account/keys/"+made.ID, who); got.Live {
			t.Errorf("revoked, it is %+v", got)
		}
		if a := s.call(http.MethodGet, "/api/v1/account", withKey(made.Secret)); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("revoked, it is answered with %d", a.StatusCode)
		}
		for _, tt := range []struct {
			sent   string
			status int
			want   string
		}{
			{`{"name":"Till","scope":"read"}`, 403, "current_password: expected your password"},
			{`{"name":"Till","scope":"read","current_password":"wrong"}`, 403, "current_password: expected your password"},
			{`{"scope":"read",` + proved + `}`, 400, "name: enter what the key is for"},
			{`{"name":"Till",` + proved + `}`, 400, "scope: "},
			{`{"name":"Till","scope":"root",` + proved + `}`, 400, "scope: "},
			{`{"name":"Till","scope":"ingest",` + proved + `}`, 400, "scope: "},
			{`{"name":"Till","scope":"admin","reach":{"stores":["kettle"]},` + proved + `}`, 400, "reach: "},
			{`{"name":"Till","scope":"read","reach":{"groups":["Lopez"]},` + proved + `}`, 400, "reach: "},
			{`{"name":"Till","scope":"read","reach":{},` + proved + `}`, 400, "reach: "},
			{`{"name":"Till","scope":"read","reach":{"all":true,"stores":["taco"]},` + proved + `}`, 400, "reach: expected either"},
			{`{"name":"Till","scope":"read","expires_in_days":0,` + proved + `}`, 400, "expires_in_days: expected 1 to 3650"},
			{`{"name":"Till","scope":"read","expires_in_days":"soon",` + proved + `}`, 400, "expires_in_days: expected a whole number"},
			{`{"name":"Till","scope":"read","person_id":"x",` + proved + `}`, 400, "a field that is not known"},
		} {
			refused(t, make(tt.sent), tt.status, tt.want)
		}
	})
}

// Whoever has a key gains nothing by making another: it may less, sees no more and ends no later.
func TestAKeyMakesOnlyKeysThatMayLess(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		operator := s.person(access.Operator, reach.All())
		admin := withKey(s.key(operator, access.AdminScope, reach.All()))
		const at = "/api/v1/account/keys"
		for _, scope := range []access.Scope{access.ReadScope, access.ReportScope, access.IngestScope} {
			made := done[keyJSON](s, 201, http.MethodPost, at, admin, jsonBody(`{"name":"Less","scope":"`+string(scope)+`","reach":{"groups":["Lopez"]}}`))
			less := withKey(made.Secret)
			for _, refusal := range []answer{
				s.call(http.MethodPost, at, less, jsonBody(`{"name":"Mine","scope":"read"}`)), s.call(http.MethodPost, at, less, jsonBody(`{"name":"Mine","scope":"admin"}`)),
				s.call(http.MethodGet, at, less), s.call(http.MethodDelete, at+"/"+made.ID, less), s.call(http.MethodPatch, "/api/v1/account", less, jsonBody(`{"name":"Mine"}`)),
				s.call(http.MethodGet, "/api/v1/people", less), s.call(http.MethodGet, "/api/v1/channels", less), s.call(http.MethodPost, "/api/v1/alerts", less, jsonBody(`{"kind":"offline","scope":"all"}`)),
			} {
				refused(t, refusal, http.StatusForbidden, "")
			}
		}
		refused(t, s.call(http.MethodPost, at, admin, jsonBody(`{"name":"Same","scope":"admin"}`)), http.StatusForbidden, "a key makes only keys that may less than it")
		secret, _, err := s.server.Accounts().MakeKey(t.Context(), operator.ID, access.NewKey{Name: "Short", Scope: access.AdminScope, Reach: reach.All(), Expires: models.InstantAt(uptime.At(now.AddDate(0, 0, 7)))})
		if err != nil {
			t.Fatal(err)
		}
		for _, sent := range []string{`{"name":"Longer","scope":"read"}`, `{"name":"Longer","scope":"read","expires_in_days":8}`} {
			refused(t, s.call(http.MethodPost, at, withKey(secret), jsonBody(sent)), http.StatusBadRequest, "expires_in_days: expected no longer than this key works itself")
		}
		done[keyJSON](s, 201, http.MethodPost, at, withKey(secret), jsonBody(`{"name":"Shorter","scope":"read","expires_in_days":6}`))
		other := s.person(access.Owner, reach.All())
		s.key(other, access.ReadScope, reach.All())
		keys, err := s.server.Accounts().Keys(t.Context(), other.ID)
		if err != nil {
			t.Fatal(err)
		}
		refused(t, s.call(http.MethodDelete, at+"/"+keys[0].ID, admin), http.StatusNotFound, "")
		if got := done[keyJSON](s, 200, http.MethodDelete, "/api/v1/people/"+other.ID+"/keys/"+keys[0].ID, admin); got.Live {
			t.Errorf("an operator revoked it, and it is %+v", got)
		}
		if records := s.audited("action=key.make", admin); len(records) < 4 || records[0].Who.Kind != "key" {
			t.Errorf("the log has %v", records)
		}
	})
}

// What a demoted operator's key may is what the person may now.
func TestAKeyLosesWithItsPerson(t *testing.T) {
	s := onSQLite(t).twoGroups()
	operator := s.person(access.Operator, reach.All())
	admin := withKey(s.key(operator, access.AdminScope, reach.All()))
	role, kowalski := access.Owner, reach.Of([]string{"Kowalski"}, nil)
	if _, err := s.server.Accounts().ChangePerson(t.Context(), operator.ID, access.Change{Role: &role, Reach: &kowalski}); err != nil {
		t.Fatal(err)
	}
	refused(t, s.call(http.MethodGet, "/api/v1/people", admin), http.StatusForbidden, "")
	refused(t, s.call(http.MethodPost, "/api/v1/account/keys", admin, jsonBody(`{"name":"More","scope":"ingest"}`)), http.StatusBadRequest, "scope: ")
	refused(t, s.call(http.MethodPost, "/api/v1/account/keys", admin, jsonBody(`{"name":"More","scope":"read","reach":{"groups":["Lopez"]}}`)), http.StatusBadRequest, "reach: ")
	if got := done[keyJSON](s, 201, http.MethodPost, "/api/v1/account/keys", admin, jsonBody(`{"name":"Less","scope":"read","reach":{"all":true}}`)); got.Reach.All || got.Reach.Groups[0] != "Kowalski" {
		t.Errorf("it sees %+v", got.Reach)
	}
	refused(t, s.call(http.MethodPost, "/api/v1/alerts", admin, jsonBody(`{"kind":"offline","scope":"group","name":"Lopez"}`)), http.StatusBadRequest, "name: expected a group of which you see a store")
}

// Owners and viewers have their alerts kept by a key, as by the pages, and nothing of what is
// for operators.
func TestAKeyForEverythingDoesWhatItsPersonMay(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		kowalski := reach.Of([]string{"Kowalski"}, nil)
		for _, role := range []access.Role{access.Owner, access.Viewer} {
			a := s.person(role, kowalski)
			key := withKey(s.key(a, access.AdminScope, kowalski))
			if got := done[accountJSON](s, 200, http.MethodGet, "/api/v1/account", key); got.Reach.All || got.Reach.Groups[0] != "Kowalski" || got.Role != string(role) {
				t.Errorf("it is %+v", got)
			}
			rule := done[alertRuleJSON](s, 201, http.MethodPost, "/api/v1/alerts", key, jsonBody(`{"kind":"offline","scope":"store","name":"kettle"}`))
			if page := s.ask(http.MethodGet, "/alerts/"+rule.ID, s.as(a)); page.StatusCode != http.StatusOK {
				t.Errorf("its person finds the rule with status %d", page.StatusCode)
			}
			refused(t, s.call(http.MethodPost, "/api/v1/alerts", key, jsonBody(`{"kind":"offline","scope":"store","name":"taco"}`)), http.StatusBadRequest, "name: expected the id of a store that you see")
			refused(t, s.call(http.MethodGet, "/api/v1/stores/taco", key), http.StatusNotFound, "")
			for _, target := range []string{"/api/v1/people", "/api/v1/keys", "/api/v1/audit", "/api/v1/imports"} {
				refused(t, s.call(http.MethodGet, target, key), http.StatusForbidden, "")
			}
			refused(t, s.call(http.MethodPost, "/api/v1/people", key, jsonBody(`{"email":"x@example.com","role":"viewer","reach":{"groups":["Kowalski"]}}`)), http.StatusForbidden, "")
			refused(t, s.call(http.MethodPost, "/api/v1/polls", key, jsonBody(`{"polls":[]}`)), http.StatusForbidden, "")
		}
	})
}
