package web_test

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lightson/models/uptime"
)

// The strips of the days and the tile of the week are about the same 168 hours: what
// the strips say adds up to what the tile says.
func TestTheDaysAddUpToTheWeek(t *testing.T) {
	s := onSQLite(t).withDemo()
	snapshot := s.snapshot()
	down := 0
	for n, store := range snapshot.Stores {
		week := snapshot.Figures[n][uptime.LastWeek]
		page := s.open(snapshotURL(store.Code))
		sum := map[string]uptime.Micros{}
		days := page.Find(".timeline .day")
		days.Find(".stretches tbody tr").Each(func(_ int, row *goquery.Selection) {
			kind, _, _ := strings.Cut(text(row.Find("th")), ", far from a poll")
			sum[kind] += lengthOf(t, text(row.Find("td.num").First()))
		})
		room := uptime.Micros(days.Find(".stretches tbody tr").Length()) * uptime.Minute / 2
		for kind, want := range map[string]uptime.Micros{"Online": week.Up, "Offline": week.Down, "No data": week.NoData()} {
			if off := sum[kind] - want; off < -room || off > room {
				t.Errorf("%s: the days say %s h %s, the week %s h", store.Code, sum[kind].Hours(), strings.ToLower(kind), want.Hours())
			}
		}
		if days.Length() != 8 {
			t.Errorf("%s: 168 hours of the demo are in %d local days", store.Code, days.Length())
		}
		if week.Down > 0 {
			down++
		}
	}
	if down < 10 {
		t.Errorf("only %d stores had downtime", down)
	}
}

// What is not in the week is drawn as such, and no poll of it is.
func TestTheFirstDayOfTheWeekIsDrawnInPart(t *testing.T) {
	s := onSQLite(t)
	s.load(newYork()...)
	first := s.open("/stores/ny").Find(".timeline .day").Last()
	if got := cells(first.Find(".stretches tbody tr")); got[0] != "Before the last week | 00:00 | 13:00 | 13 h | " || got[1] != "Online | 13:00 | 17:00 | 4 h | 4" {
		t.Errorf("%q", got)
	}
	if n := strings.Count(first.Find(".s-tick").AttrOr("d", ""), "M"); n != 11 { // each hour from 13 to 23
		t.Errorf("%d polls are drawn", n)
	}
}
