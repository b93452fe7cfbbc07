package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lightson/models/access"
	"lightson/models/reach"
	"lightson/models/uptime"
)

type jsonWindows struct {
	Hour jsonWindow `json:"last_hour"`
	Day  jsonWindow `json:"last_day"`
	Week jsonWindow `json:"last_week"`
}

type jsonPeriod struct {
	Name, From, To string
	Figures        *jsonWindow
	SoFar          bool   `json:"so_far"`
	Lost           *int64 `json:"lost_sales_cents"`
	Before         struct {
		From, To string
		Figures  *jsonWindow
	}
}

type jsonOverview struct {
	Stores  int
	States  struct{ Offline, Online, Closed int }
	Verdict string
	Windows jsonWindows
	Missed  *struct{ Missed, Judged int } `json:"targets_missed"`
	Worst   []struct {
		ID      string
		Figures jsonWindow
	}
	Movers struct {
		Worse, Better []struct {
			ID     string
			Change int64 `json:"change_us"`
		}
		Compared int
	}
	Lost   *jsonLost `json:"lost_sales"`
	Period *jsonPeriod
}

type jsonLost struct {
	Stores   int
	LastHour *int64 `json:"last_hour_cents"`
	LastWeek *int64 `json:"last_week_cents"`
}

func inGroup(path, group string, more ...string) string {
	v := url.Values{}
	if group != "" {
		v.Set("group", group)
	}
	for n := 0; n < len(more); n += 2 {
		v.Set(more[n], more[n+1])
	}
	return path + "?" + v.Encode()
}

func TestTheOverviewOfTheAPISaysWhatThePageSays(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		snapshot := s.snapshot()
		for _, group := range someGroups(snapshot) {
			stores := members(snapshot, group)
			got := decode[jsonOverview](t, s.call(http.MethodGet, inGroup("/api/v1/overview", group)))
			if got.Stores != len(stores) {
				t.Errorf("%q has %d stores, want %d", group, got.Stores, len(stores))
			}
			for window, figures := range []jsonWindow{got.Windows.Hour, got.Windows.Day, got.Windows.Week} {
				sameFigures(t, group, figures, sumOf(snapshot, stores, window))
			}
			page := s.open(overviewOf(group))
			if said := text(page.Find(".verdict-line")); said == "" || strings.ReplaceAll(said, "\u202f", " ") != got.Verdict {
				t.Errorf("%q: verdict %q, on the page %q", group, got.Verdict, said)
			}
			if len(got.Worst) == 0 || got.Worst[0].ID != snapshot.Stores[worstOf(snapshot, stores)].Code {
				t.Errorf("%q: worst %+v", group, got.Worst)
			}
			for _, mover := range append(got.Movers.Worse, got.Movers.Better...) {
				n, _ := snapshot.Find(mover.ID)
				now := snapshot.Figures[n][uptime.LastWeek].Down
				last := uptime.Windows(snapshot.AsOf)[uptime.LastWeek]
				before := s.inRange([]int{n}, uptime.Span{From: last.From.Add(-last.Length()), To: last.From}).Down
				if mover.Change != int64(now-before) {
					t.Errorf("%q: %s changed by %d, want %d", group, mover.ID, mover.Change, now-before)
				}
			}
		}
		refused(t, s.call(http.MethodGet, "/api/v1/overview?group=Nobody"), http.StatusNotFound, "Nobody")
	})
}

func TestTheHeatMapOfTheAPIAddsUpToTheWeekAndItsHoursToTheirStores(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	type hourStores struct {
		Together jsonWindow
		Total    int
		Stores   []struct {
			ID      string
			Figures jsonWindow
		}
	}
	for _, group := range someGroups(snapshot) {
		heat := decode[struct {
			Hours []struct {
				ID      string
				Figures jsonWindow
			}
		}](t, s.call(http.MethodGet, inGroup("/api/v1/heat-map", group)))
		week, worst, most := sumOf(snapshot, members(snapshot, group), uptime.LastWeek), "", int64(0)
		var open, down int64
		for _, hour := range heat.Hours {
			open, down = open+hour.Figures.Open, down+hour.Figures.Down
			if hour.Figures.Down > most {
				worst, most = hour.ID, hour.Figures.Down
			}
		}
		if len(heat.Hours) != 168 || open != int64(week.Open) || down != int64(week.Down) {
			t.Errorf("%q: %d hours with %d open and %d down, want %d and %d", group, len(heat.Hours), open, down, week.Open, week.Down)
		}
		if most == 0 {
			continue // a group that was never offline
		}
		hour := decode[hourStores](t, s.call(http.MethodGet, inGroup("/api/v1/heat-map/"+worst, group, "limit", "1000")))
		sum := int64(0)
		for _, store := range hour.Stores {
			sum += store.Figures.Down
		}
		if sum != most || hour.Together.Down != most || hour.Total != len(hour.Stores) {
			t.Errorf("%q, %s: %d down at %d stores, want %d", group, worst, sum, hour.Total, most)
		}
	}
	refused(t, s.call(http.MethodGet, "/api/v1/heat-map/monday-24"), http.StatusNotFound, "monday-21")
}

func TestTheTrendOfTheAPIIsTheEndOfItsDays(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		group := someGroups(s.snapshot())[0]
		type day struct {
			Date    string
			Kept    bool
			Figures *jsonWindow
			Before  jsonWindow `json:"week_before"`
		}
		type days struct{ Days []day }
		trend := decode[days](t, s.call(http.MethodGet, inGroup("/api/v1/trend", group))).Days
		past := decode[days](t, s.call(http.MethodGet, inGroup("/api/v1/days", group))).Days
		if len(trend) != 7 || len(past) != 90 {
			t.Fatalf("%d days of the trend, %d of the past", len(trend), len(past))
		}
		for n, day := range trend {
			same, before := past[90-7+n], past[90-14+n]
			if day.Date != same.Date || day.Figures.Down != same.Figures.Down || day.Figures.Up != same.Figures.Up || day.Before.Down != before.Figures.Down {
				t.Errorf("%+v, want %+v after %+v", day, same.Figures, before.Figures)
			}
		}
	})
}

func TestNoTrendAndNoHeatMapBeforeTheFirstPoll(t *testing.T) {
	s := onSQLite(t)
	for range 2 {
		for _, path := range []string{"overview", "trend", "days", "heat-map", "heat-map/monday-21", "overview?period=last-month", "stores?period=today"} {
			if a := s.call(http.MethodGet, "/api/v1/"+path); a.StatusCode != http.StatusOK {
				t.Errorf("%s: %d %s", path, a.StatusCode, a.body)
			}
		}
		s.load(file{"zones.csv", "store_id,timezone_str\n1,Europe/Berlin\n"})
	}
}

func TestAPeriodOfTheAPIIsTheSumOfItsDays(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		snapshot := s.snapshot()
		group := someGroups(snapshot)[1]
		list := decode[struct {
			Total  int
			Stores []struct {
				ID     string
				Period jsonPeriod
				Before *jsonWindows
			}
		}](t, s.call(http.MethodGet, inGroup("/api/v1/stores", group, "period", "last-7-days", "before", "true", "limit", "1000")))
		sum, last := int64(0), int64(1)<<62
		for _, store := range list.Stores {
			days := decode[jsonDays](t, s.call(http.MethodGet, "/api/v1/stores/"+url.PathEscape(store.ID)+"/days?from="+store.Period.From+"&to="+store.Period.To))
			down := int64(0)
			for _, day := range days.Days {
				down += day.Figures.Down
			}
			if store.Period.Figures.Down != down || store.Before == nil {
				t.Errorf("%s: %+v, in its days %d down", store.ID, store.Period, down)
			}
			if store.Period.Figures.Up+down > 0 && down > last {
				t.Errorf("%s is behind one with %d down, and has %d", store.ID, last, down)
			}
			sum, last = sum+down, down
			alone := decode[struct{ Period jsonPeriod }](t, s.call(http.MethodGet, "/api/v1/stores/"+url.PathEscape(store.ID)+"?period=last-7-days")).Period
			if alone.From != store.Period.From || *alone.Figures != *store.Period.Figures && alone.Figures.Down != down {
				t.Errorf("%s alone: %+v", store.ID, alone)
			}
		}
		overview := decode[jsonOverview](t, s.call(http.MethodGet, inGroup("/api/v1/overview", group, "period", "last-7-days")))
		if len(list.Stores) != list.Total || overview.Period == nil || overview.Period.Figures.Down != sum || overview.Worst[0].ID != list.Stores[0].ID {
			t.Errorf("%d stores with %d down, together %+v", len(list.Stores), sum, overview.Period)
		}
		refused(t, s.call(http.MethodGet, "/api/v1/overview?period=soon"), http.StatusBadRequest, "period")
	})
}

func TestGroupsOfTheAPIAreSortedAsOnTheirPage(t *testing.T) {
	s := onSQLite(t).withChains()
	for _, sort := range []string{"name", "stores", "offline", "week", "change"} {
		query := "?sort=" + sort + "&order=desc"
		want := texts(s.open("/groups" + query).Find("tbody tr td:first-child, tbody tr th:first-child"))
		for n, g := range decode[jsonGroups](t, s.call(http.MethodGet, "/api/v1/groups"+query)).Groups {
			if n < len(want) && g.Name != want[n] {
				t.Errorf("by %s, %d is %s, on the page %s", sort, n, g.Name, want[n])
			}
		}
	}
}

func TestSalesOfTheAPIAreThoseOfThePages(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		snapshot := s.snapshot()
		group := someGroups(snapshot)[1]
		n := worstOf(snapshot, members(snapshot, group))
		type sales struct {
			PerHour *int64 `json:"per_hour_cents"`
			Source  *string
			Lost    *jsonLost `json:"lost_sales"`
		}
		ofGroup, ofStore := "/api/v1/groups/"+url.PathEscape(group)+"/sales", "/api/v1/stores/"+url.PathEscape(snapshot.Stores[n].Code)+"/sales"
		set := func(path, rate string) answer {
			return s.call(http.MethodPut, path, body("application/json", `{"per_hour_cents":`+rate+`}`))
		}
		if got := decode[sales](t, s.call(http.MethodGet, ofStore)); got.PerHour != nil || got.Source != nil || got.Lost != nil {
			t.Errorf("before any rate: %+v", got)
		}
		if a := set(ofGroup, "5990"); a.StatusCode != http.StatusOK {
			t.Fatal(a.body)
		}
		got := decode[sales](t, s.call(http.MethodGet, ofStore))
		if got.PerHour == nil || *got.PerHour != 5990 || *got.Source != "group" || got.Lost.Stores != 1 {
			t.Errorf("by the rate of its group: %+v", got)
		}
		got = decode[sales](t, set(ofStore, "10000"))
		down := snapshot.Figures[n][uptime.LastWeek].Down
		if want := (int64(down) + int64(uptime.Hour)/20000) * 10000 / int64(uptime.Hour); *got.Source != "store" || *got.Lost.LastWeek != want {
			t.Errorf("by its own rate: %+v, want %d for %s", got, want, time.Duration(down)*time.Microsecond)
		}
		overview := decode[jsonOverview](t, s.call(http.MethodGet, inGroup("/api/v1/overview", group)))
		if page := lostOn(s.open(overviewOf(group))); len(page) == 0 || overview.Lost.Stores != len(members(snapshot, group)) {
			t.Errorf("the overview: %+v, on the page %v", overview.Lost, page)
		}
		if got = decode[sales](t, set(ofStore, "null")); *got.Source != "group" {
			t.Errorf("without its own rate: %+v", got)
		}
		refused(t, set(ofStore, "-1"), http.StatusBadRequest, "per_hour_cents")
		refused(t, set(ofGroup, `"much"`), http.StatusBadRequest, "per_hour_cents")
		refused(t, set("/api/v1/groups/Nobody/sales", "1"), http.StatusNotFound, "Nobody")
	})
}

func TestTheListOfSalesHasTheRatesOfWhatOneSees(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		type rates struct {
			Total    int
			Currency string
			Rates    []struct {
				Scope, Name string
				PerHour     int64 `json:"per_hour_cents"`
			}
			Next *string `json:"next_cursor"`
		}
		const at = "/api/v1/sales"
		if got := done[rates](s, 200, http.MethodGet, at); got.Total != 0 || got.Rates == nil {
			t.Errorf("before any rate: %+v", got)
		}
		for path, rate := range map[string]string{"groups/Kowalski": "5990", "groups/Lopez": "100", "stores/kettle": "7000", "stores/taco": "1"} {
			done[struct{}](s, 200, http.MethodPut, "/api/v1/"+path+"/sales", jsonBody(`{"per_hour_cents":`+rate+`}`))
		}
		if got := done[rates](s, 200, http.MethodGet, at); fmt.Sprint(got.Total, got.Rates) != "4 [{group Kowalski 5990} {group Lopez 100} {store kettle 7000} {store taco 1}]" || got.Currency != "$" {
			t.Errorf("all: %+v", got)
		}
		piece := done[rates](s, 200, http.MethodGet, at+"?limit=3")
		if got := done[rates](s, 200, http.MethodGet, at+"?limit=3&cursor="+*piece.Next); fmt.Sprint(got.Rates) != "[{store taco 1}]" || got.Next != nil {
			t.Errorf("the rest of %+v is %+v", piece, got)
		}
		owner := s.person(access.Owner, reach.Of([]string{"Kowalski"}, nil))
		if got := done[rates](s, 200, http.MethodGet, at, s.as(owner)); fmt.Sprint(got.Total, got.Rates) != "2 [{group Kowalski 5990} {store kettle 7000}]" {
			t.Errorf("of one group: %+v", got)
		}
	})
}
