package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"lightson/models/uptime"
	"lightson/web"
)

// settled asks for a page until its strip is complete: it says something else then.
func (s *site) settled(target string, changes ...func(*http.Request)) answer {
	s.t.Helper()
	for range 1000 {
		if a := s.ask(http.MethodGet, target, changes...); a.page(s.t).Find("#ninety [role=status]").Length() == 0 {
			return a
		}
	}
	s.t.Fatalf("the strip of %s is never complete", target)
	return answer{}
}

func TestTheStripOfAGroupSaysWhatItsDatesMeasure(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		snapshot := s.snapshot()
		for _, group := range append(groupsOf(snapshot)[:2], "") {
			page, stores := s.open(overviewOf(group)), members(snapshot, group)
			_, until, _ := strings.Cut(strings.TrimSuffix(strings.Split(text(page.Find("#ninety .section-head .hint")), ".")[0], "."), " to ")
			last, err := time.Parse("2 Jan 2006", until)
			if err != nil {
				t.Fatal(err)
			}
			cells, rows := page.Find("#ninety .ninety li > *"), page.Find("#ninety tbody tr")
			if cells.Length() != 90 || rows.Length() != 90 {
				t.Fatalf("%q has %d cells and %d rows, want 90", group, cells.Length(), rows.Length())
			}
			measured := 0
			for back := range 20 {
				date := last.AddDate(0, 0, -back)
				line, row := cells.Eq(back).AttrOr("title", ""), text(rows.Eq(back))
				if name := date.Format("Mon 2 Jan"); !strings.HasPrefix(line, name) || !strings.HasPrefix(row, name) {
					t.Fatalf("%q: %q and %q, want %s", group, line, row, name)
				}
				day := uptime.DateOf(date.Date())
				r, err := s.figures.MeasureDates(t.Context(), snapshot, stores, day, day)
				if err != nil {
					t.Fatal(err)
				}
				var sum uptime.Figures
				for _, f := range r.Figures {
					sum.Add(f)
				}
				if sum.Up+sum.Down == 0 {
					if cells.Eq(back).Is(".l0, .l1, .l2, .l3, .l4, .l5") {
						t.Errorf("%q: nothing was seen, and yet %q", group, line)
					}
					continue
				}
				measured++
				if want := uptime.Percent(sum.Up, sum.Down); sum.Confidence() != uptime.Thin && (!strings.Contains(line, want) || !strings.Contains(row, want)) {
					t.Errorf("%q: %q and %q, want %s", group, line, row, want)
				}
				if level := cells.Eq(back).Is(".l0"); level != (sum.Down == 0) {
					t.Errorf("%q: %q is drawn as %q", group, line, cells.Eq(back).AttrOr("class", ""))
				}
				if url := cells.Eq(back).AttrOr("href", ""); url != "" {
					if a := s.ask(http.MethodGet, url); a.StatusCode != http.StatusOK {
						t.Errorf("%q: %q leads to %d", group, line, a.StatusCode)
					}
				} else if back > 0 {
					t.Errorf("%q: %q leads nowhere", group, line)
				}
			}
			if measured == 0 {
				t.Errorf("nothing of %q was measured, so nothing was tested", group)
			}
			if tabs := page.Find("#ninety .ninety [tabindex='0']"); tabs.Length() != 1 || text(page.Find("#ninety .readout")) != strings.Join(strings.Fields(tabs.AttrOr("title", "")), " ") {
				t.Errorf("%q reads out %q", group, text(page.Find("#ninety .readout")))
			}
		}
	})
}

// What takes longer than a page waits says so, leads nowhere, and is there once it was added up.
func TestAStripThatIsNotCompleteAsksAgain(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(file{"polls.csv", "store_id,status,timestamp_utc\na,active,2022-10-01 18:00:00 UTC\na,inactive,2022-12-01 18:00:00 UTC\na,active,2023-01-25 18:00:00 UTC\n"})
		s.server.WaitForStrips(0)
		strip := s.open("/").Find("#ninety")
		if got := text(strip.Find("[role=status]")); got != "Days until 9 Jan 2023 are still being added up and will appear here. Show what is there now" {
			t.Errorf("it says %q", got)
		}
		if strip.AttrOr("hx-get", "") != "/" || strip.Find("[role=status] a").AttrOr("href", "") != "/" {
			t.Error("it does not ask again")
		}
		if pending := strip.Find(".ninety .pending"); pending.Length() != 74 || pending.Is("a") {
			t.Errorf("%d days are pending, want 74 that lead nowhere", pending.Length())
		}
		s.server.WaitForStrips(time.Minute)
		for _, target := range []string{"/?anew=", "/"} { // made anew, and kept
			strip := s.settled(target).page(t).Find("#ninety")
			if _, asks := strip.Attr("hx-get"); asks || strip.Find(".ninety .pending").Length() > 0 || strip.Find(".ninety li").Length() != 90 {
				t.Errorf("%s: once all is added up, the strip is %q", target, text(strip.Find(".hint")))
			}
			if got := strip.Find(".ninety [title^='Thu 1 Dec']").AttrOr("title", ""); !strings.Contains(got, "12 h of downtime") {
				t.Errorf("%s: a day that was pending says %q", target, got)
			}
		}
	})
}

// Of days before anybody was polled nothing reassures, and nothing leads on.
func TestDaysBeforeTheFirstPollAreBlank(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"polls.csv", "store_id,status,timestamp_utc\na,active,2023-01-25 18:00:00 UTC\n"})
	page := s.open("/")
	cells := page.Find("#ninety .ninety li > *")
	classes := cells.Map(func(_ int, c *goquery.Selection) string { return c.AttrOr("class", "") })
	if first := slices.Index(classes, "cell before"); first < 1 || first > 3 || slices.ContainsFunc(classes[first:], func(c string) bool { return c != "cell before" }) {
		t.Errorf("the days are %q", classes)
	}
	if links := page.Find("#ninety .ninety .before[href]").Length(); links > 0 {
		t.Errorf("%d days before the first poll lead somewhere", links)
	}
}

// The strip of a store says what the page of each day explains.
func TestTheStripOfAStoreLeadsToHowEachDayWasComputed(t *testing.T) {
	s := onSQLite(t).withChains()
	server := web.New(s.db, s.figures, s.jobs, s.jobs, s.jobs, s.jobs, web.Settings{UploadLimit: uploadLimit}, s.logger())
	snapshot, compared := s.snapshot(), 0
	for n, store := range snapshot.Stores[:6] {
		html, err := server.StoreStrip(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		strip, err := goquery.NewDocumentFromReader(strings.NewReader(html))
		if err != nil {
			t.Fatal(err)
		}
		cells := strip.Find(".ninety li > *")
		if cells.Length() != 90 {
			t.Fatalf("%s has %d days, want 90", store.Code, cells.Length())
		}
		first, last, _ := snapshot.Dates(n)
		for back := range 90 {
			cell, date := cells.Eq(back), last-uptime.Date(back)
			r, err := s.figures.MeasureDates(t.Context(), snapshot, []int{n}, date, date)
			if err != nil {
				t.Fatal(err)
			}
			if f := r.Figures[0]; f.Up+f.Down > 0 && f.Confidence() != uptime.Thin {
				compared++
				if line := cell.AttrOr("title", ""); !strings.Contains(line, uptime.Percent(f.Up, f.Down)) || cell.Is(".l0") != (f.Down == 0) {
					t.Errorf("%s, %d days ago: %q of %+v", store.Code, back, line, f)
				}
			}
			if want := date >= first; cell.Is("[href*='day="+uptime.DateText(date)+"'][href$='#explain']") != want {
				t.Errorf("%s, %d days ago: leads to %q", store.Code, back, cell.AttrOr("href", ""))
			}
		}
		if url := cells.Eq(0).AttrOr("href", ""); !strings.Contains(text(s.open(strings.TrimSuffix(url, "#explain")).Find("#explain h3")), strings.Join(strings.Fields(cells.Eq(0).AttrOr("title", ""))[:3], " ")) {
			t.Errorf("%s: %s does not explain %q", store.Code, url, cells.Eq(0).AttrOr("title", ""))
		}
	}
	if compared == 0 {
		t.Error("no day was measured, so nothing was tested")
	}
}
