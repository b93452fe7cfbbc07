package web_test

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"lightson/models/figures"
	"lightson/models/uptime"
)

// lostOn is what a page says that the three windows cost; none where it says nothing.
func lostOn(page *goquery.Document) []string { return texts(page.Find(".tile .lost-sales strong")) }

// lost is what time offline costs, computed in floating point.
func lost(perHour float64, down ...uptime.Micros) string {
	sum := 0.0
	for _, d := range down {
		sum += float64(d) / float64(uptime.Hour) * perHour
	}
	return "≈ $" + thousands(fmt.Sprintf("%.2f", math.Round(sum*100)/100)) + " lost sales"
}

func thousands(amount string) string {
	for at := strings.Index(amount, ".") - 3; at > 0; at -= 3 {
		amount = amount[:at] + "," + amount[at:]
	}
	return amount
}

// sell enters a rate for a store.
func (s *site) sell(code, perHour string) answer {
	return s.ask(http.MethodPost, snapshotURL(code)+"/sales", form("per_hour", perHour))
}

// worstOf is the store of a group that was down longest.
func worstOf(snapshot *figures.Snapshot, stores []int) int {
	worst := stores[0]
	for _, n := range stores {
		if snapshot.Figures[n][uptime.LastWeek].Down > snapshot.Figures[worst][uptime.LastWeek].Down {
			worst = n
		}
	}
	return worst
}

func TestNothingIsEstimatedBeforeSomebodyEntersARate(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	group := someGroups(snapshot)[1]
	for _, target := range []string{"/", overviewOf(group), snapshotURL(snapshot.Stores[0].Code)} {
		page := s.open(target)
		if got := strings.ToLower(text(page.Find("main"))); page.Find(".lost-sales").Length() > 0 || strings.Contains(got, "≈") {
			t.Errorf("%s: %s", target, got)
		}
		if _, open := page.Find("details.sales").Attr("open"); open {
			t.Errorf("%s: the form is not folded away", target)
		}
	}
	if s.open("/").Find("details.sales").Length() > 0 {
		t.Error("one can enter a rate for nobody")
	}
}

// A rate is entered, counts at once on pages that were kept, is changed and taken away.
func TestTheRateOfAStore(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		snapshot := s.snapshot()
		n := worstOf(snapshot, members(snapshot, ""))
		code, figures := snapshot.Stores[n].Code, snapshot.Figures[n]
		for _, rate := range []struct {
			typed, shown string
			perHour      float64
		}{{"60", "60.00", 60}, {" 59.90 ", "59.90", 59.9}, {"59,90", "59.90", 59.9}, {"1,5", "1.50", 1.5}, {".5", "0.50", .5}, {"10000000", "10000000.00", 1e7}, {"", "", 0}, {"7", "7.00", 7}, {"0", "", 0}} {
			a := s.sell(code, rate.typed)
			if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != snapshotURL(code)+"#sales" {
				t.Fatalf("%q: %d to %s", rate.typed, a.StatusCode, a.Header.Get("Location"))
			}
			for range 2 { // made, and kept
				page := s.open(snapshotURL(code))
				if got := page.Find("#per-hour").AttrOr("value", ""); got != rate.shown {
					t.Errorf("%q: the field shows %q", rate.typed, got)
				}
				var want []string
				for _, f := range figures {
					if rate.perHour > 0 && f.Up+f.Down > 0 {
						want = append(want, lost(rate.perHour, f.Down))
					}
				}
				if got := lostOn(page); strings.Join(got, "|") != strings.Join(want, "|") {
					t.Errorf("%q: %q, want %q", rate.typed, got, want)
				}
			}
		}
	})
}

// Beside the estimate stands how it was made, and one can compute it again.
func TestAnEstimateCanBeCheckedByHand(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	n := worstOf(snapshot, members(snapshot, ""))
	s.sell(snapshot.Stores[n].Code, "61.37")
	s.open(snapshotURL(snapshot.Stores[n].Code)).Find(".lost-sales").Each(func(window int, e *goquery.Selection) {
		note := text(e.Find("small"))
		length, rest, _ := strings.Cut(note, " × ")
		offline, err := time.ParseDuration(strings.NewReplacer(" min", "m", " ", "").Replace(length))
		if err != nil || rest != "$61.37 per hour; an estimate" {
			t.Fatalf("window %d: %q", window, note)
		}
		said := strings.NewReplacer("≈ $", "", ",", "", " lost sales", "").Replace(text(e.Find("strong")))
		if amount, err := strconv.ParseFloat(said, 64); err != nil || math.Abs(amount-offline.Hours()*61.37) > 61.37/120+.01 {
			t.Errorf("window %d: %s, and %s", window, said, note)
		}
	})
}

// The rate of a group counts for its stores, but for those that have their own.
func TestTheRateOfAGroup(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	group := someGroups(snapshot)[1]
	stores := members(snapshot, group)
	own := worstOf(snapshot, stores)
	set := func(perHour string) {
		t.Helper()
		a := s.ask(http.MethodPost, "/sales", form("group", group, "per_hour", perHour))
		if want := "/?group=" + url.QueryEscape(group) + "#sales"; a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != want {
			t.Fatalf("%d to %s, want %s", a.StatusCode, a.Header.Get("Location"), want)
		}
	}
	week := func(target string) (amount, note string) {
		last := s.open(target).Find(".tile").Last().Find(".lost-sales")
		return text(last.Find("strong")), text(last.Find("small"))
	}
	var down []uptime.Micros
	for _, n := range stores {
		down = append(down, snapshot.Figures[n][uptime.LastWeek].Down)
	}
	s.open(overviewOf(group)) // so that it is kept
	set("40")
	if amount, _ := week(overviewOf(group)); amount != lost(40, down...) {
		t.Errorf("the group lost %q, want %q", amount, lost(40, down...))
	}
	ownURL := snapshotURL(snapshot.Stores[own].Code)
	if got := text(s.open(ownURL).Find("#per-hour-hint")); !strings.Contains(got, "The rate of its group, "+group+", counts now: $40.00. Downtime") {
		t.Errorf("the store's form says %q", got)
	}
	ownDown := snapshot.Figures[own][uptime.LastWeek].Down
	if amount, _ := week(ownURL); amount != lost(40, ownDown) {
		t.Errorf("a store of the group lost %q", amount)
	}
	s.sell(snapshot.Stores[own].Code, "100")
	var others []uptime.Micros
	for _, n := range stores {
		if n != own {
			others = append(others, snapshot.Figures[n][uptime.LastWeek].Down)
		}
	}
	both := 0.0
	for _, d := range others {
		both += float64(d) / float64(uptime.Hour) * 40
	}
	want := lost(1, uptime.Micros((both+float64(ownDown)/float64(uptime.Hour)*100)*float64(uptime.Hour)+.5))
	if amount, note := week(overviewOf(group)); amount != want || !strings.HasPrefix(note, "downtime × sales per open hour, store by store") {
		t.Errorf("the group lost %q (%s), want %q", amount, note, want)
	}
	if _, note := week("/"); !strings.Contains(note, fmt.Sprintf("of the %d stores that have a rate", len(stores))) {
		t.Errorf("of all stores it says %q", note)
	}
	// Taken away, the store's own rate stays.
	set("")
	if amount, note := week(overviewOf(group)); amount != lost(100, ownDown) || !strings.Contains(note, "of the 1 store that has a rate") && !strings.Contains(note, "of the 1 store that have a rate") {
		t.Errorf("without its rate, the group lost %q (%s)", amount, note)
	}
	s.sell(snapshot.Stores[own].Code, "")
	if amount, _ := week("/"); amount != "" {
		t.Errorf("without any rate: %q", amount)
	}
}

func TestAnAmountThatIsNoneIsShownAtTheForm(t *testing.T) {
	s := onSQLite(t).withChains()
	code := s.snapshot().Stores[0].Code
	group := groupsOf(s.snapshot())[0]
	for _, typed := range []string{"sixty", "-1", "+5", "1,234", "1,234.50", "59.999", "5.", "10000000.01", "1e3", "$60", "99999999999999999999", "0x10", "1_0", "<b>"} {
		for name, tt := range map[string]struct {
			a    answer
			head string
		}{
			"store": {s.sell(code, typed), text(s.open(snapshotURL(code)).Find("h1"))},
			"group": {s.ask(http.MethodPost, "/sales", form("group", group, "per_hour", typed)), group},
		} {
			page := tt.a.page(t)
			const want = "Enter an amount such as 60 or 59.90."
			if got := text(page.Find("#per-hour-problem")); tt.a.StatusCode != http.StatusUnprocessableEntity || got != want {
				t.Errorf("%s, %q: %d %q", name, typed, tt.a.StatusCode, got)
			}
			field := page.Find("details.sales[open] #per-hour")
			if field.AttrOr("value", "") != typed || field.AttrOr("aria-invalid", "") != "true" || text(page.Find("h1")) != tt.head {
				t.Errorf("%s, %q: %q is shown, the field holds %q", name, typed, text(page.Find("h1")), field.AttrOr("value", ""))
			}
		}
	}
	if got := s.open("/").Find(".lost-sales").Length(); got > 0 {
		t.Errorf("one of them was taken")
	}
	for name, a := range map[string]answer{
		"no store": s.sell("nobody", "60"), "no group": s.ask(http.MethodPost, "/sales", form("group", "Nobody's", "per_hour", "60")),
		"nothing": s.ask(http.MethodPost, "/sales", form("per_hour", "60")),
	} {
		if a.StatusCode != http.StatusNotFound && a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: status %d", name, a.StatusCode)
		}
	}
}
