package web_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"lightson/models/uptime"
)

type jsonWindow struct {
	Open             int64 `json:"open_us"`
	Up               int64 `json:"up_us"`
	Down             int64 `json:"down_us"`
	NoData           int64 `json:"no_data_us"`
	Availability     *float64
	AvailabilityText string `json:"availability_text"`
	Coverage         *float64
	Outages          int
	LongestOutage    int64 `json:"longest_outage_us"`
}

type jsonStore struct {
	ID           string
	Zone         string
	ZoneAssumed  bool `json:"zone_assumed"`
	HoursAssumed bool `json:"hours_assumed"`
	State        string
	Since, Until *time.Time
	Windows      struct {
		Hour jsonWindow `json:"last_hour"`
		Day  jsonWindow `json:"last_day"`
		Week jsonWindow `json:"last_week"`
	}
	Hours []struct {
		Day        int
		Start, End string
	}
	Outages []struct {
		From    time.Time
		To      *time.Time
		Length  int64 `json:"length_us"`
		Ongoing bool
	}
}

type jsonStores struct {
	AsOf        *time.Time `json:"as_of"`
	DataVersion int64      `json:"data_version"`
	Total       int
	Stores      []jsonStore
	NextCursor  *string `json:"next_cursor"`
}

// problemOf is a refusal by the API.
func problemOf(t *testing.T, a answer) (title, detail string) {
	t.Helper()
	var p struct {
		Type, Title, Detail string
		Status              int
	}
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type = %q, want a problem", got)
	}
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || p.Status != a.StatusCode || p.Title == "" || p.Type != "about:blank" {
		t.Errorf("%d with %v: %s", a.StatusCode, err, a.body)
	}
	return p.Title, p.Detail
}

// refused expects a problem with words in its detail.
func refused(t *testing.T, a answer, status int, words string) {
	t.Helper()
	if _, detail := problemOf(t, a); a.StatusCode != status || !strings.Contains(detail, words) {
		t.Errorf("refused with %d %q, want %d %q", a.StatusCode, detail, status, words)
	}
}

func TestAPIStoresOfAnEmptyDatabase(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		got := decode[jsonStores](t, s.call(http.MethodGet, "/api/v1/stores"))
		if got.AsOf != nil || got.Total != 0 || got.Stores == nil || got.NextCursor != nil {
			t.Errorf("%+v", got)
		}
		refused(t, s.call(http.MethodGet, "/api/v1/stores/1"), 404, "names a store 1")
		refused(t, s.call(http.MethodGet, "/api/v1/stores/1/timeline"), 404, "names a store 1")
	})
}

// Stores may be known although nobody was ever polled.
func TestAPIStoresWithoutAnyPoll(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"zones.csv", "store_id,timezone_str\n1,Europe/Berlin\n"})
	store := decode[jsonStore](t, s.call(http.MethodGet, "/api/v1/stores/1"))
	if store.State != "no_data" || store.Since != nil || store.Until != nil || len(store.Outages) > 0 || store.Windows.Week.AvailabilityText != "—" {
		t.Errorf("%+v", store)
	}
	line := decode[jsonTimeline](t, s.call(http.MethodGet, "/api/v1/stores/1/timeline"))
	if line.From != nil || line.To != nil || len(line.Stretches)+len(line.Openings)+len(line.Polls) > 0 {
		t.Errorf("%+v", line)
	}
}

func TestAPIStoresSayWhatTheSnapshotSays(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		snapshot := s.snapshot()
		list := decode[jsonStores](t, s.call(http.MethodGet, "/api/v1/stores?sort=store"))
		if list.Total != 120 || len(list.Stores) != 100 || list.NextCursor == nil || list.DataVersion != snapshot.Version ||
			list.AsOf.UnixMicro() != int64(snapshot.AsOf) {
			t.Fatalf("total %d, %d stores, as of %v", list.Total, len(list.Stores), list.AsOf)
		}
		states := map[uptime.State]string{uptime.Up: "online", uptime.Down: "offline", uptime.Closed: "closed", uptime.NoData: "no_data"}
		for n, store := range list.Stores {
			stored := snapshot.Stores[n]
			if store.ID != stored.Code || store.Zone != stored.ZoneName() || store.State != states[snapshot.Now[n].State] ||
				store.ZoneAssumed != (stored.Zone == "") || store.HoursAssumed != (len(snapshot.Hours(n)) == 0) {
				t.Errorf("%+v is not %+v", store, stored)
			}
			for window, got := range []jsonWindow{store.Windows.Hour, store.Windows.Day, store.Windows.Week} {
				sameFigures(t, store.ID, got, snapshot.Figures[n][window])
			}
			detail := decode[jsonStore](t, s.call(http.MethodGet, "/api/v1/stores/"+store.ID))
			if detail.Windows.Week.Up != store.Windows.Week.Up || len(detail.Hours) != len(snapshot.Hours(n)) {
				t.Errorf("%s alone is not as in the list: %+v", store.ID, detail)
			}
			down := int64(0)
			for _, o := range detail.Outages {
				down += o.Length
				if o.Ongoing != (o.To == nil) || o.Ongoing && store.State != "offline" {
					t.Errorf("%s is %s and has the outage %+v", store.ID, store.State, o)
				}
			}
			if down != store.Windows.Week.Down || len(detail.Outages) != store.Windows.Week.Outages {
				t.Errorf("%s: outages of %d, downtime of %d", store.ID, down, store.Windows.Week.Down)
			}
		}
	})
}

func sameFigures(t *testing.T, store string, got jsonWindow, want uptime.Figures) {
	t.Helper()
	same := func(ratio *float64, want float64, known bool) bool {
		return known == (ratio != nil) && (!known || math.Abs(*ratio-want) < 1e-12)
	}
	availability, seen := want.Availability()
	coverage, open := want.Coverage()
	text := "—"
	if seen {
		text = uptime.Percent(want.Up, want.Down) + " %"
	}
	if got.Open != int64(want.Open) || got.Up != int64(want.Up) || got.Down != int64(want.Down) || got.NoData != int64(want.NoData()) ||
		got.Outages != want.Outages || got.LongestOutage != int64(want.Longest) || got.AvailabilityText != text ||
		!same(got.Availability, availability, seen) || !same(got.Coverage, coverage, open) {
		t.Errorf("%s: %+v, want %+v", store, got, want)
	}
}

// pieces follows the cursors of a list of stores.
func pieces(t *testing.T, s *site, query string, limit int) (ids []string) {
	t.Helper()
	target := fmt.Sprintf("/api/v1/stores?%s&limit=%d", query, limit)
	for next := target; next != ""; {
		list := decode[jsonStores](t, s.call(http.MethodGet, next))
		for _, store := range list.Stores {
			ids = append(ids, store.ID)
		}
		if len(list.Stores) > limit || list.NextCursor != nil && len(list.Stores) < limit {
			t.Fatalf("%s: a piece of %d", query, len(list.Stores))
		}
		next = ""
		if list.NextCursor != nil {
			next = target + "&cursor=" + url.QueryEscape(*list.NextCursor)
		}
		if len(ids) > list.Total || next == "" && len(ids) != list.Total {
			t.Fatalf("%s: %d stores of %d", query, len(ids), list.Total)
		}
	}
	return ids
}

func TestAPIStoresComeInPieces(t *testing.T) {
	s := onSQLite(t).withDemo()
	all := pieces(t, s, "", 1000)
	if len(all) != 120 {
		t.Fatalf("%d stores", len(all))
	}
	for _, limit := range []int{1, 7, 40, 119, 120} {
		if got := pieces(t, s, "", limit); !slices.Equal(got, all) {
			t.Errorf("pieces of %d are another list", limit)
		}
	}
	kinds := 0
	for _, state := range []string{"offline", "online", "closed", "no_data"} {
		kinds += len(pieces(t, s, "state="+state, 10))
	}
	if kinds != 120 {
		t.Errorf("%d stores are in one of the states", kinds)
	}
	byID := slices.Sorted(slices.Values(all))
	if got := pieces(t, s, "sort=store", 50); !slices.Equal(got, byID) {
		t.Error("sort=store is not by id")
	}
	slices.Reverse(byID)
	if got := pieces(t, s, "sort=store&order=desc", 50); !slices.Equal(got, byID) {
		t.Error("sort=store&order=desc is not by id, last first")
	}
	if got := pieces(t, s, "q="+strings.ToUpper(all[3]), 50); !slices.Contains(got, all[3]) {
		t.Errorf("a search for %s found %v", all[3], got)
	}
	if some := pieces(t, s, "down=true", 50); len(some) == 0 || len(some) == 120 {
		t.Errorf("%d stores have downtime", len(some))
	}
}

func TestAPIStoresRefuseWhatTheyCannotRead(t *testing.T) {
	s := onSQLite(t).withDemo()
	first := decode[jsonStores](t, s.call(http.MethodGet, "/api/v1/stores?limit=10"))
	for query, words := range map[string]string{
		"limit=0": "limit: expected 1 to 1000, found 0", "limit=1001": "found 1001", "limit=-1": "found -1", "limit=x": "limit: expected a whole number, found x",
		"state=open": "state: expected offline, online, closed or no_data, found open",
		"sort=size":  "sort: expected store, state, zone, hour, day, week or change, found size",
		"order=down": "order: expected asc or desc, found down", "down=maybe": "down: expected true or false, found maybe",
		"cursor=x": "cursor: expected the next_cursor of this list", "cursor=%00": "cursor: expected",
		"cursor=bnVsbA": "cursor: expected",
		"state=online&cursor=" + *first.NextCursor:        "with the same filters",
		"cursor=eyJsaXN0IjoiL3N0b3JlcyIsIm9mZnNldCI6LTF9": "cursor: expected", // offset -1
	} {
		refused(t, s.call(http.MethodGet, "/api/v1/stores?"+query), 400, words)
	}
	beyond := base64.RawURLEncoding.EncodeToString([]byte(`{"list":"/stores","after":[{"n":9}]}`))
	if list := decode[jsonStores](t, s.call(http.MethodGet, "/api/v1/stores?cursor="+beyond)); len(list.Stores) != 0 {
		t.Errorf("beyond the end: %d stores", len(list.Stores))
	}
}

type jsonTimeline struct {
	AsOf      *time.Time `json:"as_of"`
	Store     string
	From, To  *time.Time
	Stretches []struct {
		From, To time.Time
		State    string
	}
	Openings []struct{ From, To time.Time }
	Polls    []struct {
		At     time.Time
		Active bool
	}
}

func TestAPITimelineAddsUpToTheFigures(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		snapshot := s.snapshot()
		asOf := snapshot.AsOf.Time()
		for n, store := range snapshot.Stores[:40] {
			line := decode[jsonTimeline](t, s.call(http.MethodGet, "/api/v1/stores/"+store.Code+"/timeline"))
			if line.Store != store.Code || !line.To.Equal(asOf) || line.To.Sub(*line.From) != 7*24*time.Hour {
				t.Fatalf("%s from %v to %v", line.Store, line.From, line.To)
			}
			sum, end := map[string]time.Duration{}, *line.From
			for _, stretch := range line.Stretches {
				if !stretch.From.Equal(end) || !stretch.To.After(stretch.From) {
					t.Errorf("%s: a stretch from %v to %v after %v", store.Code, stretch.From, stretch.To, end)
				}
				end = stretch.To
				sum[stretch.State] += stretch.To.Sub(stretch.From)
			}
			if !end.Equal(asOf) {
				t.Errorf("%s: the last stretch ends at %v", store.Code, end)
			}
			open := time.Duration(0)
			for _, opening := range line.Openings {
				open += opening.To.Sub(opening.From)
			}
			week := snapshot.Figures[n][uptime.LastWeek]
			if sum["online"].Microseconds() != int64(week.Up) || sum["offline"].Microseconds() != int64(week.Down) ||
				sum["no_data"].Microseconds() != int64(week.NoData()) || open.Microseconds() != int64(week.Open) {
				t.Errorf("%s: %v and %v open, want %+v", store.Code, sum, open, week)
			}
		}
	})
}

func TestAPITimelineOfSomeTime(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"hours.csv", "store_id,day,start_time_local,end_time_local\nx,2,09:00:00,12:00:00\n"},
		file{"zones.csv", "store_id,timezone_str\nx,UTC\n"},
		file{"polls.csv", "store_id,status,timestamp_utc\nx,active,2023-01-25 09:30:00 UTC\nx,inactive,2023-01-25 11:00:00.5 UTC\nx,inactive,2023-01-25 18:00:00 UTC\n"})
	a := s.call(http.MethodGet, "/api/v1/stores/x/timeline?from=2023-01-25T03:00:00-05:00&to=2023-01-25T18:00:00Z")
	want := fmt.Sprintf(`{"as_of":"2023-01-25T18:00:00.000000Z","data_version":%d,"store":"x",`, s.dataVersion()) +
		`"from":"2023-01-25T08:00:00.000000Z","to":"2023-01-25T18:00:00.000000Z","stretches":[` +
		`{"from":"2023-01-25T08:00:00.000000Z","to":"2023-01-25T09:00:00.000000Z","state":"closed"},` +
		`{"from":"2023-01-25T09:00:00.000000Z","to":"2023-01-25T11:00:00.500000Z","state":"online"},` +
		`{"from":"2023-01-25T11:00:00.500000Z","to":"2023-01-25T12:00:00.000000Z","state":"offline"},` +
		`{"from":"2023-01-25T12:00:00.000000Z","to":"2023-01-25T18:00:00.000000Z","state":"closed"}],` +
		`"openings":[{"from":"2023-01-25T09:00:00.000000Z","to":"2023-01-25T12:00:00.000000Z"}],` +
		`"polls":[{"at":"2023-01-25T09:30:00.000000Z","active":true},{"at":"2023-01-25T11:00:00.500000Z","active":false},` +
		`{"at":"2023-01-25T18:00:00.000000Z","active":false}]}` + "\n"
	if a.body != want {
		t.Errorf("got  %s\nwant %s", a.body, want)
	}
	for query, words := range map[string]string{
		"from=2023-01-01T00:00:00Z":                         "from: expected a time from 2023-01-17T18:00:00.000000Z to 2023-01-25T18:00:00.000000Z, found 2023-01-01T00:00:00Z",
		"to=2023-01-25T18:00:00.000001Z":                    "to: expected a time from",
		"from=yesterday":                                    "from: expected a time such as 2023-01-25T18:00:00Z, found yesterday",
		"from=2023-01-25T18:00:00Z":                         "from: expected a time before to",
		"from=2023-01-25T10:00:00Z&to=2023-01-25T09:00:00Z": "before to",
	} {
		refused(t, s.call(http.MethodGet, "/api/v1/stores/x/timeline?"+query), 400, words)
	}
}

func TestOddIDsWorkInEveryAddress(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		odd := []string{"a/b c%", "100%", "%25", "a%2Fb", "ä€", "a+b", "a?b#c", "a;b,c", "=1+1", "x/timeline", "..%2f", "a//b", "a/", "-1", "row"}
		var zones strings.Builder
		zones.WriteString("store_id,timezone_str\n")
		for _, id := range odd {
			fmt.Fprintf(&zones, "\"%s\",Europe/Berlin\n", id)
		}
		s.load(file{"zones.csv", zones.String()})
		for _, id := range odd {
			path := "/stores/" + url.PathEscape(id)
			if got := decode[jsonStore](t, s.call(http.MethodGet, "/api/v1"+path)); got.ID != id {
				t.Errorf("%s is store %q", path, got.ID)
			}
			if got := decode[jsonTimeline](t, s.call(http.MethodGet, "/api/v1"+path+"/timeline")); got.Store != id {
				t.Errorf("%s/timeline is of store %q", path, got.Store)
			}
			if got := text(s.open(path).Find("h1")); got != "Store "+id {
				t.Errorf("%s is the page of %q", path, got)
			}
		}
		refused(t, s.call(http.MethodGet, "/api/v1/stores/a%2Fb%2520c%25"), 404, "names a store a/b%20c%.")
		refused(t, s.call(http.MethodGet, "/api/v1/stores/%FF%00"), 404, "names a store")
	})
}
