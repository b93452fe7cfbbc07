package views

import (
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
)

// render parses what a component writes. A row of a table needs a table around it to be parsed.
func render(t *testing.T, c templ.Component) *goquery.Document {
	t.Helper()
	html := source(t, c)
	if strings.HasPrefix(html, "<tr") {
		html = "<table>" + html + "</table>"
	}
	page, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func source(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestBadgeSaysItsStateInAWordBesideAnIcon(t *testing.T) {
	for _, b := range sampleBadges {
		page := render(t, badge("b", b))
		if got := page.Find(".badge .badge-word").Text(); got != string(b.State) {
			t.Errorf("%s: word = %q", b.State, got)
		}
		if page.Find(".badge svg[aria-hidden=true]").Length() != 1 {
			t.Errorf("%s: no icon", b.State)
		}
		if got, want := page.Find("progress").Length() == 1, b.State == Running; got != want {
			t.Errorf("%s: has a progress bar: %v, want %v", b.State, got, want)
		}
	}
}

func TestRowsAskTheServerOnlyUntilTheirStateIsFinal(t *testing.T) {
	for _, r := range append(sampleReports().Rows, ReportRow{ID: "p", Badge: Badge{State: Preview}}) {
		_, polls := render(t, ReportTableRow(r)).Find("tr").Attr("hx-trigger")
		if polls == r.Badge.Final() {
			t.Errorf("report %s: polls %v while final is %v", r.Badge.State, polls, r.Badge.Final())
		}
	}
	for _, state := range []JobState{Queued, Running, Complete, Failed, Cancelled} {
		b := Badge{State: state}
		for name, c := range map[string]templ.Component{
			"#report": ReportDetail(Report{Badge: b}), "#import": ImportDetail(Import{Badge: b}), "tr": ImportTableRow(ImportRow{Badge: b}),
		} {
			if _, polls := render(t, c).Find(name).Attr("hx-trigger"); polls == b.Final() {
				t.Errorf("%s %s: polls %v while final is %v", name, state, polls, b.Final())
			}
		}
	}
}

func TestNoDataNeverShowsAPercentageOrGreen(t *testing.T) {
	lying := Share{Up: 1}
	unknown := Window{Name: "Last day", Availability: "100 %", Open: "8 h", Offline: "0 min", Share: lying}
	closed := Window{Name: "Last day", Closed: true, Known: true, Availability: "0 %", Share: lying}
	for name, w := range map[string]Window{"no data": unknown, "closed": closed} {
		for kind, c := range map[string]templ.Component{"list": listLine(w), "line": wideLine(w), "tile": windowTile(w)} {
			page := render(t, c)
			text := page.Text()
			if strings.Contains(text, "%") || !strings.Contains(text, "—") {
				t.Errorf("%s, %s: says %q, want a dash and no percentage", name, kind, text)
			}
			if page.Find(".s-up").Length() != 0 {
				t.Errorf("%s, %s: draws time up", name, kind)
			}
		}
	}
	page := render(t, reportRows(ReportRows{Rows: []ReportStore{{ID: "1", UpWeek: "0.00", Availability: "100 %", NoData: "100 %"}}}))
	if got := page.Find("tbody td:nth-child(8)").Text(); got != "—" {
		t.Errorf("availability of a store without data = %q, want —", got)
	}
}

// The sign between them comes from the style sheet; a space does not.
func TestTheWordsOfALineStandApart(t *testing.T) {
	for bounds, want := range map[string]string{"": "1 h 26 min offline 3 % no data", "3 h – 26 h": "1 h 26 min offline (3 h – 26 h) 3 % no data"} {
		w := mixedWeek
		w.Bounds = bounds
		if got := strings.Join(strings.Fields(render(t, wideLine(w)).Find(".wline > small").Text()), " "); got != want {
			t.Errorf("the line says %q, want %q", got, want)
		}
	}
}

func TestDowntimeIsSeenHoweverShort(t *testing.T) {
	if page := render(t, shareBar(Share{Up: .99999, Down: .00001})); page.Find(".s-down").Length() != 1 {
		t.Error("a second of downtime is not drawn")
	}
	if page := render(t, shareBar(Share{Up: 1})); page.Find(".s-down").Length() != 0 {
		t.Error("downtime is drawn where there is none")
	}
}

func TestIdsAndWordsFromFilesAreEscaped(t *testing.T) {
	const hostile = `"><script>alert(1)</script>`
	for name, c := range map[string]templ.Component{
		"stores": StoresTable(StoreList{Search: Search{Keep: []Param{{hostile, hostile}}}, Rows: []StoreRow{{ID: hostile, URL: "/stores/x", Zone: hostile}}}),
		"store":  StorePage(Page{Title: hostile}, Store{ID: hostile, Zone: hostile}),
		"report": reportRows(ReportRows{Rows: []ReportStore{{ID: hostile}}}),
		"import": ImportDetail(Import{ID: hostile, Failure: hostile, Files: []ImportFile{{Name: hostile, First: [][]string{{hostile}, {hostile}}}}}),
		"search": searchBox(Search{Query: hostile}, "Search", "", "stores"),
	} {
		if html := source(t, c); strings.Contains(html, "<script>alert") {
			t.Errorf("%s: a script of a file's words is in the page", name)
		}
	}
}

// The pages are sent with a Content-Security-Policy that refuses everything inline.
func TestNothingIsInline(t *testing.T) {
	inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|hx-on|hx-vals="js|javascript:|<script(?:\s[^>]*)?>[^<]`)
	for name, c := range samplePages() {
		html := source(t, c)
		if found := inline.FindString(html); found != "" {
			t.Errorf("%s: %q is inline", name, found)
		}
	}
}

func TestEveryPageHasOneHeadingAndUniqueIds(t *testing.T) {
	for name, c := range samplePages() {
		if name == "gallery" {
			continue // shows the same partial several times
		}
		page := render(t, c)
		if n := page.Find("h1").Length(); n != 1 {
			t.Errorf("%s: %d h1", name, n)
		}
		seen := map[string]bool{}
		page.Find("[id]").Each(func(_ int, s *goquery.Selection) {
			id, _ := s.Attr("id")
			if seen[id] {
				t.Errorf("%s: id %q occurs twice", name, id)
			}
			seen[id] = true
		})
		page.Find("[hx-target^='#']").Each(func(_ int, s *goquery.Selection) {
			if target, _ := s.Attr("hx-target"); page.Find(target).Length() != 1 {
				t.Errorf("%s: hx-target %s is not on the page", name, target)
			}
		})
		page.Find("label[for], [aria-labelledby], [aria-describedby]").Each(func(_ int, s *goquery.Selection) {
			for _, attr := range []string{"for", "aria-labelledby", "aria-describedby"} {
				if id, ok := s.Attr(attr); ok && !seen[id] {
					t.Errorf("%s: %s=%q leads nowhere", name, attr, id)
				}
			}
		})
	}
}

func samplePages() map[string]templ.Component {
	p := samplePage("Sample", NavOverview)
	pages := map[string]templ.Component{
		"overview":       OverviewPage(p, sampleOverview()),
		"first use":      OverviewPage(Page{}, Overview{FirstUse: &FirstUse{Samples: sampleFiles, CanDemo: true}}),
		"group":          OverviewPage(p, sampleGroup()),
		"groups":         GroupsPage(p, sampleAllGroups()),
		"hour":           HourPage(p, sampleHour()),
		"reports":        ReportsPage(p, GenerateForm{}, sampleReports()),
		"report":         ReportPage(p, sampleReport(Badge{State: Complete})),
		"report running": ReportPage(p, sampleReport(Badge{State: Running})),
		"ranged report":  ReportPage(p, sampleRangedReport()),
		"stores":         StoresPage(p, sampleStores()),
		"named stores":   StoresPage(p, sampleNamedStores()),
		"store":          StorePage(p, sampleStore()),
		"named store":    StorePage(p, sampleNamedStore()),
		"long names":     StorePage(p, sampleLongStore()),
		"imports":        ImportsPage(p, sampleUpload, sampleImports()),
		"import":         ImportPage(p, sampleImport(Badge{State: Complete})),
		"preview":        ImportPage(p, sampleImport(Badge{State: Preview})),
		"quality":        QualityPage(p, sampleQuality(true)),
		"all is well":    QualityPage(p, sampleQuality(false)),
		"one check":      QualityListPage(p, sampleFound()),
		"odd hours":      QualityListPage(p, sampleOdd()),
		"error":          ErrorPage(p, Problem{Status: 404, Title: "There is no such store"}),
		"trigger":        TriggerPage(p, Trigger{}),
		"gallery":        GalleryPage(),
	}
	maps.Copy(pages, GallerySamples())
	return pages
}
