package web_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"lightson/models/uptime"
)

// heatTitle is what a cell says when one points at it.
var heatTitle = regexp.MustCompile(`^(\w+) (\d\d):00 to (\d\d):00: (closed|no data|(?:(.*?) offline|(.*) seen(?: in the .* % that we could check|; polls are too far apart to say more)), (.*?) of (.*))$`)

// The cells of the heat map add up to the week of the stores, as far as words
// that are rounded to the minute can.
func TestTheHeatMapAddsUpToTheWeek(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	for _, group := range someGroups(snapshot) {
		var down, seen uptime.Micros
		cells := s.open(overviewOf(group)).Find("table.heat tbody td")
		cells.Each(func(_ int, cell *goquery.Selection) {
			if parts := heatTitle.FindStringSubmatch(cell.AttrOr("title", "")); parts != nil && parts[7] != "" {
				down += lengthOf(t, parts[7])
				seen += lengthOf(t, parts[8])
			}
		})
		week := sumOf(snapshot, members(snapshot, group), uptime.LastWeek)
		room := uptime.Micros(cells.Length()) * uptime.Minute
		if cells.Length() != 7*24 || max(week.Down-down, down-week.Down) > room || max(week.Up+week.Down-seen, seen-week.Up-week.Down) > room {
			t.Errorf("%q: %d cells, %s h down of %s h seen, want %+v", group, cells.Length(), down.Hours(), seen.Hours(), week)
		}
	}
}

// Each cell says what was measured in its hour: as a number, as a colour and in a
// sentence.
func TestACellOfTheHeatMapSaysWhatWasMeasured(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	kinds := map[string]int{}
	for _, group := range append(someGroups(snapshot), smallest(snapshot)...) {
		heat, err := snapshot.HeatMapOf(members(snapshot, group))
		if err != nil {
			t.Fatal(err)
		}
		rows := s.open(overviewOf(group)).Find("table.heat tbody tr")
		for day := range heat {
			for hour, f := range heat[day] {
				cell := rows.Eq(day).Find("td").Eq(hour)
				class, said := cell.AttrOr("class", ""), text(cell)
				wantClass, number := heatCell(f)
				kinds[strings.Fields(wantClass)[0]]++
				if class != wantClass || !strings.HasPrefix(said, number) || strings.Contains(said, "*") != strings.HasPrefix(class, "thin") {
					t.Errorf("%q, day %d, %d o'clock: %q %q, want %q %q for %+v", group, day, hour, class, said, wantClass, number, f)
				}
				title := heatTitle.FindStringSubmatch(cell.AttrOr("title", ""))
				if title == nil || title[1] != text(rows.Eq(day).Find("th")) || title[2] != fmt.Sprintf("%02d", hour) || title[3] != fmt.Sprintf("%02d", hour+1) {
					t.Errorf("%q, day %d, %d o'clock: %q", group, day, hour, cell.AttrOr("title", ""))
				} else if thin := title[6] != ""; thin != strings.HasPrefix(class, "thin") || f.Up+f.Down > 0 && !thin && title[5] != percent(f.Down, f.Up) {
					t.Errorf("%q, day %d, %d o'clock: %q for %+v", group, day, hour, title[0], f)
				}
			}
		}
	}
	for _, kind := range []string{"blank", "nodata", "thin", "h0", "h1", "h2", "h3", "h4"} {
		if kinds[kind] == 0 {
			t.Errorf("no cell was %s: %v", kind, kinds)
		}
	}
}

// heatCell is the class of a cell, and how its text begins.
func heatCell(f uptime.Figures) (class, number string) {
	seen := f.Up + f.Down
	switch {
	case f.Open == 0:
		return "blank", "closed"
	case seen == 0:
		return "nodata", "—"
	}
	share := float64(f.Down) / float64(seen) * 100
	level := 0
	for _, above := range []float64{0, 1, 3, 10} {
		if share > above {
			level++
		}
	}
	class = "h" + strconv.Itoa(level)
	if f.Close < f.Open-f.Close {
		class = "thin " + class
	}
	switch {
	case f.Down == 0:
		return class, "0"
	case share < .05:
		return class, "<.1"
	case share < 9.95:
		return class, fmt.Sprintf("%.1f", share)
	default:
		return class, strconv.Itoa(min(int(share+.5), 99+int(f.Down/seen)))
	}
}

func TestTheHeatMapIsARealTable(t *testing.T) {
	page := onSQLite(t).withChains().open("/")
	table := page.Find("table.heat")
	if got := text(table.Find("caption")); !strings.Contains(got, "last week, by each store's own clock") {
		t.Errorf("caption %q", got)
	}
	days := []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	if diff := cmp.Diff(days, texts(table.Find("tbody th[scope=row]"))); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	hours := texts(table.Find("thead th[scope=col]"))
	if len(hours) != 25 || hours[1] != "00" || hours[24] != "23" {
		t.Errorf("columns %q", hours)
	}
	if got := text(page.Find(".legend")); !strings.Contains(got, "no data") || !strings.Contains(got, "closed") || !strings.Contains(got, "over 10 %") {
		t.Errorf("legend %q", got)
	}
}
