package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"lightson/models/figures"
	"lightson/models/uptime"
)

// ids are the stores of a list, in its order.
func ids(page *goquery.Document) []string { return texts(page.Find("#stores tbody .id")) }

// everyPage follows a list to its end.
func everyPage(s *site, target string) (all []string) {
	s.t.Helper()
	for target != "" && len(all) < 1000 {
		page := s.open(target)
		all = append(all, ids(page)...)
		target = page.Find("#stores .pager a:contains(Next)").AttrOr("href", "")
	}
	return all
}

func TestStoresAreListedWorstFirst(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		list := everyPage(s, "/stores")
		snapshot := s.snapshot()
		if len(list) != len(snapshot.Stores) {
			t.Fatalf("%d stores on all pages, want %d", len(list), len(snapshot.Stores))
		}
		down := make([]uptime.Micros, len(list))
		for n, id := range list {
			down[n] = figuresOf(t, snapshot, id)[uptime.LastWeek].Down
		}
		if !slices.IsSortedFunc(down, func(a, b uptime.Micros) int { return int(b - a) }) {
			t.Errorf("downtime in the order of the list: %v", down)
		}
	})
}

func figuresOf(t *testing.T, s *figures.Snapshot, id string) [3]uptime.Figures {
	t.Helper()
	n, found := s.Find(id)
	if !found {
		t.Fatalf("there is no store %s", id)
	}
	return s.Figures[n]
}

// Every column sorts both ways, with what is not known last either way.
func TestSortingStores(t *testing.T) {
	s := onSQLite(t).withDemo()
	snapshot := s.snapshot()
	windows := map[string]int{"hour": uptime.LastHour, "day": uptime.LastDay, "week": uptime.LastWeek}
	for column, header := range map[string]string{
		"store": "Store", "state": "Now", "hour": "Last hour", "day": "Last day", "week": "Last week",
	} {
		lists := map[string][]string{}
		for order, dir := range map[string]string{"asc": "ascending", "desc": "descending"} {
			target := "/stores?sort=" + column + "&order=" + order
			list := everyPage(s, target)
			lists[order] = list
			if all := slices.Sorted(slices.Values(list)); len(slices.Compact(all)) != 120 {
				t.Errorf("%s: %d stores, want each of the 120 once", target, len(all))
			}
			marked := s.open(target).Find("#stores th[aria-sort]")
			if text(marked) != header || marked.AttrOr("aria-sort", "") != dir {
				t.Errorf("%s: %q is marked %q, want %q %s", target, text(marked), marked.AttrOr("aria-sort", ""), header, dir)
			}
			window, isWindow := windows[column]
			if !isWindow {
				continue
			}
			unknownSince, last := -1, uptime.Micros(-1)
			for n, id := range list {
				f := figuresOf(t, snapshot, id)[window]
				if f.Up+f.Down == 0 {
					if unknownSince < 0 {
						unknownSince = n
					}
					continue
				}
				if unknownSince >= 0 {
					t.Errorf("%s: %s, of which something is known, comes after one of which nothing is", target, id)
				}
				if last >= 0 && (order == "asc" && f.Down < last || order == "desc" && f.Down > last) {
					t.Errorf("%s: %s, %d µs down, comes after %d", target, id, f.Down, last)
				}
				last = f.Down
			}
			if unknownSince < 0 && column != "hour" {
				t.Errorf("%s: no store without data, so nothing was tested", target)
			}
		}
		if column == "store" {
			if !slices.IsSorted(lists["asc"]) {
				t.Error("not sorted by id")
			}
			slices.Reverse(lists["desc"])
			if diff := cmp.Diff(lists["asc"], lists["desc"]); diff != "" {
				t.Errorf("descending is not ascending turned round:\n%s", diff)
			}
		}
	}
}

// A click on a heading sorts by it, the next one turns its order round.
func TestHeadingsSort(t *testing.T) {
	s := onSQLite(t).withDemo()
	for _, header := range []string{"Store", "Now", "Last hour", "Last day", "Last week", "Change"} {
		target, seen := "/stores?q=1", []string{}
		for range 3 {
			link := s.open(target).Find("#stores th a").FilterFunction(func(_ int, e *goquery.Selection) bool { return text(e) == header })
			target = link.AttrOr("href", "")
			if !strings.Contains(target, "q=1") {
				t.Errorf("%s: its link %q forgets the search", header, target)
			}
			seen = append(seen, s.open(target).Find("#stores th[aria-sort]").AttrOr("aria-sort", ""))
		}
		if seen[0] == seen[1] || seen[0] != seen[2] {
			t.Errorf("%s: sorted %q", header, seen)
		}
	}
}

func TestSearchingAndFilteringStores(t *testing.T) {
	s := onSQLite(t).withDemo()
	snapshot := s.snapshot()
	// want are the stores that the contract says should be left.
	want := func(keep func(id string, now uptime.State, week uptime.Figures) bool) []string {
		var list []string
		for n, store := range snapshot.Stores {
			if keep(store.Code, snapshot.Now[n].State, snapshot.Figures[n][uptime.LastWeek]) {
				list = append(list, store.Code)
			}
		}
		return list
	}
	state := func(of uptime.State) []string {
		return want(func(_ string, now uptime.State, _ uptime.Figures) bool { return now == of })
	}
	upper := strings.ToUpper(firstUUID(t, snapshot)[:8])
	for query, expected := range map[string][]string{
		"":              want(func(string, uptime.State, uptime.Figures) bool { return true }),
		"state=offline": state(uptime.Down),
		"state=online":  state(uptime.Up),
		"state=closed":  state(uptime.Closed),
		"state=nodata":  state(uptime.NoData),
		"down=true":     want(func(_ string, _ uptime.State, f uptime.Figures) bool { return f.Down > 0 }),
		"q=11":          want(func(id string, _ uptime.State, _ uptime.Figures) bool { return strings.Contains(id, "11") }),
		"q=+11+":        want(func(id string, _ uptime.State, _ uptime.Figures) bool { return strings.Contains(id, "11") }),
		"q=" + upper: want(func(id string, _ uptime.State, _ uptime.Figures) bool {
			return strings.HasPrefix(id, strings.ToLower(upper))
		}),
		"q=nothing+such": nil,
		"q=1&state=online&down=true": want(func(id string, now uptime.State, f uptime.Figures) bool {
			return strings.Contains(id, "1") && now == uptime.Up && f.Down > 0
		}),
	} {
		got := everyPage(s, "/stores?sort=store&order=asc&"+query)
		if diff := cmp.Diff(expected, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
		page := s.open("/stores?" + query)
		if len(expected) == 0 {
			if !strings.Contains(text(page.Find("#stores .empty")), "No store matches") || page.Find("#stores .empty a[href='/stores']").Length() != 1 {
				t.Errorf("%s: nothing matches, and the page says %q", query, text(page.Find("#stores")))
			}
			continue
		}
		if got, want := text(page.Find("#stores .pager-text")), " of "+count(len(expected), "store"); !strings.HasSuffix(got, want) {
			t.Errorf("%s: the list says %q, want …%q", query, got, want)
		}
	}
}

func firstUUID(t *testing.T, s *figures.Snapshot) string {
	t.Helper()
	for _, store := range s.Stores {
		if strings.Contains(store.Code, "-") {
			return store.Code
		}
	}
	t.Fatal("the demo has no UUID")
	return ""
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// The search box and every link keep the rest of the list's state.
func TestTheListKeepsItsState(t *testing.T) {
	s := onSQLite(t).withDemo()
	page := s.open("/stores?q=1&state=online&down=true&sort=hour&order=asc")
	if got := page.Find("#stores-q").AttrOr("value", ""); got != "1" {
		t.Errorf("the search box holds %q", got)
	}
	kept := url.Values{}
	page.Find("input[type=hidden][form='stores-search']").Each(func(_ int, e *goquery.Selection) {
		kept.Set(e.AttrOr("name", ""), e.AttrOr("value", ""))
	})
	if diff := cmp.Diff(url.Values{"state": {"online"}, "down": {"true"}, "sort": {"hour"}}, kept); diff != "" {
		t.Errorf("kept by the search (-want +got):\n%s", diff)
	}
	for _, link := range links(page) {
		if !strings.HasPrefix(link, "/stores?") {
			continue
		}
		v, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		if v.Query().Get("q") != "1" {
			t.Errorf("%s forgets the search", link)
		}
	}
	if got := texts(page.Find("#stores .filters [aria-current]")); len(got) != 2 || !strings.HasPrefix(got[0], "Online") || got[1] != "Only with downtime" {
		t.Errorf("marked filters: %q", got)
	}
}

// The counts beside the filters are what a click on them shows.
func TestFiltersCountWhatTheyShow(t *testing.T) {
	s := onSQLite(t).withDemo()
	for _, start := range []string{"/stores", "/stores?q=1", "/stores?down=true", "/stores?state=online&q=2"} {
		s.open(start).Find("#stores nav[aria-label=State] a").Each(func(_ int, link *goquery.Selection) {
			if got := len(everyPage(s, link.AttrOr("href", ""))); text(link.Find(".count")) != strconv.Itoa(got) {
				t.Errorf("%s: %q shows %d stores", start, text(link), got)
			}
		})
	}
}

func TestPagesOfStores(t *testing.T) {
	s := onSQLite(t).withDemo()
	for target, want := range map[string]string{
		"/stores": "1–50", "/stores?page=1": "1–50", "/stores?page=0": "1–50", "/stores?page=-5": "1–50",
		"/stores?page=2": "51–100", "/stores?page=3": "101–120", "/stores?page=4": "101–120", "/stores?page=999999999": "101–120",
	} {
		page := s.open(target)
		if got := text(page.Find("#stores .pager-text")); got != want+" of 120 stores" {
			t.Errorf("%s: %q, want %s", target, got, want)
		}
		prev, next := page.Find("#stores .pager a:contains(Previous)").Length(), page.Find("#stores .pager a:contains(Next)").Length()
		if first, last := want == "1–50", want == "101–120"; (prev == 0) != first || (next == 0) != last {
			t.Errorf("%s: %d links back and %d on", target, prev, next)
		}
	}
}

func TestAQueryThatIsNoneIsAnsweredInASentence(t *testing.T) {
	s := onSQLite(t).withDemo()
	report := "/reports/" + s.report().ID
	for target, want := range map[string]string{
		"/stores?sort=colour":               "sort: expected store, state, zone, hour, day, week or change, found colour",
		"/stores?size=7":                    "size: expected 25, 50, 100 or 200, found 7",
		"/stores.csv?size=x":                "size: expected a whole number, found x",
		"/stores?order=up":                  "order: expected asc or desc, found up",
		"/stores?state=broken":              "state: expected offline, online, closed or no_data, found broken",
		"/stores?page=two":                  "page: expected a whole number, found two",
		"/stores?down=perhaps":              "down: expected true or false, found perhaps",
		"/reports?page=two":                 "page: expected a whole number, found two",
		"/imports?page=1e9":                 "page: expected a whole number, found 1e9",
		report + "?sort=colour":             "sort: expected a column of the table, found colour",
		report + "?page=x":                  "page: expected a whole number, found x",
		"/stores?page=99999999999999999999": "page: expected a whole number, found 99999999999999999999",
	} {
		status, page := s.get(target)
		if got := text(page.Find("main .lead")); status != http.StatusBadRequest || got != want {
			t.Errorf("%s: %d %q, want 400 %q", target, status, got, want)
		}
	}
}

func TestNothingKnownIsADashAndNeverAPercentage(t *testing.T) {
	s := onSQLite(t).withDemo()
	snapshot := s.snapshot()
	report := s.report()
	unknown, zeros := 0, 0
	for n, store := range snapshot.Stores {
		week := snapshot.Figures[n][uptime.LastWeek]
		if week.Up+week.Down > 0 {
			continue
		}
		unknown++
		target := url.QueryEscape(store.Code)
		row := s.open("/stores?q=" + target).Find("#stores tbody tr").First()
		if got := text(row.Find("[data-label='Last week']")); got != "— no data" {
			t.Errorf("%s: the list says %q", store.Code, got)
		}
		tile := s.open(snapshotURL(store.Code)).Find(".tile").Last()
		if got := text(tile.Find(".figure")); got != "—" || strings.Contains(text(tile), "%") || tile.Find(".s-up").Length() > 0 {
			t.Errorf("%s: its page says %q", store.Code, text(tile))
		}
		cells := texts(s.open("/reports/" + report.ID + "?q=" + target).Find("#report-rows tbody tr").First().Find("td"))
		if diff := cmp.Diff([]string{"—", "—", "—", "—", "—", "—", "—", "100.00 %"}, cells); diff != "" {
			t.Errorf("%s: in the report (-want +got):\n%s", store.Code, diff)
		}
		if csv := s.ask(http.MethodGet, "/get_report/"+report.ID, asScript).body; strings.Contains(csv, "\n"+store.Code+",0.00,0.00,0.00,0.00,0.00,0.00\n") {
			zeros++
		}
	}
	if unknown == 0 || unknown != zeros || int64(unknown) != report.NoData {
		t.Errorf("%d stores without data, %d with zeros in the CSV, %d in the report's summary", unknown, zeros, report.NoData)
	}
}

func snapshotURL(code string) string { return "/stores/" + url.PathEscape(code) }

// hostile are ids that mean something to someone on the way.
var hostile = []string{
	`<script>alert(1)</script>`, `a/b`, `a/b/`, `/`, `a%2Fb`, `100%`, `%`, `a?b=c#d`, `ü 日本 🏪`, `"><img src=x onerror=alert(1)>`,
	`'; DROP TABLE stores; --`, `=1+1`, `+49`, `-5`, `@SUM(A1)`, `a&b;c`, `a b  c`, `..`, `.`, `{{.}}`, `\`, `a,b`, "new\nline",
	strings.Repeat("9", 128),
}

func hostilePolls() file {
	var b strings.Builder
	b.WriteString("store_id,status,timestamp_utc\n")
	for n, id := range hostile {
		fmt.Fprintf(&b, "\"%s\",%s,2023-01-25 1%d:00:00 UTC\n", strings.ReplaceAll(id, `"`, `""`), []string{"active", "inactive"}[n%2], n%8)
	}
	return file{"polls.csv", b.String()}
}

func TestIDsThatMeanSomethingElsewhere(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		i := s.load(hostilePolls())
		snapshot := s.snapshot()
		if len(snapshot.Stores) != len(hostile) {
			t.Fatalf("%d stores, want %d; %d rejected", len(snapshot.Stores), len(hostile), i.Rejected)
		}
		report := s.report()
		seen := 0
		for _, list := range []string{"/stores", "/reports/" + report.ID} {
			page := s.open(list)
			if page.Find("main script, main img").Length() > 0 {
				t.Errorf("%s: an id became an element", list)
			}
			page.Find("tbody a.id").Each(func(_ int, link *goquery.Selection) {
				seen++
				id := link.Text()
				status, store := s.get(link.AttrOr("href", ""))
				if status != http.StatusOK || store.Find("h1 .id").Text() != id && id != "." && id != ".." {
					t.Errorf("%s: %q leads to %s: %d %q", list, id, link.AttrOr("href", ""), status, store.Find("h1").Text())
				}
				if store.Find("main script, main img").Length() > 0 {
					t.Errorf("%q became an element", id)
				}
			})
			for _, id := range hostile {
				found := s.open(list + "?q=" + url.QueryEscape(id)).Find("tbody a.id").FilterFunction(func(_ int, e *goquery.Selection) bool { return e.Text() == id })
				if found.Length() != 1 {
					t.Errorf("%s: a search for %q does not find it", list, id)
				}
			}
		}
		if seen != 2*len(hostile) {
			t.Errorf("%d stores were looked at, want %d", seen, 2*len(hostile))
		}
	})
}

// A spreadsheet runs what begins like a formula, so in files that people
// download it does not begin so.
func TestNoDownloadHoldsAFormula(t *testing.T) {
	s := onSQLite(t)
	bad := s.load(hostilePolls(), file{"bad.csv", "store_id,timezone_str\n=cmd|'/c calc'!A1,Nowhere\n"})
	report := s.report()
	for _, target := range []string{
		"/get_report/" + report.ID, "/reports/" + report.ID + "/report.csv", "/reports/" + report.ID + "/details.csv",
		"/imports/" + bad.ID + "/files/2/rejects.csv",
	} {
		rows := records(t, s.ask(http.MethodGet, target))
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) && cell != "-5" && cell != "+49" {
					t.Errorf("%s: %q", target, cell)
				}
			}
		}
		if len(rows) < 2 {
			t.Errorf("%s has %d rows", target, len(rows))
		}
	}
	if csv := s.ask(http.MethodGet, "/get_report/"+report.ID).body; !strings.Contains(csv, "\n'=1+1,") || !strings.Contains(csv, "\n-5,") {
		t.Errorf("ids in the CSV: %s", csv)
	}
}
