package web_test

import (
	"encoding/csv"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lightson/models/access"
	"lightson/models/reach"
	"lightson/web"
)

// An action that was added without words would stand on the page as it is stored.
func TestEveryActionHasWordsAndAPlaceInTheChoice(t *testing.T) {
	source, err := parser.ParseFile(token.NewFileSet(), "../models/access/action.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var stored []string
	ast.Inspect(source, func(n ast.Node) bool {
		if literal, is := n.(*ast.BasicLit); is && literal.Kind == token.STRING {
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			stored = append(stored, text)
		}
		return true
	})
	if len(stored) < 34 {
		t.Fatalf("only %d actions were found", len(stored))
	}
	page := onSQLite(t).open("/audit")
	chosen := page.Find("#audit-action option").Map(func(_ int, o *goquery.Selection) string { return o.AttrOr("value", "") })
	words := map[string]string{}
	for _, action := range stored {
		if !slices.Contains(chosen, action) {
			t.Errorf("%s cannot be chosen", action)
		}
		text := web.ActionText(access.Action(action))
		if text == action || words[text] != "" {
			t.Errorf("%s is called %q, as is %q", action, text, words[text])
		}
		words[text] = action
	}
	if len(chosen) != len(stored)+1 {
		t.Errorf("%d actions can be chosen, and there are %d", len(chosen)-1, len(stored))
	}
}

// audited are the records of a filter, by the API.
func (s *site) audited(query string, changes ...func(*http.Request)) []auditRecord {
	s.t.Helper()
	a := s.call(http.MethodGet, "/api/v1/audit?"+query, changes...)
	if a.StatusCode != http.StatusOK {
		s.t.Fatalf("status %d: %s", a.StatusCode, a.body)
	}
	return decode[struct{ Records []auditRecord }](s.t, a).Records
}

type auditRecord struct {
	ID  int64
	Who struct {
		Kind, Name string
		ID         string
	}
	Action  string
	Target  struct{ Kind, ID string }
	Detail  string
	Outcome string
	Address string
}

// String is the record without what differs each time.
func (r auditRecord) String() string {
	return fmt.Sprintf("%s %s %s %s, %s", r.Who.Kind, r.Action, r.Target.Kind, r.Detail, r.Outcome)
}

func TestTheAuditLogTellsWhoDidWhat(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(onePoll)
		operator := s.person(access.Operator, reach.All())
		key := s.key(operator, access.AdminScope, reach.All())
		report := s.report()
		s.ask(http.MethodPost, "/reports", s.as(operator), form("key", "a"))
		s.ask(http.MethodGet, "/reports/"+report.ID+"/details.csv", s.as(operator))
		s.ask(http.MethodGet, "/reports/"+report.ID, s.as(operator))                            // only looked at
		s.ask(http.MethodHead, "/reports/"+report.ID+"/details.csv", s.as(operator))            // neither
		s.ask(http.MethodPost, "/reports/"+report.ID+"/cancel")                                 // nobody
		s.ask(http.MethodPost, "/imports", withKey(key), files(file{"z.csv", "nonsense\n1\n"})) // refused
		s.ask(http.MethodGet, "/stores.csv", withKey(key))

		var got []string
		for _, r := range s.audited("", withKey(key)) {
			got = append(got, r.String())
		}
		want := []string{
			"key file.download file stores.csv, done",
			"key import.make import , refused",
			"person file.download report details.csv, done",
			"person report.ask report , done",
		}
		if !slices.Equal(got, want) {
			t.Errorf("the log says\n%s, want\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}

		status, page := s.get("/audit", s.as(operator))
		rows := cells(page.Find("#audit tbody tr"))
		if status != http.StatusOK || len(rows) != len(want) {
			t.Fatalf("status %d, rows %q", status, rows)
		}
		for n, shown := range []string{
			"admin (lo_a_", "API key | tried: imported files", "| downloaded a file | Report All stores", "| asked for a report | Report All stores",
		} {
			if !strings.Contains(rows[n], shown) {
				t.Errorf("row %d is %q, without %q", n, rows[n], shown)
			}
		}
		if to := page.Find("#audit tbody tr").Eq(2).Find("a").Map(hrefs); !slices.Equal(to, []string{"/people/" + operator.ID, "/reports/" + report.ID}) {
			t.Errorf("the download leads to %v", to)
		}

		for query, want := range map[string]int{
			"who=" + operator.ID: 2, "who=the+OPERATOR+2": 4, "who=nobody": 0, "action=file.download": 2, "action=sign-out": 0, "action=made+up": 0,
			"who=lo_a": 2, "who=%25": 0, "from=2100-01-01": 0, "to=2000-01-01": 0, "from=2000-01-01&to=2100-01-01": 4, "from=2000-01-01T00:00:00Z": 4, "who=%00": 4, "who=%ff": 4,
		} {
			if got := s.audited(query, withKey(key)); len(got) != want {
				t.Errorf("%s finds %d records, want %d", query, len(got), want)
			}
			if _, page := s.get("/audit?"+query, s.as(operator)); page.Find("#audit tbody tr").Length() != want {
				t.Errorf("the page finds another number by %s: %v", query, texts(page.Find("#audit tbody tr")))
			}
		}
		if status, page := s.get("/audit?from=yesterday&who=a", s.as(operator)); status != http.StatusBadRequest ||
			text(page.Find("#audit-from-problem")) != "Enter a date such as 2026-11-25." || page.Find("#audit-who").AttrOr("value", "") != "a" {
			t.Errorf("a date that is none: status %d, %q", status, text(page.Find(".audit-form")))
		}
		if a := s.call(http.MethodGet, "/api/v1/audit?to=x", withKey(key)); a.StatusCode != http.StatusBadRequest {
			t.Errorf("status %d", a.StatusCode)
		}
	})
}

func hrefs(_ int, e *goquery.Selection) string { return e.AttrOr("href", "") }

func TestTheAuditLogComesInPieces(t *testing.T) {
	s := onSQLite(t)
	for n := range 120 {
		s.server.RecordForTest(t.Context(), access.Record{WhoKind: access.IsCommand, Who: "root", Action: "sign-out", Detail: fmt.Sprint("number ", n), Outcome: access.Done})
	}
	seen := map[string]bool{}
	pages := 0
	for target := "/audit?who=root"; target != ""; pages++ {
		page := s.open(target)
		for _, row := range texts(page.Find("#audit tbody tr")) {
			if _, number, _ := strings.Cut(row, "number "); seen[number] {
				t.Errorf("twice: %s", row)
			} else {
				seen[number] = true
			}
		}
		target = page.Find("#page-audit-older").AttrOr("href", "")
		if newest := page.Find("#page-audit-newest").AttrOr("href", ""); (newest == "/audit?who=root") != (pages > 0) {
			t.Errorf("page %d: newest is %q", pages, newest)
		}
	}
	if pages != 3 || len(seen) != 120 {
		t.Errorf("%d records on %d pages", len(seen), pages)
	}

	first := decode[struct {
		Records    []auditRecord
		NextCursor *string `json:"next_cursor"`
	}](t, s.call(http.MethodGet, "/api/v1/audit?limit=100&action=sign-out"))
	if len(first.Records) != 100 || first.NextCursor == nil {
		t.Fatalf("%d records, cursor %v", len(first.Records), first.NextCursor)
	}
	if rest := s.audited("limit=100&action=sign-out&cursor=" + url.QueryEscape(*first.NextCursor)); len(rest) != 20 || rest[0].Detail != "number 19" {
		t.Errorf("%d more: %v", len(rest), rest)
	}
	if a := s.call(http.MethodGet, "/api/v1/audit?cursor="+url.QueryEscape(*first.NextCursor)); a.StatusCode != http.StatusBadRequest {
		t.Errorf("the cursor goes on in another list: %d", a.StatusCode)
	}
}

// What strangers type stands in the log, and is opened by operators in browsers and
// spreadsheets.
func TestTheAuditLogRunsNothingThatStrangersTyped(t *testing.T) {
	s := onSQLite(t)
	const script = `<script>alert(1)</script>`
	for _, r := range []access.Record{
		{WhoKind: access.Nobody, Who: script, Action: script, TargetKind: script, Target: script, Detail: script, Address: script},
		{Outcome: access.Refused, WhoKind: access.IsPerson, WhoID: "../../x", Who: "=cmd|' /C calc'!A0", Action: "sign-in.try", TargetKind: "person", Target: "+1+2", Detail: "@SUM(1)", Address: "-1+2"},
		{WhoKind: access.IsPerson, Who: "a\r\nSet-Cookie: b", Action: "sign-in.try", TargetKind: "report", Target: "javascript:alert(1)", Detail: "x\u202ey"},
	} {
		s.server.RecordForTest(t.Context(), r)
	}
	a := s.ask(http.MethodGet, "/audit")
	page := a.page(t)
	if a.StatusCode != http.StatusOK || page.Find("main script").Length() != 0 || strings.Contains(a.body, "\u202e") {
		t.Errorf("status %d: %s", a.StatusCode, text(page.Find("main")))
	}
	page.Find("main a").Each(func(_ int, link *goquery.Selection) {
		if to := link.AttrOr("href", ""); !strings.HasPrefix(to, "/audit") {
			t.Errorf("a link to %s", to)
		}
	})
	file := s.ask(http.MethodGet, "/audit.csv?who="+url.QueryEscape("="))
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 2 || file.StatusCode != http.StatusOK || !strings.HasPrefix(file.body, "\ufeff") {
		t.Fatalf("status %d, %v: %q", file.StatusCode, err, file.body)
	}
	for _, cell := range rows[1] {
		if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
			t.Errorf("a spreadsheet runs %q", cell)
		}
	}
	if got := file.Header.Get("Content-Disposition"); got != `attachment; filename="audit.csv"` {
		t.Errorf("named %s", got)
	}
	if last := s.audited("action=file.download"); len(last) != 1 || last[0].Target.Kind != "audit" || last[0].Target.ID != "?who=%3D" {
		t.Errorf("of the download the log says %v", last)
	}
}

func TestOnlyOperatorsReadTheAuditLog(t *testing.T) {
	s := onSQLite(t)
	owner := s.person(access.Owner, reach.All())
	operator := s.person(access.Operator, reach.All())
	for _, target := range []string{"/audit", "/audit.csv", "/api/v1/audit"} {
		for who, change := range map[string]func(*http.Request){"an owner": s.as(owner), "a key for reports": withKey(s.key(operator, access.ReportScope, reach.All()))} {
			if a := s.ask(http.MethodGet, target, change); a.StatusCode != http.StatusForbidden {
				t.Errorf("%s: %s gets %d", target, who, a.StatusCode)
			}
		}
	}
	if _, page := s.get("/stores", s.as(owner)); page.Find("a[href='/audit']").Length() != 0 {
		t.Error("an owner is shown the way to the audit log")
	}
	if _, page := s.get("/stores", s.as(operator)); page.Find("a[href='/audit']").Length() != 1 {
		t.Error("an operator is not")
	}
}
