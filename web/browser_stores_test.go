package web_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// A stretch of a day is read out in one line, by pointer and by keys, and the list of stores keeps
// to its lines.
func testStoresAtAGlance(t *testing.T, chromium context.Context) {
	s := onSQLite(t)
	s.load(newYork()...)
	v := newTab(t, chromium, s.handler)
	v.open("/stores/ny")
	ask[bool](v, `document.querySelector(".day:nth-of-type(2) > summary").focus(), true`)
	for range 3 {
		v.press(kb.ArrowRight)
	}
	v.shows(".readout", "Mon 13 Mar · 11:00–12:00 · offline 1 h · 1 poll")
	v.press(kb.ArrowLeft)
	v.shows(".readout", "Mon 13 Mar · 09:00–11:00 · online 2 h · 2 polls")
	// The finger began on another day.
	ask[bool](v, `(() => { const box = document.querySelector(".day:nth-of-type(2) .strip rect.s-down").getBoundingClientRect();
		return document.querySelector(".day .strip rect").dispatchEvent(new PointerEvent("pointermove", {bubbles: true, clientX: box.x + box.width / 2, clientY: box.y + 9})); })()`)
	v.shows(".readout", "Mon 13 Mar · 11:00–12:00 · offline 1 h · 1 poll")
	if ask[bool](v, `document.querySelector(".day[open]") !== null`) {
		t.Error("reading a day opened it")
	}
	testKeysOfNinetyDays(t, v)

	s.withDemo()
	if _, err := s.figures.Trend(t.Context()); err != nil { // for a moment a page may show the figures of before
		t.Fatal(err)
	}
	v.open("/stores")
	v.until("data that became old are said to be old", `/Data are [\d,]+ days old\. Load the page again$/.test(document.querySelector(".asof.stale").innerText)`)
	if heights := ask[string](v, `[...new Set([...document.querySelectorAll("#stores tbody tr")].map((r) => r.offsetHeight))].join()`); heights != "52" {
		t.Errorf("rows are %s pixels high, want 52", heights)
	}
	covered := `(() => { for (const a of [...document.querySelectorAll("#stores tbody th a:first-child")].reverse()) { a.focus();
		if (a.getBoundingClientRect().top < document.querySelector("#stores thead").getBoundingClientRect().bottom) return a.textContent; } return ""; })()`
	if got := ask[string](v, covered); got != "" {
		t.Errorf("the headings cover %q, which has the focus", got)
	}
	if ask[float64](v, `scrollTo(0, 1500), document.querySelector("#stores thead th").getBoundingClientRect().top`) != 0 {
		t.Error("the headings do not stay")
	}
	if !ask[bool](v, `document.querySelector("#stores-zone").checkVisibility()`) {
		t.Error("the filters are folded though there is room")
	}
	v.width(390)
	tall := ask[string](v, `[...document.querySelectorAll("#stores tbody tr")].filter((r) => r.offsetHeight > 70).map((r) => r.innerText).join("|")`)
	if tall != "" {
		t.Errorf("on a phone these take more than two lines: %s", strings.ReplaceAll(tall, "\n", " "))
	}
	if ask[bool](v, `document.querySelector("#stores-zone").checkVisibility()`) {
		t.Error("the filters are not folded on a phone")
	}
	v.click(".fold > summary")
	v.until("the filters unfold", `document.querySelector("#stores-zone").checkVisibility()`)
}

// One walks along the ninety days by keys. With Alt these belong to the browser: Back, Forward, Home.
func testKeysOfNinetyDays(t *testing.T, v *tab) {
	t.Helper()
	names := ask[[]string](v, `[...document.querySelectorAll(".ninety [title]")].map((e) => e.title)`)
	if len(names) != 90 {
		t.Fatalf("%d days, want 90", len(names))
	}
	ask[bool](v, `document.querySelector(".ninety [tabindex='0']").focus(), true`)
	for _, step := range []struct {
		press, key string
		day        int // from the newest
	}{{kb.ArrowLeft, "ArrowLeft", 1}, {kb.ArrowLeft, "ArrowLeft", 2}, {kb.ArrowRight, "ArrowRight", 1}, {kb.Home, "Home", 89}, {kb.ArrowLeft, "ArrowLeft", 89}, {kb.End, "End", 0}} {
		for _, with := range []string{"altKey", "ctrlKey", "metaKey"} {
			if !ask[bool](v, `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {bubbles: true, cancelable: true, key: "`+step.key+`", `+with+`: true}))`) {
				t.Errorf("%s with %s is taken from the browser", step.key, with)
			}
		}
		v.press(step.press)
		if got := ask[string](v, `document.activeElement.title`); got != names[step.day] {
			t.Errorf("%s leads to %q, want %q", step.key, got, names[step.day])
		}
		v.shows("#ninety .readout", names[step.day])
	}
	if n := ask[int](v, `document.querySelectorAll(".ninety [tabindex='0']").length`); n != 1 {
		t.Errorf("%d days can be tabbed to, want one", n)
	}
}
