package web_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lightson/models/access"
	"lightson/models/reach"
)

func TestAnOperatorInvitesAnOwnerWhoSeesTheirStores(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		group := s.snapshot().Groups()[0].Name
		operator := s.person(access.Operator, reach.All())
		a := s.ask(http.MethodPost, "/people", s.as(operator), form("email", "Ana@Example.com", "name", "Ana", "role", "owner", "reach", "some",
			"groups", group+"\r\nTaco Airprt\n", "stores", " 99999 \n\n"))
		page := a.page(t)
		link := page.Find("#new-link").AttrOr("value", "")
		if a.StatusCode != http.StatusOK || !strings.HasPrefix(link, "http://example.com/invitation/") || a.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("status %d, link %q: %s", a.StatusCode, link, text(page.Find("main")))
		}
		if note := text(page.Find("#new-link-note")); !strings.Contains(note, "No store is in the group Taco Airprt. No file names the store 99999.") || strings.Contains(note, group) {
			t.Errorf("of what is mistyped the page says %q", note)
		}
		if row := cells(page.Find("#people tbody tr").First()); !strings.HasPrefix(row[0], "Ana ana@example.com | Invited | Owner | the groups") {
			t.Errorf("the list shows %q", row)
		}
		if again := s.ask(http.MethodGet, "/people", s.as(operator)); strings.Contains(again.body, strings.TrimPrefix(link, "http://example.com")) {
			t.Error("the link is shown again")
		}

		owner := s.visitor()
		owner.post(strings.TrimPrefix(link, "http://example.com"), "password", password)
		if shown := owner.get("/stores"); shown.StatusCode != http.StatusOK || !strings.Contains(shown.body, group) {
			t.Errorf("after choosing a password, the owner gets %d", shown.StatusCode)
		}
		if denied := owner.get("/people"); denied.StatusCode != http.StatusForbidden {
			t.Errorf("the owner gets the list of people: %d", denied.StatusCode)
		}

		record := s.audited("action=person.invite", withKey(s.key(operator, access.AdminScope, reach.All())))
		ana, err := s.server.Accounts().PersonByEmail(t.Context(), "ana@example.com")
		if err != nil || len(record) != 1 || record[0].Target.ID != ana.ID || !strings.HasPrefix(record[0].Detail, "ana@example.com, owner, the groups") {
			t.Errorf("the log says %v (%v)", record, err)
		}
		if _, page := s.get("/people/"+ana.ID, s.as(operator)); !strings.Contains(text(page.Find("dl.facts")), "Please checkNo store is in the group Taco Airprt") {
			t.Errorf("the person's page says %s", text(page.Find("dl.facts")))
		}
	})
}

func TestAnInvitationThatCannotBeIsShownAgain(t *testing.T) {
	s := onSQLite(t)
	operator := s.person(access.Operator, reach.All())
	for _, tt := range []struct {
		form           []string
		field, problem string
	}{
		{[]string{"email", "no", "role", "viewer", "reach", "all"}, "#invite-email-problem", "such as ana@example.com"},
		{[]string{"email", operator.Email, "role", "viewer", "reach", "all"}, "#invite-email-problem", "Another account has this e-mail."},
		{[]string{"email", "b@example.com", "role", "king", "reach", "all"}, "#invite-role-problem", `not "king"`},
		{[]string{"email", "b@example.com", "role", "owner", "reach", "some", "groups", "\n \n"}, "#invite-reach-problem", "at least one group or store"},
		{[]string{"email", "b@example.com\r\nBcc: x@y.z", "role", "viewer", "reach", "all"}, "#invite-email-problem", "such as ana@example.com"},
		{[]string{"email", "b@example.com", "role", "viewer", "reach", "all", "name", strings.Repeat("n", 300)}, "#invite-name-problem", "this has 300"},
	} {
		a := s.ask(http.MethodPost, "/people", s.as(operator), form(tt.form...))
		page := a.page(t)
		if got := text(page.Find(tt.field)); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got, tt.problem) || page.Find("#new-link").Length() > 0 {
			t.Errorf("%q: status %d, %q", tt.form, a.StatusCode, text(page.Find("#invite")))
		}
		if got := page.Find("#invite-email").AttrOr("value", ""); got != strings.ReplaceAll(tt.form[1], "\r", "") && got != tt.form[1] {
			t.Errorf("what was typed is gone: %q", got)
		}
	}
	if _, total, err := s.server.Accounts().People(t.Context(), access.PeopleFilter{}); err != nil || total != 2 {
		t.Errorf("there are %d people: %v", total, err)
	}
}

func TestWhatIsDoneToAPersonHoldsAtOnce(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(onePoll)
		operator := s.person(access.Operator, reach.All())
		p := s.person(access.Owner, reach.All())
		key := s.key(p, access.ReadScope, reach.All())
		page := "/people/" + p.ID
		do := func(what string, pairs ...string) {
			t.Helper()
			a := s.ask(http.MethodPost, page+what, s.as(operator), form(pairs...))
			if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), page+"?done=") {
				t.Fatalf("%s: status %d, %s", what, a.StatusCode, text(a.page(t).Find("main")))
			}
			if _, shown := s.get(a.Header.Get("Location"), s.as(operator)); text(shown.Find(".done")) == "" {
				t.Errorf("%s: the page does not say what was done", what)
			}
		}
		status := func(target string, change func(*http.Request)) int {
			t.Helper()
			return s.ask(http.MethodGet, target, change).StatusCode
		}

		do("", "name", "Bea", "role", "viewer", "reach", "some", "groups", "Nowhere", "stores", "")
		if got := s.ask(http.MethodGet, "/stores", s.as(p)); got.StatusCode != http.StatusOK || strings.Contains(got.body, "/stores/1\"") {
			t.Errorf("somebody who reaches nothing gets %d", got.StatusCode)
		}
		if got := s.ask(http.MethodPost, "/reports", s.as(p)).StatusCode; got != http.StatusForbidden {
			t.Errorf("a viewer asks for a report: %d", got)
		}
		do("", "name", "Bea")
		if now, err := s.server.Accounts().Person(t.Context(), p.ID); err != nil || now.Role != access.Viewer || now.Reach.String() != `{"groups":["Nowhere"]}` {
			t.Errorf("a form with the name alone changed the rest: %v %v", now, err)
		}
		do("", "role", "owner", "reach", "all", "name", "Bea")

		do("/disable")
		if status("/stores", s.as(p)) != http.StatusSeeOther || status("/api/v1/stores", withKey(key)) != http.StatusUnauthorized {
			t.Error("a disabled person is let in")
		}
		if a := s.ask(http.MethodPost, page+"/reset", s.as(operator)); a.StatusCode != http.StatusConflict {
			t.Errorf("a disabled person gets a link: %d", a.StatusCode)
		}
		do("/enable")
		if status("/stores", s.as(p)) != http.StatusSeeOther || status("/api/v1/stores", withKey(key)) != http.StatusOK {
			t.Error("the session is back, or the key is not")
		}
		p = s.signedIn(p.Person)
		do("/sessions/end")
		if status("/stores", s.as(p)) != http.StatusSeeOther {
			t.Error("a session that was ended is let in")
		}

		revoke := ""
		_, shown := s.get(page, s.as(operator))
		shown.Find("form").Each(func(_ int, f *goquery.Selection) {
			if to := f.AttrOr("action", ""); strings.Contains(to, "/keys/") {
				revoke = to
			}
		})
		keyID := strings.TrimSuffix(strings.TrimPrefix(revoke, page+"/keys/"), "/revoke")
		if a := s.ask(http.MethodPost, "/people/"+operator.ID+"/keys/"+keyID+"/revoke", s.as(operator)); a.StatusCode != http.StatusNotFound {
			t.Errorf("the key of somebody else is revoked: %d", a.StatusCode)
		}
		if status("/api/v1/stores", withKey(key)) != http.StatusOK {
			t.Error("the key was revoked by the wrong address")
		}
		do("/keys/" + keyID + "/revoke")
		if status("/api/v1/stores", withKey(key)) != http.StatusUnauthorized {
			t.Error("a revoked key works")
		}

		admin := withKey(s.key(operator, access.AdminScope, reach.All()))
		var did []string
		for _, r := range s.audited("who="+operator.ID, admin) {
			did = append(did, r.Action+" "+r.Outcome)
		}
		want := []string{
			"key.revoke done", "key.revoke refused", "session.end done", "person.enable done", "reset.make refused", "person.disable done",
			"person.change done", "person.change done", "person.change done",
		}
		if !slices.Equal(did, want) {
			t.Errorf("the log says\n%s, want\n%s", strings.Join(did, "\n"), strings.Join(want, "\n"))
		}
		if got := s.audited("action=person.change", admin); got[2].Detail != `name "Bea", was "The owner 3"; role viewer, was owner; sees the group Nowhere, before all stores` {
			t.Errorf("of the change it says %s", got[2].Detail)
		}
	})
}

func TestTheLastOperatorStaysAndNobodyLocksThemselvesOut(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		last := s.signedIn(s.withPassword(access.Operator, reach.All()))
		refused := func(who account, of access.Person, what string, pairs ...string) {
			t.Helper()
			a := s.ask(http.MethodPost, "/people/"+of.ID+what, s.as(who), form(pairs...))
			if a.StatusCode != http.StatusConflict || text(a.page(t).Find("main")) == "" {
				t.Errorf("%s: status %d: %s", what, a.StatusCode, text(a.page(t).Find("main")))
			}
			if now, err := s.server.Accounts().Person(t.Context(), of.ID); err != nil || now.Role != access.Operator || now.Disabled() {
				t.Fatalf("%s: it was done after all: %v", what, err)
			}
		}
		for _, what := range []string{"/disable", "/reset", "/invite", "/factors/remove", "/sessions/end"} {
			refused(last, last.Person, what)
		}
		refused(last, last.Person, "", "name", "x", "role", "owner", "reach", "all")
		_, page := s.get("/people/"+last.ID, s.as(last))
		if page.Find("#person-form [name=role]").Length()+page.Find("form[action$='/disable']").Length() != 0 || !strings.Contains(text(page.Find("#person-form")), "This is the last operator") {
			t.Errorf("the page offers what is refused: %s", text(page.Find("main")))
		}

		// Two operators who remove each other at once: one of them stays.
		other := s.signedIn(s.withPassword(access.Operator, reach.All()))
		var both sync.WaitGroup
		for _, pair := range [][2]account{{last, other}, {other, last}} {
			both.Go(func() {
				s.ask(http.MethodPost, "/people/"+pair[1].ID+"/disable", s.as(pair[0]))
			})
		}
		both.Wait()
		able := 0
		for _, p := range []account{last, other} {
			now, err := s.server.Accounts().Person(t.Context(), p.ID)
			if err != nil {
				t.Fatal(err)
			}
			if !now.Disabled() {
				able++
				refused(s.signedIn(now), now, "/disable")
			}
		}
		if able != 1 {
			t.Errorf("%d operators are left", able)
		}
		owner := s.person(access.Owner, reach.All())
		for _, what := range []string{"", "/disable", "/enable", "/invite", "/reset", "/factors/remove", "/sessions/end"} {
			if a := s.ask(http.MethodPost, "/people/"+last.ID+what, s.as(owner), form("role", "viewer", "reach", "all")); a.StatusCode != http.StatusForbidden {
				t.Errorf("an owner: %s answers %d", what, a.StatusCode)
			}
			if a := s.ask(http.MethodPost, "/people/"+owner.ID+what, s.as(owner), form("role", "operator", "reach", "all")); a.StatusCode != http.StatusForbidden {
				t.Errorf("an owner to themselves: %s answers %d", what, a.StatusCode)
			}
		}
	})
}

func TestPeopleAreFoundAndShownAsTextAlone(t *testing.T) {
	s := onSQLite(t)
	operator := s.person(access.Operator, reach.All())
	const script = `<script>alert(1)</script>"><img src=x onerror=alert(1)>`
	evil := s.addPerson(access.NewPerson{Name: "Zoë " + script + "\r\nX: y", Email: "zoe@example.com", Role: access.Owner, Reach: reach.Of([]string{script}, []string{script, "=1+1"})})
	s.key(account{Person: evil}, access.ReadScope, reach.Of([]string{script}, nil))
	for _, target := range []string{"/people", "/people?q=zoe", "/people?state=operators&q=" + "%3Cscript%3E", "/people/" + evil.ID, "/audit"} {
		status, page := s.get(target, s.as(operator))
		if status != http.StatusOK || page.Find("main script, main img").Length() != 0 {
			t.Errorf("%s: status %d, %s", target, status, text(page.Find("main")))
		}
	}
	for query, want := range map[string]int{"?q=ZOE": 1, "?q=example.com": 3, "?state=operators": 2, "?state=invited": 0, "?state=disabled": 0, "?q=nobody+here": 0} {
		if _, page := s.get("/people"+query, s.as(operator)); page.Find("#people tbody tr").Length() != want {
			t.Errorf("%s finds %d people, want %d", query, page.Find("#people tbody tr").Length(), want)
		}
	}
	if a := s.ask(http.MethodGet, "/people?state=x", s.as(operator)); a.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d", a.StatusCode)
	}
	for _, id := range []string{"x", "%00", "00000000-0000-7000-8000-000000000000", operator.ID + "%27"} {
		if a := s.ask(http.MethodGet, "/people/"+id, s.as(operator)); a.StatusCode != http.StatusNotFound {
			t.Errorf("/people/%s: status %d", id, a.StatusCode)
		}
	}
	admin := withKey(s.key(operator, access.AdminScope, reach.All()))
	people := decode[struct {
		People []struct{ Email, Role string }
		Next   *string `json:"next_cursor"`
	}](t, s.call(http.MethodGet, "/api/v1/people?limit=2", admin))
	if len(people.People) != 2 || people.Next == nil {
		t.Fatalf("people: %v", people)
	}
	if rest := s.call(http.MethodGet, "/api/v1/people?limit=2&cursor="+*people.Next, admin); !strings.Contains(rest.body, "zoe@example.com") {
		t.Errorf("the second piece: %s", rest.body)
	}
	keys := s.call(http.MethodGet, "/api/v1/keys", admin)
	if keys.StatusCode != http.StatusOK || strings.Count(keys.body, `"prefix"`) != 2 || strings.Contains(keys.body, "hash") {
		t.Errorf("keys: %s", keys.body)
	}
	for _, target := range []string{"/api/v1/people", "/api/v1/keys"} {
		if a := s.call(http.MethodGet, target, withKey(s.key(operator, access.IngestScope, reach.All()))); a.StatusCode != http.StatusForbidden {
			t.Errorf("%s: status %d", target, a.StatusCode)
		}
		if a := s.call(http.MethodGet, target); a.StatusCode != http.StatusUnauthorized || a.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: status %d", target, a.StatusCode)
		}
	}
}
