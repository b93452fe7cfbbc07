package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

func TestHeadIsGetWithoutTheBody(t *testing.T) {
	s := onSQLite(t).withDemo()
	report, store := s.report().ID, s.snapshot().Stores[0].Code
	server := httptest.NewServer(s.handler) // a recorder would keep the body
	defer server.Close()
	for _, target := range []string{
		"/", "/stores", "/stores/" + store, "/reports/" + report, "/reports/" + report + "/report.csv", "/nowhere", "/healthz",
		"/get_report/" + report, "/get_report", "/trigger_report", "/api/v1/stores", "/api/v1/stores/" + store, "/api/v1/stores/none",
		"/api/v1/reports/" + report + "/details", "/api/v1/reports/" + report + "/workbook", "/api/v1/imports", "/api/v1/openapi.yaml",
	} {
		get, _ := fetch(t, http.MethodGet, server.URL+target)
		head, content := fetch(t, http.MethodHead, server.URL+target)
		if head != get || content != "" {
			t.Errorf("HEAD %s: %s with %q, GET: %s", target, head, content, get)
		}
	}
}

// fetch returns the status with the content type, and the body.
func fetch(t *testing.T, method, url string) (head, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.Status + " " + response.Header.Get("Content-Type"), string(content)
}

// Every address says which methods it takes, and takes them.
func TestOtherMethodsAreRefusedWithTheOnesThatWork(t *testing.T) {
	s := onSQLite(t)
	methods := map[string][]string{}
	for _, route := range s.handler.(*echo.Echo).Routes() {
		methods[route.Path] = append(methods[route.Path], route.Method)
	}
	for path, want := range methods {
		target := strings.NewReplacer(":id", "1", ":number", "1", ":name", "1", "*", "1").Replace(path)
		a := s.ask(http.MethodTrace, target, asScript) // which no address takes
		allowed := strings.Split(a.Header.Get("Allow"), ", ")
		for _, method := range want {
			if !slices.Contains(allowed, method) {
				t.Errorf("%s: allows %v, not %s", target, allowed, method)
			}
		}
		if a.StatusCode != http.StatusMethodNotAllowed || slices.Contains(want, http.MethodGet) != slices.Contains(allowed, http.MethodHead) {
			t.Errorf("TRACE %s: status %d, allowed are %v", target, a.StatusCode, allowed)
		}
		if strings.HasPrefix(path, "/api/") {
			refused(t, a, http.StatusMethodNotAllowed, "This address takes OPTIONS, ")
		}
	}
	for _, target := range []string{"/api/v1", "/api/v1/nowhere", "/api/v2/stores", "/api/v1/stores/1/nowhere"} {
		refused(t, s.ask(http.MethodGet, target), http.StatusNotFound, "mistyped")
	}
}
