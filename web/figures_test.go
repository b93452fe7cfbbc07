package web_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"lightson/models/figures"
	"lightson/models/uptime"
)

// records are the rows of a CSV.
func records(t *testing.T, a answer) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// byColumn are the cells of a store's row in a CSV, by the names of the columns.
func byColumn(t *testing.T, rows [][]string, id string) map[string]string {
	t.Helper()
	cells := map[string]string{}
	for _, row := range rows[1:] {
		if row[0] == id {
			for n, name := range rows[0] {
				cells[name] = row[n]
			}
			return cells
		}
	}
	t.Fatalf("there is no row of %s", id)
	return nil
}

// storeFromAPI is what the API says of a store.
type storeFromAPI struct {
	ID      string
	Windows map[string]struct {
		Open   uptime.Micros `json:"open_us"`
		Up     uptime.Micros `json:"up_us"`
		Down   uptime.Micros `json:"down_us"`
		NoData uptime.Micros `json:"no_data_us"`
		Least  uptime.Micros `json:"down_least_us"`
		Most   uptime.Micros `json:"down_most_us"`
		Text   string        `json:"availability_text"`
	}
}

// groupsOfOne are a group for each store of the demo, of that store alone.
func groupsOfOne(snapshot *figures.Snapshot) file {
	var b strings.Builder
	b.WriteString("store_id,name,group,city\n")
	for _, store := range snapshot.Stores {
		b.WriteString(store.Code + ",,Only " + store.Code + ",\n")
	}
	return file{"names.csv", b.String()}
}

// The same number everywhere: the list and its export, the store's page, the
// overview of a group of one, the report's table, its rows, both its files and
// the API say the same of a store.
func TestTheSameNumberEverywhere(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		s.load(groupsOfOne(s.snapshot()))
		report := s.report()
		export := records(t, s.ask(http.MethodGet, "/stores.csv"))
		rows := decode[struct{ Rows []storeFromAPI }](t, s.call(http.MethodGet, "/api/v1/reports/"+report.ID+"/rows?limit=1000")).Rows
		plain := records(t, s.ask(http.MethodGet, "/get_report/"+report.ID, asScript))
		details := records(t, s.ask(http.MethodGet, "/reports/"+report.ID+"/details.csv"))
		snapshot := s.snapshot()
		unknown, down, compared := 0, 0, 0
		for n, store := range snapshot.Stores {
			week := snapshot.Figures[n][uptime.LastWeek]
			if nothing := week.Up+week.Down == 0; n%6 != 0 && !nothing {
				continue
			} else if nothing {
				unknown++
			}
			if week.Down > 0 {
				down++
			}
			compared++
			id := store.Code
			same := sameNumber{
				t: t, id: id,
				list:   s.open("/stores?q=" + url.QueryEscape(id)).Find("#stores tbody tr").First(),
				page:   s.open(snapshotURL(id)),
				table:  s.open("/reports/" + report.ID + "?q=" + url.QueryEscape(id)).Find("#report-rows tbody tr").First(),
				plain:  byColumn(t, plain, id),
				detail: byColumn(t, details, id),
				export: byColumn(t, export, id),
				alone:  s.open(overviewOf("Only " + id)),
				row:    rows[slices.IndexFunc(rows, func(r storeFromAPI) bool { return r.ID == id })],
			}
			if err := json.Unmarshal([]byte(s.ask(http.MethodGet, "/api/v1/stores/"+url.PathEscape(id)).body), &same.api); err != nil {
				t.Fatal(err)
			}
			for window := range 3 {
				same.check(window, snapshot.Figures[n][window])
			}
		}
		if unknown == 0 || down == 0 || compared < 20 {
			t.Errorf("%d stores, %d without data and %d with downtime were compared", compared, unknown, down)
		}
	})
}

// sameNumber is one store wherever it is shown.
type sameNumber struct {
	t             *testing.T
	id            string
	list, table   *goquery.Selection
	page, alone   *goquery.Document
	plain, detail map[string]string
	export        map[string]string
	api, row      storeFromAPI
}

func (s sameNumber) check(window int, f uptime.Figures) {
	s.t.Helper()
	name := []string{"last_hour", "last_day", "last_week"}[window]
	title := []string{"Last hour", "Last day", "Last week"}[window]
	in := []func(uptime.Micros) string{uptime.Micros.Minutes, uptime.Micros.Hours, uptime.Micros.Hours}[window]
	equal := func(what string, want string, got ...string) {
		s.t.Helper()
		for _, g := range got {
			if g != want {
				s.t.Errorf("store %s, %s: %s = %q, want %q everywhere", s.id, title, what, got, want)
				return
			}
		}
	}
	api, cells := s.api.Windows[name], texts(s.table.Find("td"))
	known := f.Up+f.Down > 0

	up, down := in(f.Up), in(f.Down)
	equal("up", up, s.plain["uptime_"+name], s.detail["uptime_"+name], in(api.Up))
	equal("down", down, s.plain["downtime_"+name], s.detail["downtime_"+name], s.export["downtime_"+name], in(api.Down))
	equal("open", in(f.Open), s.detail["open_"+name], in(api.Open))
	equal("no data", in(f.NoData()), s.detail["no_data_"+name], s.export["no_data_"+name], in(api.NoData))
	if row := s.row.Windows[name]; row != api {
		s.t.Errorf("store %s, %s: the row of the report says %+v, the API %+v", s.id, title, row, api)
	}
	if api.Up+api.Down+api.NoData != api.Open || api.Up != f.Up || api.Down != f.Down {
		s.t.Errorf("store %s, %s: the API says %+v, want %+v", s.id, title, api, f)
	}
	if known {
		equal("up and down in the table", up+" "+down, cells[3+window]+" "+cells[window])
	} else {
		equal("up and down in the table", "— —", cells[3+window]+" "+cells[window])
	}

	line, tile := s.list.Find("[data-label='"+title+"']"), s.page.Find(".tile").Eq(window)
	availability := s.detail["availability_"+name]
	equal("availability", availability, strings.TrimSuffix(api.Text, " %"), s.export["availability_"+name])
	const shown = ".figure, .tile-facts, .change"
	equal("a group of it alone", text(tile.Find(shown)), text(s.alone.Find(".tile").Eq(window).Find(shown)))
	if !known {
		equal("availability", "—", availability, text(tile.Find(".figure")), strings.Fields(text(line))[0])
		if window == uptime.LastWeek {
			equal("availability in the table", "—", cells[6])
		}
		return
	}
	percent := availability + " %"
	figure, hollow := strings.TrimSuffix(text(tile.Find(".figure")), " available"), tile.Find(".thin").Length() > 0
	if hollow {
		figure = strings.TrimSuffix(figure, " of what was seen")
		found := line.Find(".found")
		equal("what was found", text(tile.Find(".finding")), line.Find(".avail").AttrOr("title", ""))
		equal("what was found in short", map[bool]string{true: "no downtime", false: f.Down.LengthText() + " offline"}[f.Down == 0], strings.Split(strings.Split(text(found), ",")[0], " in ")[0])
	}
	equal("availability", percent, text(line.Find(".avail")), figure)
	equal("coverage", s.detail["coverage_"+name]+" %", fact(tile, "Coverage"))
	offline, bounds, _ := strings.Cut(fact(tile, "Offline"), " (")
	s.bounds(tile, line, bounds, api.Least, api.Most, f)
	if hollow && f.Down == 0 {
		equal("offline", "none seen", offline)
	} else if !hollow {
		equal("offline", offline+" offline", text(line.Find(".found")))
	}
	s.near("offline", offline, f.Down)
	s.near("open", fact(tile, "Open"), f.Open)
	noData := fact(tile, "No data")
	if gap := text(line.Find(".gap")); !hollow && (gap != "" || f.NoData() > 0) {
		equal("no data", noData+" no data", gap)
	}
	if window == uptime.LastWeek {
		equal("availability in the table", percent, cells[6])
		equal("no data in the table", noData, cells[7])
	}
}

// near checks a length in words.
// bounds holds those of a tile and of a line of a list against figures. They are in words
// where downtime was seen and they leave room, and a hint elsewhere.
func (s sameNumber) bounds(tile, line *goquery.Selection, said string, least, most uptime.Micros, f uptime.Figures) {
	s.t.Helper()
	if least != f.Least() || most != f.Most() {
		s.t.Errorf("store %s: the API allows %d to %d, want %d to %d", s.id, least, most, f.Least(), f.Most())
	}
	room := most-least >= uptime.Minute && most-least >= f.Down/10
	if (said != "") != (room && f.Down > 0) {
		s.t.Errorf("store %s: %q in brackets, for %d to %d µs and %d down", s.id, said, least, most, f.Down)
	}
	for _, words := range []string{said, line.Find(".found").AttrOr("title", ""), tile.Find("dd[title]").AttrOr("title", "")} {
		from, to, both := strings.Cut(words, " – ")
		switch {
		case words == "":
		case both:
			s.near("least", from, least)
			s.near("most", to, most)
		default:
			s.near("most", words, most)
		}
	}
	if _, hinted := line.Find(".found").Attr("title"); hinted != room {
		s.t.Errorf("store %s: the list hints at bounds: %v", s.id, hinted)
	}
}

func (s sameNumber) near(what, words string, length uptime.Micros) {
	s.t.Helper()
	if !isNear(lengthOf(s.t, words), length) {
		s.t.Errorf("store %s: %s = %q, want %s min", s.id, what, words, length.Minutes())
	}
}

// isNear reports whether a length that was rounded to the minute, or from 100 hours on
// to the hour, can be that of words.
func isNear(said, length uptime.Micros) bool {
	half := uptime.Minute / 2
	if length >= 100*uptime.Hour-half {
		half = uptime.Hour / 2
	}
	return -half <= said-length && said-length <= half
}

// fact is one of the facts of a tile.
func fact(tile *goquery.Selection, name string) string {
	found := ""
	tile.Find("dl > div").Each(func(_ int, e *goquery.Selection) {
		if text(e.Find("dt")) == name {
			found = text(e.Find("dd"))
		}
	})
	return found
}

var lengthPart = regexp.MustCompile(`([0-9,]+(?:\.[0-9]+)?) (h|min|s)\b`)

// lengthOf reads a length back from words: "7 h 33 min 37.388884 s".
func lengthOf(t *testing.T, words string) (length uptime.Micros) {
	t.Helper()
	for _, part := range lengthPart.FindAllStringSubmatch(words, -1) {
		n, err := strconv.ParseFloat(strings.ReplaceAll(part[1], ",", ""), 64)
		if err != nil {
			t.Fatal(err)
		}
		unit := map[string]uptime.Micros{"h": uptime.Hour, "min": uptime.Minute, "s": uptime.Second}[part[2]]
		length += uptime.Micros(n*float64(unit) + .5)
	}
	return length
}

// The group's figures are the sums of the stores', on every page.
func TestAllStoresTogetherAreTheSumOfThem(t *testing.T) {
	s := onSQLite(t).withDemo()
	var sum [3]uptime.Figures
	for _, f := range s.snapshot().Figures {
		for n := range sum {
			sum[n].Add(f[n])
		}
	}
	var want []string
	for _, f := range sum {
		want = append(want, uptime.Percent(f.Up, f.Down)+" % available")
	}
	for _, target := range []string{"/", "/reports/" + s.report().ID} {
		if diff := cmp.Diff(want, texts(s.open(target).Find(".tile .figure"))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", target, diff)
		}
	}
}
