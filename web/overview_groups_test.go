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

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"lightson/models/figures"
	"lightson/models/uptime"
)

// overviewOf is the address of the overview of a group, or of all stores.
func overviewOf(group string) string {
	if group == "" {
		return "/"
	}
	return "/?group=" + url.QueryEscape(group)
}

// someGroups are all stores, and groups that differ most: the largest and the
// smallest.
func someGroups(snapshot *figures.Snapshot) []string {
	names := groupsOf(snapshot)
	slices.SortStableFunc(names, func(a, b string) int { return len(members(snapshot, b)) - len(members(snapshot, a)) })
	return []string{"", names[0], names[len(names)-1]}
}

func TestTheCountsOfAGroupAddUpAndLeadToItsStores(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		snapshot := s.snapshot()
		states := map[string]uptime.State{"offline": uptime.Down, "online": uptime.Up, "closed": uptime.Closed, "nodata": uptime.NoData}
		for _, group := range someGroups(snapshot) {
			page := s.open(overviewOf(group))
			stores, sum := members(snapshot, group), 0
			page.Find(".counts li").Each(func(_ int, tile *goquery.Selection) {
				state := states[strings.Fields(tile.AttrOr("class", ""))[1]]
				want := slices.DeleteFunc(slices.Clone(stores), func(n int) bool { return snapshot.Now[n].State != state })
				if got := text(tile.Find(".count-n")); got != strconv.Itoa(len(want)) {
					t.Errorf("%q: %s, want %d", group, text(tile), len(want))
				}
				sum += len(want)
				list := everyPage(s, tile.Find("a").AttrOr("href", ""))
				if diff := cmp.Diff(codes(snapshot, want), slices.Sorted(slices.Values(list))); diff != "" {
					t.Errorf("%q: %s leads to other stores (-want +got):\n%s", group, text(tile), diff)
				}
			})
			if got := text(page.Find(".counts-total")); sum != len(stores) || !strings.HasPrefix(got, count(sum, "store")) {
				t.Errorf("%q: the counts add up to %d of %d, below stands %q", group, sum, len(stores), got)
			}
		}
	})
}

// Whatever the overview of a group lists or adds up is of its stores alone.
func TestTheOverviewOfAGroupIsOfItsStoresAlone(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	offline := 0
	for _, group := range append(groupsOf(snapshot), "") {
		page := s.open(overviewOf(group))
		stores := members(snapshot, group)
		own := codes(snapshot, stores)
		for _, id := range texts(page.Find(".offline-list .id")) {
			offline++
			if !slices.Contains(own, id) {
				t.Errorf("%q lists %s, which is offline in another group", group, id)
			}
		}
		for window, figure := range texts(page.Find(".tile .figure")) {
			want := "—"
			if sum := sumOf(snapshot, stores, window); sum.Up+sum.Down > 0 {
				want = percent(sum.Up, sum.Down) + " available"
				if sum.Close < sum.Open-sum.Close {
					want = percent(sum.Up, sum.Down) + " of what was seen"
				}
			}
			if figure != want {
				t.Errorf("%q, window %d: %q, want %q", group, window, figure, want)
			}
		}
		if got := page.Find("#choose-group option[selected]").AttrOr("value", "none"); got != group {
			t.Errorf("the chooser on the page of %q has %q", group, got)
		}
		if got := page.Find("#generate [name=group]").AttrOr("value", ""); got != group {
			t.Errorf("the button on the page of %q asks for a report of %q", group, got)
		}
		if group != "" && (text(page.Find("h1")) != group || page.Find("h2#groups-heading").Length() > 0) {
			t.Errorf("the page of %q is headed %q and lists groups", group, text(page.Find("h1")))
		}
	}
	if offline == 0 {
		t.Error("no store was offline, so nothing was tested")
	}
	if got := texts(s.open("/").Find("#choose-group option"))[1:]; !slices.Equal(got, groupsOf(snapshot)) {
		t.Errorf("one can choose from %q", got)
	}
}

func TestTheOverviewOfNoGroupIsNotFoundInWords(t *testing.T) {
	s := onSQLite(t).withChains()
	for _, group := range []string{"Nobody's", "golden skillet", "<b>"} {
		status, page := s.get("/?group=" + url.QueryEscape(group))
		if got := page.Find("main .lead").Text(); status != http.StatusNotFound || !strings.Contains(got, "No store is in the group "+group+".") {
			t.Errorf("%q: %d %q", group, status, got)
		}
	}
	for _, group := range []string{"%00", "%E2%80%8B", "%EF%BB%BF", "%E3%85%A4", "+%E2%A0%80+", "%FF"} {
		if a := s.ask(http.MethodGet, "/?group="+group); a.StatusCode != http.StatusNotFound {
			t.Errorf("a group of %s, which nobody sees, is %d", group, a.StatusCode)
		}
		if got := s.open("/stores?group=" + group).Find("#stores tbody tr").Length(); got > 0 {
			t.Errorf("the group %s, which nobody sees, has stores", group)
		}
	}
	status, page := onSQLite(t).get("/?group=any")
	if status != http.StatusNotFound || text(page.Find("h1")) != "There is no such group" {
		t.Errorf("without any store: %d %q", status, text(page.Find("h1")))
	}
}

var changeWords = regexp.MustCompile(`^(?:(Up|Down) ([0-9.]+) points? from [0-9.]+ %|Same as|No data for|Closed in|Too little data in|Too little data to compare with|Polls are too far apart to compare with|Polls were too far apart in) the (hour|day|week) before$`)

// hundredths reads a percentage back, in hundredths.
func hundredths(t *testing.T, words string) int {
	t.Helper()
	number, err := strconv.ParseFloat(strings.Fields(words)[0], 64)
	if err != nil {
		t.Fatal(err)
	}
	return int(number*100 + .5)
}

// The change is the difference of two figures that are shown: this period's, and
// the one before's as one would see it.
func TestChangesInWordsAgreeWithTheFigures(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	seen := map[string]int{}
	check := func(target string, stores []int) {
		t.Helper()
		s.open(target).Find(".tile").Each(func(window int, tile *goquery.Selection) {
			last := uptime.Windows(snapshot.AsOf)[window]
			earlier := s.inRange(stores, uptime.Span{From: last.From.Add(-last.Length()), To: last.From})
			said, figure := text(tile.Find(".change")), text(tile.Find(".figure"))
			if figure == "—" {
				if said != "" {
					t.Errorf("%s: nothing is known, and yet %q", target, said)
				}
				return
			}
			parts := changeWords.FindStringSubmatch(said)
			if parts == nil || parts[3] != []string{"hour", "day", "week"}[window] {
				t.Errorf("%s, window %d: %q", target, window, said)
				return
			}
			kind := parts[1]
			if kind == "" {
				kind = strings.Fields(said)[0]
			}
			seen[kind]++
			moved := 0
			if parts[1] != "" {
				moved = hundredths(t, parts[2]) * map[string]int{"Up": 1, "Down": -1}[parts[1]]
			}
			want := "nothing"
			if now := s.inRange(stores, last); now.ComparableTo(earlier) {
				want = fmt.Sprint(hundredths(t, figure) - hundredths(t, uptime.Percent(earlier.Up, earlier.Down)))
			}
			if got := fmt.Sprint(moved); want != got && (want != "nothing" || !slices.Contains([]string{"No", "Closed", "Too", "Polls"}, kind)) {
				t.Errorf("%s, window %d: %s, and %q; before it was %s", target, window, figure, said, percent(earlier.Up, earlier.Down))
			}
		})
	}
	for _, group := range append(groupsOf(snapshot), "") {
		check(overviewOf(group), members(snapshot, group))
	}
	for n, store := range snapshot.Stores {
		check(snapshotURL(store.Code), []int{n})
	}
	for _, kind := range []string{"Up", "Down", "Same", "Closed", "Polls"} {
		if seen[kind] == 0 {
			t.Errorf("no change was %q, so it was not tested: %v", kind, seen)
		}
	}
}

// The overview of a group lists its reports alone, also right after one was asked for.
func TestTheOverviewOfAGroupListsItsReportsAlone(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		groups := someGroups(s.snapshot())
		for _, group := range groups {
			s.ask(http.MethodPost, "/reports", form("group", group))
		}
		for _, group := range groups[1:] {
			page := s.open(overviewOf(group))
			if got := text(page.Find("#reports-heading")); got != "Latest reports of this group" {
				t.Errorf("%q: its reports stand below %q", group, got)
			}
			rows := texts(page.Find("#reports tbody th"))
			if len(rows) != 1 || !strings.Contains(rows[0], group) {
				t.Errorf("%q lists the reports %q", group, rows)
			}
			asked := s.ask(http.MethodPost, "/reports", form("group", group, "short", "true", "key", uuid.NewString()), asHTMX)
			if rows := texts(asked.page(t).Find("#reports tbody th")); len(rows) != 1 || !strings.Contains(rows[0], group) {
				t.Errorf("%q: after another was asked for it lists %q", group, rows)
			}
		}
		if rows := s.open("/").Find("#reports tbody th").Length(); rows != len(groups) {
			t.Errorf("the overview lists %d reports", rows)
		}
	})
}

// The overview of a group lists its stores, the worst week first.
func TestTheOverviewOfAGroupListsItsStoresWorstFirst(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	for _, group := range append(groupsOf(snapshot), "") {
		stores := members(snapshot, group)
		last := uptime.Micros(1 << 60)
		rows := s.open(overviewOf(group)).Find("#worst-heading").Closest("section").Find("tbody tr")
		if group != "" && rows.Length() != min(10, len(stores)) || group == "" && rows.Length() != 5 {
			t.Errorf("%q: %d rows of %d stores", group, rows.Length(), len(stores))
		}
		for _, row := range rows.EachIter() {
			id := text(row.Find(".id"))
			down := figuresOf(t, snapshot, id)[uptime.LastWeek].Down
			if !slices.Contains(codes(snapshot, stores), id) || down > last || group == "" && down == 0 {
				t.Errorf("%q: %s, down %s h, stands after %s h", group, id, down.Hours(), last.Hours())
			}
			last = down
		}
	}
}

// Movers are the stores that all polls of both weeks say changed most.
func TestMoversAreTheStoresThatChangedMost(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	week := uptime.Windows(snapshot.AsOf)[uptime.LastWeek]
	before := uptime.Span{From: week.From.Add(-uptime.Week), To: week.From}
	var worse, better []uptime.Micros
	for n := range snapshot.Stores {
		now, then := s.inRange([]int{n}, week), s.inRange([]int{n}, before)
		if !now.ComparableTo(then) {
			continue
		}
		if by := now.Down - then.Down; by >= uptime.Hour {
			worse = append(worse, by)
		} else if by <= -uptime.Hour {
			better = append(better, -by)
		}
	}
	var want []string
	for kind, list := range map[string][]uptime.Micros{"worse": worse, "better": better} {
		slices.SortFunc(list, func(a, b uptime.Micros) int { return int(b - a) })
		for _, by := range list[:min(5, len(list))] {
			want = append(want, by.LengthText()+" "+kind)
		}
	}
	overview := s.open("/")
	var got []string
	for _, line := range texts(overview.Find(".movers li")) {
		words, _, _ := strings.Cut(strings.TrimLeft(line, "▲▼ "), ":")
		got = append(got, words)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" || len(got) < 2 {
		t.Errorf("movers (-want +got):\n%s", diff)
	}
	all := s.open(overview.Find(".movers .hint a").AttrOr("href", ""))
	if first, most := text(all.Find("#stores tbody tr").First().Find(".in-change")), worse[0].LengthText(); !strings.Contains(first, most) {
		t.Errorf("the first of all stores by their change is %q, want %s worse", first, most)
	}
}
