package web_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"lightson/models/figures"
	"lightson/models/uptime"
)

// dateOf reads a day back that is written without its year.
func dateOf(t *testing.T, name, asOf string) uptime.Date {
	t.Helper()
	for _, year := range []string{asOf[:4], "2022"} {
		if day, err := time.Parse("Mon 2 Jan 2006", name+" "+year); err == nil && day.Format("Mon 2 Jan") == name {
			return uptime.DateOf(day.Date())
		}
	}
	t.Fatalf("%q is no day", name)
	return 0
}

// A day's percentage is that of the sum over the stores, each measured by itself
// on its own local day; a day that is not over says so, and so does one that
// little is known of.
func TestTheTrendIsTheSumOfTheStoresDays(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	remarks := map[string]int{}
	for _, group := range append(someGroups(snapshot), smallest(snapshot)...) {
		table := s.open(overviewOf(group)).Find("table.trend")
		stores := members(snapshot, group)
		rows := map[string][]string{}
		table.Find("tbody tr").Each(func(_ int, row *goquery.Selection) { rows[text(row.Find("th"))] = texts(row.Find("td")) })
		heads := table.Find("thead th")
		if heads.Length() != 7 {
			t.Errorf("%q: %d days", group, heads.Length())
		}
		heads.Each(func(n int, head *goquery.Selection) {
			remark := text(head.Find("small"))
			name := strings.TrimSpace(strings.TrimSuffix(text(head), remark))
			date := dateOf(t, name, "2023")
			sum, before, over := uptime.Figures{}, uptime.Figures{}, true
			for _, n := range stores {
				past := s.past(n, date-7, date)
				sum.Add(past.Measure(past.Day(date).Span)[0])
				before.Add(past.Measure(past.Day(date - 7).Span)[0])
				over = over && past.Day(date).To <= snapshot.AsOf
			}
			wantBefore := "—"
			if sum.Up+sum.Down > 0 {
				wantBefore = strings.TrimSpace("— " + incomparableWords(sum.Obstacle(before), "week before"))
				if sum.ComparableTo(before) {
					wantBefore = percent(before.Up, before.Down)
				}
			}
			if got := rows["Week before"][n]; got != wantBefore || head.Find(".s-dot.pale").Length() > 0 != strings.HasSuffix(wantBefore, "%") {
				t.Errorf("%q, %s: the week before it was %q, want %q", group, name, got, wantBefore)
			}
			available, words := "—", []string{}
			if !over {
				words = append(words, "so far")
			}
			if seen := sum.Up + sum.Down; seen > 0 {
				available = percent(sum.Up, sum.Down)
				if sum.Close < sum.Open-sum.Close {
					words = append(words, "little data")
				}
				if offline := lengthOf(t, rows["Offline"][n]); !isNear(offline, sum.Down) {
					t.Errorf("%q, %s: offline %s, want %s h", group, name, rows["Offline"][n], sum.Down.Hours())
				}
				if got := rows["No data"][n]; sum.NoData() > 0 && got != percent(sum.NoData(), seen) {
					t.Errorf("%q, %s: no data %s, want %s", group, name, got, percent(sum.NoData(), seen))
				}
			}
			if got := rows["Available"][n]; got != available || remark != strings.Join(words, ", ") {
				t.Errorf("%q, %s: %s %q, want %s %q", group, name, got, remark, available, words)
			}
			remarks[remark]++
		})
		if got := text(table.Find("caption")); !strings.Contains(got, "each store’s local day") {
			t.Errorf("%q: the caption is %q", group, got)
		}
	}
	if remarks[""] == 0 || remarks["so far"] == 0 || remarks["little data"] == 0 {
		t.Errorf("some kind of day was not among them: %v", remarks)
	}
}

// smallest are the groups of one store, of which little may be known.
func smallest(snapshot *figures.Snapshot) []string {
	return slices.DeleteFunc(groupsOf(snapshot), func(group string) bool { return len(members(snapshot, group)) > 2 })
}

// The dots stand as high as the numbers below them say.
func TestTheTrendIsDrawnToScale(t *testing.T) {
	table := onSQLite(t).withChains().open("/").Find("table.trend")
	ticks := texts(table.Find("thead td .s-word"))
	if len(ticks) < 2 || ticks[0] != "100 %" {
		t.Fatalf("scale %q", ticks)
	}
	height := func(e *goquery.Selection, attr string) float64 {
		n, err := strconv.ParseFloat(strings.TrimSuffix(e.AttrOr(attr, ""), "%"), 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	scale := table.Find("thead td .s-word")
	top, foot := height(scale.First(), "y"), height(scale.Last(), "y")
	low := float64(hundredths(t, ticks[len(ticks)-1])) / 100
	table.Find("tbody tr").First().Find("td").Each(func(n int, cell *goquery.Selection) {
		available := float64(hundredths(t, text(cell))) / 100
		want := top + (foot-top)*(100-available)/(100-low)
		if got := height(table.Find("thead th").Eq(n).Find(".s-dot:not(.pale)"), "cy"); got < want-.2 || got > want+.2 {
			t.Errorf("day %d, %s: drawn at %v of %v to %v, want %v", n, text(cell), got, top, foot, want)
		}
	})
}
