package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lightson/models/access"
	"lightson/models/reach"
)

func TestThePageOfTheAPIHasEveryOperation(t *testing.T) {
	s := onSQLite(t).withDemo()
	page, many := s.open("/api"), 0
	for path, item := range loadDocument(t).Paths.Map() {
		for method, operation := range item.Operations() {
			many++
			shown := page.Find("#" + operation.OperationID)
			if got := text(shown.Find("summary code")); got != method+" "+path {
				t.Errorf("%s is shown as %q, want %s %s", operation.OperationID, got, method, path)
			}
			if try := text(shown.Find("pre.try")); !strings.HasPrefix(try, "curl ") || strings.ContainsAny(try, "{}") && operation.RequestBody == nil || strings.Contains(try, "Bearer") {
				t.Errorf("%s is tried by %s", operation.OperationID, try)
			}
		}
	}
	if got := page.Find(".operation").Length(); got != many || many < 35 {
		t.Errorf("%d operations are shown, want %d", got, many)
	}
}

// What can be tried as it stands is answered, unless it is about accounts, of which there are
// none here.
func TestTheLinesToTryOfTheAPIAreAnswered(t *testing.T) {
	s := onSQLite(t).withDemo()
	s.open("/api").Find(".operation pre.try").Each(func(_ int, try *goquery.Selection) {
		line := text(try)
		_, address, _ := strings.Cut(line, ` "http://example.com`)
		target := strings.TrimSuffix(address, `"`)
		if strings.Contains(line, " -X ") || strings.ToLower(target) != target {
			return
		}
		if a := s.ask(http.MethodGet, target, asScript); a.StatusCode != http.StatusOK && a.StatusCode != http.StatusForbidden && target != "/get_report" {
			t.Errorf("%s: status %d %.300s", line, a.StatusCode, a.body)
		}
	})
}

func TestExamplesOfTheAPISendAKeyWhereOneIsNeeded(t *testing.T) {
	s := onSQLite(t).withDemo()
	if examples := s.open("/api").Find("pre.panel").Text(); strings.Contains(examples, "LIGHTSON_KEY") || strings.ContainsAny(examples, "«»") || !strings.Contains(examples, `"http://example.com`) {
		t.Errorf("without accounts: %s", examples)
	}
	operator := s.as(s.person(access.Operator, reach.All()))
	_, page := s.get("/api", operator)
	if examples := page.Find("pre.panel").Text(); strings.Count(examples, "LIGHTSON_KEY") != 3 || strings.ContainsAny(examples, "«»") {
		t.Errorf("with accounts: %s", examples)
	}
}
