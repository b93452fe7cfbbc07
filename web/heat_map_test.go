package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

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
			if parts := heatTitle.FindStringSubmatch(strings.Join(strings.Fields(cell.AttrOr("title", "")), " ")); parts != nil && parts[7] != "" {
				down += lengthOf(t, parts[7])
				seen += lengthOf(t, parts[8])
			}
		})
		week := sumOf(snapshot, members(snapshot, group), uptime.LastWeek)
		room := uptime.Micros(cells.Length()) * uptime.Minute
		if cells.Length()%7 != 0 || max(week.Down-down, down-week.Down) > room || max(week.Up+week.Down-seen, seen-week.Up-week.Down) > room {
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
		page := s.open(overviewOf(group))
		rows, heads := page.Find("table.heat tbody tr"), texts(page.Find("table.heat thead .hour"))
		for day := range heat {
			for hour, f := range heat[day] {
				column := slices.Index(heads, fmt.Sprintf("%02d", hour))
				if column < 0 { // it is folded with its neighbours
					if !slices.ContainsFunc(heads, func(head string) bool { return isFolded(head, hour) }) {
						t.Fatalf("%q: %d o'clock is in none of %q", group, hour, heads)
					}
					for day := range heat {
						if heat[day][hour].Open > 0 {
							t.Errorf("%q: %d o'clock is folded away, and on day %d somebody is open", group, hour, day)
						}
					}
					continue
				}
				cell := rows.Eq(day).Find("td").Eq(column)
				if link := cell.Find("a").AttrOr("href", ""); (link != "") != (f.Down > 0) {
					t.Errorf("%q, day %d, %d o'clock leads to %q", group, day, hour, link)
				}
				class, said := cell.AttrOr("class", ""), text(cell)
				wantClass, number := heatCell(f)
				kinds[strings.Fields(wantClass)[0]]++
				if class != wantClass || !strings.HasPrefix(said, number) || strings.Contains(said, "*") != strings.HasPrefix(class, "thin") {
					t.Errorf("%q, day %d, %d o'clock: %q %q, want %q %q for %+v", group, day, hour, class, said, wantClass, number, f)
				}
				title := heatTitle.FindStringSubmatch(strings.Join(strings.Fields(cell.AttrOr("title", "")), " "))
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

// isFolded reports whether a column is of several hours, and a certain one among them.
func isFolded(head string, hour int) bool {
	from, to, folded := strings.Cut(head, "–")
	now := fmt.Sprintf("%02d", hour)
	return folded && from <= now && now <= to
}

// A cell leads to the stores that were offline in its hour: all of them and no others, the
// worst first, with the times that the cell adds up.
func TestACellOfTheHeatMapLeadsToItsStores(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		snapshot := s.snapshot()
		days := []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
		opened := 0
		for _, group := range someGroups(snapshot) {
			stores := members(snapshot, group)
			for n, link := range s.open(overviewOf(group)).Find("table.heat tbody a").Map(hrefs) {
				if n%9 > 0 {
					continue
				}
				opened++
				target, err := url.Parse(link)
				if err != nil || target.Query().Get("group") != group {
					t.Fatalf("%q: a cell leads to %s", group, link)
				}
				name, hour, _ := strings.Cut(strings.TrimPrefix(target.Path, "/hours/"), "-")
				clock, err := strconv.Atoi(hour)
				if err != nil {
					t.Fatal(err)
				}
				want := map[string]uptime.Micros{}
				for _, n := range stores {
					heat, err := snapshot.HeatMapOf([]int{n})
					if err != nil {
						t.Fatal(err)
					}
					if down := heat[slices.Index(days, name)][clock].Down; down > 0 {
						want[snapshot.Stores[n].Code] = down
					}
				}
				rows := s.open(link).Find("#hour tbody tr")
				if rows.Length() != len(want)+1 {
					t.Errorf("%s: %d stores, want %d", link, rows.Length()-1, len(want))
				}
				last := uptime.Micros(1 << 60)
				for _, row := range rows.Slice(1, rows.Length()).EachIter() {
					id, said := text(row.Find(".id")), text(row.Find(".off"))
					down := want[id]
					if length, _, _ := strings.Cut(said, " o"); !isNear(lengthOf(t, length), down) || down > last {
						t.Errorf("%s: %s says %q, want %s min, and at most %s", link, id, said, down.Minutes(), last.Minutes())
					}
					last = down
				}
			}
		}
		if opened < 5 {
			t.Errorf("only %d cells were opened", opened)
		}
	})
}

// The map says its worst hour: no cell of which enough was seen says more.
func TestTheHeatMapSaysItsWorstHour(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	for _, group := range groupsOf(snapshot) {
		page := s.open(overviewOf(group))
		worst, when := 0.0, map[string]bool{}
		heat, err := snapshot.HeatMapOf(members(snapshot, group))
		if err != nil {
			t.Fatal(err)
		}
		for day := range heat {
			for hour, f := range heat[day] {
				if f.Down == 0 || f.Confidence() < uptime.Fair {
					continue
				}
				share := float64(f.Down) / float64(f.Up+f.Down)
				if share > worst {
					clear(when)
				}
				if share >= worst {
					worst = share
					when[fmt.Sprintf("%s %02d:00, %s %%.", time.Weekday((day+1)%7), hour, uptime.ShortPercent(f.Down, f.Up))] = true
				}
			}
		}
		got, is := strings.CutPrefix(text(page.Find(".heat-worst")), "Worst: ")
		if is != (worst > 0) || is && !when[got] {
			t.Errorf("%q: %q, want one of %v", group, got, when)
		}
	}
}

func TestAnHourThatIsNoneIsNotFoundInWords(t *testing.T) {
	s := onSQLite(t).withChains()
	for _, hour := range []string{"monday-24", "monday-1", "Monday-01", "monday", "someday-10", "monday-01x", "%00", "-", "monday--1"} {
		if a := s.ask(http.MethodGet, "/hours/"+hour); a.StatusCode != http.StatusNotFound || !strings.Contains(a.body, "such as monday-21") {
			t.Errorf("%s: %d %.200s", hour, a.StatusCode, text(a.page(t).Find("main")))
		}
	}
	if a := s.ask(http.MethodGet, "/hours/monday-01?group=Nobody"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a group of nobody: %d", a.StatusCode)
	}
	if a := s.ask(http.MethodGet, "/hours/monday-01?page=99999999999999999999"); a.StatusCode != http.StatusBadRequest {
		t.Errorf("a page of no list: %d", a.StatusCode)
	}
	if got := text(onSQLite(t).open("/hours/monday-01").Find(".empty-title")); got != "No store was seen offline then" {
		t.Errorf("without any store: %q", got)
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
	if got := text(table.Find("caption")); !strings.Contains(got, "last week, in each store’s time zone") {
		t.Errorf("caption %q", got)
	}
	days := []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	if diff := cmp.Diff(days, texts(table.Find("tbody th[scope=row]"))); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	hours := texts(table.Find("thead th[scope=col]"))
	if len(hours) < 12 || hours[0] != "Day" || !slices.IsSorted(hours[1:]) {
		t.Errorf("columns %q", hours)
	}
	if got := text(page.Find(".legend")); !strings.Contains(got, "no data") || !strings.Contains(got, "closed") || !strings.Contains(got, "over 10 %") {
		t.Errorf("legend %q", got)
	}
}
