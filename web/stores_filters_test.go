package web_test

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	diff "github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/uptime"
)

// A filter of the list of stores, and what it should leave.
type filter struct {
	query string
	keeps func(s *figures.Snapshot, n int) bool
}

// filtersOf are one filter of each kind, each of which leaves some stores and
// takes some away.
func filtersOf(snapshot *figures.Snapshot) []filter {
	group := someGroups(snapshot)[1]
	zone := "America/Chicago"
	contains := func(part string) func(*figures.Snapshot, int) bool {
		return func(s *figures.Snapshot, n int) bool {
			store := s.Stores[n]
			for _, text := range []string{store.Code, store.Name, store.Group, store.City} {
				if strings.Contains(strings.ToLower(text), strings.ToLower(part)) {
					return true
				}
			}
			return false
		}
	}
	hoursAssumed := func(s *figures.Snapshot, n int) bool { return len(s.Hours(n)) == 0 }
	zoneAssumed := func(s *figures.Snapshot, n int) bool { return s.Stores[n].Zone == "" }
	named := slices.IndexFunc(snapshot.Stores, func(s models.Store) bool { return s.Name != "" && s.City != "" })
	return []filter{
		{"state=online", func(s *figures.Snapshot, n int) bool { return s.Now[n].State == uptime.Up }},
		{"down=true", func(s *figures.Snapshot, n int) bool { return s.Figures[n][uptime.LastWeek].Down > 0 }},
		{"zone=" + url.QueryEscape(zone), func(s *figures.Snapshot, n int) bool {
			return s.Stores[n].Zone == zone || s.Stores[n].Zone == ""
		}},
		{"group=" + url.QueryEscape(group), func(s *figures.Snapshot, n int) bool { return s.Stores[n].Group == group }},
		{"assumed=hours", hoursAssumed},
		{"assumed=zone", zoneAssumed},
		{"assumed=any", func(s *figures.Snapshot, n int) bool { return hoursAssumed(s, n) || zoneAssumed(s, n) }},
		{"q=" + url.QueryEscape(snapshot.Stores[named].Name), contains(snapshot.Stores[named].Name)},
		{"q=" + url.QueryEscape(strings.ToUpper(group)), contains(group)},
		{"q=" + url.QueryEscape(snapshot.Stores[named].City), contains(snapshot.Stores[named].City)},
		{"q=" + url.QueryEscape(snapshot.Stores[3].Code[2:]), contains(snapshot.Stores[3].Code[2:])},
	}
}

// listed are the stores of a list and of its export, which are the same.
func listed(t *testing.T, s *site, query string) []string {
	t.Helper()
	list := everyPage(s, "/stores?"+query)
	var exported []string
	for _, row := range records(t, s.ask(http.MethodGet, "/stores.csv?"+query))[1:] {
		exported = append(exported, row[0])
	}
	if diff := diff.Diff(list, exported); diff != "" {
		t.Errorf("%s: the export is another list (-page +file):\n%s", query, diff)
	}
	return list
}

func TestEachFilterAloneAndTwoTogether(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	filters := filtersOf(snapshot)
	for n, one := range filters {
		if left := len(listed(t, s, one.query)); left == 0 || left == len(snapshot.Stores) {
			t.Errorf("%s leaves %d of %d stores, and tests nothing", one.query, left, len(snapshot.Stores))
		}
		for _, other := range filters[n:] {
			name, _, _ := strings.Cut(one.query, "=")
			query := one.query + "&" + other.query
			if one.query != other.query && strings.HasPrefix(other.query, name+"=") {
				continue // the same field twice
			}
			var want []string
			for n, store := range snapshot.Stores {
				if one.keeps(snapshot, n) && other.keeps(snapshot, n) {
					want = append(want, store.Code)
				}
			}
			got := listed(t, s, query)
			slices.Sort(got)
			if diff := diff.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", query, diff)
			}
		}
	}
}

// The order of each column, as its heading says.
func TestEveryColumnOfStoresSortsBothWays(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	down := func(window int) func(a, b int) int {
		return func(a, b int) int {
			return cmp.Compare(snapshot.Figures[a][window].Down, snapshot.Figures[b][window].Down)
		}
	}
	unknown := func(window int) func(n int) bool {
		return func(n int) bool { f := snapshot.Figures[n][window]; return f.Up+f.Down == 0 }
	}
	zone := func(n int) string { return snapshot.Location(n).String() }
	urgency := []uptime.State{uptime.Down, uptime.NoData, uptime.Up, uptime.Closed}
	for column, tt := range map[string]struct {
		header  string
		compare func(a, b int) int
		last    func(n int) bool
	}{
		"store": {"Store", func(a, b int) int { return strings.Compare(snapshot.Stores[a].Name, snapshot.Stores[b].Name) },
			func(n int) bool { return snapshot.Stores[n].Name == "" }},
		"state": {"Now", func(a, b int) int {
			return slices.Index(urgency, snapshot.Now[a].State) - slices.Index(urgency, snapshot.Now[b].State)
		}, nil},
		"zone": {"Zone", func(a, b int) int { return strings.Compare(zone(a), zone(b)) }, nil},
		"hour": {"Last hour", down(uptime.LastHour), unknown(uptime.LastHour)},
		"day":  {"Last day", down(uptime.LastDay), unknown(uptime.LastDay)},
		"week": {"Last week", down(uptime.LastWeek), unknown(uptime.LastWeek)},
	} {
		for order, dir := range map[string]string{"asc": "ascending", "desc": "descending"} {
			query := "sort=" + column + "&order=" + order
			list := listed(t, s, query)
			for n := 1; n < len(list); n++ {
				a, _ := snapshot.Find(list[n-1])
				b, _ := snapshot.Find(list[n])
				if tt.last != nil && tt.last(a) != tt.last(b) {
					if tt.last(a) {
						t.Errorf("%s: %s comes after %s, which should be among the last", query, list[n], list[n-1])
					}
					continue
				}
				if c := tt.compare(a, b); order == "asc" && c > 0 || order == "desc" && c < 0 {
					t.Errorf("%s: %s comes before %s", query, list[n-1], list[n])
				}
			}
			if marked := s.open("/stores?" + query).Find("#stores th[aria-sort]"); text(marked) != tt.header || marked.AttrOr("aria-sort", "") != dir {
				t.Errorf("%s: %q is marked %q", query, text(marked), marked.AttrOr("aria-sort", ""))
			}
		}
	}
}

// Every way to change the list keeps the rest of it and begins with its first page.
func TestFiltersKeepEachOther(t *testing.T) {
	s := onSQLite(t)
	s.load(manyGroups(120)...)
	state := url.Values{"q": {"chain"}, "zone": {"America/Chicago"}, "assumed": {"any"}, "down": {"true"}, "sort": {"store"}, "order": {"desc"}}
	page := s.open("/stores?page=2&" + state.Encode())
	if got := text(page.Find(".pager-text")); got != "51–60 of 60 stores" {
		t.Fatalf("the list has %q", got)
	}
	changed := map[string]int{}
	page.Find("#stores .filters:not([aria-label=View]) a, #stores thead a, #stores a.download").Each(func(_ int, link *goquery.Selection) {
		v, err := url.Parse(link.AttrOr("href", ""))
		if err != nil {
			t.Fatal(err)
		}
		if v.Query().Has("page") {
			t.Errorf("%s does not begin with the first page", v)
		}
		for name, want := range state {
			if got := v.Query()[name]; !slices.Equal(got, want) {
				changed[name]++
			}
		}
	})
	// The filters of the state, "only with downtime" and the headings change what they are for, no more.
	if diff := diff.Diff(map[string]int{"down": 1, "sort": 6, "order": 4}, onlyKeys(changed, "q", "zone", "assumed", "down", "sort", "order")); diff != "" {
		t.Errorf("links that forget something (-want +got):\n%s", diff)
	}
	kept := url.Values{}
	page.Find("[form=stores-search]").Each(func(_ int, e *goquery.Selection) {
		if goquery.NodeName(e) == "select" {
			kept.Set(e.AttrOr("name", ""), e.Find("option[selected]").AttrOr("value", "?"))
		} else if name := e.AttrOr("name", ""); name != "" {
			kept.Set(name, e.AttrOr("value", ""))
		}
	})
	kept.Set("q", page.Find("#stores-q").AttrOr("value", ""))
	want := url.Values{"group": {""}}
	maps.Copy(want, state)
	if diff := diff.Diff(want, kept); diff != "" {
		t.Errorf("the form that searches sends (-want +got):\n%s", diff)
	}
	if clear := page.Find("#stores a.clear"); text(clear) != "Clear filters" || clear.AttrOr("href", "") != "/stores" {
		t.Errorf("the filters are cleared by %q to %q", text(clear), clear.AttrOr("href", ""))
	}
	if s.open("/stores?sort=zone").Find("#stores a.clear").Length() > 0 {
		t.Error("no filter is on, and yet one can clear them")
	}
}

func onlyKeys(m map[string]int, keys ...string) map[string]int {
	some := map[string]int{}
	for _, key := range keys {
		if m[key] > 0 {
			some[key] = m[key]
		}
	}
	return some
}

// A form sends its empty fields as well; they ask for nothing.
func TestEmptyValuesAreAsAbsent(t *testing.T) {
	s := onSQLite(t).withChains()
	report := s.report()
	for target, query := range map[string]string{
		"/stores":                                "q=&state=&zone=&group=&assumed=&down=&sort=&order=&page=",
		"/groups":                                "q=&sort=&order=&page=",
		"/":                                      "group=",
		"/reports/" + report.ID:                  "q=&down=&bin=&sort=&order=&page=",
		snapshotURL(s.snapshot().Stores[0].Code): "day=&page=",
	} {
		a, b := s.settled(target), s.ask(http.MethodGet, target+"?"+query)
		if b.StatusCode != http.StatusOK || withoutKeys(t, a) != withoutKeys(t, b) {
			t.Errorf("%s?%s (%d) is not %s", target, query, b.StatusCode, target)
		}
	}
	if a, b := s.ask(http.MethodGet, "/stores.csv"), s.ask(http.MethodGet, "/stores.csv?q=&zone=&group=&down="); a.body != b.body {
		t.Error("the export with empty values is another")
	}
}

// A file that people open in a spreadsheet must not run what somebody called a store.
func TestTheExportIsSafeForSpreadsheets(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"names.csv", "store_id,name,group,city\n=1+1,\"=HYPERLINK(\"\"x\"\")\",@Home,+City\n-5,Fünf,\"a,b\",\"c\"\"d\"\n"})
	a := s.ask(http.MethodGet, "/stores.csv?sort=store")
	rows := records(t, a)
	want := [][]string{{"-5", "Fünf", "a,b", `c"d`}, {"'=1+1", `'=HYPERLINK("x")`, "'@Home", "'+City"}}
	got := [][]string{}
	for _, row := range rows[1:] {
		got = append(got, row[:4])
	}
	slices.SortFunc(got, func(a, b []string) int { return strings.Compare(b[0], a[0]) })
	slices.SortFunc(want, func(a, b []string) int { return strings.Compare(b[0], a[0]) })
	if diff := diff.Diff(want, got); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	if got := a.Header.Get("Content-Disposition"); got != `attachment; filename="stores.csv"` {
		t.Errorf("Content-Disposition = %q", got)
	}
	if strings.Contains(a.body, "\r") {
		t.Error("lines end with more than LF")
	}
}

// What the export says of a store is what the list says.
func TestTheExportSaysWhatTheListSays(t *testing.T) {
	s := onSQLite(t).withChains()
	rows := records(t, s.ask(http.MethodGet, "/stores.csv"))
	s.open("/stores").Find("#stores tbody tr").Each(func(_ int, row *goquery.Selection) {
		cells := byColumn(t, rows, text(row.Find(".id")))
		for label, window := range map[string]string{"Last hour": "last_hour", "Last day": "last_day", "Last week": "last_week"} {
			line := row.Find("[data-label='" + label + "']")
			if available := text(line.Find(".avail")); strings.TrimSuffix(available, " %") != strings.Trim(cells["availability_"+window], "—") {
				t.Errorf("%s, %s: the list says %q, the file %q", cells["store_id"], label, available, cells["availability_"+window])
			}
		}
		if state := strings.ReplaceAll(strings.ToLower(text(row.Find(".now b, .now .word, .now"))), " ", "_"); !strings.HasPrefix(state, cells["state"]) {
			t.Errorf("%s: the list says %q, the file %q", cells["store_id"], state, cells["state"])
		}
		for name, where := range map[string]string{"name": ".store-name .name", "group": ".store-name small a"} {
			if got := text(row.Find(where)); got != cells[name] {
				t.Errorf("%s: its %s is %q in the list, %q in the file", cells["store_id"], name, got, cells[name])
			}
		}
	})
}
