package web_test

import (
	"net/http"
	"strings"
	"testing"

	"lightson/models/access"
	"lightson/models/reach"
)

// A key with a reach sends polls of its own stores. Stores of others and stores that there
// are not are rejected alike, and nothing of them changes.
func TestAKeyPushesPollsOfStoresWithinItsReachOnly(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(file{"polls.csv", "store_id,status,timestamp_utc\nmine,active,2023-01-25 18:00:00 UTC\ntheirs,active,2023-01-25 18:00:00 UTC\n"})
		operator := s.person(access.Operator, reach.All())
		key := s.key(operator, access.IngestScope, reach.Of(nil, []string{"mine"}))
		row := func(store string) string {
			return `{"store_id":"` + store + `","status":"inactive","timestamp_utc":"2023-01-25T18:10:00Z"}`
		}
		before := s.dataVersion()
		a := s.ask(http.MethodPost, "/api/v1/polls", withKey(key), body("application/json", "["+row("theirs")+","+row("nobodys")+"]"))
		if a.StatusCode != http.StatusOK || strings.Count(a.body, `"rejected"`) < 2 || s.dataVersion() != before {
			t.Errorf("status %d, version %d after %d: %s", a.StatusCode, s.dataVersion(), before, a.body)
		}
		if theirs, nobodys := strings.Index(a.body, "theirs"), strings.Index(a.body, "nobodys"); theirs < 0 || nobodys < 0 {
			t.Errorf("the answer does not say which stores: %s", a.body)
		}
		if a := s.ask(http.MethodPost, "/api/v1/polls", withKey(key), body("application/json", "["+row("mine")+","+row("theirs")+"]")); a.StatusCode != http.StatusOK || !strings.Contains(a.body, `"kept":1`) || !strings.Contains(a.body, `"rejected":1`) {
			t.Errorf("status %d: %s", a.StatusCode, a.body)
		}
	})
}
