package web_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"lightson/models"
	"lightson/models/alerts"
	"lightson/models/entered"
	"lightson/models/imports"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
	"lightson/web"
)

// TestBrowser is what only a browser can show. Its parts share one browser, and
// each has a site and a visitor of its own.
func TestBrowser(t *testing.T) {
	chromium := startBrowser(t)
	for name, journey := range map[string]func(*testing.T, context.Context){
		"from files to a report":                       testFromFilesToReport,
		"the same without JavaScript":                  testWithoutScripts,
		"progress is shown and the end announced":      testProgress,
		"a lost connection is told and recovers":       testLostConnection,
		"a double click makes one report":              testDoubleClick,
		"a bad range is answered at the form":          testBadRange,
		"a refused upload is answered at the form":     testRefusedUpload,
		"going back keeps the list as it was":          testGoingBack,
		"typing searches without losing the focus":     testSearching,
		"by keyboard alone":                            testKeyboard,
		"a list and a report by keyboard alone":        testKeyboardList,
		"an owner finds the worst store":               testOwner,
		"an operator mends a file":                     testOperator,
		"an outage is excused and the report has both": testExcuse,
		"an outage is excused without JavaScript":      testExcuseWithoutScripts,
		"a group without JavaScript":                   testGroupWithoutScripts,
		"nobody asks while nobody looks":               testHiddenTab,
		"news are told, and move nothing":              testNews,
		"a swap leaves focus and scroll alone":         testSwapsLeaveOneAlone,
		"a report is printed on A4":                    testPrint,
		"little moves for those who want it so":        testReducedMotion,
		"times of the new pages can be switched":       testTimesOfNewPages,
		"theme and times are remembered":               testSwitches,
		"forms about people help those who type":       testPeopleForms,
		"an owner is told and acknowledges":            testAlerts,
		"an owner enters Thanksgiving":                 testThanksgiving,
		"pages are kept until somebody signs out":      testKeptPages,
		"signing in at a provider and back":            testProvider,
		"an owner has a program told":                  testChannels,
		"every page fits, and the browser is content":  testEveryPage,
		"nothing for axe to find":                      testAxe,
		"every page fits in Spanish and German":        testEveryLanguage,
		"days and stores at a glance":                  testStoresAtAGlance,
		"one row of header on a phone":                 testPhone,
		"a report on a phone":                          testReportOnAPhone,
		"a map of hours is one tab stop":               testKeysOfTheHeatMap,
		"what is chosen shows in forced colours":       testForcedColours,
		"pages are printed without what one presses":   testPrintedPages,
		"passkeys, alone and after the password":       testPasskeySignIn,
		"signing in by keyboard, without JavaScript":   testSigningIn,
		"the pages of one's own account":               testAccountPages,
		"people, share links and the audit log":        testOperatorPages,
		"everything below a path":                      testBelowPrefix,
	} {
		t.Run(name, func(t *testing.T) { journey(t, chromium) })
	}
}

// start lets the queue work, as a running server does.
func (s *site) start() *site {
	s.t.Helper()
	if err := s.jobs.Start(context.WithoutCancel(s.t.Context())); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		if err := s.jobs.Stop(context.Background()); err != nil {
			s.t.Error(err)
		}
		if s.log.Len() > 0 {
			s.t.Errorf("the server logged %s", s.log)
		}
	})
	return s
}

// onDisk writes the demo's files where a browser can take them from.
func onDisk(t *testing.T) (paths []string) {
	t.Helper()
	dir := t.TempDir()
	for _, f := range demoFiles(t) {
		path := filepath.Join(dir, f.name)
		if err := os.WriteFile(path, []byte(f.text), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

func (v *tab) choose(selector string, paths ...string) {
	v.t.Helper()
	v.do("choose files", chromedp.SetUploadFiles(chromedp.CSS(selector), paths))
}

// watch remembers every state that a badge goes through, as long as the page is
// not loaded anew.
func (v *tab) watch(selector string) {
	v.t.Helper()
	v.do("watch "+selector, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => {
		window.states = [];
		const look = () => {
			const word = document.querySelector(%q)?.textContent;
			if (word && word !== states.at(-1)) states.push(word);
		};
		new MutationObserver(look).observe(document.body, {subtree: true, childList: true, characterData: true});
		look();
	})()`, selector)))
}

// wantStates checks what was watched: it came from waiting to Complete and
// never went back.
func (v *tab) wantStates() {
	v.t.Helper()
	states := ask[[]string](v, "window.states")
	order := []string{"Queued", "Running", "Complete"}
	byOrder := func(a, b string) int { return slices.Index(order, a) - slices.Index(order, b) }
	if len(states) < 2 || states[len(states)-1] != "Complete" || !slices.IsSortedFunc(states, byOrder) {
		v.t.Errorf("without a reload the badge said %q, want it to become Complete", states)
	}
}

// download clicks a link and returns the file that the browser keeps.
func (v *tab) download(selector string) (name, content string) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	dir := v.t.TempDir()
	_, err := chromedp.CallBrowser(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, DownloadPath: dir, EventsEnabled: new(true),
		BrowserContextID: chromedp.FromContext(v.ctx).BrowserContextID,
	})
	if err != nil {
		v.t.Fatal(err)
	}
	begins := chromedp.BrowserEvents(ctx, browser.DownloadWillBegin)
	progress := chromedp.BrowserEvents(ctx, browser.DownloadProgress)
	v.click(selector)
	guid := ""
	for e, err := range begins {
		if err != nil {
			v.t.Fatal("no download begins:", err)
		}
		name, guid = e.SuggestedFilename, e.GUID
		break
	}
	for e, err := range progress {
		if err != nil {
			v.t.Fatal("the download does not end:", err)
		}
		if e.GUID != guid || e.State == browser.DownloadProgressStateInProgress {
			continue
		}
		if e.State != browser.DownloadProgressStateCompleted {
			v.t.Fatal("the download is", e.State)
		}
		break
	}
	bytes, err := os.ReadFile(filepath.Join(dir, guid))
	if err != nil {
		v.t.Fatal(err)
	}
	return name, string(bytes)
}

// The journey of the contract.
func testFromFilesToReport(t *testing.T, chromium context.Context) {
	s := onSQLite(t)
	v := newTab(t, chromium, s.handler)
	v.open("/")
	v.shows("main", "Three steps to your first report")
	v.click(".first a[href='/imports']")
	v.shows("h1", "Imports")
	v.choose("#files", onDisk(t)...)
	v.shows(".chosen", "menu_hours.csv")
	v.click("#upload button:not([name=preview])")

	v.shows("h1", "Import ")
	v.shows("#import .badge-word", "Queued")
	v.watch("#import .badge-word")
	s.workOffImport(strings.TrimPrefix(v.path(), "/imports/"))
	v.shows("#import .badge-word", "Complete")
	v.wantStates()
	v.shows(".sum-row", "16,")
	v.until("the title says so", `document.title === "✓ Import done · Lights On"`)
	v.shows("#announcer", ": Complete")

	v.click(".nav a[href='/']")
	v.shows("h1", "Overview")
	v.watch("#reports .badge-word")
	v.click("#generate button")
	v.shows("#reports .badge-word", "Queued")
	s.start()
	v.shows("#reports .badge-word", "Complete")
	v.wantStates()
	v.shows("[data-generated] .badge-word", "Complete")
	v.shows("#announcer", ": Complete")

	name, content := v.download("#reports .download")
	if want := s.ask(http.MethodGet, "/get_report?report_id="+s.latestReport().ID, asScript); name != "All stores · as of 25 Jan 2023, 18.13 UTC.csv" || want.StatusCode != http.StatusOK || content != want.body {
		t.Errorf("%s has %d bytes, GET /get_report answers %d with %d", name, len(content), want.StatusCode, len(want.body))
	}
	if got := strings.Count(content, "\n"); got != 121 {
		t.Errorf("the report has %d lines, want 121", got)
	}
	v.click("#reports th a")
	v.shows("h1", "All stores · as of 25 Jan 2023, 18:13 UTC")
	v.shows("#report-rows .pager-text", "1–50 of 120 stores")
}

// Everything works without JavaScript: a form, a page, a link to see how far it is.
func testWithoutScripts(t *testing.T, chromium context.Context) {
	s := onSQLite(t)
	v := newTab(t, chromium, s.handler)
	v.withoutScripts()
	v.open("/imports")
	if ask[bool](v, `getComputedStyle(document.querySelector("[data-choice]")).display !== "none"`) {
		t.Error("switches are shown that do nothing")
	}
	v.choose("#files", onDisk(t)...)
	v.click("#upload button[name=preview]")
	v.shows("#import .badge-word", "Preview")
	v.click("#import form[action$=confirm] button")
	v.shows("#import .badge-word", "Queued")
	s.start()
	refresh := func(word string) {
		t.Helper()
		for end := time.Now().Add(patience); ; {
			v.follow(".refresh a")
			if ask[string](v, `document.querySelector(".badge-word").textContent`) == word {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("it never says %s; at %s", word, v.where())
			}
		}
	}
	refresh("Complete")

	v.open("/reports")
	v.instant("#from", "2023-01-20T00:00")
	v.expect("422")
	v.click("#generate button")
	v.shows("#to-problem", "Enter “To” too")
	v.instant("#from", "")
	v.follow("#generate button")
	v.shows("h1", "All stores · as of ")
	if ask[string](v, `document.querySelector(".badge-word").textContent`) != "Complete" {
		refresh("Complete")
	}
	name, content := v.download(".actions .download")
	if want := s.ask(http.MethodGet, "/get_report/"+s.latestReport().ID, asScript); content != want.body || content == "" {
		t.Errorf("%s has %d bytes, GET /get_report answers with %d", name, len(content), len(want.body))
	}
	v.click("#report-rows tr + tr th:nth-child(3) a")
	v.shows("#report-rows [aria-sort=descending]", "Down")
	v.open("/stores")
	v.write("#stores-q", "11")
	v.click("#stores-search button")
	v.until("the search is in the address", `location.search.startsWith("?q=11")`)
	v.click("#stores tbody a.id")
	v.shows("h1", "Store ")
	v.click("#explain .filters a")
	v.shows("#explain .sum", "Up ")
}

// Percent, then the end, which is announced once; nothing on the way takes the
// focus away.
func testProgress(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDemo()
	v := newTab(t, chromium, s.handler)
	id := s.askReport()
	v.open("/reports/" + id)
	v.do("watch the announcer", chromedp.Evaluate[chromedp.Void](`
		window.said = [];
		new MutationObserver(() => announcer.textContent && said.push(announcer.textContent)).observe(announcer, {childList: true, characterData: true, subtree: true});
		undefined`))
	v.watch("#report .badge-word")
	v.shows("#report .badge-word", "Queued")
	a := s.claim(id)
	v.shows("#report .badge-word", "Running")
	v.do("focus the button to cancel", chromedp.Focus(chromedp.CSS("#report-cancel")))
	for _, done := range []int64{30, 60} {
		if err := s.db.Beat(t.Context(), a, done, 120); err != nil {
			t.Fatal(err)
		}
		v.shows("#report .state-note", fmt.Sprintf("%d of 120 stores", done))
		if got := ask[string](v, `document.activeElement.id`); got != "report-cancel" {
			t.Errorf("at %d stores the focus is at %q", done, got)
		}
	}
	if got := ask[[]string](v, "said"); len(got) > 0 {
		t.Errorf("progress is announced: %q", got)
	}
	s.finish(a)
	v.shows("#report .badge-word", "Complete")
	v.shows("#report-rows .pager-text", "of 120 stores")
	v.wantStates()
	v.until("the end is announced", `said.length > 0`)
	const called = "All stores · as of 25 Jan 2023, 18:13 UTC"
	if got := ask[[]string](v, "said"); len(got) != 1 || got[0] != "Report "+called+": Complete" {
		t.Errorf("announced: %q", got)
	}
	if got := ask[string](v, "document.title"); got != "✓ "+called+" · Lights On" {
		t.Errorf("the tab says %q", got)
	}
	v.open("/reports/" + id)
	if got := ask[string](v, "document.title"); got != called+" · Lights On" {
		t.Errorf("opened again, the tab says %q", got)
	}
	if _, polls := s.open("/reports/" + id).Find("#report").Attr("hx-trigger"); polls || ask[bool](v, `document.querySelector("#report").hasAttribute("hx-trigger")`) {
		t.Error("a complete report is still asked for")
	}

	// Cancel: a press of the button, and the page says so.
	other := s.askReport()
	v.open("/reports/" + other)
	v.click("#report-cancel")
	v.shows("#report .badge-word", "Cancelled")
	v.click("#report-retry")
	v.shows("#report .badge-word", "Queued")
}

// A server that is gone is told of, and found again.
func testLostConnection(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDemo()
	var down atomic.Bool
	v := newTab(t, chromium, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down.Load() {
			panic(http.ErrAbortHandler)
		}
		s.handler.ServeHTTP(w, r)
	}))
	id := s.askReport()
	v.open("/reports")
	v.watch("#reports .badge-word")
	v.shows("#reports .badge-word", "Queued")
	v.expect("net::ERR_")
	v.expect("htmx:") // which logs it as well
	down.Store(true)
	v.until("the row says that the connection is lost", `document.querySelector("#reports .lost")?.checkVisibility()`)
	s.finish(s.claim(id))
	down.Store(false)
	v.shows("#reports .badge-word", "Complete")
	v.until("it is forgotten", `!document.querySelector("#reports .lost")?.checkVisibility()`)
	v.wantStates()
}

func testDoubleClick(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDemo()
	var posts atomic.Int64
	v := newTab(t, chromium, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			posts.Add(1)
		}
		s.handler.ServeHTTP(w, r)
	}))
	for n, tt := range []struct{ target, there string }{
		{"/", `document.querySelectorAll("#reports tbody tr").length === 1`},
		{"/reports", `document.querySelectorAll("#reports tbody tr").length === 2`},
		{"/trigger_report", `document.querySelector("#report .badge-word")`}, // which leads to the report's page
	} {
		v.expect("405") // the status of the page at /trigger_report
		v.open(tt.target)
		v.doubleClick("form[action='/reports'] button")
		v.until("the report is there", tt.there)
		s.finishAll()      // or the next would be the same
		v.open("/reports") // what was sent before is answered before
		if rows := ask[int](v, `document.querySelectorAll("#reports tbody tr").length`); rows != n+1 {
			t.Errorf("%s: a double click makes %d reports", tt.target, rows-n)
		}
	}
	if got := posts.Load(); got != 3 {
		t.Errorf("%d requests for 3 double clicks", got)
	}
	// Two clicks that are meant as two make two.
	v.open("/")
	for want := 4; want <= 5; want++ {
		v.click("#generate button")
		v.until("the report is there", fmt.Sprintf(`document.querySelectorAll("#reports tbody tr").length === %d`, want))
		s.finishAll()
		v.until("the button is ready again", `!document.querySelector("#generate button").disabled && performance.now() - document.querySelector("#generate").answeredAt > 700`)
	}
}

func testBadRange(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDemo()
	s.report()
	v := newTab(t, chromium, s.handler)
	v.expect("422")
	v.open("/reports")
	v.click(".generate-more summary")
	v.instant("#from", "2023-01-20T12:00")
	v.click("#generate button")
	v.shows("#to-problem", "Enter “To” too, or leave both empty.")
	v.until("the focus is in the field", `document.activeElement.id === "to" && document.querySelector("#from").value === "2023-01-20T12:00"`)
	if rows := ask[int](v, `document.querySelectorAll("#reports tbody tr").length`); rows != 1 || v.path() != "/reports" {
		t.Errorf("%d reports are listed, at %s", rows, v.path())
	}
	v.instant("#to", "2023-01-22T00:00")
	v.instant("#as-of", "2023-01-25T12:00")
	v.click("#generate button")
	v.until("another report is listed", `document.querySelectorAll("#reports tbody tr").length === 2`)
	v.shows("#reports tbody tr [data-label='As of']", "Wed 25 Jan 2023, 12:00 UTC")
	// What nobody can know yet, the browser itself does not send.
	v.instant("#as-of", "2199-01-01T00:00")
	v.click("#generate button")
	v.until("the browser says why", `document.querySelector("#as-of").validity.rangeOverflow`)
	v.open("/reports")
	if rows := ask[int](v, `document.querySelectorAll("#reports tbody tr").length`); rows != 2 {
		t.Errorf("%d reports are listed", rows)
	}
}

func testRefusedUpload(t *testing.T, chromium context.Context) {
	s := onSQLite(t)
	v := newTab(t, chromium, s.handler)
	v.expect("422")
	path := filepath.Join(t.TempDir(), "orders.csv")
	if err := os.WriteFile(path, []byte("order,price\n1,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	v.open("/imports")
	v.choose("#files", path)
	v.click("#upload button:not([name=preview])")
	v.shows("#upload-problem", "orders.csv: ")
	v.shows("#upload-problem", "Nothing was imported.")
	// The form can be used again at once.
	v.choose("#files", onDisk(t)...)
	v.shows(".chosen", "timezones.csv")
	v.click("#upload button:not([name=preview])")
	v.shows("#import .badge-word", "Queued")
}

func testGoingBack(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDemo()
	v := newTab(t, chromium, s.handler)
	v.open("/stores")
	v.click("#stores nav[aria-label=State] li:nth-child(3) a")
	v.until("online stores are listed", `location.search === "?state=online" && document.querySelector("#stores .filters[aria-label=State] [aria-current]").textContent.startsWith("Online")`)
	v.click("#stores th:nth-child(1) a")
	v.until("they are sorted", `location.search.includes("sort=store") && document.querySelector("#stores th[aria-sort]").textContent.includes("Store")`)
	v.write("#stores-q", "1")
	v.until("they are searched", `location.search.includes("q=1")`)
	listed := func() string {
		return ask[string](v, `[location.search, document.querySelector("#stores-q").value, ...Array.from(document.querySelectorAll("#stores tbody .id, #stores .filters [aria-current], #stores [aria-sort]"), (e) => e.textContent.trim())].join("|")`)
	}
	before := listed()
	if !strings.Contains(before, "state=online") || !strings.Contains(before, "sort=store") {
		t.Errorf("the address forgets something: %s", before)
	}
	v.click("#stores tbody a.id")
	v.shows("h1", "Store ")
	v.back()
	v.shows("h1", "Stores")
	v.loaded()
	if after := listed(); after != before {
		t.Errorf("back again, the list is\n%s\nand was\n%s", after, before)
	}
	v.back()
	v.until("it is the list before", `location.search === "?state=online" && document.querySelector("#stores [aria-sort]").textContent.includes("Last week")`)
	v.loaded()
	v.do("reload", chromedp.Reload())
	v.loaded()
	v.until("a reload shows the same", `document.querySelector("#stores .filters[aria-label=State] [aria-current]").textContent.startsWith("Online")`)
}

// The list follows what is typed, and the box is never swapped under the fingers.
func testSearching(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDemo()
	id := s.snapshot().Stores[7].Code
	report := s.report()
	v := newTab(t, chromium, s.handler)
	for target, list := range map[string]string{"/stores": "stores", "/reports/" + report.ID: "report-rows"} {
		v.open(target)
		v.write("#"+list+"-q", id)
		v.until("one store is left", fmt.Sprintf(`document.querySelectorAll("#%s tbody .id").length === 1`, list))
		if got := ask[string](v, `document.activeElement.id + "=" + document.activeElement.value`); got != list+"-q="+id {
			t.Errorf("%s: the focus is at %s", target, got)
		}
		v.shows("#announcer", "1–1 of 1 store")
		v.write("#"+list+"-q", "x")
		v.shows("#"+list+" .empty", "No store matches")
	}
}

// tabTo presses the tab key until the focus is where it should come by.
func (v *tab) tabTo(selector string) {
	v.t.Helper()
	var passed []string
	for range 200 {
		v.press(kb.Tab)
		if ask[bool](v, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
			return
		}
		passed = append(passed, ask[string](v, `document.activeElement.outerHTML.slice(0, 60)`))
	}
	v.t.Fatalf("the tab key does not lead to %s; it leads by %q", selector, passed)
}

func testKeyboard(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDemo()
	v := newTab(t, chromium, s.handler)
	v.open("/")
	v.press(kb.Tab)
	if !ask[bool](v, `document.activeElement.matches(".skip") && document.activeElement.getBoundingClientRect().top >= 0`) {
		t.Error("the first stop is not the visible link that skips the menu")
	}
	v.press(kb.Enter)
	v.until("the menu is skipped", `location.hash === "#main"`)
	v.tabTo("#generate button")
	if !ask[bool](v, `document.activeElement.matches(":focus-visible") && getComputedStyle(document.activeElement).outlineStyle !== "none"`) {
		t.Error("one does not see that the button has the focus")
	}
	scroll := ask[float64](v, "scrollY")
	v.press(kb.Enter)
	v.shows("#reports .badge-word", "Queued")
	v.until("the focus is at the button again", `document.activeElement.matches("#generate button")`)
	if now := ask[float64](v, "scrollY"); now != scroll {
		t.Errorf("the page scrolled from %v to %v", scroll, now)
	}
	s.start()
	v.shows("#reports .badge-word", "Complete")
	if !ask[bool](v, `document.activeElement.matches("#generate button")`) {
		t.Error("the swap of the row took the focus away")
	}
	// Along to the report, and in its table to a heading, which keeps the focus
	// when the table is swapped.
	v.tabTo("[data-generated] a")
	v.press(kb.Enter)
	v.shows("h1", "All stores · as of ")
	v.tabTo("#report-rows tr + tr th:nth-child(3) a")
	v.press(kb.Enter)
	v.until("it is sorted", `document.querySelector("#report-rows tr + tr th:nth-child(3)").getAttribute("aria-sort") === "descending"`)
	v.until("the focus is at the heading still", `document.activeElement.matches("#report-rows tr + tr th:nth-child(3) a")`)
	v.press(kb.Enter)
	v.until("it is sorted the other way", `document.querySelector("#report-rows tr + tr th:nth-child(3)").getAttribute("aria-sort") === "ascending"`)
	v.until("the focus is at the heading still", `document.activeElement.matches("#report-rows tr + tr th:nth-child(3) a")`)
	// A day of a store opens and says in words what the strip shows.
	v.open(snapshotURL(s.snapshot().Stores[0].Code))
	v.tabTo(".day > summary")
	v.press(kb.Enter)
	v.until("the day is open", `document.querySelector(".day").open && document.querySelector(".day .stretches").checkVisibility()`)
}

func testSwitches(t *testing.T, chromium context.Context) {
	s := onSQLite(t)
	s.load(newYork()...)
	v := newTab(t, chromium, s.handler)
	ground := func() string { return ask[string](v, `getComputedStyle(document.body).backgroundColor`) }
	v.scheme("light")
	v.open("/stores/ny")
	light := ground()
	v.scheme("dark")
	dark := ground()
	if light == dark {
		t.Errorf("light and dark are both %s", light)
	}
	v.click("[data-choice=theme] label:nth-of-type(2)") // Light
	if got := ground(); got != light {
		t.Errorf("light was chosen, the page is %s", got)
	}
	v.click(".nav a[href='/stores']")
	v.shows("h1", "Stores")
	if got := ground(); got != light || !ask[bool](v, `document.querySelector("[data-choice=theme] [value=light]").checked`) {
		t.Errorf("on the next page it is forgotten: %s", got)
	}
	v.click("[data-choice=theme] label:nth-of-type(3)")
	v.scheme("light")
	if got := ground(); got != dark {
		t.Errorf("dark was chosen, the page is %s", got)
	}
	v.click("[data-choice=theme] label:nth-of-type(1)")
	if got := ground(); got != light {
		t.Errorf("the system's choice was chosen, the page is %s", got)
	}

	v.open("/stores/ny")
	v.shows("table.outages", "Mon 13 Mar, 11:00 EDT")
	v.click("[data-choice=clock] label:nth-of-type(3)") // UTC
	v.shows("table.outages", "Mon 13 Mar 15:00 UTC")
	v.open("/stores/ny")
	v.shows("table.outages", "Mon 13 Mar 15:00 UTC")
	v.click("#explain .filters a[href*='2023-03-13']")
	v.shows("#explain table", "13:00:00 UTC") // also in what is swapped in later
	v.click("[data-choice=clock] label:nth-of-type(1)")
	v.shows("table.outages", "Mon 13 Mar, 11:00 EDT")
}

// A place is a page of a site to look at.
type place struct{ name, path string }

// places are all kinds of pages, in the states that they can be in.
func places(t *testing.T) (s *site, list []place) {
	t.Helper()
	s = onSQLite(t)
	files, err := chains()
	if err != nil {
		t.Fatal(err)
	}
	imported := s.load(files...)
	bad := s.load(file{"bad.csv", badPolls})
	outdated := s.preview(file{"zones.csv", goodZones})
	undone := s.load(file{"others.csv", "store_id,timezone_str\na,UTC\n"})
	if _, err := imports.Undo(t.Context(), s.db, undone.ID, "ana"); err != nil {
		t.Fatal(err)
	}
	preview := s.preview(file{"bad.csv", strings.ReplaceAll(badPolls, "a,", "z,")}, file{"zones.csv", goodZones})
	again := s.preview(file{"bad.csv", demoFiles(t)[1].text})
	queued, running, failed := s.askReport(), s.askReport(), s.askReport()
	if err := s.db.Beat(t.Context(), s.claim(running), 60, 120); err != nil {
		t.Fatal(err)
	}
	if err := s.db.Fail(t.Context(), s.claim(failed), words.Said("The disk is full.")); err != nil {
		t.Fatal(err)
	}
	group := someGroups(s.snapshot())[1]
	report, ranged := s.report(), s.asked("group", group, "from", "2023-01-10", "to", "2023-01-20")
	all := everyPage(s, "/stores")
	worst, unknown := all[0], all[len(all)-1]
	s.sell(worst, "60")
	worstOne, _ := s.snapshot().Find(worst)
	week := uptime.Windows(s.snapshot().AsOf)[uptime.LastWeek]
	s.excuse(t, fmt.Sprintf(`{"scope":"store","name":%q,"from":%q,"to":%q,"category":"power_or_network","note":"Storm"}`, worst, instantOf(week.From.Add(uptime.Day)), instantOf(week.To.Add(-2*uptime.Day))))
	withdrawn := s.excuse(t, `{"scope":"all","from":"2023-01-24T10:00:00Z","to":"2023-01-24T12:00:00Z","category":"poller_fault"}`)
	s.call(http.MethodDelete, "/api/v1/corrections/"+withdrawn)
	corrected := s.report()
	s.special(specialDay(entered.Store(worst), "2023-01-24", "Water pipe", 10*hour, 14*hour), specialDay(entered.Group(group), "2023-11-23", "Thanksgiving Day"),
		specialDay(entered.All, "2023-12-25", "Christmas Day, on which nobody works, not even those who usually do, all over the country"))
	alert := s.addRule("", entered.All, s.addChannel("", true).ID)
	incident := s.addIncident(alert, worst)
	past := s.addIncident(alert, unknown, func(i *alerts.Incident) {
		i.Phase, i.EndedAt = alerts.Over, models.InstantAt(i.Began.Add(uptime.Hour))
	})
	return s, append(tellingPlaces(t, s, group, queued, running, incident, past), []place{
		{"alerts", "/alerts"},
		{"a new rule", "/alerts/new?store=" + url.QueryEscape(worst)},
		{"special days", "/special-days?country=US&year=2023"},
		{"special days of a store", "/special-days?when=past&store=" + url.QueryEscape(worst)},
		{"overview", "/"},
		{"overview of last week", "/?period=last-week"},
		{"stores of some dates", "/stores?period=custom&from=2023-01-10&to=2023-01-20"},
		{"a store on some dates", snapshotURL(worst) + "?period=custom&from=2022-12-10&to=2023-01-20"},
		{"overview of a group", overviewOf(group)},
		{"groups", "/groups"},
		{"no group matches", "/groups?q=nothing"},
		{"stores", "/stores?q=1&group=" + url.QueryEscape(group)},
		{"no store matches", "/stores?q=nothing"},
		{"store", snapshotURL(worst) + "?day=2023-01-25"},
		{"store without data", snapshotURL(unknown)},
		{"store long ago", snapshotURL(worst) + "?day=2023-01-02&page=2"},
		{"corrections", "/corrections"},
		{"no correction matches", "/corrections?store=nowhere"},
		{"excusing", "/corrections/new?store=" + url.QueryEscape(worst) + "&from=2023-01-24T10:00:00Z&to=2023-01-24T12:00:00Z"},
		{"report with corrections", "/reports/" + corrected.ID + "?q=" + url.QueryEscape(s.snapshot().Stores[worstOne].Code)},
		{"reports", "/reports"},
		{"report", "/reports/" + report.ID + "?bin=0"},
		{"report of a range", "/reports/" + ranged.ID},
		{"report queued", "/reports/" + queued},
		{"report running", "/reports/" + running},
		{"report failed", "/reports/" + failed},
		{"imports", "/imports"},
		{"import", "/imports/" + imported.ID},
		{"import with rejects", "/imports/" + bad.ID},
		{"import preview", "/imports/" + preview},
		{"import preview, out of date", "/imports/" + outdated},
		{"import preview of the same bytes", "/imports/" + again},
		{"import undone", "/imports/" + undone.ID},
		{"quality", "/quality"},
		{"silent stores", "/quality/silent?hours=1"},
		{"odd hours", "/quality/odd_hours"},
		{"nothing found", "/quality/no_group"},
		{"nothing there", "/stores/nothing"},
		{"trigger", "/trigger_report"},
	}...)
}

// emptyPlaces are the pages of a new installation.
var emptyPlaces = []place{{"first use", "/"}, {"no stores", "/stores"}, {"no reports", "/reports"}, {"no imports", "/imports"}, {"no quality", "/quality"}, {"no alerts", "/alerts"}, {"no digests", "/digests"}, {"no scheduled reports", "/scheduled-reports"}, {"no feeds", "/feeds"}}

// eachPlace opens every page in a tab of one visitor.
func eachPlace(t *testing.T, chromium context.Context, look func(*tab, place)) {
	t.Helper()
	s := eachPlaceIn(t, chromium, []words.Language{words.English}, look)
	// Every component in every state that it can be in.
	s.handler = web.New(s.db, s.figures, s.jobs, s.jobs, s.jobs, s.jobs, web.Settings{Dev: true}, s.logger()).Handler()
	gallery := []place{{"gallery", "/gallery"}}
	for _, name := range slices.Sorted(maps.Keys(views.GallerySamples())) {
		gallery = append(gallery, place{name, "/gallery/" + name})
	}
	visitEach(newTab(t, chromium, s.handler), gallery, look)
}

// eachPlaceIn opens every page in some languages, and returns where the last pages were.
func eachPlaceIn(t *testing.T, chromium context.Context, languages []words.Language, look func(*tab, place)) *site {
	t.Helper()
	s, list := places(t)
	for _, of := range []struct {
		s    *site
		list []place
	}{{onSQLite(t), emptyPlaces}, {s, list}} {
		v := newTab(t, chromium, of.s.handler)
		for _, l := range languages {
			v.open("/")
			v.do("choose a language", chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.cookie = "lightson-language=%s; path=/"; undefined`, l)))
			visitEach(v, of.list, func(v *tab, p place) {
				if got := ask[string](v, "document.documentElement.lang"); got != string(l) {
					t.Errorf("%s is in %q, want %q", p.name, got, l)
				}
				look(v, p)
			})
		}
	}
	return s
}

// visitEach opens pages one after the other.
func visitEach(v *tab, list []place, look func(*tab, place)) {
	v.expect("status of 40") // of the pages that say so: 404, 405
	for _, p := range list {
		v.open(p.path)
		look(v, p)
	}
}

// Words are longer in other languages.
func testEveryLanguage(t *testing.T, chromium context.Context) {
	eachPlaceIn(t, chromium, []words.Language{words.Spanish, words.German}, func(v *tab, p place) {
		v.width(320)
		name := p.name + " in " + ask[string](v, "document.documentElement.lang")
		if wide := ask[int](v, "document.documentElement.scrollWidth"); wide > 320 {
			t.Errorf("%s: 320 wide, it scrolls sideways to %d: %s", name, wide, ask[string](v, widest))
		}
		v.axe(t, name)
	})
}

func testEveryPage(t *testing.T, chromium context.Context) {
	eachPlace(t, chromium, func(v *tab, p place) {
		v.width(320)
		for _, scheme := range []string{"light", "dark"} {
			v.scheme(scheme)
			// 400 % zoom on a window 1280 wide is the same as 320.
			if wide := ask[int](v, "document.documentElement.scrollWidth"); wide > 320 {
				t.Errorf("%s, %s: 320 wide, it scrolls sideways to %d: %s", p.name, scheme, wide, ask[string](v, widest))
			}
		}
		if hidden := ask[string](v, `Array.from(document.querySelectorAll(".nav a")).filter((e) => e.getBoundingClientRect().right > innerWidth).map((e) => e.textContent).join(", ")`); hidden != "" {
			t.Errorf("%s: 320 wide, the menu hides %s", p.name, hidden)
		}
		v.width(1280)
		if ask[bool](v, `document.querySelector(".who")?.getBoundingClientRect().top >= document.querySelector(".brand").getBoundingClientRect().bottom`) {
			t.Errorf("%s: 1280 wide, the account is below the menu", p.name)
		}
	})
}

// widest names what sticks out of the window.
const widest = `Array.from(document.querySelectorAll("body *")).filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll"))
	.slice(0, 5).map((e) => e.outerHTML.slice(0, 100)).join("\n")`
