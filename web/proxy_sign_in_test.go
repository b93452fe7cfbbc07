package web_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"lightson/models/access"
	"lightson/models/reach"
)

// asUser is a request that a trusted proxy hands on for somebody who is signed in there.
func asUser(email string) func(*http.Request) {
	return func(r *http.Request) {
		from("127.0.0.1:9")(r)
		headers("X-Forwarded-For: 203.0.113.7", "X-Forwarded-User: "+email)(r)
	}
}

func TestWhomATrustedProxyNamesIsSignedIn(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains().named(proxies, "X-Forwarded-User")
		group := s.snapshot().Stores[0].Group
		for n := 0; group == ""; n++ {
			group = s.snapshot().Stores[n].Group
		}
		s.addPerson(accessOperator)
		own := s.addPerson(access.NewPerson{Email: "ann@example.com", Name: "Ann Kowalski", Role: access.Owner, Reach: reach.Of([]string{group}, nil)})
		for _, name := range []string{"ann@example.com", "ANN@Example.com", "Ann@EXAMPLE.COM "} {
			a := s.ask(http.MethodGet, "/api/v1/stores?limit=1000", asUser(name), header("Accept", "application/json"))
			if n := strings.Count(a.body, `"id":`); a.StatusCode != http.StatusOK || n == 0 || n != len(members(s.snapshot(), group)) {
				t.Errorf("%s: status %d, %d stores, want %d", name, a.StatusCode, n, len(members(s.snapshot(), group)))
			}
		}
		page := s.ask(http.MethodGet, "/", asUser("ann@example.com"))
		if who := text(page.page(t).Find("header")); !strings.Contains(who, "Ann Kowalski") || len(page.Cookies()) > 0 {
			t.Errorf("the header says %q, cookies %v", who, page.Cookies())
		}
		// Their role is that of the account, and the audit log names them.
		if a := s.ask(http.MethodPost, "/imports", asUser("ann@example.com"), files(file{"z.csv", "store_id,timezone_str\n1,Europe/Berlin\n"})); a.StatusCode != http.StatusForbidden {
			t.Errorf("an owner brings in files: status %d", a.StatusCode)
		}
		if a := s.ask(http.MethodPost, "/imports", asUser("boss@example.com"), files(file{"z.csv", "store_id,timezone_str\n1,Europe/Berlin\n"})); a.StatusCode != http.StatusSeeOther {
			t.Errorf("an operator does not: status %d", a.StatusCode)
		}
		if err := s.server.Audit().Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		records, _, err := s.server.Audit().Page(t.Context(), access.AuditFilter{Action: access.ImportMade}, access.AuditPage{})
		if err != nil || len(records) != 2 || records[0].Who != "The Boss" || records[1].WhoID != own.ID || records[1].Outcome != access.Refused || records[1].Address != "203.0.113.7" {
			t.Errorf("records %+v, %v", records, err)
		}
		// What an operator decides counts at the next request.
		if _, err := s.server.Accounts().DisablePerson(t.Context(), own.ID); err != nil {
			t.Fatal(err)
		}
		if a := s.ask(http.MethodGet, "/", asUser("ann@example.com")); a.StatusCode != http.StatusForbidden {
			t.Errorf("disabled: status %d", a.StatusCode)
		}
	})
}

func TestWhoHasNoAccountIsToldSoBehindAProxy(t *testing.T) {
	i := newIssuer(t)
	s := onSQLite(t).named(proxies, "X-Forwarded-User").signingInAt(i, usualRules)
	s.addPerson(accessOperator)
	s.visitor().signInAt(i).leadsTo(t, "/") // Ann, who may have chosen her e-mail there
	for _, email := range []string{"nobody@example.com", "boss@example.co", "boss", "b<script>alert(1)</script>oss@example.com", "Ann@example.com", "boss@example.com.evil.example"} {
		a := s.ask(http.MethodGet, "/", asUser(email))
		if a.StatusCode != http.StatusForbidden && a.StatusCode != http.StatusSeeOther || strings.Contains(a.body, "<script>alert") {
			t.Errorf("%s: status %d", email, a.StatusCode)
		}
		if said := text(a.page(t).Find("main")); a.StatusCode == http.StatusForbidden && !strings.Contains(said, "You are signed in as "+email+". Ask the person who runs this site for an account with that e-mail.") {
			t.Errorf("%s: %s", email, said)
		}
	}
	if a := s.ask(http.MethodGet, "/api/v1/stores", asUser("nobody@example.com"), header("Accept", "*/*")); a.StatusCode != http.StatusForbidden || a.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("a script: status %d, %s", a.StatusCode, a.Header.Get("Content-Type"))
	}
	if people, total, err := s.server.Accounts().People(t.Context(), access.PeopleFilter{}); err != nil || total != 2 {
		t.Errorf("%d people: %+v, %v", total, people, err)
	}
}

func TestNobodySignsInByAForgedHeader(t *testing.T) {
	s := onSQLite(t)
	s.named(proxies, "X-Forwarded-User")
	s.addPerson(accessOperator)
	var log bytes.Buffer
	s.server.SetLog(slog.New(slog.NewTextHandler(&log, nil)))
	forged := headers("X-Forwarded-User: boss@example.com")
	for name, sent := range map[string]func(*http.Request){
		"a stranger":                func(r *http.Request) { from("192.0.2.1:9")(r); forged(r) },
		"a stranger behind a proxy": func(r *http.Request) { from("192.0.2.1:9")(r); headers("X-Forwarded-For: 127.0.0.1")(r); forged(r) },
		"underscores, by a proxy": func(r *http.Request) {
			from("127.0.0.1:9")(r)
			r.Header["X_Forwarded_User"] = []string{"boss@example.com"}
		},
		"both the client's and its own": func(r *http.Request) {
			from("127.0.0.1:9")(r)
			forged(r)
			headers("X-Forwarded-User: nobody@example.com")(r)
		},
		"in another header, by a proxy":  func(r *http.Request) { from("127.0.0.1:9")(r); headers("Remote-User: boss@example.com")(r) },
		"as a parameter":                 func(r *http.Request) { from("127.0.0.1:9")(r); r.URL.RawQuery = "X-Forwarded-User=boss@example.com" },
		"by Basic authentication":        func(r *http.Request) { from("127.0.0.1:9")(r); r.SetBasicAuth("boss@example.com", "x") },
		"no header at all":               from("127.0.0.1:9"),
		"an empty header":                func(r *http.Request) { from("127.0.0.1:9")(r); headers("X-Forwarded-User: ")(r) },
		"a key of nobody and the header": func(r *http.Request) { asUser("boss@example.com")(r); headers("Authorization: Bearer lo_r_x")(r) },
	} {
		a := s.ask(http.MethodGet, "/stores", sent)
		if a.StatusCode == http.StatusUnauthorized && strings.HasPrefix(name, "a key") {
			continue
		}
		if to := a.Header.Get("Location"); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/sign-in?next=") {
			t.Errorf("%s: status %d to %q", name, a.StatusCode, to)
		}
	}
	// Once, whichever of them came first.
	forgeries := strings.Count(log.String(), "somebody who is no trusted proxy says who is signed in") + strings.Count(log.String(), "the header of the user is not one e-mail address")
	if forgeries != 1 || strings.Contains(log.String(), "boss") {
		t.Errorf("logged %s", &log)
	}
	if a := s.ask(http.MethodGet, "/stores", asUser("boss@example.com")); a.StatusCode != http.StatusOK {
		t.Errorf("the proxy itself: status %d", a.StatusCode)
	}
}

// Keys and sessions say who somebody is before the proxy does, which names everybody at an
// office alike perhaps; and nobody inherits anything from another request.
func TestAProxyNamesThoseWhoHaveNotSignedInThemselves(t *testing.T) {
	s := onSQLite(t).named(proxies, "X-Forwarded-User")
	boss := s.addPerson(accessOperator)
	vic := s.signedIn(s.addPerson(access.NewPerson{Email: "vic@example.com", Name: "Vic", Role: access.Viewer, Reach: reach.All()}))
	who := func(changes ...func(*http.Request)) string {
		return text(s.ask(http.MethodGet, "/", changes...).page(t).Find("header"))
	}
	if got := who(asUser("boss@example.com"), s.as(vic)); !strings.Contains(got, "Vic") {
		t.Errorf("a session and the header: %q", got)
	}
	if got := who(asUser("boss@example.com")); !strings.Contains(got, "The Boss") {
		t.Errorf("the header: %q", got)
	}
	if a := s.ask(http.MethodGet, "/", from("127.0.0.1:9")); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the next request without it: status %d", a.StatusCode)
	}
	key := s.key(vic, access.ReadScope, reach.All())
	if a := s.ask(http.MethodPost, "/api/v1/imports", asUser("boss@example.com"), withKey(key)); a.StatusCode != http.StatusForbidden {
		t.Errorf("a key for reading and the header: status %d", a.StatusCode)
	}
	if sessions, err := s.server.Accounts().Sessions(t.Context(), boss.ID); err != nil || len(sessions) > 0 {
		t.Errorf("sessions %v, %v", sessions, err)
	}
}
