package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/modelstest"
)

// A period is whole days before the report's now, which a name stands for.
func TestARangeIsAskedForByName(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"polls.csv", "store_id,status,timestamp_utc\n1,active,2023-01-25 18:13:22 UTC\n"}) // a Wednesday
	for _, tt := range []struct{ period, asOf, from, to string }{
		{"today", "", "2023-01-25", "2023-01-26"},
		{"yesterday", "", "2023-01-24", "2023-01-25"},
		{"yesterday", "2023-01-25", "2023-01-23", "2023-01-24"}, // the day before ends then
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
	for period, words := range map[string]string{"soon": "Expected today, yesterday, last-7-days, last-week or last-month, found soon.", "last-week": "Choose a period or enter “From” and “To”, not both."} {
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

// The form says which days a period stands for, before the report is made.
func TestPeriodsSayTheirDays(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"polls.csv", "store_id,status,timestamp_utc\n1,active,2023-01-25 18:13:22 UTC\n"})
	got := texts(s.open("/reports").Find("#generate-period option"))
	want := []string{"Last hour, day and week", "Today · 25 Jan 2023", "Yesterday · 24 Jan 2023", "Last 7 days · 19–25 Jan 2023", "Last week · 16–22 Jan 2023", "Last month · 1–31 Dec 2022"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The table of a report begins with the stores that were down most. Paper has the whole
// of it, whatever is on the screen, and says what is left out.
func TestAReportBeginsWithTheWorstStores(t *testing.T) {
	s := onSQLite(t)
	polls := "store_id,status,timestamp_utc\n"
	for n := range 260 {
		polls += fmt.Sprintf("%03d,active,2023-01-24 00:00:00\n%03d,inactive,2023-01-24 %02d:%02d:00\n", n, n, 1+n/60, n%60)
	}
	s.load(file{"polls.csv", polls + "never,active,2022-01-24 00:00:00\n"})
	r := s.report()
	ids := func(page *goquery.Document, in string) (ids []string) {
		page.Find(in + " tbody .id").Each(func(_ int, e *goquery.Selection) { ids = append(ids, text(e)) })
		return ids
	}
	at := "/reports/" + r.ID
	first := s.open(at)
	if ids := ids(first, "#report-rows"); len(ids) != 50 || ids[0] != "000" || !slices.IsSorted(ids) {
		t.Errorf("%q", ids)
	}
	if ids := ids(s.open(at+"?page=6"), "#report-rows"); ids[len(ids)-1] != "never" {
		t.Errorf("a store without data is not the last of %q", ids)
	}
	for _, query := range []string{"", "?page=2", "?sort=store&order=desc&q=05"} {
		page := s.open(at + query)
		if worst := ids(page, "section.print-only[aria-labelledby=worst-heading]"); len(worst) != 10 || worst[0] != "000" || worst[9] != "009" {
			t.Errorf("%s: paper begins with %q", query, worst)
		}
		printed := page.Find("section.print-only[aria-labelledby=printed-heading]")
		if rows := ids(page, "section[aria-labelledby=printed-heading]"); len(rows) != 250 || rows[0] != "000" || rows[249] != "249" || !slices.IsSorted(rows) {
			t.Errorf("%s: paper has %d stores: %q", query, len(rows), rows)
		}
		if got, want := text(printed.Find(".left-out")), "The 250 of 261 stores with the most downtime. The other 11 stores are in the CSV."; got != want {
			t.Errorf("%s: paper says %q, want %q", query, got, want)
		}
		if links := printed.Find("a, button, form").Length(); links > 0 {
			t.Errorf("%s: paper has %d links and buttons", query, links)
		}
	}
	if part := s.ask(http.MethodGet, at+"?page=2", asHTMX, header("HX-Target", "report-rows")).page(t); part.Find("#report-rows tr").Length() == 0 || part.Find(".print-only table").Length() > 0 {
		t.Error("a turned page carries what is printed once more")
	}
	if link := first.Find("#report-rows thead a:contains(Store)").AttrOr("href", ""); !strings.HasSuffix(link, "?sort=store") {
		t.Errorf("the order of ids is at %s", link)
	}
}

// What a report is about comes first on paper, too.
func TestPaperIsAboutTheRangeOfAReport(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"polls.csv", "store_id,status,timestamp_utc\n" +
		"1,inactive,2023-01-10 00:00:00\n1,active,2023-01-10 12:00:00\n2,inactive,2023-01-24 00:00:00\n2,active,2023-01-10 12:00:00\n2,active,2023-01-24 18:00:00\n"})
	r := s.asked("from", "2023-01-10", "to", "2023-01-11")
	s.finishAll()
	page := s.open("/reports/" + r.ID)
	if got := text(page.Find("#worst-heading")); got != "Most downtime in the range, 10 Jan 2023" {
		t.Errorf("paper is headed %q", got)
	}
	worst := page.Find("section[aria-labelledby=worst-heading] tbody tr")
	if got := texts(worst.Children()); worst.Length() != 1 || strings.Join(got, "|") != "1|1|12 h|50.00 %|1|12 h|—" {
		t.Errorf("the worst are %q", got)
	}
	if got := texts(page.Find("section[aria-labelledby=printed-heading] thead tr").Last().Children()); got[1] != "Range, h" || got[5] != "Range, h" {
		t.Errorf("the columns are %q", got)
	}
}
