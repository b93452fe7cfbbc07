package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/reports"
	"lightson/models/uptime"
)

// tenDays is a range that begins and ends inside of days.
var tenDays = uptime.Span{
	From: uptime.At(time.Date(2023, 1, 10, 6, 30, 0, 0, time.UTC)),
	To:   uptime.At(time.Date(2023, 1, 20, 15, 45, 0, 0, time.UTC)),
}

// reportAbout works off a report that was just asked for.
func (s *site) reportAbout(location string) models.Report {
	s.t.Helper()
	return s.finish(s.claim(location[strings.LastIndex(location, "/")+1:]))
}

// latestReport is the one that was asked for last.
func (s *site) latestReport() models.Report {
	s.t.Helper()
	list, err := s.db.Reports(s.t.Context(), 0, 1)
	if err != nil || len(list) != 1 {
		s.t.Fatalf("%d reports, %v", len(list), err)
	}
	return list[0]
}

// asked sends the form and returns the finished report.
func (s *site) asked(pairs ...string) models.Report {
	s.t.Helper()
	a := s.ask(http.MethodPost, "/reports", form(pairs...))
	if a.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("status %d: %s", a.StatusCode, text(a.page(s.t).Find(".problem")))
	}
	return s.reportAbout(a.Header.Get("Location"))
}

// However one asks, the report is of the stores of the group and has the range.
func TestAReportOfAGroupAndARange(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		snapshot := s.snapshot()
		group := someGroups(snapshot)[1]
		stores := members(snapshot, group)
		from, to := "2023-01-10T06:30:00Z", "2023-01-20T15:45:00Z"
		scripted := func(target string) models.Report {
			t.Helper()
			a := s.call(http.MethodPost, target, body("application/json", `{"group": "`+group+`", "from": "`+from+`", "to": "`+to+`"}`))
			return s.reportAbout(a.Header.Get("Location"))
		}
		var first answer
		for way, r := range map[string]models.Report{
			"form": s.asked("group", group, "from", from[:16], "to", to[:16]),
			"API":  scripted("/api/v1/reports"), "contract": scripted("/trigger_report"),
		} {
			if r.Scope() != (models.ReportScope{Group: group, Range: tenDays}) || r.State != models.Complete {
				t.Errorf("%s: asked for %+v, %s", way, r.Scope(), r.State)
			}
			details := s.ask(http.MethodGet, "/reports/"+r.ID+"/details.csv")
			if first.body == "" {
				first = details
			}
			if details.body != first.body {
				t.Errorf("%s: the report is another", way)
			}
			wantRange(t, s, r, stores)
		}
	})
}

// wantRange holds the table, the files and the API of a report against the range
// of each store, measured alone and added up from its days and their rests.
func wantRange(t *testing.T, s *site, r models.Report, stores []int) {
	t.Helper()
	snapshot, sum := s.snapshot(), uptime.Figures{}
	plain := records(t, s.ask(http.MethodGet, "/get_report/"+r.ID))
	details := records(t, s.ask(http.MethodGet, "/reports/"+r.ID+"/details.csv"))
	rows := decode[struct {
		Rows []struct {
			ID    string
			Range jsonWindow
		}
	}](t, s.call(http.MethodGet, "/api/v1/reports/"+r.ID+"/rows?limit=1000")).Rows
	page := s.open("/reports/" + r.ID)
	if got := strings.Join(plain[0], ","); got != "store_id,uptime_last_hour,uptime_last_day,uptime_last_week,downtime_last_hour,downtime_last_day,downtime_last_week" {
		t.Errorf("the header of the CSV is %s", got)
	}
	if len(plain) != len(stores)+1 || len(details) != len(stores)+1 || len(rows) != len(stores) {
		t.Fatalf("%d and %d lines, %d rows, for %d stores", len(plain), len(details), len(rows), len(stores))
	}
	for i, n := range stores {
		code := snapshot.Stores[n].Code
		f := s.naiveRange(n, tenDays)
		sum.Add(f)
		cells := byColumn(t, details, code)
		if got := rows[i]; got.ID != code || got.Range.Up != int64(f.Up) || got.Range.Down != int64(f.Down) || got.Range.Open != int64(f.Open) {
			t.Errorf("%s: the API says %+v, want %+v", code, got, f)
		}
		if cells["uptime_range"] != f.Up.Hours() || cells["downtime_range"] != f.Down.Hours() || cells["open_range"] != f.Open.Hours() || cells["no_data_range"] != f.NoData().Hours() ||
			cells["availability_range"] != uptime.Percent(f.Up, f.Down) {
			t.Errorf("%s: the details say %v, want %+v", code, cells, f)
		}
		row := page.Find("#report-rows tbody tr").FilterFunction(func(_ int, e *goquery.Selection) bool { return text(e.Find(".id")) == code })
		got, want := texts(row.Find("td")), [2]string{"—", "—"}
		if f.Up+f.Down > 0 {
			want = [2]string{f.Up.Hours(), f.Down.Hours()}
		}
		if len(got) != 10 || [2]string{got[4], got[0]} != want {
			t.Errorf("%s: the table says %q, want %q", code, got, want)
		}
		if name := snapshot.Stores[n].Name; text(row.Find(".name")) != name || cells["name"] != name {
			t.Errorf("%s is called %q in the table, want %q", code, text(row.Find(".name")), name)
		}
	}
	tile := page.Find(".tile").First()
	words := " available"
	if sum.Close < sum.Open-sum.Close {
		words = " of what was seen"
	}
	if got := text(tile.Find(".figure")); got != percent(sum.Up, sum.Down)+words || text(tile.Find("h3")) != "10 Jan 2023, 06:30 – 20 Jan 2023, 15:45 UTC" {
		t.Errorf("%s: %s, want %s", text(tile.Find("h3")), got, percent(sum.Up, sum.Down))
	}
}

// naiveRange adds a range up from the local days that it meets.
func (s *site) naiveRange(n int, within uptime.Span) (sum uptime.Figures) {
	s.t.Helper()
	zone := s.snapshot().Location(n)
	date := func(at uptime.Instant) uptime.Date { return uptime.DateOf(at.Time().In(zone).Date()) }
	for d := date(within.From); d <= date(within.To); d++ {
		past := s.past(n, d, d)
		sum.Add(past.Measure(past.Day(d).Clip(within))[0])
	}
	return sum
}

func TestProblemsOfAReportAreShownAtTheirField(t *testing.T) {
	s := onSQLite(t).withChains()
	reports := func() int { return s.open("/reports").Find("#reports tbody tr").Length() }
	for _, tt := range []struct{ field, value, other, otherValue, want string }{
		{"from", "yesterday", "to", "2023-01-20", "Expected 2023-01-25 18:00 or 2023-01-25T18:00:00Z, found yesterday."},
		{"to", "2023-13-01", "from", "2023-01-10", "Expected 2023-01-25 18:00 or 2023-01-25T18:00:00Z, found 2023-13-01."},
		{"from", "", "to", "2023-01-20", "Enter “From” too, or leave both empty."},
		{"to", "", "from", "2023-01-10", "Enter “To” too, or leave both empty."},
		{"to", "2023-01-10", "from", "2023-01-10", "“To” must be later than “From”."},
		{"to", "2023-01-10", "from", "2021-01-10", "“To” must be at most 366 days after “From”."},
		{"to", "2199-01-01", "from", "2023-01-10", "Expected a time after year 0 and not in the future, found 2199-01-01."},
		{"group", "Nobody's", "from", "", "Expected the name of a group that has stores, found Nobody's."},
		{"as_of", "noon", "from", "", "Expected 2023-01-25 18:00 or 2023-01-25T18:00:00Z, found noon."},
	} {
		for name, change := range map[string]func(*http.Request){"page": func(*http.Request) {}, "part": asHTMX} {
			a := s.ask(http.MethodPost, "/reports", form(tt.field, tt.value, tt.other, tt.otherValue), change)
			field := a.page(t).Find("#generate [name=" + tt.field + "]")
			if got := text(a.page(t).Find("#" + field.AttrOr("aria-describedby", "none"))); a.StatusCode != http.StatusUnprocessableEntity || got != tt.want {
				t.Errorf("%s, %s: %d %q, want 422 %q", tt.field, name, a.StatusCode, got, tt.want)
			}
			if invalid := a.page(t).Find("#generate [aria-invalid]"); invalid.Length() != 1 || field.AttrOr("aria-invalid", "") != "true" {
				t.Errorf("%s, %s: %d fields are marked", tt.field, name, invalid.Length())
			}
			if tt.field != "group" && field.AttrOr("value", "") != tt.value || tt.otherValue != "" && a.page(t).Find("#generate [name="+tt.other+"]").AttrOr("value", "") != tt.otherValue {
				t.Errorf("%s, %s: what was typed is gone", tt.field, name)
			}
			if _, open := a.page(t).Find("#generate details").Attr("open"); !open && tt.field != "group" {
				t.Errorf("%s, %s: the field is folded away", tt.field, name)
			}
		}
		if a := s.ask(http.MethodPost, "/trigger_report", asScript, form(tt.field, tt.value, tt.other, tt.otherValue)); a.StatusCode != http.StatusBadRequest || !strings.Contains(refusal(t, a), tt.field+": expected ") {
			t.Errorf("%s: a script is told %d %s", tt.field, a.StatusCode, a.body)
		}
	}
	if got := reports(); got > 0 {
		t.Errorf("%d reports were made of them", got)
	}
}

// Trying again asks for the same, and a key is for one thing alone.
func TestTryingAgainKeepsTheGroupAndTheRange(t *testing.T) {
	s := onSQLite(t).withChains()
	about := []string{"group", groupsOf(s.snapshot())[0], "from", "2023-01-10", "to", "2023-01-20", "as_of", "2023-01-25 12:00"}
	first := trigger(t, s, form(about...))
	if a := s.ask(http.MethodPost, "/reports/"+first.ID+"/cancel"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("cancelled with %d: %s", a.StatusCode, a.body)
	}
	a := s.ask(http.MethodPost, "/reports/"+first.ID+"/retry")
	again, err := s.db.Report(t.Context(), strings.TrimPrefix(a.Header.Get("Location"), "/reports/"))
	if err != nil || again.ID == first.ID || again.Scope() != first.Scope() || first.Scope().Range.Empty() {
		t.Errorf("asked for %+v and then %+v, error %v", first.Scope(), again.Scope(), err)
	}
	facts := strings.Join(texts(s.open("/reports/"+again.ID).Find(".facts dt, .facts dd")), " ")
	for _, want := range []string{"Group " + about[1], "Range from Tue 10 Jan 2023, 00:00 UTC", "Range to Fri 20 Jan 2023, 00:00 UTC", "Wed 25 Jan 2023, 12:00 UTC"} {
		if !strings.Contains(facts, want) {
			t.Errorf("the page does not say %q: %s", want, facts)
		}
	}
}

func TestAKeyIsForOneGroupAndRange(t *testing.T) {
	s := onSQLite(t).withChains()
	groups := groupsOf(s.snapshot())
	ask := func(pairs ...string) answer {
		return s.call(http.MethodPost, "/api/v1/reports", form(pairs...), header("Idempotency-Key", "k"))
	}
	about := []string{"group", groups[0], "from", "2023-01-10", "to", "2023-01-20"}
	first, again := decode[jsonReport](t, ask(about...)), decode[jsonReport](t, ask(about...))
	if first.ID != again.ID {
		t.Errorf("the same key made %s and %s", first.ID, again.ID)
	}
	for _, other := range [][]string{
		{"group", groups[1], "from", "2023-01-10", "to", "2023-01-20"}, {"group", groups[0]}, {"from", "2023-01-10", "to", "2023-01-20"},
		{"group", groups[0], "from", "2023-01-11", "to", "2023-01-20"}, {"group", groups[0], "from", "2023-01-10", "to", "2023-01-21"},
	} {
		refused(t, ask(other...), 422, "report "+first.ID)
	}
}

// A store falls in one bin, each bin says how many, and its link shows them.
func TestTheDistributionCountsEachStoreOnce(t *testing.T) {
	s := onSQLite(t).withChains()
	r := s.report()
	want := map[string][]string{}
	for row, err := range reports.Rows(t.Context(), s.db, r.ID) {
		if err != nil {
			t.Fatal(err)
		}
		name := binName(row.Figures[uptime.LastWeek])
		want[name] = append(want[name], row.Store)
	}
	page := s.open("/reports/" + r.ID)
	sum := 0
	page.Find("table.distribution tbody tr").Each(func(_ int, bin *goquery.Selection) {
		name, _, _ := strings.Cut(text(bin.Find("th")), " :")
		stores, cells := want[name], texts(bin.Find("td.num"))
		sum += len(stores)
		if cells[0] != strconv.Itoa(len(stores)) {
			t.Errorf("%s: %s stores, want %d", name, cells[0], len(stores))
		}
		link, linked := bin.Find("a").Attr("href")
		if linked != (len(stores) > 0) {
			t.Errorf("%s has %d stores, and is linked: %v", name, len(stores), linked)
		}
		if !linked {
			return
		}
		var got []string
		target, _, _ := strings.Cut(link, "#")
		s.open(target).Find("#report-rows tbody .id").Each(func(_ int, e *goquery.Selection) { got = append(got, e.Text()) })
		slices.Sort(got)
		if diff := cmp.Diff(stores, got); diff != "" {
			t.Errorf("%s leads to others (-want +got):\n%s", name, diff)
		}
		chosen := s.open(target)
		if now := chosen.Find("table.distribution tr.active"); now.Length() != 1 || !strings.HasPrefix(text(now), name) {
			t.Errorf("%s is chosen, and the table marks %q", name, text(now))
		}
		if marked := texts(chosen.Find("#report-rows .filters [aria-current]")); !slices.Contains(marked, name) {
			t.Errorf("%s is chosen, and the filters are %q", name, marked)
		}
	})
	if sum != len(s.snapshot().Stores) || len(want) < 4 || text(page.Find("table.distribution caption")) != count(sum, "store")+" by availability in the last week" {
		t.Errorf("the bins add up to %d, %q; %d have stores", sum, text(page.Find("table.distribution caption")), len(want))
	}
	for query, words := range map[string]string{"bin=9": "bin: expected 0 to 8, found 9", "bin=-1": "found -1", "bin=best": "found best", "order=up": "order: expected asc or desc, found up"} {
		status, page := s.get("/reports/" + r.ID + "?" + query)
		if got := text(page.Find("main .lead")); status != http.StatusBadRequest || !strings.Contains(got, words) {
			t.Errorf("%s: %d %q", query, status, got)
		}
	}
}

// binName says where a store belongs, by its percentage.
func binName(f uptime.Figures) string {
	if f.Up+f.Down == 0 {
		return "No data"
	}
	if 2*f.Close < f.Open {
		return "Under half closely seen"
	}
	percent := float64(f.Up) / float64(f.Up+f.Down) * 100
	for _, bin := range []struct {
		name  string
		least float64
	}{{"100 %", 100}, {"99.9–100 %", 99.9}, {"99–99.9 %", 99}, {"95–99 %", 95}, {"90–95 %", 90}, {"50–90 %", 50}} {
		if percent >= bin.least {
			return bin.name
		}
	}
	return "under 50 %"
}

// Stores are found in a report by what people call them.
func TestAReportIsSearchedByName(t *testing.T) {
	s := onSQLite(t).withChains()
	r := s.report()
	snapshot := s.snapshot()
	named := slices.IndexFunc(snapshot.Stores, func(s models.Store) bool { return s.Name != "" })
	name := snapshot.Stores[named].Name
	got := texts(s.open("/reports/" + r.ID + "?q=" + url.QueryEscape(strings.ToLower(name))).Find("#report-rows tbody .name"))
	if len(got) == 0 || slices.ContainsFunc(got, func(found string) bool { return found != name }) {
		t.Errorf("a search for %q finds %q", name, got)
	}
}
