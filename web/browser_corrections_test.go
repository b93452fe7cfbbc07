package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"lightson/models/uptime"
)

func instantOf(at uptime.Instant) string { return at.Time().Format("2006-01-02T15:04:05.000000Z07:00") }

// An outage is excused by two clicks. The report that is made then shows both figures;
// after the correction is withdrawn the next one is raw again, and the first one stays.
func testExcuse(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDemo()
	s.start()
	n, outage := outageOf(t, s.snapshot())
	code := s.snapshot().Stores[n].Code
	v := newTab(t, chromium, s.handler)
	v.open(snapshotURL(code))
	v.do("mark the link", chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll("table.outages a")].find(a => a.href.includes("from=`+url.QueryEscape(instantOf(outage.From))+`")).id = "excuse"; undefined`))
	v.click("#excuse")
	v.shows("h1", "Add a correction")
	v.click(".correction-form button[type=submit]")
	v.shows("table.outages", "all of it excused")
	v.shows(".tile:nth-of-type(3)", "with corrections")
	v.shows("#corrections table", "Withdraw")

	report := func() (page string) {
		v.open("/reports")
		v.click("#generate button[type=submit]")
		v.shows("#reports tbody tr:first-child .badge-word", "Complete")
		return ask[string](v, `document.querySelector("#reports tbody tr:first-child th a").getAttribute("href")`)
	}
	first := report()
	v.open(first)
	v.shows(".facts", "excuse")
	v.shows(".tiles", "with corrections")
	v.shows("#report-rows", "with corrections")
	was := ask[string](v, `document.querySelector("main").textContent`)

	v.open(snapshotURL(code))
	v.click("#corrections tbody button")
	v.shows("#corrections tr.withdrawn", "Withdrawn")
	v.until("nothing is excused any more", `!document.querySelector("table.outages").textContent.includes("excused")`)
	second := report()
	if second == first {
		t.Fatal("no new report was made")
	}
	v.open(second)
	v.shows(".tiles", "available")
	if text := ask[string](v, `document.querySelector("main").textContent`); strings.Contains(text, "corrections") {
		t.Errorf("the report after it was withdrawn tells of corrections: %s", text)
	}
	v.open(first)
	if text := ask[string](v, `document.querySelector("main").textContent`); text != was {
		t.Errorf("the first report changed:\n%s\nwas\n%s", text, was)
	}
}

// The same by forms and links alone; what is wrong is said at its field.
func testExcuseWithoutScripts(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDemo()
	n, outage := outageOf(t, s.snapshot())
	code := s.snapshot().Stores[n].Code
	v := newTab(t, chromium, s.handler)
	v.withoutScripts()
	v.open("/corrections/new?" + url.Values{"store": {"nowhere"}, "from": {instantOf(outage.From)}, "to": {instantOf(outage.To)}}.Encode())
	v.expect("status of 404")
	v.click(".correction-form button[type=submit]")
	v.shows("#correction-store-problem", "There is no store nowhere")
	v.open(snapshotURL(code))
	v.click("table.outages a")
	v.click(".correction-form button[type=submit]")
	v.shows("#corrections table", "Other")
	v.click("#corrections tbody button")
	v.shows("#corrections tr.withdrawn", "Withdrawn")
	if a := s.call(http.MethodGet, "/api/v1/corrections?holding=true"); !strings.Contains(a.body, `"total":0`) {
		t.Errorf("something still holds: %s", a.body)
	}
}
