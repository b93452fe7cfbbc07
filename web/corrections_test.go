package web_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/uptime"
)

// An excusedFigures is a window as scripts get it.
type excusedFigures struct {
	Open, Up, Down, NoData uptime.Micros
	Corrected              *struct{ Up, Down, Excused, NoData uptime.Micros }
}

func (f *excusedFigures) UnmarshalJSON(text []byte) error {
	var in struct {
		Open      uptime.Micros `json:"open_us"`
		Up        uptime.Micros `json:"up_us"`
		Down      uptime.Micros `json:"down_us"`
		NoData    uptime.Micros `json:"no_data_us"`
		Corrected *struct {
			Up      uptime.Micros `json:"up_us"`
			Down    uptime.Micros `json:"down_us"`
			Excused uptime.Micros `json:"excused_us"`
			NoData  uptime.Micros `json:"no_data_us"`
		} `json:"corrected"`
	}
	err := json.Unmarshal(text, &in)
	*f = excusedFigures{Open: in.Open, Up: in.Up, Down: in.Down, NoData: in.NoData}
	if c := in.Corrected; c != nil {
		f.Corrected = &struct{ Up, Down, Excused, NoData uptime.Micros }{c.Up, c.Down, c.Excused, c.NoData}
	}
	return err
}

type excusedWindows struct {
	Windows struct {
		LastHour excusedFigures `json:"last_hour"`
		LastDay  excusedFigures `json:"last_day"`
		LastWeek excusedFigures `json:"last_week"`
	} `json:"windows"`
}

// outageOf is an outage of the last week that is over, and its store.
func outageOf(t *testing.T, s *figures.Snapshot) (n int, outage uptime.Span) {
	t.Helper()
	for n := range s.Stores {
		days, err := s.StoreDays(n)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range days.Outages(uptime.Windows(s.AsOf)[uptime.LastWeek]) {
			if o.To < s.AsOf && o.To%uptime.Instant(uptime.Second) != 0 {
				return n, o.Span
			}
		}
	}
	t.Fatal("no store has an outage that is over")
	return 0, outage
}

// filled are the fields of the form on a page, as a browser would send them.
func filled(page *goquery.Document, selector string) url.Values {
	v := url.Values{}
	page.Find(selector).Find("input[name], select[name]").Each(func(_ int, e *goquery.Selection) {
		name, value := e.AttrOr("name", ""), e.AttrOr("value", "")
		if goquery.NodeName(e) == "select" {
			value = e.Find("option[selected]").AttrOr("value", e.Find("option").First().AttrOr("value", ""))
		}
		v.Set(name, value)
	})
	return v
}

func sending(v url.Values) func(*http.Request) {
	return body("application/x-www-form-urlencoded", v.Encode())
}

var editionOfPage = regexp.MustCompile(` data-edition="[^"]*"`)

// pagesOf are what shows figures of a store, without what says when the page was made.
func (s *site) pagesOf(snapshot *figures.Snapshot, n int) map[string]string {
	s.t.Helper()
	code := snapshot.Stores[n].Code
	bodies := map[string]string{}
	for _, target := range []string{
		"/", "/stores", "/groups", snapshotURL(code), snapshotURL(code) + "?day=2023-01-24", "/api/v1/stores?limit=1000",
		"/api/v1/stores/" + url.PathEscape(code), "/api/v1/stores/" + url.PathEscape(code) + "/days", "/api/v1/groups", "/api/v1/stores/" + url.PathEscape(code) + "/timeline",
	} {
		a := s.ask(http.MethodGet, target)
		if a.StatusCode != http.StatusOK {
			s.t.Fatalf("%s: status %d", target, a.StatusCode)
		}
		for _, u := range unlike {
			a.body = u.of.ReplaceAllString(a.body, u.same)
		}
		bodies[target] = editionOfPage.ReplaceAllString(a.body, "") // of data that show the same
	}
	return bodies
}

// withoutHistory is a page without the list of corrections, which remembers those that
// are withdrawn, and without the box that asks for corrected figures.
func withoutHistory(text string) string {
	before, rest, found := strings.Cut(text, `<section id="corrections"`)
	if !found {
		return text
	}
	_, after, _ := strings.Cut(rest, "</section>")
	return before + after
}

// An outage is excused by two clicks from the page of its store. The report that is made
// then shows both figures; once it is withdrawn, the next one is raw again and the first
// one stays.
func TestAnOutageIsExcusedAndTheReportShowsBothFigures(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		snapshot := s.snapshot()
		n, outage := outageOf(t, snapshot)
		code := snapshot.Stores[n].Code
		before, raw := s.pagesOf(snapshot, n), s.report()

		// The first click.
		excuse := ""
		s.open(snapshotURL(code)).Find("table.outages a").Each(func(_ int, a *goquery.Selection) {
			u, err := url.Parse(a.AttrOr("href", ""))
			if err == nil && u.Query().Get("from") == outage.From.Time().Format("2006-01-02T15:04:05.000000Z07:00") {
				excuse = u.String()
			}
		})
		if excuse == "" {
			t.Fatal("no link excuses the outage")
		}
		form := filled(s.open(excuse), "form.correction-form")
		// The second.
		if a := s.ask(http.MethodPost, "/corrections", sending(form)); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != snapshotURL(code)+"#corrections" {
			t.Fatalf("status %d to %s: %s", a.StatusCode, a.Header.Get("Location"), text(a.page(t).Find(".problem")))
		}

		page := s.open(snapshotURL(code))
		if got := text(page.Find("table.outages")); !strings.Contains(got, "all of it excused") {
			t.Errorf("the outage is not said to be excused: %s", got)
		}
		week := page.Find(".tile").Eq(2)
		if got := text(week); !strings.Contains(got, "with corrections") || !strings.Contains(got, "excused)") {
			t.Errorf("the week says %s", got)
		}
		if page.Find(".s-excused").Length() == 0 || !strings.Contains(text(page.Find(".stretches")), "Offline, excused") {
			t.Error("the strip does not mark what is excused")
		}
		got := decode[excusedWindows](t, s.call(http.MethodGet, "/api/v1/stores/"+url.PathEscape(code))).Windows.LastWeek
		down := snapshot.Figures[n][uptime.LastWeek].Down
		if c := got.Corrected; got.Down != down || c == nil || c.Excused != outage.Length() || c.Down != down-outage.Length() || c.Up != got.Up || c.NoData != got.NoData {
			t.Errorf("the week is %+v with %+v; %d down, of which an outage of %d", got, got.Corrected, down, outage.Length())
		}

		corrected := s.report()
		csv := func(r models.Report, query string) string {
			t.Helper()
			a := s.ask(http.MethodGet, "/get_report/"+r.ID+query, asScript)
			if a.StatusCode != http.StatusOK || a.Header.Get("Content-Length") != strconv.Itoa(len(a.body)) {
				t.Errorf("%s: status %d, %d bytes, Content-Length %s", query, a.StatusCode, len(a.body), a.Header.Get("Content-Length"))
			}
			return a.body
		}
		was := csv(raw, "")
		if csv(corrected, "") != was || csv(corrected, "?corrected=false") != was {
			t.Error("scripts that did not ask for corrected figures got others")
		}
		if csv(raw, "?corrected=true") != was {
			t.Error("the report from before the correction changed")
		}
		want := strings.Split(was, "\n")
		for row := range want {
			if strings.HasPrefix(want[row], code+",") {
				f := snapshot.Figures[n]
				c := excusedRow(s.snapshot(), n)
				want[row] = fmt.Sprintf("%s,%s,%s,%s,%s,%s,%s", code, c[0].Up.Minutes(), c[1].Up.Hours(), c[2].Up.Hours(), c[0].Down.Minutes(), c[1].Down.Hours(), c[2].Down.Hours())
				if c[2].Down == f[2].Down {
					t.Error("nothing is corrected")
				}
			}
		}
		if diff := cmp.Diff(strings.Join(want, "\n"), csv(corrected, "?corrected=true")); diff != "" {
			t.Errorf("the corrected report (-want +got):\n%s", diff)
		}
		asked := s.asked("corrected", "true")
		if csv(asked, "") != csv(corrected, "?corrected=true") || csv(asked, "?corrected=false") != was {
			t.Error("a report that was asked for with corrections has other figures")
		}
		reportPage := s.open("/reports/" + corrected.ID)
		fact := factOf(reportPage, "Corrections")
		if off := lengthOf(t, strings.TrimPrefix(fact, "excuse ")) - outage.Length(); max(off, -off) > uptime.Minute || !strings.HasSuffix(fact, "in the last week, of 1 store") {
			t.Errorf("the report's page says of what is excused: %q", fact)
		}
		if reportPage.Find(".tile .corrected").Length() == 0 || s.open("/reports/"+raw.ID).Find(".corrected").Length() > 0 {
			t.Error("not the report with corrections is the one whose page shows both figures")
		}
		kept := s.ask(http.MethodGet, "/reports/"+corrected.ID).body

		withdraw := s.open(snapshotURL(code)).Find("#corrections form").AttrOr("action", "")
		if a := s.ask(http.MethodPost, withdraw, form0()); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != snapshotURL(code)+"#corrections" {
			t.Fatalf("withdrawing by %s: status %d", withdraw, a.StatusCode)
		}
		for target, body := range s.pagesOf(snapshot, n) {
			if diff := cmp.Diff(before[target], withoutHistory(body)); diff != "" && target != "/" { // whose list has more reports
				t.Errorf("%s is not what it was before the correction (-before +after):\n%.2000s", target, diff)
			}
		}
		if got := text(s.open(snapshotURL(code)).Find("#corrections tr.withdrawn")); !strings.Contains(got, "Withdrawn") || !strings.Contains(got, "Other") {
			t.Errorf("the history does not have what was withdrawn: %q", got)
		}
		if csv(s.report(), "?corrected=true") != was {
			t.Error("the report after the correction was withdrawn is not raw")
		}
		if s.ask(http.MethodGet, "/reports/"+corrected.ID).body != kept || csv(corrected, "?corrected=true") == was {
			t.Error("the report with the correction changed")
		}
	})
}

func excusedRow(s *figures.Snapshot, n int) [3]uptime.Figures { return *s.Corrected(n) }

// factOf is the value of a fact on the page of a report.
func factOf(page *goquery.Document, name string) (value string) {
	page.Find(".facts div").Each(func(_ int, e *goquery.Selection) {
		if text(e.Find("dt")) == name {
			value = text(e.Find("dd"))
		}
	})
	return value
}

func form0() func(*http.Request) { return sending(url.Values{}) }

// A correction changes what lies in its span and concerns its stores, and nothing else.
func TestACorrectionChangesOnlyItsSpanAndItsStores(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot, dice := s.snapshot(), rand.New(rand.NewPCG(4, 2))
	week := uptime.Windows(snapshot.AsOf)[uptime.LastWeek]
	days := func(code string) []struct {
		From, To time.Time
		Figures  excusedFigures
	} {
		return decode[struct {
			Days []struct {
				From, To time.Time
				Figures  excusedFigures
			}
		}](t, s.ask(http.MethodGet, "/api/v1/stores/"+url.PathEscape(code)+"/days?from=2023-01-18&to=2023-01-25")).Days
	}
	all := func() map[string]string {
		list := map[string]string{}
		for _, store := range decode[struct{ Stores []json.RawMessage }](t, s.ask(http.MethodGet, "/api/v1/stores?limit=1000")).Stores {
			var id struct{ ID string }
			if err := json.Unmarshal(store, &id); err != nil {
				t.Fatal(err)
			}
			list[id.ID] = string(store)
		}
		return list
	}
	before, excusedSome := all(), 0
	for range 8 {
		n := dice.IntN(len(snapshot.Stores))
		stored := snapshot.Stores[n]
		subject := entered.Store(stored.Code)
		if stored.Group != "" && dice.IntN(2) == 0 {
			subject = entered.Group(stored.Group)
		}
		was := days(stored.Code)
		from := week.From.Add(uptime.Micros(dice.Int64N(int64(uptime.Week))))
		to := from.Add(uptime.Micros(1 + dice.Int64N(int64(40*uptime.Hour))))
		a := s.ask(http.MethodPost, "/api/v1/corrections", body("application/json", fmt.Sprintf(
			`{"scope":%q,"name":%q,"from":%q,"to":%q,"category":"other"}`, subject.Scope, subject.Name,
			from.Time().Format(time.RFC3339Nano), to.Time().Format(time.RFC3339Nano))))
		if a.StatusCode != http.StatusCreated {
			t.Fatalf("status %d: %s", a.StatusCode, a.body)
		}
		for day, got := range days(stored.Code) {
			want := was[day].Figures
			inside := uptime.Span{From: from, To: to}.Clip(uptime.Span{From: uptime.At(got.From), To: uptime.At(got.To)})
			c := got.Figures.Corrected
			got.Figures.Corrected = nil
			if got.Figures != want {
				t.Errorf("the raw figures of a day changed: %+v, want %+v", got.Figures, want)
			}
			if c == nil {
				continue
			}
			excusedSome++
			if c.Excused > inside.Length() || c.Up+c.Down+c.Excused+c.NoData != want.Open || c.Up > want.Up || c.Down > want.Down || c.NoData > want.NoData {
				t.Errorf("%d of %+v lie in the correction, which makes %+v of it", inside.Length(), want, *c)
			}
		}
		for id, store := range all() {
			m, _ := snapshot.Find(id)
			if !subject.Has(snapshot.Stores[m]) && store != before[id] {
				t.Errorf("a correction of %s changed the store %s", subject, id)
			}
		}
		if a := s.ask(http.MethodDelete, a.Header.Get("Location")); a.StatusCode != http.StatusOK {
			t.Fatalf("withdrawing: status %d: %s", a.StatusCode, a.body)
		}
		if diff := cmp.Diff(before, all()); diff != "" {
			t.Fatalf("withdrawing does not restore every byte (-before +after):\n%s", diff)
		}
	}
	if excusedSome == 0 {
		t.Error("no correction lay in open time")
	}
}

func TestWhatIsWrongWithACorrectionIsSaidAtItsFieldAndWhatWasTypedStays(t *testing.T) {
	s := onSQLite(t).withChains()
	code := s.snapshot().Stores[0].Code
	for _, tt := range []struct {
		change, to, field, says string
		status                  int
	}{
		{"store", "nowhere", "store", "There is no store nowhere that you may correct.", 404},
		{"store", "", "store", "Enter the id of a store or the name of a group.", 422},
		{"group", "Nobody's", "group", "There is no group Nobody's all of which you may correct.", 404},
		{"scope", "everything", "scope", "Choose for whom it is: a store, a group or all stores.", 422},
		{"from", "yesterday", "from", "Expected a time such as 2023-01-24T14:05, found yesterday", 422},
		{"from", "", "from", "found nothing", 422},
		{"to", "2023-01-24T09:00", "to", "The end must be later than the start.", 422},
		{"to", "2024-03-01T09:00", "to", "at most 366 days", 422},
		{"to", "9999-12-31T23:59", "to", "at most a year from now", 422},
		{"from", "0000-01-01T00:00", "from", "The start is too long ago.", 422},
		{"store", "\x00", "store", "This text has characters that cannot be stored.", 422},
		{"from", "2029-01-01T09:00", "to", "The end must be later than the start.", 422},
		{"zone", "Mars/Olympus", "zone", "Expected the name of a time zone", 422},
		{"zone", "Local", "zone", "Expected the name of a time zone", 422},
		{"category", "", "category", "Choose a category.", 422},
		{"category", "weather", "category", "Choose a category.", 422},
		{"note", strings.Repeat("é", 501), "note", "at most 500 characters", 422},
	} {
		form := url.Values{
			"scope": {"store"}, "store": {code}, "group": {""}, "from": {"2023-01-24T10:00"}, "to": {"2023-01-24T11:00"}, "zone": {""},
			"category": {"other"}, "note": {"frost"},
		}
		form.Set(tt.change, tt.to)
		if tt.change == "group" {
			form.Set("scope", "group")
		}
		a := s.ask(http.MethodPost, "/corrections", sending(form))
		page := a.page(t)
		got := text(page.Find("#correction-" + tt.field + "-problem"))
		if tt.field == "scope" || page.Find("#correction-"+tt.field).Length() == 0 {
			got = text(page.Find(".problem"))
		}
		if a.StatusCode != tt.status || !strings.Contains(got, tt.says) {
			t.Errorf("%s=%.20s: status %d, %q; want %d, %q", tt.change, tt.to, a.StatusCode, got, tt.status, tt.says)
		}
		again := filled(page, "form.correction-form")
		for _, field := range []string{"store", "from", "to", "note"} {
			if typed := strings.ReplaceAll(form.Get(field), "\x00", "\uFFFD"); again.Get(field) != typed {
				t.Errorf("%s=%.20s: the field %s has %q now, %q was typed", tt.change, tt.to, field, again.Get(field), form.Get(field))
			}
		}
	}
	if list := decode[struct{ Total int }](t, s.call(http.MethodGet, "/api/v1/corrections")); list.Total != 0 {
		t.Errorf("%d corrections were made all the same", list.Total)
	}
}

// What is typed is the time on the clocks of the store, or of the zone that is chosen.
func TestATypedTimeIsThatOfTheStoresClocks(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"zones.csv", "store_id,timezone_str\nberlin,Europe/Berlin\nchicago,America/Chicago\n"},
		file{"polls.csv", "store_id,status,timestamp_utc\nberlin,active,2023-01-25 18:00:00 UTC\nchicago,active,2023-01-25 18:00:00 UTC\n"},
		file{"names.csv", "store_id,name,group\nberlin,B,G\nchicago,C,G\n"})
	for _, tt := range []struct{ scope, name, from, zone, want string }{
		{"store", "berlin", "2023-01-24T10:00", "", "2023-01-24T09:00:00.000000Z"},
		{"store", "chicago", "2023-01-24T10:00:30", "", "2023-01-24T16:00:30.000000Z"},
		{"store", "chicago", "2023-01-24T10:00", "UTC", "2023-01-24T10:00:00.000000Z"},
		{"store", "chicago", "2023-01-24 10:00", "Europe/Berlin", "2023-01-24T09:00:00.000000Z"},
		{"group", "G", "2023-01-24T10:00", "", "2023-01-24T10:00:00.000000Z"},
		{"all", "", "2023-01-24T10:00", "", "2023-01-24T10:00:00.000000Z"},
		{"store", "chicago", "2022-11-06T01:30", "", "2022-11-06T06:30:00.000000Z"}, // twice: the first
		{"store", "chicago", "2022-03-13T02:30", "", "2022-03-13T08:30:00.000000Z"}, // never: moved by the gap
	} {
		form := url.Values{"scope": {tt.scope}, "from": {tt.from}, "to": {tt.from[:8] + "28T00:00"}, "zone": {tt.zone}, "category": {"other"}, "note": {uuid.NewString()}}
		form.Set(tt.scope, tt.name)
		if a := s.ask(http.MethodPost, "/corrections", sending(form)); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%v: status %d: %s", tt, a.StatusCode, text(a.page(t).Find(".problem")))
		}
		var got string
		for _, c := range decode[struct {
			Corrections []struct{ From, Note string }
		}](t, s.call(http.MethodGet, "/api/v1/corrections")).Corrections {
			if c.Note == form.Get("note") {
				got = c.From
			}
		}
		if got != tt.want {
			t.Errorf("%v: begins at %s, want %s", tt, got, tt.want)
		}
	}
}

func TestCorrectedIsAskedForByTrueAndNothingElse(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		asJSON := func(text string) func(*http.Request) { return body("application/json", text) }
		for _, tt := range []struct {
			send func(*http.Request)
			want bool
		}{
			{asJSON(`{"corrected":true}`), true}, {asJSON(`{"corrected": false}`), false}, {asJSON(`{}`), false},
			{form("corrected", "true"), true}, {form("corrected", "false"), false}, {form("corrected", ""), false},
			{func(r *http.Request) { r.URL.RawQuery = "corrected=true" }, true},
		} {
			if r := trigger(t, s, tt.send); r.Corrected != tt.want {
				t.Errorf("a report is corrected: %v, want %v", r.Corrected, tt.want)
			}
		}
		for _, send := range []func(*http.Request){
			asJSON(`{"corrected":"true"}`), asJSON(`{"corrected":1}`), asJSON(`{"corrected":null}`), asJSON(`{"corrected":[true]}`), asJSON(`{"corrected":{}}`),
			form("corrected", "1"), form("corrected", "yes"), form("corrected", "TRUE"), body("application/x-www-form-urlencoded", "corrected=true&corrected=false"),
		} {
			a := s.ask(http.MethodPost, "/trigger_report", asScript, send)
			if said := a.body; a.StatusCode != http.StatusBadRequest || !strings.Contains(said, "corrected: expected true or false, found ") {
				t.Errorf("status %d: %s", a.StatusCode, said)
			}
			if a := s.call(http.MethodPost, "/api/v1/reports", send); a.StatusCode != http.StatusBadRequest {
				t.Errorf("the API: status %d: %s", a.StatusCode, a.body)
			}
		}
		key := header("Idempotency-Key", "one key")
		first := trigger(t, s, key, asJSON(`{"corrected":true}`))
		if again := trigger(t, s, key, asJSON(`{"corrected":true}`)); again.ID != first.ID {
			t.Error("the same key and body made another report")
		}
		if a := s.ask(http.MethodPost, "/trigger_report", asScript, key); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("the same key without corrected: status %d", a.StatusCode)
		}
		r := s.finish(s.claim(first.ID))
		for _, tt := range []struct {
			query string
			want  bool
		}{{"", true}, {"?corrected=false", false}, {"?corrected=true", true}} {
			status := decode[struct {
				Corrected   bool
				DownloadURL string `json:"download_url"`
			}](t, s.ask(http.MethodGet, "/get_report/"+r.ID+tt.query, header("Accept", "application/json")))
			a := s.ask(http.MethodGet, status.DownloadURL, asScript)
			if status.Corrected != tt.want || a.body != s.ask(http.MethodGet, "/get_report/"+r.ID+tt.query, asScript).body {
				t.Errorf("%s: %+v", tt.query, status)
			}
		}
		for _, query := range []string{"?corrected=1", "?corrected=yes", "?corrected=true&corrected=false"} {
			if a := s.ask(http.MethodGet, "/get_report/"+r.ID+query, asScript); a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, "expected true or false") {
				t.Errorf("%s: status %d: %.100s", query, a.StatusCode, a.body)
			}
		}
	})
}

func TestTheBoxForCorrectedFiguresIsThereWhereSomethingIsCorrected(t *testing.T) {
	s := onSQLite(t).withDemo()
	if s.open("/reports").Find("#generate-corrected").Length() != 0 {
		t.Error("there is a box, and nothing to correct")
	}
	s.excuse(t, `{"scope":"all","from":"2023-01-02T10:00:00Z","to":"2023-01-02T11:00:00Z","category":"other"}`)
	if s.open("/reports").Find("#generate-corrected").Length() != 1 {
		t.Error("there is no box")
	}
	a := s.ask(http.MethodPost, "/reports", form("key", uuid.NewString(), "corrected", "true", "from", "never"))
	if _, checked := a.page(t).Find("#generate-corrected").Attr("checked"); a.StatusCode != http.StatusUnprocessableEntity || !checked {
		t.Errorf("status %d: the box that was ticked is not ticked", a.StatusCode)
	}
	a = s.ask(http.MethodPost, "/reports", form("key", uuid.NewString(), "corrected", "true"))
	if r, err := s.db.Report(t.Context(), strings.TrimPrefix(a.Header.Get("Location"), "/reports/")); err != nil || !r.Corrected {
		t.Errorf("the report that was asked for: %v, corrected %v", err, r.Corrected)
	}
}

// excuse makes a correction by the API.
func (s *site) excuse(t *testing.T, text string) (id string) {
	t.Helper()
	a := s.call(http.MethodPost, "/api/v1/corrections", body("application/json", text))
	if a.StatusCode != http.StatusCreated {
		t.Fatalf("status %d: %s", a.StatusCode, a.body)
	}
	s.catchUp()
	return strings.TrimPrefix(a.Header.Get("Location"), "/api/v1/corrections/")
}

func TestCorrectionsAreListedByTheAPIInPiecesAndByFilters(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		snapshot := s.snapshot()
		group := someGroups(snapshot)[1]
		store := snapshot.Stores[members(snapshot, group)[0]].Code
		alone := snapshot.Stores[members(snapshot, someGroups(snapshot)[0])[0]].Code
		made := map[string]string{}
		for n, text := range []string{
			fmt.Sprintf(`{"scope":"store","name":%q,`, store), fmt.Sprintf(`{"scope":"group","name":%q,`, group), `{"scope":"all",`,
			fmt.Sprintf(`{"scope":"store","name":%q,`, alone),
		} {
			made[s.excuse(t, fmt.Sprintf(`%s"from":"2023-01-2%dT10:00:00Z","to":"2023-01-2%dT11:00:00.123456Z","category":%q,"note":" frost "}`,
				text, n, n, entered.Categories[n]))] = strconv.Itoa(n)
		}
		listed := func(query string) (numbers string) {
			t.Helper()
			cursor := ""
			for {
				piece := decode[struct {
					Total       int
					Corrections []struct{ ID, Note, To string }
					NextCursor  *string `json:"next_cursor"`
				}](t, s.call(http.MethodGet, "/api/v1/corrections?limit=1"+query+cursor))
				for _, c := range piece.Corrections {
					numbers += made[c.ID]
					if c.Note != "frost" || !strings.HasSuffix(c.To, "11:00:00.123456Z") {
						t.Errorf("%+v", c)
					}
				}
				if piece.NextCursor == nil {
					if piece.Total != len(numbers) {
						t.Errorf("%s: %d in all pieces, said %d", query, len(numbers), piece.Total)
					}
					return numbers
				}
				cursor = "&cursor=" + url.QueryEscape(*piece.NextCursor)
			}
		}
		for query, want := range map[string]string{
			"": "3210", "&store=" + url.QueryEscape(store): "210", "&group=" + url.QueryEscape(group): "210", "&store=" + url.QueryEscape(alone): "32",
			"&store=nowhere": "", "&category=planned_work": "2", "&holding=true": "3210",
		} {
			if got := listed(query); got != want {
				t.Errorf("%s: %q, want %q", query, got, want)
			}
		}
		for id, number := range made {
			if number == "2" {
				if a := s.call(http.MethodDelete, "/api/v1/corrections/"+id); a.StatusCode != http.StatusOK || !strings.Contains(a.body, `"withdrawn_at":"20`) {
					t.Errorf("withdrawing: status %d: %s", a.StatusCode, a.body)
				}
				first := s.call(http.MethodGet, "/api/v1/corrections/"+id).body
				s.call(http.MethodDelete, "/api/v1/corrections/"+id)
				if again := s.call(http.MethodGet, "/api/v1/corrections/"+id).body; again != first {
					t.Errorf("withdrawn twice: %s, then %s", first, again)
				}
			}
		}
		if got := listed("&holding=true"); got != "310" {
			t.Errorf("those that hold: %q", got)
		}
		if got := listed(""); got != "3210" {
			t.Errorf("with those that are withdrawn: %q", got)
		}
		for _, query := range []string{"?holding=maybe", "?category=weather", "?limit=0", "?cursor=abc"} {
			if a := s.call(http.MethodGet, "/api/v1/corrections"+query); a.StatusCode != http.StatusBadRequest {
				t.Errorf("%s: status %d", query, a.StatusCode)
			}
		}
		for _, text := range []string{
			"", "[]", `{"scope":"store"}`, `{"scope":"town","name":"x","from":"2023-01-20T10:00:00Z","to":"2023-01-20T11:00:00Z","category":"other"}`,
			`{"scope":"all","from":"2023-01-20T10:00:00Z","to":"2023-01-20T10:00:00Z","category":"other"}`,
			`{"scope":"all","from":"2023-01-20T10:00:00Z","to":"2023-01-20T11:00:00Z","category":"rain"}`,
			`{"scope":"all","name":"x","from":"2023-01-20T10:00:00Z","to":"2023-01-20T11:00:00Z","category":"other"}`,
			`{"scope":"all","from":"2023-01-20 10:00","to":"2023-01-20T11:00:00Z","category":"other"}`,
		} {
			a := s.ask(http.MethodPost, "/api/v1/corrections", body("application/json", text))
			if a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, "xpected") {
				t.Errorf("%s: status %d: %s", text, a.StatusCode, a.body)
			}
		}
		ids := texts(s.open("/corrections?group=" + url.QueryEscape(group)).Find("table.corrections tbody tr"))
		if len(ids) != 3 || slices.IndexFunc(ids, func(row string) bool {
			return strings.Contains(row, "All stores") && strings.Contains(row, "Withdrawn")
		}) < 0 {
			t.Errorf("the page of the group lists %q", ids)
		}
	})
}
