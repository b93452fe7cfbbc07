package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"lightson/models/access"
	"lightson/models/reach"
)

func TestScriptsNeedAKeyOnceThereAreAccounts(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		group := s.snapshot().Groups()[0].Name
		owner, operator := s.person(access.Owner, reach.Of([]string{group}, nil)), s.person(access.Operator, reach.All())
		key, reading := s.key(owner, access.ReportScope, owner.Reach), s.key(owner, access.ReadScope, owner.Reach)

		for _, try := range []struct {
			method, target string
			change         func(*http.Request)
			status         int
		}{
			{"POST", "/trigger_report", asScript, 401},
			{"GET", "/get_report?report_id=x", asScript, 401},
			{"POST", "/trigger_report", withKey("lo_p_wrong_key"), 401},
			{"POST", "/trigger_report?key=" + key, asScript, 401},
			{"POST", "/trigger_report?access_token=" + key, asScript, 401},
			{"POST", "/trigger_report", header("X-Api-Key", key), 401},
			{"POST", "/trigger_report", withKey(reading), 403},
			{"GET", "/get_report/x", withKey(key), 404},
			{"POST", "/trigger_report", withKey(key), 200},
		} {
			a := s.call(try.method, try.target, asScript, try.change)
			if a.StatusCode != try.status || try.status != 200 && refusal(t, a) == "" {
				t.Errorf("%s %s: status %d, want %d: %s", try.method, try.target, a.StatusCode, try.status, a.body)
			}
			if strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Bearer") != (try.status == 401) || strings.Contains(a.body, key) {
				t.Errorf("%s: WWW-Authenticate %q, %s", try.target, a.Header.Get("WWW-Authenticate"), a.body)
			}
		}

		id := decode[map[string]string](t, s.call(http.MethodPost, "/trigger_report", withKey(key)))["report_id"]
		if a := s.call(http.MethodGet, "/get_report/"+id, withKey(key)); a.StatusCode != http.StatusOK || !strings.Contains(a.body, `"Running"`) {
			t.Errorf("status %d: %s", a.StatusCode, a.body)
		}
		s.finishAll()
		csv := s.call(http.MethodGet, "/get_report?report_id="+id, withKey(reading))
		if got := strings.Count(csv.body, "\n") - 1; csv.StatusCode != http.StatusOK || got != len(s.snapshot().StoresOf(group)) {
			t.Errorf("status %d, %d rows", csv.StatusCode, got)
		}

		// Who asked is said, also to who reads it later.
		_, page := s.get("/reports/"+id, s.as(operator))
		if facts := text(page.Find("dl.facts")); !strings.Contains(facts, "Byreport (lo_p_") || !strings.Contains(facts, "of "+owner.Name) {
			t.Errorf("the page says %s", facts)
		}
		report := decode[struct {
			AskedBy *string `json:"asked_by"`
		}](t, s.call(http.MethodGet, "/api/v1/reports/"+id, withKey(key)))
		if report.AskedBy == nil || !strings.HasPrefix(*report.AskedBy, "report (lo_p_") {
			t.Errorf("the API says %v", report.AskedBy)
		}
		a := s.ask(http.MethodPost, "/imports", s.as(operator), files(file{"z.csv", goodZones}))
		imported := s.workOffImport(strings.TrimPrefix(a.Header.Get("Location"), "/imports/"))
		if imported.By != operator.Name {
			t.Errorf("the import is by %q", imported.By)
		}
		s.ask(http.MethodPost, "/imports/"+imported.ID+"/undo", s.as(operator))
		if undone, err := s.db.Import(t.Context(), imported.ID); err != nil || undone.UndoneBy != operator.Name {
			t.Errorf("it is undone by %q (%v)", undone.UndoneBy, err)
		}

		const poll = `[{"store_id":"p1","status":"active","timestamp_utc":"2023-01-25T18:00:00Z"}]`
		push := body("application/json", poll)
		for who, status := range map[string]int{key: 403, "": 401, s.key(operator, access.IngestScope, reach.All()): 200} {
			change := withKey(who)
			if who == "" {
				change = asScript
			}
			if a := s.call(http.MethodPost, "/api/v1/polls", push, change); a.StatusCode != status {
				t.Errorf("a push is answered with %d, want %d: %s", a.StatusCode, status, a.body)
			}
		}
	})
}

// Nobody can find out which ids there are beyond their reach.
func TestWhatIsOutOfReachIsAnsweredAsIfItWereNot(t *testing.T) {
	s := onSQLite(t).withChains()
	own, foreign := s.snapshot().Groups()[0].Name, s.snapshot().Groups()[1].Name
	owner, stranger := s.person(access.Owner, reach.Of([]string{own}, nil)), s.person(access.Owner, reach.Of([]string{foreign}, nil))
	store := s.snapshot().Stores[s.snapshot().StoresOf(foreign)[0]].Code
	report := s.ownReport(stranger)
	const noReport, noStore = "01a21591-868f-7a21-b52e-8beea6f1b630", "no-such-store"
	tried := 0
	for route := range s.server.Permissions() {
		method, path, _ := strings.Cut(route, " ")
		there, absent := url.PathEscape(store), noStore
		switch {
		case strings.Contains(path, "/stores/:id"):
		case strings.Contains(path, "report") && strings.Contains(path, ":id"):
			there, absent = report, noReport
		default:
			continue
		}
		path = strings.ReplaceAll(path, ":link", noReport)
		tried++
		for _, change := range []func(*http.Request){s.as(owner), withKey(s.key(owner, access.ReportScope, owner.Reach)), asHTMX} {
			var answers []answer
			for _, id := range []string{there, absent} {
				a := s.ask(method, strings.ReplaceAll(path, ":id", id), s.as(owner), change)
				a.body = strings.ReplaceAll(withoutKeys(t, a), id, "ID")
				answers = append(answers, a)
			}
			if answers[0].StatusCode != answers[1].StatusCode || answers[0].body != answers[1].body || answers[0].StatusCode < 400 {
				t.Errorf("%s: %d and %d\n%s\n%s", route, answers[0].StatusCode, answers[1].StatusCode, answers[0].body, answers[1].body)
			}
			for name := range answers[0].Header {
				if !slices.Equal(answers[0].Header.Values(name), answers[1].Header.Values(name)) && name != "Content-Length" && !strings.HasPrefix(name, "X-Ratelimit") && !strings.HasPrefix(name, "Ratelimit") {
					t.Errorf("%s: %s is %v and %v", route, name, answers[0].Header.Values(name), answers[1].Header.Values(name))
				}
			}
		}
	}
	if tried < 18 {
		t.Errorf("only %d routes were tried", tried)
	}
}
