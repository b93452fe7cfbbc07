package web_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/web"
)

// The four numbers add up to all stores, and each leads to just those stores.
func TestOverviewCountsStores(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		page := s.open("/")
		sum := 0
		page.Find(".counts li").Each(func(_ int, tile *goquery.Selection) {
			n, err := strconv.Atoi(text(tile.Find(".count-n")))
			if err != nil {
				t.Fatal(err)
			}
			sum += n
			target, kind := tile.Find("a").AttrOr("href", ""), strings.Fields(tile.AttrOr("class", ""))[1]
			if list := everyPage(s, target); len(list) != n {
				t.Errorf("%s leads to %d stores", text(tile), len(list))
			}
			s.open(target).Find("#stores tbody .now").Each(func(_ int, now *goquery.Selection) {
				if !now.HasClass(kind) {
					t.Errorf("%s leads to a store that is %q", text(tile), text(now))
				}
			})
		})
		if got := text(page.Find(".counts-total")); sum != 120 || got != "120 stores in all" {
			t.Errorf("the four add up to %d, and below stands %q", sum, got)
		}
	})
}

func TestOverviewListsOfflineStoresWorstFirst(t *testing.T) {
	s := onSQLite(t).withDemo()
	snapshot := s.snapshot()
	page := s.open("/")
	offline := everyPage(s, "/stores?state=offline")
	if len(offline) == 0 {
		t.Fatal("no store of the demo is offline")
	}
	rows := page.Find(".offline-list li")
	if rows.Length() != min(len(offline), 10) {
		t.Errorf("%d rows for %d offline stores", rows.Length(), len(offline))
	}
	var down []uptime.Micros
	rows.Each(func(_ int, row *goquery.Selection) {
		id := text(row.Find(".id"))
		if !slices.Contains(offline, id) {
			t.Errorf("%s is not offline", id)
		}
		week := figuresOf(t, snapshot, id)[uptime.LastWeek]
		down = append(down, week.Down)
		if !strings.HasPrefix(text(row.Find(".off")), "since ") || text(row.Find(".for")) == "" ||
			!strings.HasPrefix(text(row.Find(".closes")), "closes ") && text(row.Find(".closes")) != "open all day" {
			t.Errorf("%s", text(row))
		}
		cost, bounds, _ := strings.Cut(text(row.Find(".cost")), " (")
		if from, to, some := strings.Cut(bounds, " – "); some && (!isNear(lengthOf(t, from), week.Least()) || !isNear(lengthOf(t, to), week.Most())) {
			t.Errorf("%s: it cost %q, want %d to %d µs", id, bounds, week.Least(), week.Most())
		}
		if !isNear(lengthOf(t, cost), week.Down) {
			t.Errorf("%s: it cost %q, want %s h", id, text(row.Find(".cost")), week.Down.Hours())
		}
	})
	if !slices.IsSortedFunc(down, func(a, b uptime.Micros) int { return int(b - a) }) {
		t.Errorf("not worst first: %v", down)
	}
}

func TestOverviewWhenNothingIsWrong(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"polls.csv", "store_id,status,timestamp_utc\na,active,2023-01-25 18:00:00 UTC\n"})
	page := s.open("/")
	if got := text(page.Find("#offline-heading").Closest("section").Find(".empty-title")); got != "No store is offline" {
		t.Errorf("the page says %q", got)
	}
	if got := text(page.Find("#reports .empty-title")); got != "No reports yet" {
		t.Errorf("of reports the page says %q", got)
	}
}

func TestFirstUseLeadsOn(t *testing.T) {
	s := onSQLite(t)
	page := s.open("/")
	if page.Find("#generate").Length() > 0 {
		t.Error("a report of nothing is offered")
	}
	if page.Find(".first a[href='/imports']").Length() != 1 || page.Find(".first a[download]").Length() != 5 {
		t.Errorf("first use: %s", text(page.Find(".first")))
	}
	// The samples are what they say: taken in, they make stores.
	var samples []file
	for _, link := range page.Find(".first a[download]").EachIter() {
		target := link.AttrOr("href", "")
		samples = append(samples, file{target[strings.LastIndex(target, "/")+1:], s.ask("GET", target).body})
	}
	if i := s.load(samples...); i.Rejected > 0 || i.NewStores == 0 {
		t.Errorf("the samples: %d rejected, %d new stores", i.Rejected, i.NewStores)
	}
	if got := text(s.open("/").Find("h1")); got != "Overview" || s.open("/").Find(".counts").Length() != 1 {
		t.Errorf("afterwards the overview says %q", got)
	}
}

// Old data say so on every page, with the reason if it is a failed import.
func TestStaleDataSaySo(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"polls.csv", "store_id,status,timestamp_utc\na,active,2023-01-25 16:00:00 UTC\n"})
	for _, target := range []string{"/", "/stores", "/stores/a", "/reports", "/imports"} {
		age := s.open(target).Find(".asof")
		if !age.HasClass("stale") || !strings.HasPrefix(text(age), "Data as of Wed 25 Jan 2023, 16:00 UTC Data are 2 h 35 min old. Import newer files") {
			t.Errorf("%s: %q", target, text(age))
		}
		if link := age.Find("a").AttrOr("href", ""); link != "/imports" {
			t.Errorf("%s: what to do leads to %q", target, link)
		}
	}
	i := models.NewImport(models.FromInbox)
	a, err := s.db.BeginImport(t.Context(), i)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.db.Fail(t.Context(), a, words.Said("polls.csv is gone.")); err != nil {
		t.Fatal(err)
	}
	age := s.open("/stores").Find(".asof")
	if !strings.Contains(text(age), "The last import failed: polls.csv is gone.") || age.Find("a").AttrOr("href", "") != "/imports/"+i.ID {
		t.Errorf("after a failed import: %q", text(age))
	}
}

// Pages are kept as long as they are true and no longer.
func TestAKeptPageIsNeverOutOfDate(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		says := func(target, want string) {
			t.Helper()
			for range 2 { // made, and kept
				if got := text(s.open(target).Find("body")); !strings.Contains(got, want) {
					t.Errorf("%s does not say %q: %s", target, want, got)
				}
			}
		}
		says("/stores", "No stores yet")
		s.load(file{"polls.csv", "store_id,status,timestamp_utc\na,active,2023-01-25 18:00:00 UTC\n"})
		says("/stores", "1–1 of 1 store")
		says("/", "35 min ago")
		id := s.askReport()
		says("/reports/"+id, "Queued")
		says("/", "Queued")
		attempt := s.claim(id)
		says("/reports/"+id, "Running")
		s.finish(attempt)
		says("/reports/"+id, "Complete")
		says("/reports", "Complete")
		s.load(file{"polls.csv", "store_id,status,timestamp_utc\na,inactive,2023-01-25 18:00:01 UTC\n"})
		says("/stores/a", "Offline since 12:00 CST")
	})
}

func TestAKeptPageKnowsTheTime(t *testing.T) {
	s := onSQLite(t)
	clock := now
	server := web.New(s.db, s.figures, s.jobs, s.jobs, s.jobs, s.jobs, web.Settings{UploadLimit: uploadLimit}, s.logger())
	server.SetClock(func() time.Time { return clock })
	s.handler = server.Handler()
	s.load(file{"polls.csv", "store_id,status,timestamp_utc\na,active,2023-01-25 18:00:00 UTC\n"})
	for minutes, want := range map[int]string{35: "(35 min ago)", 36: "(36 min ago)", 119: "(1 h 59 min ago)", 121: "2 h 1 min"} {
		clock = time.Date(2023, 1, 25, 18, minutes, 30, 0, time.UTC)
		if got := text(s.open("/stores").Find(".age")); got != want {
			t.Errorf("%d minutes later: %q", minutes, got)
		}
	}
}

// Each page's form has a key of its own, though the page is kept: two visitors
// who press the button ask for two reports.
func TestEveryFormHasAKeyOfItsOwn(t *testing.T) {
	s := onSQLite(t).withDemo()
	seen := map[string]bool{}
	for _, target := range []string{"/", "/", "/reports", "/reports", "/trigger_report", "/trigger_report"} {
		_, page := s.get(target)
		key := page.Find("[data-key]").AttrOr("value", "")
		if key == "" || seen[key] || strings.HasPrefix(key, "00000000") {
			t.Errorf("%s: key %q", target, key)
		}
		seen[key] = true
	}
}

// A mistyped address is no reason to say that there are no data.
func TestAnErrorPageKeepsItsFrame(t *testing.T) {
	s := onSQLite(t).withDemo()
	status, page := s.get("/nowhere")
	if got := text(page.Find(".asof time")); status != 404 || got == "" || got != text(s.open("/").Find(".asof time")) {
		t.Errorf("status %d, data as of %q", status, got)
	}
}
