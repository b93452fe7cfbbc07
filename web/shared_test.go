package web_test

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/reach"
	"lightson/web"
)

// share makes a link as a person does, on the page of a report.
func (s *site) share(as func(*http.Request), report, days string) (address string) {
	s.t.Helper()
	a := s.ask(http.MethodPost, "/reports/"+report+"/links", as, form("days", days))
	address = a.page(s.t).Find("#new-link").AttrOr("value", "")
	if a.StatusCode != http.StatusOK || !strings.HasPrefix(address, "http://example.com/shared/") || a.Header.Get("Cache-Control") != "no-store" {
		s.t.Fatalf("status %d, link %q: %s", a.StatusCode, address, text(a.page(s.t).Find("main")))
	}
	return strings.TrimPrefix(address, "http://example.com")
}

// asNobody is a browser that never was here.
func asNobody(*http.Request) {}

func TestAShareLinkShowsOneReportAndNothingElse(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		maker := s.person(access.Owner, reach.All())
		report, other := s.report(), s.report()
		shared := s.share(s.as(maker), report.ID, "7")
		token := strings.TrimPrefix(shared, "/shared/")

		a := s.ask(http.MethodGet, shared)
		page := a.page(t)
		if a.StatusCode != http.StatusOK || !strings.HasPrefix(text(page.Find("main .lead")), "Shared by "+maker.Name+", until Wed 1 Feb 2023") || page.Find("#report-rows tbody tr").Length() == 0 {
			t.Fatalf("status %d: %s", a.StatusCode, text(page.Find("main")))
		}
		for header, want := range map[string]string{"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "Set-Cookie": ""} {
			if got := a.Header.Get(header); got != want {
				t.Errorf("%s: %q", header, got)
			}
		}
		for _, kind := range []string{"a", "form", "[hx-get]"} {
			page.Find(kind).Each(func(_ int, e *goquery.Selection) {
				for _, attr := range []string{"href", "action", "hx-get", "hx-post"} {
					if to, is := e.Attr(attr); is && !strings.HasPrefix(to, shared) && !strings.HasPrefix(to, "#") {
						t.Errorf("%s leads to %s", text(e), to)
					}
				}
			})
		}
		if strings.Contains(a.body, report.ID) || strings.Contains(a.body, maker.Email) || page.Find("main form[method=post]").Length() != 0 {
			t.Error("the page tells an id or an e-mail, or changes something")
		}

		// Its table is searched, sorted and turned over; its files can be taken.
		own := s.openAs("/reports/"+report.ID, s.as(maker)).Find("#report-rows tbody tr").Length()
		for query, want := range map[string]bool{"?sort=store": true, "?page=2": true, "?q=taco": false} {
			rows := s.open(shared + query).Find("#report-rows tbody tr").Length()
			if (rows == own) != want || rows == 0 {
				t.Errorf("%s shows %d rows of %d", query, rows, own)
			}
		}
		if part := s.ask(http.MethodGet, shared+"?q=taco", asHTMX, header("HX-Target", "report-rows")); part.page(t).Find("#report-rows").Length() != 1 {
			t.Error("htmx finds no table in the answer")
		}
		for _, file := range []string{"/report.csv", "/details.csv"} {
			want := s.ask(http.MethodGet, "/reports/"+report.ID+file, s.as(maker))
			if got := s.ask(http.MethodGet, shared+file); got.StatusCode != http.StatusOK || got.body != want.body || got.Header.Get("Content-Disposition") != want.Header.Get("Content-Disposition") {
				t.Errorf("%s: status %d, %d bytes", file, got.StatusCode, len(got.body))
			}
		}
		sheet, named := s.ask(http.MethodGet, shared+"/report.xlsx"), s.ask(http.MethodGet, "/reports/"+report.ID+"/report.xlsx", s.as(maker))
		if sheet.StatusCode != http.StatusOK || sheet.Header.Get("Content-Disposition") != named.Header.Get("Content-Disposition") || page.Find("a[href='"+shared+"/report.xlsx'][download]").Length() != 1 {
			t.Errorf("the spreadsheet: status %d, %v", sheet.StatusCode, sheet.Header)
		}
		if got, want := unzipped(t, sheet.body), unzipped(t, named.body); strings.Contains(got, report.ID) || !strings.Contains(want, report.ID) || len(got) < 1000 {
			t.Errorf("the spreadsheet of the link tells the id of the report: %v, of %d bytes", strings.Contains(got, report.ID), len(got))
		}
		if a := s.ask(http.MethodGet, shared+"/range.csv"); a.StatusCode != http.StatusNotFound {
			t.Errorf("a report without a range has one: %d", a.StatusCode)
		}
		records := s.audited("action=file.download", withKey(s.key(s.person(access.Operator, reach.All()), access.AdminScope, reach.All())))
		if len(records) != 7 || records[0].Who.Kind != "link" || records[0].Who.ID == "" || records[0].Target.ID != report.ID || records[0].Outcome != "refused" {
			t.Errorf("of the downloads the log says %v", records)
		}

		// It is no way to anything else, wherever it is sent.
		for _, target := range []string{"/", "/reports/" + report.ID, "/reports/" + other.ID, "/stores", "/api/v1/reports", "/audit", "/account", "/shared", "/shared/"} {
			for where, change := range map[string]func(*http.Request){
				"as a key": withKey(token), "as a session": func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "lightson", Value: token}) }, "as the page before": header("Referer", "http://example.com"+shared),
			} {
				if a := s.ask(http.MethodGet, target, change); a.StatusCode == http.StatusOK {
					t.Errorf("%s, %s: status %d", target, where, a.StatusCode)
				}
			}
		}
		if a := s.ask(http.MethodPost, shared); a.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("a POST is answered with %d", a.StatusCode)
		}
	})
}

// Whoever tries must not learn which links there were, nor what they were of.
func TestLinksThatDoNotWorkAreNothingAtAll(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(onePoll)
		operator, maker := s.person(access.Operator, reach.All()), s.person(access.Owner, reach.All())
		reports := map[string]string{}
		for _, how := range []string{"revoked", "expired", "deleted", "of a person who is disabled", "of a person who may share no more", "fine"} {
			reports[how] = s.report().ID
		}
		links := map[string]string{}
		for how, report := range reports {
			days := "90"
			if how == "expired" {
				days = "1"
			}
			links[how] = s.share(s.as(maker), report, days)
			if status, _ := s.get(links[how]); status != http.StatusOK {
				t.Fatalf("%s: status %d before that", how, status)
			}
		}
		links["of a person who is disabled"] = s.share(s.as(operator), reports["of a person who is disabled"], "90")
		revoke := s.openAs("/reports/"+reports["revoked"], s.as(maker)).Find("#share li form").AttrOr("action", "")
		if a := s.ask(http.MethodPost, revoke, s.as(maker)); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("revoke: status %d", a.StatusCode)
		}
		if err := s.db.Update(t.Context(), func(tx *models.Tx) error {
			return errors.Join(tx.GORM(t.Context()).Exec("DELETE FROM report_parts WHERE report_id = ?", reports["deleted"]).Error,
				tx.GORM(t.Context()).Exec("DELETE FROM reports WHERE id = ?", reports["deleted"]).Error)
		}); err != nil {
			t.Fatal(err)
		}
		s.server.SetClock(func() time.Time { return now.Add(25 * time.Hour) })
		defer s.server.SetClock(func() time.Time { return now })
		if _, err := s.server.Accounts().DisablePerson(t.Context(), operator.ID); err != nil {
			t.Fatal(err)
		}
		if status, _ := s.get(links["fine"]); status != http.StatusOK {
			t.Fatalf("one that works: status %d", status)
		}
		viewer := access.Viewer
		if _, err := s.server.Accounts().ChangePerson(t.Context(), maker.ID, access.Change{Role: &viewer}); err != nil {
			t.Fatal(err)
		}
		links["of a person who may share no more"] = links["fine"]
		links["unknown"] = "/shared/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		links["no token"] = "/shared/a%00%FFb"
		links["long"] = "/shared/" + strings.Repeat("A", 7000)
		delete(links, "fine")
		want := s.ask(http.MethodGet, links["unknown"])
		for how, link := range links {
			for _, below := range []string{"", "/report.csv", "?q=1"} {
				for who, change := range map[string]func(*http.Request){"nobody": asNobody, "an operator": s.as(operator)} {
					a := s.ask(http.MethodGet, link+below, change)
					if a.StatusCode != http.StatusNotFound || a.body != want.body {
						t.Errorf("%s%s, for %s: status %d, other bytes: %v", how, below, who, a.StatusCode, a.body != want.body)
					}
					for name := range a.Header {
						if a.Header.Get(name) != want.Header.Get(name) {
							t.Errorf("%s%s: %s is %q", how, below, name, a.Header.Get(name))
						}
					}
				}
			}
		}
		if want.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Error("the error page may tell where it was")
		}
	})
}

// openAs is a page that somebody must be shown.
func (s *site) openAs(target string, changes ...func(*http.Request)) *goquery.Document {
	s.t.Helper()
	status, page := s.get(target, changes...)
	if status != http.StatusOK {
		s.t.Fatalf("GET %s: status %d, %q", target, status, text(page.Find("main")))
	}
	return page
}

func TestOnlyWhoMaySharesAndOnlyWhatIsInReach(t *testing.T) {
	s := onSQLite(t).withChains()
	group := s.snapshot().Groups()[0].Name
	foreign := s.snapshot().Groups()[1].Name
	owner, stranger, viewer := s.person(access.Owner, reach.Of([]string{group}, nil)), s.person(access.Owner, reach.Of([]string{foreign}, nil)), s.person(access.Viewer, reach.All())
	whole := s.report()
	a := s.ask(http.MethodPost, "/reports", s.as(owner), form("key", "x"))
	own := strings.TrimPrefix(a.Header.Get("Location"), "/reports/")
	if a := s.ask(http.MethodPost, "/reports/"+own+"/links", s.as(owner), form("days", "7")); a.StatusCode != http.StatusConflict {
		t.Errorf("a report that waits is shared: %d", a.StatusCode)
	}
	s.finishAll()
	shared := s.share(s.as(owner), own, "7")
	page := s.openAs("/reports/"+own, s.as(owner))
	revoke := page.Find("#share li form").AttrOr("action", "")
	if page.Find("#new-link").Length() != 0 || strings.Contains(text(page.Find("main")), strings.TrimPrefix(shared, "/shared/")) || revoke == "" {
		t.Error("the link is shown again, or cannot be revoked")
	}
	for _, row := range texts(s.open(shared).Find("#report-rows tbody th")) {
		if !strings.Contains(row, group) && s.storeGroup(row) != group {
			t.Errorf("the link shows %s", row)
		}
	}
	id := revoke[strings.LastIndex(strings.TrimSuffix(revoke, "/revoke"), "/")+1 : len(revoke)-len("/revoke")]
	for _, try := range []struct {
		who    account
		target string
		status int
	}{
		{owner, "/reports/" + whole.ID + "/links", 404},
		{stranger, "/reports/" + own + "/links", 404},
		{stranger, revoke, 404},
		{viewer, "/reports/" + whole.ID + "/links", 403},
		{viewer, revoke, 403},
		{owner, "/reports/" + whole.ID + "/links/" + id + "/revoke", 404},
		{owner, "/reports/" + own + "/links/" + whole.ID + "/revoke", 404},
		{owner, "/reports/" + own + "/links/x/revoke", 404},
		{stranger, "/reports/" + s.ownReport(stranger) + "/links/" + id + "/revoke", 404},
	} {
		if a := s.ask(http.MethodPost, try.target, s.as(try.who), form("days", "7")); a.StatusCode != try.status {
			t.Errorf("%s by %s: status %d, want %d", try.target, try.who.Name, a.StatusCode, try.status)
		}
	}
	if status, _ := s.get(shared); status != http.StatusOK {
		t.Fatalf("the link was revoked by somebody: %d", status)
	}
	if s.openAs("/reports/"+whole.ID, s.as(viewer)).Find("#share").Length() != 0 {
		t.Error("a viewer is shown links")
	}
	for days, shown := range map[string]string{"0": "Enter 1 to 365, not 0.", "366": "Enter 1 to 365, not 366.", "<b>": "Enter 1 to 365, not <b>."} {
		a := s.ask(http.MethodPost, "/reports/"+own+"/links", s.as(owner), form("days", days))
		if got := text(a.page(t).Find("#share .problem")); a.StatusCode != http.StatusUnprocessableEntity || got != shown {
			t.Errorf("%s days: status %d, %q", days, a.StatusCode, got)
		}
	}
	if a := s.ask(http.MethodPost, revoke, s.as(owner)); a.StatusCode != http.StatusSeeOther {
		t.Errorf("status %d", a.StatusCode)
	}
	if status, _ := s.get(shared); status != http.StatusNotFound {
		t.Errorf("after it was revoked, the link answers %d", status)
	}
	// Reach that shrinks takes the links with it.
	again := s.share(s.as(owner), own, "7")
	other := reach.Of([]string{foreign}, nil)
	if _, err := s.server.Accounts().ChangePerson(t.Context(), owner.ID, access.Change{Reach: &other}); err != nil {
		t.Fatal(err)
	}
	if status, _ := s.get(again); status != http.StatusNotFound {
		t.Errorf("its maker reaches the report no more, and the link answers %d", status)
	}
}

// ownReport is a complete report of somebody's own.
func (s *site) ownReport(a account) string {
	s.t.Helper()
	id := strings.TrimPrefix(s.ask(http.MethodPost, "/reports", s.as(a), form("key", "own")).Header.Get("Location"), "/reports/")
	s.finishAll()
	return id
}

// storeGroup is the group of the store whose name a row begins with.
func (s *site) storeGroup(row string) string {
	for _, store := range s.snapshot().Stores {
		if strings.Contains(row, store.Code) {
			return store.Group
		}
	}
	return ""
}

func TestSharingAnOpenServersReportsEndsWithTheFirstAccount(t *testing.T) {
	s := onSQLite(t)
	s.load(onePoll)
	report := s.report()
	shared := s.share(asNobody, report.ID, "")
	if page := s.open(shared); !strings.HasPrefix(text(page.Find("main .lead")), "Shared by somebody, until") || strings.Contains(text(page.Find(".foot")), "Open:") {
		t.Errorf("the page says %s", text(page.Find("body")))
	}
	s.person(access.Operator, reach.All())
	if status, _ := s.get(shared); status != http.StatusNotFound {
		t.Errorf("a link that anybody may have made answers %d", status)
	}
}

// A token is a secret: whoever reads logs must not be able to use it.
func TestTokensAndKeysAreInNoLogAndNoRecord(t *testing.T) {
	s := onSQLite(t)
	var logged strings.Builder
	s.server.SetLog(slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})))
	s.load(onePoll)
	operator := s.person(access.Operator, reach.All())
	key := s.key(operator, access.AdminScope, reach.All())
	report := s.report()
	token := strings.TrimPrefix(s.share(s.as(operator), report.ID, "7"), "/shared/")
	for _, target := range []string{"/shared/" + token, "/shared/" + token + "/details.csv", "/shared/" + token + "/range.csv", "/shared/" + token + "/report.xlsx", "/shared/" + token + "?page=x", "/shared/" + token + "/nothing"} {
		a := s.ask(http.MethodGet, target)
		if a.StatusCode >= 400 && strings.Contains(a.body, token) {
			t.Errorf("%s: the error page has the token", target)
		}
		s.ask(http.MethodPost, target, withKey(key))
		s.ask(http.MethodGet, target, header("X-Forwarded-For", "203.0.113.9"))
	}
	ended, end := context.WithCancel(t.Context())
	end() // what fails is logged
	s.ask(http.MethodGet, "/shared/"+token, func(r *http.Request) { *r = *r.WithContext(ended) })
	s.ask(http.MethodGet, "/stores", withKey(key), func(r *http.Request) { *r = *r.WithContext(ended) })
	csv := s.ask(http.MethodGet, "/audit.csv", s.as(operator)).body
	if len(strings.Split(csv, "\n")) < 4 {
		t.Fatalf("the log is empty: %s", csv)
	}
	for secret, what := range map[string]string{token: "the token", key: "the key", operator.token: "the session"} {
		for where, text := range map[string]string{"the audit log": csv, "the log": logged.String() + s.log.String()} {
			if strings.Contains(text, secret) {
				t.Errorf("%s is in %s", what, where)
			}
		}
	}
}

func TestLinksAreAbsoluteWhereverTheServerIs(t *testing.T) {
	s := onSQLite(t)
	s.load(onePoll)
	report := s.report()
	public, err := url.Parse("https://status.example.com")
	if err != nil {
		t.Fatal(err)
	}
	made := func() string {
		return s.ask(http.MethodPost, "/reports/"+report.ID+"/links", form("days", "7")).page(t).Find("#new-link").AttrOr("value", "")
	}
	if got := made(); !regexp.MustCompile(`^http://example\.com/shared/[\w-]{43}$`).MatchString(got) {
		t.Errorf("without LIGHTSON_URL: %s", got)
	}
	s.server.Reach(web.Hosts{}, public)
	s.handler = s.server.Handler()
	if got := made(); !strings.HasPrefix(got, "https://status.example.com/shared/") {
		t.Errorf("with LIGHTSON_URL: %s", got)
	}
}

// unzipped is all that the files of an archive hold, with their names.
func unzipped(t *testing.T, archive string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err == nil {
			all.WriteString(f.Name)
			_, err = io.Copy(&all, r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}
