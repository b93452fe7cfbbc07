package web_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// pollsUntil are polls of kettle, offline, and taco until a while ago: a browser goes by its own
// clock.
func pollsUntil(ago time.Duration, taco string) file {
	at := func(d time.Duration) string { return time.Now().UTC().Add(-d).Format("2006-01-02 15:04:05 UTC") }
	return file{"polls.csv", fmt.Sprintf("store_id,status,timestamp_utc\nkettle,inactive,%s\ntaco,active,%s\ntaco,%s,%s\n", at(ago), at(ago+time.Hour), taco, at(ago))}
}

func testNews(t *testing.T, chromium context.Context) {
	s := onSQLite(t)
	s.server.SetClock(time.Now)
	s.load(pollsUntil(50*time.Minute, "active"))
	slow := make(chan struct{})
	var gone atomic.Bool
	v := newTab(t, chromium, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case gone.Load() && r.URL.Path == "/news":
			panic(http.ErrAbortHandler)
		case r.URL.Query().Get("q") != "":
			<-slow
		}
		s.handler.ServeHTTP(w, r)
	}))
	v.open("/stores?sort=store")
	v.until("the tab counts", `document.title === "(1) A to Z · Stores · Lights On"`)

	// The server is away for a while, and nobody is bothered.
	v.expect("net::ERR")
	gone.Store(true)
	lookAgain := func() {
		v.do("look again", chromedp.Evaluate[chromedp.Void](`document.getElementById("news").dataset.every = .1;
			setTimeout(() => document.dispatchEvent(new Event("visibilitychange")), 60); undefined`))
	}
	lookAgain()
	v.until("it asked in vain", `performance.getEntriesByType("resource").some((e) => e.name.includes("/news"))`)
	gone.Store(false)
	if got := ask[string](v, `document.getElementById("notice").textContent + document.getElementById("news").textContent`); got != "" {
		t.Errorf("without a server the page says %q", got)
	}

	// News say so once, and move nothing.
	v.do("watch what is said", chromedp.Evaluate[chromedp.Void](`scrollTo(0, 40); window.said = 0; window.shift = 0;
		new MutationObserver((list) => said += list.length).observe(document.getElementById("news"), {subtree: true, childList: true, characterData: true});
		new PerformanceObserver((list) => list.getEntries().forEach((e) => shift += e.value)).observe({type: "layout-shift"}); undefined`))
	places := func() string {
		return ask[string](v, `JSON.stringify([...document.querySelectorAll("main *, header *, footer *")].map((e) => e.getBoundingClientRect().top))`)
	}
	before := places()
	s.load(pollsUntil(40*time.Minute, "inactive"))
	s.snapshot()
	lookAgain()
	v.until("the news are there", `/^New data, \d\d:\d\d UTC · Show$/.test(document.getElementById("news").innerText.trim()) && document.title.startsWith("(2) ")`)
	s.load(pollsUntil(30*time.Minute, "active"))
	s.snapshot()
	v.until("the tab counts on", `document.title.startsWith("(1) ")`)
	if said := ask[int](v, "said"); said != 1 {
		t.Errorf("it is said %d times", said)
	}
	if shift := ask[float64](v, "shift"); shift > 0 || places() != before {
		t.Errorf("something moved by %f, from %s to %s", shift, before, places())
	}
	v.width(320)
	v.until("the news have arrived", `document.getAnimations().length === 0`)
	v.fitsAndIsAccessible("news")
	v.width(1280)

	// A slow search dims the list after a moment.
	v.write("#stores-q", "taco")
	v.until("the list is busy", `document.getElementById("stores").ariaBusy === "true"`)
	if got := ask[string](v, `["", "::before"].map((p) => getComputedStyle(document.querySelector(p ? "#stores" : "#stores > *"), p).animationDelay).join()`); got != "0.15s,0.15s, 0.15s" {
		t.Errorf("it is dimmed, and the bar shown, after %s", got)
	}
	close(slow)
	v.until("the list is there", `!document.querySelector("[aria-busy]") && document.querySelectorAll("#stores tbody tr").length === 1`)

	// Show loads the page anew, as it is.
	v.do("mark the page", chromedp.Evaluate[chromedp.Void](`window.old = true; undefined`))
	path := v.path()
	v.click("#news a")
	v.until("the page is a new one", `!window.old && document.readyState === "complete" && document.getElementById("news")`)
	if got := v.path(); got != path || !strings.Contains(path, "q=taco") {
		t.Errorf("from %s one comes to %s", path, got)
	}
	if got := ask[string](v, `document.getElementById("news").textContent + document.title`); !strings.HasPrefix(got, "(1) ") || !strings.HasSuffix(got, " · Lights On") {
		t.Errorf("the new page says %q", got)
	}
}
