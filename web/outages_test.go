package web_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/modelstest"
	"lightson/models/polls"
	"lightson/models/uptime"
)

type jsonOutage struct {
	Store       string
	Name, Group *string
	Zone        string
	From        time.Time
	To          *time.Time
	FirstSeen   *time.Time `json:"first_seen_at"`
	Length      int64      `json:"length_us"`
	Least       int64      `json:"least_us"`
	Most        int64      `json:"most_us"`
	Ended       string
	Ongoing     bool
	Reason      *string
	Excused     int64    `json:"excused_us"`
	LostSales   *float64 `json:"lost_sales"`
}

type jsonOutages struct {
	DataVersion int64 `json:"data_version"`
	From, To    *time.Time
	Total       int
	Stores      int
	Down        int64 `json:"down_us"`
	Outages     []jsonOutage
	NextCursor  *string `json:"next_cursor"`
}

// outages are all of a log, read in pieces.
func (s *site) outages(query string, limit int) (all []jsonOutage, last jsonOutages) {
	s.t.Helper()
	for after := ""; ; {
		var piece jsonOutages
		a := s.call(http.MethodGet, fmt.Sprintf("/api/v1/outages?limit=%d&%s%s", limit, query, after))
		if err := json.Unmarshal([]byte(a.body), &piece); err != nil || a.StatusCode != http.StatusOK {
			s.t.Fatalf("%s: %s %v %.300s", query, a.Status, err, a.body)
		}
		all = append(all, piece.Outages...)
		if piece.NextCursor == nil {
			return all, piece
		}
		if len(piece.Outages) != limit {
			s.t.Fatalf("%s: %d outages of %d, and there are more", query, len(piece.Outages), limit)
		}
		after = "&cursor=" + url.QueryEscape(*piece.NextCursor)
	}
}

// place tells one outage from the others.
func (o jsonOutage) place() string { return o.Store + " " + o.From.UTC().Format(time.RFC3339Nano) }

func placesOf(list []jsonOutage) (places []string) {
	for _, o := range list {
		places = append(places, o.place())
	}
	return places
}

// A page, a file and a script are told the same outages, which add up to the figures.
func TestTheLogOfOutagesAddsUpToTheFigures(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		snapshot := s.snapshot()
		for window, period := range []string{"1h", "24h", "7d"} {
			all, last := s.outages("period="+period, 7)
			down, want, sum := map[string]int64{}, map[string]int64{}, int64(0)
			for _, o := range all {
				down[o.Store] += o.Length
				sum += o.Length
			}
			for n, store := range snapshot.Stores {
				if d := snapshot.Figures[n][window].Down; d > 0 {
					want[store.Code] = int64(d)
				}
			}
			if diff := diff.Diff(want, down); diff != "" || len(all) == 0 {
				t.Errorf("%s: downtime by store (-figures +log):\n%s", period, diff)
			}
			if last.Total != len(all) || last.Down != sum || last.Stores != len(want) {
				t.Errorf("%s: %d outages of %d µs in %d stores, want %d of %d in %d", period, last.Total, last.Down, last.Stores, len(all), sum, len(want))
			}
			if !slices.IsSortedFunc(all, func(a, b jsonOutage) int { return cmp.Or(b.From.Compare(a.From), strings.Compare(a.Store, b.Store)) }) {
				t.Errorf("%s: not the newest first", period)
			}

			rows := records(t, s.ask(http.MethodGet, "/outages.csv?period="+period))
			var file []string
			for _, row := range rows[1:] {
				file = append(file, strings.TrimPrefix(row[0], "'")+" "+row[slices.Index(rows[0], "from")])
			}
			if diff := diff.Diff(placesOf(all), file); diff != "" {
				t.Errorf("%s: the file has others (-script +file):\n%s", period, diff)
			}
			var shown []string
			for target := "/outages?period=" + period; target != ""; {
				page := s.open(target)
				for _, row := range page.Find("table.outage-log tbody tr").EachIter() {
					shown = append(shown, text(row.Find(".id").First())+" "+row.Find("td time").First().AttrOr("datetime", ""))
				}
				target = page.Find("#outages .pager a:contains(Next)").AttrOr("href", "")
			}
			if diff := diff.Diff(placesOf(all), shown); diff != "" {
				t.Errorf("%s: the page has others (-script +page):\n%s", period, diff)
			}
		}
	})
}

func TestEachFilterOfTheLogLeavesWhatItSays(t *testing.T) {
	s := onSQLite(t).withChains()
	all, _ := s.outages("period=28d", 1000)
	group := *all[slices.IndexFunc(all, func(o jsonOutage) bool { return o.Group != nil })].Group
	longest := slices.MaxFunc(all, func(a, b jsonOutage) int { return cmp.Compare(a.Length, b.Length) })
	err := entered.AddCorrection(t.Context(), s.db, &entered.Correction{Subject: entered.Store(longest.Store), From: uptime.At(longest.From), To: uptime.At(longest.From.Add(time.Minute)), Category: entered.Other})
	if err != nil {
		t.Fatal(err)
	}
	s.catchUp()
	all, _ = s.outages("period=28d", 1000)
	filters := []struct {
		query string
		keeps func(jsonOutage) bool
	}{
		{"at_least=60", func(o jsonOutage) bool { return o.Length >= int64(uptime.Hour) }},
		{"ended=back_online", func(o jsonOutage) bool { return o.Ended == "back_online" }},
		{"ended=closed", func(o jsonOutage) bool { return o.Ended == "closed" }},
		{"ended=ongoing", func(o jsonOutage) bool { return o.To == nil }},
		{"excused=true", func(o jsonOutage) bool { return o.Excused > 0 }},
		{"excused=false", func(o jsonOutage) bool { return o.Excused == 0 }},
		{"store=" + url.QueryEscape(longest.Store), func(o jsonOutage) bool { return o.Store == longest.Store }},
		{"group=" + url.QueryEscape(group), func(o jsonOutage) bool { return o.Group != nil && *o.Group == group }},
		{"q=" + url.QueryEscape(longest.Store[3:]), func(o jsonOutage) bool { return strings.Contains(o.Store, longest.Store[3:]) }},
	}
	for n, one := range filters {
		for _, two := range filters[n:] {
			query := one.query
			if two.query != query {
				query += "&" + two.query
			}
			var want []jsonOutage
			for _, o := range all {
				if one.keeps(o) && two.keeps(o) {
					want = append(want, o)
				}
			}
			if one.query == "excused=true" && two.query == "excused=false" || strings.HasPrefix(one.query, "ended") && strings.HasPrefix(two.query, "ended") && one.query != two.query {
				continue // the same field twice
			}
			got, last := s.outages("period=28d&"+query, 1000)
			if diff := diff.Diff(want, got); diff != "" || last.Total != len(want) {
				t.Errorf("%s: %d outages (-want +got):\n%.2000s", query, last.Total, diff)
			}
			if one.query == two.query && (len(want) == 0 || len(want) == len(all)) {
				t.Errorf("%s leaves %d of %d outages, and tests nothing", query, len(want), len(all))
			}
			if page := s.open("/outages?period=28d&" + query); len(want) == 0 != (page.Find("table.outage-log").Length() == 0) {
				t.Errorf("%s: the page has a table or none, with %d outages", query, len(want))
			}
		}
	}
	sorted, _ := s.outages("period=28d&sort=longest", 13)
	if !slices.IsSortedFunc(sorted, func(a, b jsonOutage) int { return cmp.Compare(b.Length, a.Length) }) || len(sorted) != len(all) {
		t.Errorf("%d of %d outages, or not the longest first", len(sorted), len(all))
	}
}

// someOutages are one outage of each kind.
func someOutages(t *testing.T) *site {
	s := onSQLite(t)
	s.load(
		file{"polls.csv", modelstest.PollsFile(
			"1,active,2023-01-25 10:00:00 UTC", "1,inactive,2023-01-25 11:00:00 UTC", "1,inactive,2023-01-25 12:00:00 UTC", "1,active,2023-01-25 13:00:00 UTC", "1,active,2023-01-25 18:00:00 UTC",
			"2,active,2023-01-25 15:00:00 UTC", "2,inactive,2023-01-25 16:00:00 UTC",
			"3,active,2023-01-24 15:30:00 UTC", "3,inactive,2023-01-24 16:00:00 UTC", "3,active,2023-01-25 17:00:00 UTC",
			"4,inactive,2023-01-20 12:00:00 UTC",
		)},
		file{"hours.csv", modelstest.HoursFile("3,1,09:00,11:00", "3,2,09:00,11:00")},
		file{"names.csv", modelstest.NamesFile("1,=Cafe,Chain,Chicago", "2,<b>Two</b>,Chain,")},
	)
	for _, span := range []uptime.Span{{From: modelstest.At("2023-01-25 11:00"), To: modelstest.At("2023-01-25 11:20")}, {From: modelstest.At("2023-01-24 00:00"), To: modelstest.At("2023-01-25 00:00")}} {
		store := "1"
		if span.Length() == uptime.Day {
			store = "3"
		}
		err := entered.AddCorrection(t.Context(), s.db, &entered.Correction{Subject: entered.Store(store), From: span.From, To: span.To, Category: entered.Other})
		if err != nil {
			t.Fatal(err)
		}
	}
	snapshot := s.snapshot()
	err := s.db.Update(t.Context(), func(tx *models.Tx) error {
		day, micro := polls.Split(modelstest.At("2023-01-25 11:00"))
		return tx.ReasonTable().Upsert(t.Context(), []models.ReasonRow{{Day: day, Store: snapshot.Stores[0].ID, Reasons: polls.PackReasons(nil, []polls.Reason{{Micro: micro, Text: "=1+1 <i>tablet</i>"}})}})
	})
	if err != nil {
		t.Fatal(err)
	}
	s.sell("1", "60")
	s.catchUp()
	return s
}

func TestAnOutageIsToldInWords(t *testing.T) {
	s := someOutages(t)
	page := s.open("/outages")
	want := []string{
		"<b>Two</b> Chain 2 | Wed 25 Jan 2023, 10:00 CST | going on | 2 h (0 min – 3 h) | — | Excuse the outage of Wed 25 Jan 2023, 10:00 CST | —",
		"=Cafe Chicago · Chain 1 | Wed 25 Jan 2023, 05:00 CST | Wed 25 Jan 2023, 07:00 CST back online | 2 h (1 h – 3 h) | =1+1 <i>tablet</i> | 20 min of it Excuse the outage of Wed 25 Jan 2023, 05:00 CST | ≈ $120.00",
		"3 | Tue 24 Jan 2023, 10:00 CST | Tue 24 Jan 2023, 11:00 CST closed | 1 h (0 min – 1 h 30 min) | — | All of it | —",
		"4 | Thu 19 Jan 2023, 06:00 CST | Sat 21 Jan 2023, 06:00 CST no data | 48 h (0 min – 48 h) | — | Excuse the outage of Thu 19 Jan 2023, 06:00 CST | —",
	}
	if diff := diff.Diff(want, cells(page.Find("table.outage-log tbody tr"))); diff != "" {
		t.Error(diff)
	}
	if got, want := text(page.Find(".verdict")), "4 outages · 53 h offline (1 h – 55 h 30 min) in 4 stores · 1 still going on · 1 h 20 min of it excused · ≈ $120.00 lost sales"; got != want {
		t.Errorf("the verdict is %q, want %q", got, want)
	}
	a := s.ask(http.MethodGet, "/outages.csv?store=1")
	if !strings.HasPrefix(a.body, "\ufeff") {
		t.Error("the file has no mark")
	}
	row := strings.Join(records(t, a)[1], "|")
	if want := "1|'=Cafe|Chain|Chicago|America/Chicago|2023-01-25T11:00:00Z|2023-01-25T13:00:00Z|2023-01-25 05:00:00|2023-01-25 07:00:00|2023-01-25T11:00:00Z|120.00|60.00|180.00|20.00|back_online|'=1+1 <i>tablet</i>|120.00"; row != want {
		t.Errorf("the file has\n%s, want\n%s", row, want)
	}
	if got := text(s.open("/stores/1").Find("table.outages tbody")); !strings.Contains(got, "=1+1 <i>tablet</i>") {
		t.Errorf("the page of the store does not say why: %s", got)
	}
	cut := s.open("/outages?from=2023-01-25T11:30&to=2023-01-25T12:30")
	if got := cells(cut.Find("table.outage-log tbody tr")); len(got) != 1 || !strings.Contains(got[0], "continues after this period") {
		t.Errorf("an outage that is cut is %q", got)
	}
}

func TestALogWithoutOutagesSaysWhatIsKnown(t *testing.T) {
	s := onSQLite(t)
	empty := func(target, title string) {
		t.Helper()
		page := s.open(target)
		if got := text(page.Find("#outages .empty-title")); got != title || page.Find("table").Length() > 0 {
			t.Errorf("%s: %q, want %q", target, got, title)
		}
	}
	empty("/outages", "No data yet")
	if all, last := s.outages("", 10); len(all) != 0 || last.From != nil {
		t.Errorf("%+v, want no outages of no time", last)
	}
	s.load(file{"hours.csv", modelstest.HoursFile("1,0,09:00,17:00")})
	empty("/outages", "No data yet")
	var rows []string
	for n := range 200 {
		rows = append(rows, "1,active,"+modelstest.Stamp(modelstest.At("2023-01-17 12:00").Add(uptime.Micros(n)*uptime.Hour)))
	}
	s.load(file{"polls.csv", modelstest.PollsFile(rows...)})
	empty("/outages", "No outage in this period. Great news")
	empty("/outages?store=1&period=28d", "No outage seen")
	empty("/outages?from=2023-01-21&to=2023-01-22", "Closed for the whole period")
	empty("/outages?from=2023-01-09&to=2023-01-10", "No data in this period")
	empty("/outages?q=elsewhere", "No store matches")
	empty("/outages?store=2", "No store matches")
	empty("/outages?group=Nobody", "No store matches")
	empty("/outages?at_least=5", "No outage matches")
}

func TestALogIsAskedForInATimeThatMakesSense(t *testing.T) {
	s := someOutages(t)
	onPage := map[string]string{ // at the fields of the form
		"from=2023-01-25": "Enter “To” too, or leave both empty.", "to=2023-01-25": "Enter “From” too, or leave both empty.",
		"from=2023-01-25&to=2023-01-24": "“To” must be later than “From”.",
		"from=2020-01-25&to=2023-01-24": "“To” must be at most 366 days after “From”.",
		"from=yesterday&to=2023-01-24":  "Expected 2023-01-25 18:00 or 2023-01-25T18:00:00Z, found yesterday.",
	}
	for query, words := range map[string]string{
		"period=soon": "period: expected 1h, 24h, 7d or 28d, found soon", "ended=never": "ended: expected ongoing, back_online, closed, no_data or later, found never",
		"excused=maybe": "excused: expected true or false, found maybe", "sort=store": "sort: expected newest or longest, found store",
		"at_least=-1": "at_least: expected 0 to 527040 minutes, found -1", "at_least=527041": "at_least: expected 0 to 527040 minutes, found 527041", "at_least=x": "at_least: expected a whole number, found x",
		"from=2023-01-25": "to: expected a time, because from is given, found nothing", "to=2023-01-25": "from: expected a time, because to is given, found nothing",
		"from=2023-01-25&to=2023-01-24": "to: expected a time after from, found 2023-01-24", "from=yesterday&to=2023-01-24": "from: expected 2023-01-25 18:00 or 2023-01-25T18:00:00Z, found yesterday",
		"from=2020-01-25&to=2023-01-24": "to: expected at most 366 days after from, found 2023-01-24",
	} {
		a := s.call(http.MethodGet, "/api/v1/outages?"+query)
		if _, detail := problemOf(t, a); a.StatusCode != http.StatusBadRequest || detail != words {
			t.Errorf("%s: %d %q, want %q", query, a.StatusCode, detail, words)
		}
		for target, words := range map[string]string{"/outages?": cmp.Or(onPage[query], words), "/outages.csv?": words} {
			if a := s.ask(http.MethodGet, target+query); a.StatusCode != http.StatusBadRequest || !strings.Contains(text(a.page(t).Find("main")), words) {
				t.Errorf("%s%s: %d %s, want %q", target, query, a.StatusCode, text(a.page(t).Find("main")), words)
			}
		}
	}
	if a := s.call(http.MethodGet, "/api/v1/outages?period=7d&from=2023-01-24&to=2023-01-25"); a.StatusCode != http.StatusBadRequest {
		t.Errorf("two times at once: %s", a.Status)
	}
	page := s.open("/outages?period=24h&from=2023-01-01&to=2023-01-02") // choosing a name on a page that has a time of its own
	if got := page.Find("#outages-period option[selected]").AttrOr("value", ""); got != "24h" || page.Find("#outages-from").AttrOr("value", "") != "" {
		t.Errorf("the time is %q", got)
	}
	for _, target := range []string{"/outages?page=999999999", "/outages?page=-3", "/outages?page=0"} {
		if got := text(s.open(target).Find("#outages .pager-text")); got != "1–4 of 4 outages" {
			t.Errorf("%s shows %q", target, got)
		}
	}
}

func TestACursorOfTheLogIsOfOneListAndOneVersion(t *testing.T) {
	s := someOutages(t)
	var first jsonOutages
	if err := json.Unmarshal([]byte(s.call(http.MethodGet, "/api/v1/outages?limit=1").body), &first); err != nil || first.NextCursor == nil {
		t.Fatal(first, err)
	}
	next := url.QueryEscape(*first.NextCursor)
	for _, query := range []string{"ended=closed", "sort=longest", "period=24h", "store=1"} {
		if a := s.call(http.MethodGet, "/api/v1/outages?limit=1&"+query+"&cursor="+next); a.StatusCode != http.StatusBadRequest {
			t.Errorf("a cursor of another list than %s: %s", query, a.Status)
		}
	}
	if a := s.call(http.MethodGet, "/api/v1/stores?limit=1&cursor="+next); a.StatusCode != http.StatusBadRequest {
		t.Errorf("a cursor of the log for the stores: %s", a.Status)
	}
	s.load(file{"polls.csv", modelstest.PollsFile("4,inactive,2023-01-25 17:59:00 UTC")})
	if a := s.call(http.MethodGet, "/api/v1/outages?limit=1&cursor="+next); a.StatusCode != http.StatusOK {
		t.Errorf("a cursor of other data: %s", a.Status)
	}
}

// Times with names begin where polls are kept. A time of one's own says that they are gone.
func TestALogBeginsWherePollsAreKept(t *testing.T) {
	s := onSQLite(t)
	var rows []string
	for n := range 40 * 4 {
		rows = append(rows, "1,inactive,"+modelstest.Stamp(modelstest.At("2022-12-17 12:00").Add(uptime.Micros(n)*6*uptime.Hour)))
	}
	s.load(file{"polls.csv", modelstest.PollsFile(rows...)})
	modelstest.PrunePolls(t, s.db, 15)
	kept := s.snapshot().KeptFrom.At
	all, last := s.outages("period=28d", 10)
	if len(all) != 1 || uptime.At(*last.From) != kept || uptime.At(all[0].From) != kept {
		t.Errorf("%+v, want one outage from %s on", last, modelstest.Stamp(kept))
	}
	if all[0].FirstSeen != nil {
		t.Errorf("it was first seen at %s, and that is not known any more", all[0].FirstSeen)
	}
	a := s.ask(http.MethodGet, "/outages?from=2022-12-20&to=2023-01-20")
	if got := text(a.page(t).Find("#outages-from-problem")); a.StatusCode != http.StatusBadRequest || !strings.Contains(got, "are no longer kept") {
		t.Errorf("%s %q", a.Status, got)
	}
	for _, target := range []string{"/outages.csv", "/api/v1/outages"} {
		if a := s.ask(http.MethodGet, target+"?from=2022-12-20&to=2023-01-20"); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s", target, a.Status)
		}
	}
}

// What a tile says and where it leads are the same outages.
func TestTilesLeadToTheirOutages(t *testing.T) {
	s := onSQLite(t).withChains()
	all, _ := s.outages("", 1000)
	one := all[slices.IndexFunc(all, func(o jsonOutage) bool { return o.Group != nil })]
	for _, target := range []string{"/", overviewOf(*one.Group), snapshotURL(one.Store)} {
		links := s.open(target).Find(`.tile a[href^="/outages"]`)
		if links.Length() == 0 {
			t.Errorf("%s leads to no outages", target)
		}
		for _, link := range links.EachIter() {
			log := s.open(link.AttrOr("href", ""))
			if got, want := text(log.Find(".verdict strong").First()), text(link)+" outage"; strings.TrimSuffix(got, "s") != want {
				t.Errorf("%s: %s has %s, want %s", target, link.AttrOr("href", ""), got, want)
			}
		}
	}
}
