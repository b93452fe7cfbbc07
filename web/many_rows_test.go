package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// A file can have any number of rows for one day of one store. Pages and pieces of
// lists show the first of them and count the rest.
func TestManyRowsOfADayMakeNoLongPage(t *testing.T) {
	s := onSQLite(t)
	var hours strings.Builder
	hours.WriteString("store_id,day,start_time_local,end_time_local\n")
	for n := range 3000 {
		fmt.Fprintf(&hours, "a,0,08:%02d:%02d,17:00\n", n/60, n%60)
	}
	s.load(file{"hours.csv", hours.String()}, file{"polls.csv", "store_id,status,timestamp_utc\na,active,2023-01-23 18:00:00 UTC\n"})
	if got := text(s.open("/stores/a").Find("main")); !strings.Contains(got, "08:00:11–17:00and 2,988 more") {
		t.Errorf("the hours of the store: %s", got)
	}
	if got := text(s.open("/quality/odd_hours").Find("main")); !strings.Contains(got, "and 2,980 more") || strings.Count(got, "overlaps") > 25 {
		t.Errorf("odd hours: %.2000s", got)
	}
	list := decode[struct {
		Found []struct {
			HoursTotal int `json:"hours_total"`
			Hours      []any
		}
	}](t, s.call(http.MethodGet, "/api/v1/quality/odd_hours"))
	if len(list.Found) != 1 || list.Found[0].HoursTotal != 3000 || len(list.Found[0].Hours) != 1000 {
		t.Errorf("odd hours by the API: %d of %+d", len(list.Found[0].Hours), list.Found[0].HoursTotal)
	}
}

func TestAPageBeyondAllNumbersIsEmpty(t *testing.T) {
	s := onSQLite(t).withDemo()
	s.report()
	for _, target := range []string{"/imports", "/reports", "/quality/conflicts"} {
		page := s.open(target + "?page=9223372036854775807")
		if rows := page.Find("tbody tr").Length(); rows > 0 {
			t.Errorf("%s: %d rows on the last page that there can be", target, rows)
		}
	}
}
