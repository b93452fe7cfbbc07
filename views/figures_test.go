package views

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// words is the text of a selection with its spaces put in order.
func shownText(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

// cells is the text of each cell of a row.
func cells(row *goquery.Selection) string {
	return strings.Join(row.Children().Map(func(_ int, cell *goquery.Selection) string { return shownText(cell) }), " | ")
}

func TestTheTrendSaysWhichDaysToTrust(t *testing.T) {
	page := render(t, trend(Trend{Low: "90 %", Days: []TrendDay{
		{Name: "Mon 23 Jan", Known: true, Thin: true, Availability: "98.2 %", Height: .82},
		{Name: "Tue 24 Jan", Availability: "100 %", Height: 1},
		{Name: "Wed 25 Jan", Known: true, SoFar: true, Availability: "91.0 %", Offline: "2 h", NoData: "3 %", Height: .1, Before: "97.0 %", BeforeHeight: .7},
	}}))
	heads := page.Find("thead th")
	for n, want := range []string{"Mon 23 Jan little data", "Tue 24 Jan", "Wed 25 Jan so far"} {
		if got := shownText(heads.Eq(n)); got != want {
			t.Errorf("day %d is headed %q, want %q", n, got, want)
		}
	}
	for n, want := range []string{"Available | 98.2 % | — | 91.0 %", "Week before | — | — | 97.0 %", "Offline | none seen | — | 2 h", "No data | 0 % | — | 3 %"} {
		if got := cells(page.Find("tbody tr").Eq(n)); got != want {
			t.Errorf("row %d says %q, want %q", n, got, want)
		}
	}
	if drawn := heads.Eq(1).Find("circle, polyline").Length(); drawn != 0 {
		t.Errorf("%d marks are drawn for a day without data", drawn)
	}
}

func TestTheLineOfTheTrendEndsWhereNothingIsKnown(t *testing.T) {
	days := []TrendDay{{Known: true, Height: 1}, {Known: true, Height: 0}, {}, {Known: true, Height: .5}}
	trend := Trend{Low: "90 %", Days: days}
	for n, want := range map[int]string{0: "500,80.0 1000,500.0", 1: "0,500.0 500,920.0", 3: "500,500.0"} {
		if got := trend.line(n); got != want {
			t.Errorf("day %d is drawn along %q, want %q", n, got, want)
		}
	}
}

func TestAChangeIsAnArrowAndWordsAndNeverAColour(t *testing.T) {
	for trend, picture := range map[string]string{"up": "arrow-up", "down": "arrow-down", "same": "equal"} {
		page := render(t, windowTile(Window{Name: "Last day", Known: true, Availability: "98 %", Share: Share{Up: 1}, Change: "in words", Trend: trend}))
		if page.Find(".change .icon-"+picture).Length() != 1 || shownText(page.Find(".change")) != "in words" {
			t.Errorf("%s: %s", trend, shownText(page.Find(".change")))
		}
		if page.Find(".change .off, .change.off").Length() != 0 {
			t.Errorf("%s: the change is red", trend)
		}
	}
}

func TestACellOfTheHeatMapSaysWhatIsBehindIt(t *testing.T) {
	for want, c := range map[string]HeatCell{
		"3.1":              {Known: true, Text: "3.1", Level: 2},
		"3.1* little data": {Known: true, Thin: true, Text: "3.1", Level: 2},
		"— no data":        {Text: "100"},
		"closed":           {Closed: true, Known: true, Text: "100"},
	} {
		m := HeatMap{Caption: "Downtime", Hours: []string{"14"}, Rows: []HeatRow{{"Monday", []HeatCell{c}}}}
		if got := shownText(render(t, heatMap(m)).Find("tbody td")); got != want {
			t.Errorf("the cell says %q, want %q", got, want)
		}
	}
}

func TestABinLeadsToItsStores(t *testing.T) {
	page := render(t, distribution(Distribution{Caption: "3 stores", Bins: []Bin{
		{Text: "100 %", Count: "3", Share: "100 %", Width: 1, URL: "?bin=0", Active: true}, {Text: "No data", Count: "0", Share: "0 %", NoData: true},
	}}))
	if href, _ := page.Find("tbody a[aria-current]").Attr("href"); href != "?bin=0" || page.Find("tbody a").Length() != 1 {
		t.Errorf("the bins lead to %q; %d links", href, page.Find("tbody a").Length())
	}
	if got := cells(page.Find("tbody tr").Eq(1)); got != "No data |  | 0 | 0 %" {
		t.Errorf("the empty bin says %q", got)
	}
}

func TestLostSalesAreShownWithTheirFormula(t *testing.T) {
	w := Window{Name: "Last week", Known: true, Availability: "98 %", Lost: "≈ $123.00 lost sales", LostNote: "2 h 3 min × $60 per hour; an estimate"}
	if got := shownText(render(t, windowTile(w)).Find(".lost-sales")); got != w.Lost+" "+w.LostNote {
		t.Errorf("the tile says %q", got)
	}
	w.Lost = ""
	if render(t, windowTile(w)).Find(".lost-sales").Length() != 0 {
		t.Error("sales are shown though nobody entered a rate")
	}
}
