package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

// What is sent for an Accept header (RFC 9110, 12.5.1): a complete report, a list, an
// error at the address of a page, and what GET /trigger_report shows. Several headers
// are separated by a bar; "-" is none.
func TestAcceptIsReadAsTheStandardSays(t *testing.T) {
	for accept, want := range map[string]string{
		"-":                                  "csv json html json",
		"":                                   "csv json html json",
		"*/*":                                "csv json html json",
		"text/csv":                           "csv csv html json",
		"application/json":                   "json json json json",
		"Application/JSON":                   "json json json json",
		"application/json;charset=utf-8":     "json json json json",
		`application/json ; charset="UTF-8"`: "json json json json",
		"application/json;version=2":         "json json json json",
		"application/problem+json":           "csv json json json",
		"application/*":                      "json json json json",
		"text/*":                             "csv csv html html",
		"text/html":                          "csv json html html",
		"application/json, text/plain, */*":  "csv json json json", // axios
		"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": "csv json html html", // browsers
		"application/json, text/csv":                                      "csv json json json",
		"text/csv, application/json":                                      "csv json json json",
		"text/csv;q=0.5, application/json":                                "json json json json",
		"text/csv;q=0.9, application/json;q=0.8":                          "csv csv json json",
		"application/json;q=0.1, text/csv;q=0.01":                         "json json json json",
		"application/json;q=0.001, text/csv;q=0.002":                      "csv csv json json",
		"text/csv, application/json;q=0":                                  "csv csv html json",
		"*/*, application/json;q=0":                                       "csv csv html html",
		"*/*, text/csv;q=0":                                               "json json html json",
		"*/*;q=0.5, text/csv;q=0.4":                                       "json json html json",
		"text/*;q=0.3, */*;q=0.5":                                         "json json json json",
		"application/json;q=0":                                            "csv json html json",
		"text/html;q=0, application/json;q=0.5":                           "json json json json",
		"text/html;q=0.4, application/json;q=0.5":                         "json json json json",
		"text/html, application/json":                                     "json json html json",
		"image/png":                                                       "csv json html json",
		"text/plain":                                                      "csv json html json",
		"text/csv|application/json;q=0.5":                                 "csv csv json json",
		"text/csv;q=0.2|application/json":                                 "json json json json",
		"application/json|text/html":                                      "json json html json",
		"text/csv;header=present, application/json":                       "csv json json json",
		"text/csv;header=present;q=0.5, application/json;q=1":             "json json json json",
		"text/csv;x=1;q=0.2, text/csv;q=0.6, application/json;q=0.4":      "csv csv json json",
		`text/csv;x=", application/json, ";q=1`:                           "csv csv html json",
		"text/csv;q=2, application/json;q=0.1":                            "json json json json",
		"text/csv;q=x, application/json;q=0.1":                            "json json json json",
		"text/csv;q=-1, */*":                                              "csv json html json",
		"text/csv;q=1e0, application/json;q=0.9":                          "json json json json",
		",, text/csv ,":                                                   "csv csv html json",
		"nonsense":                                                        "csv json html json",
		"*/json":                                                          "csv json html json",
		"text/":                                                           "csv json html json",
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		if accept != "-" {
			for line := range strings.SplitSeq(accept, "|") {
				r.Header.Add("Accept", line)
			}
		}
		c := echo.New().NewContext(r, httptest.NewRecorder())
		choose := func(yes bool, then, otherwise string) string {
			if yes {
				return then
			}
			return otherwise
		}
		got := strings.Join([]string{
			choose(wantsJSONReport(c), "json", "csv"), choose(acceptsCSV(c), "csv", "json"),
			choose(wantsJSON(c), "json", "html"), choose(asksForPage(r), "html", "json"),
		}, " ")
		if got != want {
			t.Errorf("Accept: %s\n got %s\nwant %s", accept, got, want)
		}
	}
}
