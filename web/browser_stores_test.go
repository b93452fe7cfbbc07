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
	ask[bool](v, `(() => { const box = document.querySelector(".day:nth-of-type(2) .strip rect.s-down").getBoundingClientRect();
		return document.body.dispatchEvent(new PointerEvent("pointermove", {bubbles: true, clientX: box.x + box.width / 2, clientY: box.y + 9})); })()`)
	v.shows(".readout", "Mon 13 Mar · 11:00–12:00 · offline 1 h · 1 poll")
	if ask[bool](v, `document.querySelector(".day[open]") !== null`) {
		t.Error("reading a day opened it")
	}

	s.withDemo()
	v.open("/stores")
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
