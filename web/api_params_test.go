package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestEveryOperationRefusesAParameterThatItDoesNotKnow(t *testing.T) {
	s := onSQLite(t).withDemo()
	fill := strings.NewReplacer("{id}", "1", "{number}", "1", "{check}", "silent")
	asked := 0
	for path, item := range loadDocument(t).Paths.Map() {
		for method := range item.Operations() {
			if !strings.HasPrefix(path, "/api/v1/") {
				continue
			}
			a := s.ask(method, fill.Replace(path)+"?limmit=5", asScript)
			if a.StatusCode == http.StatusForbidden { // nobody may do it without accounts
				continue
			}
			refused(t, a, http.StatusBadRequest, "found limmit")
			asked++
		}
	}
	if asked < 30 {
		t.Errorf("only %d operations were asked", asked)
	}
	refused(t, s.ask(http.MethodGet, "/api/v1/stores?limmit=5", asScript), http.StatusBadRequest, "parameters among assumed, before, cursor, down, from, group, limit, order, period, q, sort, state, target, to, zone, found limmit")
	if a := s.ask(http.MethodPost, "/trigger_report?limmit=5", asScript); a.StatusCode != http.StatusOK {
		t.Errorf("the contract answers %d: %s", a.StatusCode, a.body)
	}
}

func TestAFieldThatIsNotKnownIsRefusedWithItsName(t *testing.T) {
	s := onSQLite(t).withDemo()
	upload := func(r *http.Request) {
		body("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"forse\"\r\n\r\ntrue\r\n--x--\r\n")(r)
	}
	const kind = "application/json"
	for _, r := range []struct {
		method, target string
		body           func(*http.Request)
	}{
		{http.MethodPut, "/api/v1/targets", body(kind, `{"scope":"all","percent":99,"forse":1}`)},
		{http.MethodPost, "/api/v1/corrections", body(kind, `{"scope":"all","forse":1}`)},
		{http.MethodPost, "/api/v1/special-days", body(kind, `{"scope":"all","forse":1}`)},
		{http.MethodPost, "/api/v1/special-days", body(kind, `{"special_days":[{"scope":"all","forse":1}]}`)},
		{http.MethodPost, "/api/v1/reports", body(kind, `{"forse":1}`)},
		{http.MethodPost, "/api/v1/reports", form("forse", "1")},
		{http.MethodPost, "/api/v1/polls", body(kind, `{"polls":[],"forse":1}`)},
		{http.MethodPost, "/api/v1/imports", upload},
	} {
		refused(t, s.call(r.method, r.target, r.body), http.StatusBadRequest, "forse")
	}
	for _, sent := range []func(*http.Request){body(kind, `{"forse":1}`), form("forse", "1")} {
		if a := s.ask(http.MethodPost, "/trigger_report", asScript, sent); a.StatusCode != http.StatusOK {
			t.Errorf("the contract answers %d: %s", a.StatusCode, a.body)
		}
	}
}
