package web_test

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	diff "github.com/google/go-cmp/cmp"

	"lightson/models/uptime"
)

// groupNames are the groups of a table, in its order.
func groupNames(page *goquery.Document) []string { return texts(page.Find("#groups tbody .name")) }

func TestGroupsSayWhatTheirStoresAddUpTo(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		snapshot := s.snapshot()
		for _, target := range []string{"/groups", "/"} {
			rows := s.open(target).Find("#groups tbody tr")
			if want := len(groupsOf(snapshot)); rows.Length() != want && (target == "/groups" || rows.Length() != 10) {
				t.Errorf("%s lists %d groups of %d", target, rows.Length(), want)
			}
			rows.Each(func(_ int, row *goquery.Selection) { wantGroup(t, s, row) })
		}
	})
}

// wantGroup checks the row of a group against its stores.
func wantGroup(t *testing.T, s *site, row *goquery.Selection) {
	t.Helper()
	snapshot := s.snapshot()
	name := text(row.Find(".name"))
	stores, week := members(snapshot, name), uptime.Figures{}
	week.Add(sumOf(snapshot, stores, uptime.LastWeek))
	offline := slices.DeleteFunc(slices.Clone(stores), func(n int) bool { return snapshot.Now[n].State != uptime.Down })
	for label, want := range map[string][]int{"Stores": stores, "Offline now": offline} {
		cell := row.Find("[data-label='" + label + "']")
		cell.Find(".unchecked").Remove() // tested by itself
		if got := text(cell); got != strconv.Itoa(len(want)) {
			t.Errorf("%s, %s: %s, want %d", name, label, got, len(want))
		}
		if len(want) == 0 {
			if cell.Find("a").Length() > 0 {
				t.Errorf("%s, %s: nothing is linked", name, label)
			}
			continue
		}
		if list := everyPage(s, cell.Find("a").AttrOr("href", "")); !slices.Equal(slices.Sorted(slices.Values(list)), codes(snapshot, want)) {
			t.Errorf("%s, %s leads to %q", name, label, list)
		}
	}
	line := row.Find("[data-label='Last week']")
	if week.Up+week.Down > 0 && text(line.Find(".avail")) != percent(week.Up, week.Down) {
		t.Errorf("%s: %s, want %s", name, text(line), percent(week.Up, week.Down))
	}
	page := s.open(row.Find(".name").AttrOr("href", ""))
	if text(page.Find("h1")) != name {
		t.Errorf("%s leads to %q", name, text(page.Find("h1")))
	}
	change := cmp.Or(text(page.Find(".tile").Last().Find(".change")), "—")
	if got := text(row.Find("[data-label=Change]")); got != change {
		t.Errorf("%s: the change is %q, on its own page %q", name, got, change)
	}
}

func TestGroupsAreListedWorstFirst(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	for _, target := range []string{"/groups", "/"} {
		var down []uptime.Micros
		for _, name := range groupNames(s.open(target)) {
			down = append(down, sumOf(snapshot, members(snapshot, name), uptime.LastWeek).Down)
		}
		if len(down) < 5 || !slices.IsSortedFunc(down, func(a, b uptime.Micros) int { return cmp.Compare(b, a) }) {
			t.Errorf("%s: downtime %v", target, down)
		}
	}
}

// pointsOf is the change of a row in points, as it is written.
func pointsOf(t *testing.T, row *goquery.Selection) int {
	t.Helper()
	parts := changeWords.FindStringSubmatch(text(row.Find("[data-label=Change]")))
	if parts == nil || parts[1] == "" {
		return 0
	}
	return hundredths(t, parts[2]) * map[string]int{"Up": 1, "Down": -1}[parts[1]]
}

func TestEveryColumnOfGroupsSortsBothWays(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	number := func(label string) func(*goquery.Selection) int {
		return func(row *goquery.Selection) int {
			n, err := strconv.Atoi(strings.Fields(text(row.Find("[data-label='" + label + "']")))[0])
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	for column, tt := range map[string]struct {
		header string
		value  func(*goquery.Selection) int
	}{
		"name": {"Group", func(row *goquery.Selection) int {
			return slices.Index(groupsOf(snapshot), text(row.Find(".name")))
		}},
		"stores":  {"Stores", number("Stores")},
		"offline": {"Offline now", number("Offline now")},
		"week": {"Last week", func(row *goquery.Selection) int {
			return int(sumOf(snapshot, members(snapshot, text(row.Find(".name"))), uptime.LastWeek).Down)
		}},
		"change": {"Change", func(row *goquery.Selection) int { return pointsOf(t, row) }},
	} {
		for order, dir := range map[string]string{"asc": "ascending", "desc": "descending"} {
			page := s.open("/groups?sort=" + column + "&order=" + order)
			marked := page.Find("#groups th[aria-sort]")
			if text(marked) != tt.header || marked.AttrOr("aria-sort", "") != dir {
				t.Errorf("%s %s: %q is marked %q", column, order, text(marked), marked.AttrOr("aria-sort", ""))
			}
			var values []int
			page.Find("#groups tbody tr").Each(func(_ int, row *goquery.Selection) { values = append(values, tt.value(row)) })
			if order == "desc" {
				slices.Reverse(values)
			}
			if !slices.IsSorted(values) || values[0] == values[len(values)-1] {
				t.Errorf("%s %s: %v", column, order, values)
			}
		}
	}
}

// manyGroups are more than a page has, each of one store.
func manyGroups(count int) []file {
	var polls, names strings.Builder
	polls.WriteString("store_id,status,timestamp_utc\n")
	names.WriteString("store_id,name,group,city\n")
	for n := range count {
		fmt.Fprintf(&polls, "s%03d,%s,2023-01-25 %02d:00:00 UTC\n", n, []string{"active", "inactive"}[n%2], n%18)
		fmt.Fprintf(&names, "s%03d,Store %d,Chain %03d & Söhne,\n", n, n, n)
	}
	return []file{{"polls.csv", polls.String()}, {"names.csv", names.String()}}
}

func TestGroupsAreSearchedAndTurnedOver(t *testing.T) {
	s := onSQLite(t)
	s.load(manyGroups(120)...)
	var all []string
	for target, pages := "/groups?sort=name", []string{"1–50", "51–100", "101–120"}; target != ""; pages = pages[1:] {
		page := s.open(target)
		if got := text(page.Find(".pager-text")); got != pages[0]+" of 120 groups" {
			t.Errorf("%s: %q", target, got)
		}
		all = append(all, groupNames(page)...)
		target = page.Find("#groups .pager a:contains(Next)").AttrOr("href", "")
	}
	var want []string
	for n := range 120 {
		want = append(want, fmt.Sprintf("Chain %03d & Söhne", n))
	}
	if diff := diff.Diff(want, all); diff != "" {
		t.Errorf("all pages (-want +got):\n%s", diff)
	}
	page := s.open("/groups?sort=name&q=" + url.QueryEscape("chain 05"))
	if got := groupNames(page); len(got) != 12 || got[0] != "Chain 005 & Söhne" || got[11] != "Chain 105 & Söhne" {
		t.Errorf("searched: %q", got)
	}
	for _, link := range links(page) {
		if v, err := url.Parse(link); err == nil && v.Path == "/groups" && v.RawQuery != "" && v.Query().Get("q") != "chain 05" {
			t.Errorf("%s forgets the search", link)
		}
	}
	if got := text(s.open("/groups?q=nobody").Find("#groups .empty")); !strings.Contains(got, "No group matches") {
		t.Errorf("nothing matches: %q", got)
	}
	overview := s.open("/")
	if more := overview.Find("a[href='/groups']"); text(more) != "All 120 groups" || len(groupNames(overview)) != 10 {
		t.Errorf("the overview has %d groups and says %q", len(groupNames(overview)), text(more))
	}
}

func TestGroupsThatCannotBeSortedSo(t *testing.T) {
	s := onSQLite(t)
	for query, want := range map[string]string{
		"sort=colour": "sort: expected name, stores, offline, week or change, found colour",
		"page=two":    "page: expected a whole number, found two", "order=up": "order: expected asc or desc, found up",
	} {
		status, page := s.get("/groups?" + query)
		if got := text(page.Find("main .lead")); status != http.StatusBadRequest || got != want {
			t.Errorf("%s: %d %q, want 400 %q", query, status, got, want)
		}
	}
}

// Who has no names has no groups, and nothing speaks of them.
func TestWithoutNamesNothingOfGroupsIsToBeSeen(t *testing.T) {
	s := onSQLite(t).withDemo()
	report := s.report()
	for _, target := range []string{"/", "/stores", snapshotURL(s.snapshot().Stores[0].Code), "/reports", "/reports/" + report.ID, "/trigger_report"} {
		_, page := s.get(target)
		page.Find("main script, main style").Remove()
		if got := page.Find("[name=group], #groups, a[href^='/groups'], a[href*='group=']").Length(); got > 0 {
			t.Errorf("%s: %d elements are of groups", target, got)
		}
		if got := strings.ToLower(page.Find("main").Text()); strings.Contains(got, "group") {
			t.Errorf("%s speaks of groups: %q", target, got[max(0, strings.Index(got, "group")-40):][:80])
		}
	}
	if got := text(s.open("/groups").Find("main")); !strings.Contains(got, "No groups yet") {
		t.Errorf("who asks for them is told %q", got)
	}
}
