package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"lightson/models/uptime"
)

type jsonGroups struct {
	DataVersion int64 `json:"data_version"`
	Groups      []struct {
		Name            string
		Stores, Offline int
		Windows, Before struct {
			Hour jsonWindow `json:"last_hour"`
			Day  jsonWindow `json:"last_day"`
			Week jsonWindow `json:"last_week"`
		}
	}
}

func TestAPIGroupsAreTheSumsOfTheirStores(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		snapshot := s.snapshot()
		list := decode[jsonGroups](t, s.call(http.MethodGet, "/api/v1/groups"))
		names := groupsOf(snapshot)
		if len(list.Groups) != len(names) || list.DataVersion != snapshot.Version {
			t.Fatalf("%d groups of version %d, want %d of %d", len(list.Groups), list.DataVersion, len(names), snapshot.Version)
		}
		for i, g := range list.Groups {
			stores := members(snapshot, names[i])
			offline := slices.DeleteFunc(slices.Clone(stores), func(n int) bool { return snapshot.Now[n].State != uptime.Down })
			if g.Name != names[i] || g.Stores != len(stores) || g.Offline != len(offline) {
				t.Errorf("%s has %d stores, %d offline; want %s with %d, %d", g.Name, g.Stores, g.Offline, names[i], len(stores), len(offline))
			}
			for window, got := range []jsonWindow{g.Windows.Hour, g.Windows.Day, g.Windows.Week} {
				sameFigures(t, g.Name, got, sumOf(snapshot, stores, window))
			}
			last := uptime.Windows(snapshot.AsOf)
			for window, got := range []jsonWindow{g.Before.Hour, g.Before.Day, g.Before.Week} {
				earlier := uptime.Span{From: last[window].From.Add(-last[window].Length()), To: last[window].From}
				sameFigures(t, g.Name+" before", got, s.inRange(stores, earlier))
			}
		}
	})
}

func TestAPIGroupsWhereThereAreNone(t *testing.T) {
	s := onSQLite(t)
	for range 2 {
		if list := decode[jsonGroups](t, s.call(http.MethodGet, "/api/v1/groups")); list.Groups == nil || len(list.Groups) != 0 {
			t.Errorf("%+v", list)
		}
		s.load(file{"zones.csv", "store_id,timezone_str\n1,Europe/Berlin\n"})
	}
}

func TestAPIDaysAreTheLatestOrThoseThatAreAskedFor(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(newYork()...)
		days := func(query string) (list []string) {
			t.Helper()
			for _, day := range decode[jsonDays](t, s.call(http.MethodGet, "/api/v1/stores/ny/days"+query)).Days {
				list = append(list, day.Date)
			}
			return list
		}
		if got := days(""); len(got) != 10 || got[0] != "2023-03-05" || got[9] != "2023-03-14" {
			t.Errorf("the latest: %q", got)
		}
		for query, want := range map[string][]string{
			"?from=2023-03-12&to=2023-03-13": {"2023-03-12", "2023-03-13"},
			"?from=2023-03-14":               {"2023-03-14"},
			"?to=2023-03-05":                 {"2023-03-05"},
			"?from=2023-03-13&to=2023-12-31": {"2023-03-13", "2023-03-14"}, // no day is to come
			"?from=2022-12-01&to=2023-03-05": {"2023-03-05"},               // none is before the first poll
			"?from=2022-01-01&to=2022-01-31": nil,
			"?from=2024-01-01&to=2024-01-31": nil,
			"?from=2023-03-12&to=2023-03-12": {"2023-03-12"},
		} {
			if got := days(query); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", query, got, want)
			}
		}
		// The clocks went forward on the 12th, and the outage was on the 13th.
		two := decode[jsonDays](t, s.call(http.MethodGet, "/api/v1/stores/ny/days?from=2023-03-12&to=2023-03-14"))
		if day := two.Days[0]; day.To.Sub(day.From).Hours() != 23 || two.Zone != "America/New_York" {
			t.Errorf("a day of %v in %s", day.To.Sub(day.From), two.Zone)
		}
		sameFigures(t, "13 March", two.Days[1].Figures, uptime.Figures{Open: 8 * uptime.Hour, Up: 7 * uptime.Hour, Down: uptime.Hour, Outages: 1, Longest: uptime.Hour})
		if !two.Days[2].To.Equal(*two.AsOf) {
			t.Errorf("the day that is not over goes to %v", two.Days[2].To)
		}
	})
}

func TestAPIDaysRefuse(t *testing.T) {
	s := onSQLite(t)
	s.load(newYork()...)
	s.load(file{"zones.csv", "store_id,timezone_str\nnever,Europe/Berlin\n"})
	for query, words := range map[string]string{
		"from=yesterday":                 "from: expected a date such as 2023-01-25, found yesterday",
		"to=" + url.QueryEscape("1/2/3"): "to: expected a date such as 2023-01-25, found 1/2/3",
		"from=2023-03-13&to=2023-03-12":  "to: expected a date from 2023-03-13",
		"from=2022-01-01&to=2023-03-12":  "to: expected a date from 2022-01-01 to 2023-01-01, found 2023-03-12",
		"from=2023-02-30":                "found 2023-02-30",
	} {
		refused(t, s.call(http.MethodGet, "/api/v1/stores/ny/days?"+query), 400, words)
	}
	refused(t, s.call(http.MethodGet, "/api/v1/stores/nobody/days"), 404, "names a store nobody")
	if got := decode[jsonDays](t, s.call(http.MethodGet, "/api/v1/stores/never/days")); got.Days == nil || len(got.Days) > 0 {
		t.Errorf("a store that was never polled has days: %+v", got)
	}
}

// The rows of a report that has a range carry it, and those of others do not.
func TestAPIRowsHaveTheRangeThatWasAskedFor(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"polls.csv", "store_id,status,timestamp_utc\nx,active,2023-01-20 06:00:00 UTC\nx,inactive,2023-01-20 12:00:00 UTC\nx,active,2023-01-25 12:00:00 UTC\n"})
	plain, ranged := s.report(), s.asked("from", "2023-01-20", "to", "2023-01-21")
	type rows struct {
		Rows []struct{ Range *jsonWindow }
	}
	if got := decode[rows](t, s.call(http.MethodGet, "/api/v1/reports/"+plain.ID+"/rows")); got.Rows[0].Range != nil {
		t.Errorf("a range that nobody asked for: %+v", got.Rows[0].Range)
	}
	got := decode[rows](t, s.call(http.MethodGet, "/api/v1/reports/"+ranged.ID+"/rows"))
	measured, err := s.figures.MeasureRange(t.Context(), s.snapshot(), []int{0}, ranged.Scope().Range, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := measured.Figures
	sameFigures(t, "the range", *got.Rows[0].Range, f[0])
	if f[0].Outages != 1 || s.snapshot().Figures[0][uptime.LastDay] == f[0] {
		t.Errorf("the range is %+v, which tests nothing", f[0])
	}
}
