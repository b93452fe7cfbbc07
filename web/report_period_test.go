package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lightson/models"
	"lightson/models/modelstest"
)

// A period is whole days before the report's now, which a name stands for.
func TestARangeIsAskedForByName(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"polls.csv", "store_id,status,timestamp_utc\n1,active,2023-01-25 18:13:22 UTC\n"}) // a Wednesday
	for _, tt := range []struct{ period, asOf, from, to string }{
		{"last-7-days", "", "2023-01-19", "2023-01-26"},
		{"last-week", "", "2023-01-16", "2023-01-23"},
		{"last-month", "", "2022-12-01", "2023-01-01"},
		{"last-7-days", "2023-01-25", "2023-01-18", "2023-01-25"}, // the day before ends then
		{"last-week", "2023-01-23", "2023-01-09", "2023-01-16"},   // until then it is Sunday
		{"last-week", "2023-01-23 00:01", "2023-01-16", "2023-01-23"},
		{"last-month", "2022-03-31 12:00", "2022-02-01", "2022-03-01"},
		{"last-month", "2022-04-01", "2022-02-01", "2022-03-01"},
		{"", "2022-04-01", "", ""},
	} {
		r := s.asked("period", tt.period, "as_of", tt.asOf)
		var want models.ReportScope
		if tt.from != "" {
			want.Range.From, want.Range.To = modelstest.At(tt.from+" 00:00"), modelstest.At(tt.to+" 00:00")
		}
		if r.Scope().Range != want.Range {
			t.Errorf("%s as of %q is %v, want %s to %s", tt.period, tt.asOf, r.Scope().Range, tt.from, tt.to)
		}
	}
	for period, words := range map[string]string{"soon": "period: expected last-7-days, last-week or last-month, found soon", "last-week": "period: expected a period, or from and to, found both"} {
		a := s.ask(http.MethodPost, "/reports", form("period", period, "from", "2023-01-01", "to", "2023-01-02"), func(r *http.Request) {
			if period == "soon" {
				form("period", period)(r)
			}
		})
		page := a.page(t)
		if got := text(page.Find("#period-problem")); a.StatusCode != http.StatusUnprocessableEntity || got != words {
			t.Errorf("%s: %d %q, want %q", period, a.StatusCode, got, words)
		}
		if got := page.Find("#generate-period option[selected]").AttrOr("value", ""); period != "soon" && got != period {
			t.Errorf("%s: %q is chosen now", period, got)
		}
	}
}

// The table of a report begins with the stores that were down most, and says on
// paper what is not there.
func TestAReportBeginsWithTheWorstStores(t *testing.T) {
	s := onSQLite(t)
	polls := "store_id,status,timestamp_utc\n"
	for n := range 60 {
		polls += fmt.Sprintf("%03d,active,2023-01-24 00:00:00\n%03d,inactive,2023-01-24 %02d:%02d:00\n", n, n, 1+n/10, n%10)
	}
	s.load(file{"polls.csv", polls + "never,active,2022-01-24 00:00:00\n"})
	r := s.report()
	show := func(query string) (ids []string, leftOut string) {
		page := s.open("/reports/" + r.ID + query)
		page.Find("#report-rows tbody .id").Each(func(_ int, e *goquery.Selection) { ids = append(ids, text(e)) })
		return ids, text(page.Find(".print-only.left-out"))
	}
	ids, leftOut := show("")
	if len(ids) != 50 || ids[0] != "000" || !slices.IsSorted(ids) || leftOut != "50 of 61 stores, those with the most downtime first. Left out: 11 stores; the CSV has all of them." {
		t.Errorf("%q, %q", ids, leftOut)
	}
	if ids, _ := show("?page=2"); ids[len(ids)-1] != "never" {
		t.Errorf("a store without data is not the last of %q", ids)
	}
	if ids, leftOut := show("?sort=store&order=desc&q=05"); strings.Join(ids, " ") != "059 058 057 056 055 054 053 052 051 050 005" || leftOut != "11 of 61 stores. Left out: 50 stores; the CSV has all of them." {
		t.Errorf("%q, %q", ids, leftOut)
	}
	if link := s.open("/reports/"+r.ID).Find("#report-rows thead a:contains(Store)").AttrOr("href", ""); !strings.HasSuffix(link, "?sort=store") {
		t.Errorf("the order of ids is at %s", link)
	}
}
