package web_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Nobody asks for news while nobody looks.
func testHiddenTab(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDemo()
	var asked atomic.Int64
	v := newTab(t, chromium, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/row") {
			asked.Add(1)
		}
		s.handler.ServeHTTP(w, r)
	}))
	id := s.askReport()
	v.open("/reports")
	awaits := func(more int64) {
		t.Helper()
		for end := time.Now().Add(patience); asked.Load() < more; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%d requests, want %d", asked.Load(), more)
			}
		}
	}
	hide := func(is string) {
		v.do("hide or show", chromedp.Evaluate[chromedp.Void](`Object.defineProperty(document, "hidden", {configurable: true, get: () => `+is+`});
			document.dispatchEvent(new Event("visibilitychange")); undefined`))
	}
	awaits(1)
	hide("true")
	time.Sleep(200 * time.Millisecond) // one may be on its way
	before := asked.Load()
	s.finish(s.claim(id))
	time.Sleep(2500 * time.Millisecond)
	if got := asked.Load(); got != before {
		t.Errorf("a hidden tab asked %d times", got-before)
	}
	hide("false")
	v.shows("#reports .badge-word", "Complete")
	awaits(before + 1)
}

// The rows of work renew themselves, and whoever reads elsewhere does not notice.
func testSwapsLeaveOneAlone(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withChains()
	id := s.askReport()
	v := newTab(t, chromium, s.handler)
	v.open("/")
	v.shows("#reports .badge-word", "Queued")
	v.do("focus and scroll", chromedp.Evaluate[chromedp.Void](`document.querySelector("#choose-group").focus({preventScroll: true}); scrollTo(0, 400); undefined`))
	place := func() string { return ask[string](v, `document.activeElement.id + " " + Math.round(scrollY)`) }
	before := place()
	a := s.claim(id)
	v.shows("#reports .badge-word", "Running")
	if got := place(); got != before || !strings.HasSuffix(before, " 400") {
		t.Errorf("a swap moved one from %q to %q", before, got)
	}
	s.finish(a)
	v.shows("#reports .badge-word", "Complete")
	if got := place(); got != before {
		t.Errorf("the last swap moved one from %q to %q", before, got)
	}
}

var mediaBox = regexp.MustCompile(`/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]`)

// A report prints on A4, without what is only for a screen.
func testPrint(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withChains()
	ranged := s.asked("from", "2023-01-10", "to", "2023-01-20")
	v := newTab(t, chromium, s.handler)
	v.open("/reports/" + ranged.ID)
	pdf := call(v, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true)}).Data
	boxes := mediaBox.FindAllSubmatch(pdf, -1)
	if len(boxes) == 0 || len(boxes) > 6 {
		t.Errorf("%d pages for 40 stores", len(boxes))
	}
	for _, box := range boxes {
		if !strings.HasPrefix(string(box[1]), "59") || !strings.HasPrefix(string(box[2]), "84") { // 595 by 842 points
			t.Errorf("a page of %s by %s points is not A4", box[1], box[2])
		}
	}
	call(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	for _, gone := range []string{".top", ".foot", ".actions", ".search", "#report-rows .filters"} {
		if ask[bool](v, `document.querySelector("`+gone+`").checkVisibility()`) {
			t.Errorf("%s is printed", gone)
		}
	}
	for _, there := range []string{".print-only", ".facts", ".tile", "table.distribution", "table.printed"} {
		if !ask[bool](v, `document.querySelector("`+there+`").checkVisibility()`) {
			t.Errorf("%s is not printed", there)
		}
	}
}

// Who wants little to move sees nothing slide or spin.
func testReducedMotion(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDemo()
	id := s.askReport()
	s.claim(id)
	v := newTab(t, chromium, s.handler)
	moving := func() int {
		return ask[int](v, `Array.from(document.querySelectorAll("*")).filter((e) => {
			const s = getComputedStyle(e);
			return s.transitionDuration.split(",").some((d) => parseFloat(d) > 0) || e.matches(".icon-spinner") && s.animationName !== "none";
		}).length`)
	}
	v.open("/reports/" + id)
	v.shows("#report .badge-word", "Running")
	if moving() == 0 {
		t.Error("nothing moves for anybody, so nothing is tested")
	}
	call(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	if n := moving(); n > 0 {
		t.Errorf("%d elements still move", n)
	}
}

// The switch of times works on what is new, and in what is swapped in.
func testTimesOfNewPages(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withChains()
	ranged := s.asked("from", "2023-01-10", "to", "2023-01-20")
	v := newTab(t, chromium, s.handler)
	v.open("/")
	v.click("[data-choice=clock] label:nth-of-type(3)") // UTC
	all := `Array.from(document.querySelectorAll("main time"), (e) => e.textContent)`
	inUTC := func(where string) {
		t.Helper()
		times := ask[[]string](v, all)
		if len(times) == 0 {
			t.Errorf("%s has no times", where)
		}
		for _, words := range times {
			if !strings.HasSuffix(words, " UTC") && !strings.HasSuffix(words, " ago") {
				t.Errorf("%s: %q", where, words)
			}
		}
	}
	inUTC("the overview")
	offline, _ := s.snapshot().Find(text(s.open("/").Find(".offline-list .id").First()))
	v.open("/reports/" + ranged.ID)
	inUTC("a report of a range")
	v.open(snapshotURL(s.snapshot().Stores[offline].Code))
	inUTC("a store")
	v.click("#filter-day-3")
	v.shows("#explain .sum", "Up ")
	inUTC("an explanation")
	v.click("[data-choice=clock] label:nth-of-type(1)")
	if got := strings.Join(ask[[]string](v, all), "|"); strings.Contains(got, "UTC|") {
		t.Errorf("switched back: %q", got)
	}
}
