package web_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/uptime"
)

// oddFiles have something for every check to find. Two stores are all right.
func oddFiles() []file {
	return []file{
		{"polls.csv", `store_id,status,timestamp_utc
fine,active,2023-01-25 18:00:00 UTC
2.0,active,2023-01-25 18:00:00 UTC
bare,active,2023-01-25 17:00:00 UTC
bare,inactive,2023-01-25 17:00:00 UTC
quiet,active,2023-01-24 12:00:00 UTC
quiet,active,2023-01-24 20:00:00 UTC
`},
		{"hours.csv", `store_id,day,start_time_local,end_time_local
fine,2,09:00,19:00
2.0,2,09:00,19:00
quiet,1,09:00,17:00
quiet,2,10:00,16:00
idle,0,09:00,09:01
`},
		{"zones.csv", "store_id,timezone_str\nfine,UTC\n2.0,UTC\nquiet,UTC\nidle,UTC\n"},
		{"names.csv", "store_id,name,group\nfine,Fine,Chain\nidle,Idle,\n"},
	}
}

func TestQualitySaysHowOftenEachCheckFoundSomething(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(oddFiles()...)
		page := s.open("/quality")
		found := map[string]string{}
		for _, item := range page.Find(".checks > li").EachIter() {
			found[item.Find("h2 a").AttrOr("href", "")] = text(item.Find(".badge"))
		}
		want := map[string]string{
			"/quality/no_hours": "1 store", "/quality/no_zone": "1 store", "/quality/never_polled": "1 store", "/quality/silent": "None",
			"/quality/conflicts": "1 poll", "/quality/outside_hours": "1 store", "/quality/odd_hours": "1 store", "/quality/odd_ids": "1 store", "/quality/no_group": "1 store",
		}
		if diff := cmp.Diff(want, found); diff != "" {
			t.Errorf("checks (-want +got):\n%s", diff)
		}
		if strings.Contains(text(page.Find("main")), "All good") {
			t.Error("there is nothing to mend")
		}
		if got := text(page.Find("nav [aria-current]")); got != "Imports" {
			t.Errorf("the page is part of %q", got)
		}
		if page := s.open("/quality?hours=21"); text(page.Find(`li:contains("Silent") .badge`)) != "1 store" ||
			page.Find(`a[href="/quality/silent?hours=21"]`).Length() != 1 {
			t.Errorf("silent for 21 hours: %q", text(page.Find(`li:contains("Silent")`)))
		}
		for _, target := range []string{"/", "/imports"} {
			if s.open(target).Find(`a[href="/quality"]`).Length() == 0 {
				t.Errorf("%s does not lead there", target)
			}
		}
	})
}

func TestWhatACheckFindsIsListed(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		i := s.load(oddFiles()...)
		id := i.ID[len(i.ID)-8:]
		for target, want := range map[string]string{
			"/quality/no_hours":        "bare | America/Chicago assumed | Always open assumed | Wed 25 Jan 2023, 11:00 CST",
			"/quality/no_zone":         "bare | America/Chicago assumed | Always open assumed | Wed 25 Jan 2023, 11:00 CST",
			"/quality/never_polled":    "Idle idle | Business hours, time zones, store names",
			"/quality/silent?hours=21": "quiet | Tue 24 Jan 2023, 20:00 UTC | 22 h | Wed 25 Jan 2023, 10:00 UTC | 6 h",
			"/quality/outside_hours":   "quiet | 2 | 1 | 50.00 %",
			"/quality/odd_hours":       "Idle idle | Monday 09:00–09:01, 1 min: shorter than five minutes",
			"/quality/odd_ids":         "2.0 | 2.0 | A decimal point that a spreadsheet or a program added to a whole number | —",
			"/quality/no_group":        "Idle idle | UTC | Known | —",
			"/quality/conflicts":       id + " polls.csv and 3 more | ",
		} {
			page := s.open(target)
			rows := cells(page.Find("#quality tbody tr"))
			if len(rows) != 1 || !strings.HasPrefix(rows[0], want) {
				t.Errorf("%s: %q, want %q", target, rows, want)
			}
			for _, link := range page.Find("#quality tbody a").EachIter() {
				address, _, _ := strings.Cut(link.AttrOr("href", ""), "#")
				s.open(address)
			}
			partial := s.ask(http.MethodGet, target, asHTMX)
			if !strings.HasPrefix(partial.body, `<div id="quality"`) {
				t.Errorf("%s: htmx gets %.60s", target, partial.body)
			}
			csv := page.Find("#quality a.download").AttrOr("href", "")
			if rows := records(t, s.ask(http.MethodGet, csv)); len(rows) != 2 {
				t.Errorf("%s has %d rows", csv, len(rows))
			}
		}
		if page := s.open("/quality/silent"); page.Find("#quality table").Length() != 0 || text(page.Find(".empty-title")) != "All good" {
			t.Errorf("nothing found: %q", text(page.Find("#quality")))
		}
	})
}

func TestNothingToMend(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		if page := s.open("/quality"); text(page.Find(".empty-title")) != "No data yet" {
			t.Errorf("an empty site says %q", text(page.Find("main")))
		}
		s.load(file{"polls.csv", "store_id,status,timestamp_utc\n1,active,2023-01-25 18:00:00 UTC\n"},
			file{"hours.csv", "store_id,day,start_time_local,end_time_local\n1,2,09:00,19:00\n"}, file{"zones.csv", "store_id,timezone_str\n1,UTC\n"})
		page := s.open("/quality")
		if text(page.Find(".empty-title")) != "All good" || page.Find(".checks .badge.complete").Length() != len(figures.Checks) {
			t.Errorf("a good site says %q", text(page.Find("main")))
		}
	})
}

func TestAListOfManyStoresIsTurnedOver(t *testing.T) {
	s := onSQLite(t)
	var polls strings.Builder
	polls.WriteString("store_id,status,timestamp_utc\n")
	for n := range 120 {
		polls.WriteString(strconv.Itoa(1000+n) + ",active,2023-01-25 18:00:00 UTC\n")
	}
	s.load(file{"polls.csv", polls.String()})
	var all []string
	for target := "/quality/no_zone"; target != "" && len(all) < 200; {
		page := s.open(target)
		all = append(all, texts(page.Find("#quality tbody th .id"))...)
		target = page.Find("#quality .pager a:contains(Next)").AttrOr("href", "")
	}
	if len(all) != 120 || !slices.IsSorted(all) || len(slices.Compact(all)) != 120 {
		t.Errorf("%d stores: %v", len(all), all)
	}
}

func TestChecksRefuseWhatTheyDoNotKnow(t *testing.T) {
	s := onSQLite(t).withDemo()
	for target, want := range map[string]int{
		"/quality/nothing": 404, "/quality/nothing/list.csv": 404, "/api/v1/quality/nothing": 404,
		"/quality?hours=0": 400, "/quality/silent?hours=169": 400, "/quality/silent?hours=x": 400, "/api/v1/quality?hours=-1": 400,
		"/quality/silent?hours=168": 200, "/quality/silent?hours=1&page=99": 200,
	} {
		if a := s.ask(http.MethodGet, target); a.StatusCode != want {
			t.Errorf("%s: %d, want %d", target, a.StatusCode, want)
		}
	}
}

// instantAt is a time of the day that the clocks of all sites show.
func instantAt(hour, minute int) uptime.Instant {
	return uptime.At(time.Date(2023, time.January, 25, hour, minute, 0, 0, time.UTC))
}

func TestSourcesStandOnTheImportsPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		if s.open("/imports").Find(".sources").Length() != 0 {
			t.Error("a table of no sources")
		}
		i := s.load(oddFiles()...)
		list := []models.RemoteSource{{ID: "1", Number: 1, URL: "https://example.com/polls.csv"}, {ID: "2", Number: 2, URL: "https://example.com/new.csv", NextAt: instantAt(19, 0)}}
		if err := s.db.SetSources(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		taken := list[0]
		taken.State, taken.Outcome, taken.ImportID = models.SourceTakenIn, "Taken in: 1 kB.", i.ID
		taken.CheckedAt, taken.NextAt = instantAt(18, 15), instantAt(18, 30)
		if err := s.db.SaveSource(t.Context(), taken); err != nil {
			t.Fatal(err)
		}
		page := s.open("/imports")
		want := []string{
			"https://example.com/polls.csv | Imported Taken in: 1 kB. | Wed 25 Jan 2023, 18:15 UTC | Wed 25 Jan 2023, 18:30 UTC | " + i.ID[len(i.ID)-8:],
			"https://example.com/new.csv | Not checked yet | — | Wed 25 Jan 2023, 19:00 UTC | —",
		}
		if diff := cmp.Diff(want, cells(page.Find(".sources tbody tr"))); diff != "" {
			t.Errorf("sources (-want +got):\n%s", diff)
		}
		if page.Find(`.sources a[href="/imports/`+i.ID+`"]`).Length() != 1 || page.Find(".sources .badge svg").Length() != 2 {
			t.Error("no link to the import, or no pictures")
		}
	})
}
