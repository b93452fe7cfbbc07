package web_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// pick chooses an option of a select, as a visitor does.
func (v *tab) pick(selector, value string) {
	v.t.Helper()
	v.do("pick "+value, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => {
		const select = document.querySelector(%q);
		select.value = %q;
		select.dispatchEvent(new Event("change", {bubbles: true}));
	})()`, selector, value)))
}

// An owner: of my stores, which is offline, since when and why; and a report of
// them to take along.
func testOwner(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	first, _ := snapshot.Find(text(s.open("/").Find(".offline-list .id").First()))
	for _, id := range texts(s.open("/").Find(".offline-list .id")) {
		if n, _ := snapshot.Find(id); snapshot.Stores[n].Group != "" {
			first = n
			break
		}
	}
	group := snapshot.Stores[first].Group
	v := newTab(t, chromium, s.handler)
	v.open("/")
	v.pick("#choose-group", group)
	v.shows("h1", group)
	v.until("the group is in the address", `new URLSearchParams(location.search).get("group") === `+fmt.Sprintf("%q", group))
	v.click(".offline-list a")
	v.shows(".store-lead", "Offline")
	v.shows(".store-who", group)
	v.until("the strip shows red", `document.querySelectorAll(".day .strip rect.offline, .day .strip rect.down, .day .strip rect[class*=down]").length > 0`)
	v.shows("table.outages", "still offline")
	// The day of the outage, explained: a poll that saw the store inactive.
	day := ask[string](v, `document.querySelector("#timeline .s-down").closest("details").querySelector(".day-name").textContent.trim()`)
	v.do("mark the link of the day", chromedp.Evaluate[chromedp.Void](`document.querySelector("#timeline .s-down").closest("details").querySelector(".hint a").id = "worst-day"; undefined`))
	v.do("open the day", chromedp.Evaluate[chromedp.Void](`document.querySelector("#worst-day").closest("details").open = true; undefined`))
	v.click("#worst-day")
	v.shows("#explain h3", day)
	v.shows("#explain .polls", "inactive")
	v.until("down is part of the sum", `!/down 0 min/.test(document.querySelector("#explain .sum strong").textContent)`)
	v.click(".store-who a")
	v.shows("h1", group)
	v.click("#generate button")
	s.start()
	v.shows("#reports .badge-word", "Complete")
	v.shows("[data-generated] .badge-word", "Complete")
	name, content := v.download("#reports .download")
	if lines, want := strings.Count(content, "\n"), len(members(snapshot, group))+1; lines != want || !strings.HasSuffix(name, ".csv") {
		t.Errorf("%s has %d lines, want %d of the group %s", name, lines, want, group)
	}
	v.click("[data-generated] a")
	v.shows("h1", group+" · as of ")
	v.shows(".facts", group)
}

// An operator: a file with bad rows, what is wrong with them, mended and taken.
func testOperator(t *testing.T, chromium context.Context) {
	s := onSQLite(t)
	s.load(file{"zones.csv", "store_id,timezone_str\na,UTC\nb,UTC\n"})
	v := newTab(t, chromium, s.handler)
	upload := func(name, content string) {
		t.Helper()
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		v.open("/imports")
		v.choose("#files", path)
		v.click("#upload button[type=submit]")
		v.shows("h1", "Import ")
		v.shows("#import .badge-word", "Preview")
		v.follow("#import .actions button.primary")
		s.workOffImport(strings.TrimPrefix(v.path(), "/imports/"))
		v.shows("#import .badge-word", "Complete")
	}
	upload("polls.csv", badPolls)
	v.shows(".causes", "status: expected active or inactive")
	v.shows(".causes tbody", "asleep")
	_, rejects := v.download("table.files a[download]")
	v.open("/stores/a")
	before := ask[string](v, `document.querySelector(".tiles").textContent`)
	rows, err := csv.NewReader(strings.NewReader(rejects)).ReadAll()
	if err != nil || len(rows) != 5 {
		t.Fatalf("rejects.csv has %d rows, error %v", len(rows), err)
	}
	for n, row := range rows[1:] {
		row[0], row[1], row[2] = "a", "inactive", fmt.Sprintf("2023-01-25 1%d:30:00 UTC", n)
	}
	var mended strings.Builder
	if err := csv.NewWriter(&mended).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	upload("mended.csv", mended.String())
	if n := ask[int](v, `document.querySelectorAll(".causes > li").length`); n > 0 {
		t.Errorf("the mended file has %d causes of rejects", n)
	}
	v.open("/stores/a")
	if after := ask[string](v, `document.querySelector(".tiles").textContent`); after == before {
		t.Error("the figures are as before")
	}
	v.shows(".store-lead", "Offline since")
	v.open("/reports")
	v.click("#generate button")
	s.start()
	v.shows("#reports .badge-word", "Complete")
}

// seen checks that one sees where the focus is, and that it is there.
func (v *tab) seen(selector string) {
	v.t.Helper()
	v.until("the focus is at "+selector, fmt.Sprintf(`document.activeElement.matches(%q)`, selector))
	if !ask[bool](v, `(() => {
		const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
		return at.matches(":focus-visible") && (style.outlineStyle !== "none" || style.boxShadow !== "none") &&
			box.bottom > 0 && box.top < innerHeight;
	})()`) {
		v.t.Errorf("one does not see that the focus is at %s", selector)
	}
}

func testKeyboardList(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withChains()
	v := newTab(t, chromium, s.handler)
	// enter goes to something, presses it, and has the focus still there after the swap.
	enter := func(selector, what, condition string) {
		t.Helper()
		v.tabTo(selector)
		v.seen(selector)
		v.press(kb.Enter)
		v.until(what, condition)
		v.seen(selector)
	}
	v.open("/")
	v.tabTo(".nav a[href='/stores']")
	v.seen(".nav a[href='/stores']")
	v.press(kb.Enter)
	v.shows("h1", "Stores")
	v.tabTo("#stores-q")
	v.press("1")
	v.until("it is searched", `location.search === "?q=1"`)
	v.seen("#stores-q")
	enter("#filter-downtime-0", "it is filtered", `location.search.includes("down=true")`)
	enter("#sort-stores-store", "it is sorted", `location.search.includes("sort=store")`)
	v.tabTo("#stores tbody th a")
	v.press(kb.Enter)
	v.until("a store is there", `location.pathname.startsWith("/stores/") && document.querySelector("#explain")`)
	v.loaded()
	enter("#filter-day-3", "a day is explained", `document.querySelector("#explain .sum")`)
	enter("#explain-prev", "the day before is explained", `document.querySelector("#filter-day-2[aria-current]")`)

	v.open("/reports")
	v.tabTo("#generate button")
	v.press(kb.Enter)
	v.shows("#reports .badge-word", "Queued")
	v.seen("#generate button")
	v.tabTo("#reports [id$=-cancel]")
	v.seen("#reports [id$=-cancel]")
	v.press(kb.Enter)
	v.shows("#report .badge-word", "Cancelled")
}

// What is chosen from a list is taken by a button where there are no scripts.
func testGroupWithoutScripts(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withChains()
	group := someGroups(s.snapshot())[1]
	choose := func(v *tab, selector, value string) {
		v.do("choose", chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%q).value = %q; void 0`, selector, value)))
	}
	v := newTab(t, chromium, s.handler)
	v.withoutScripts()
	v.open("/")
	choose(v, "#choose-group", group)
	v.follow(".chooser button")
	v.shows("h1", group)
	v.click("#sales summary")
	v.write("#per-hour", "60")
	v.follow("#sales .sales-form button")
	v.shows(".lost-sales", "lost sales")
	v.open("/stores")
	choose(v, "#stores-group", group)
	v.follow(".selects button")
	v.shows("#stores .pager-text", fmt.Sprintf("of %s", count(len(members(s.snapshot(), group)), "store")))
	v.follow("#stores tbody th a")
	v.follow("#period li:nth-child(5) a")
	v.until("the days of last week are there", `location.search === "?period=last-week"`)
	v.click("#filter-day-6")
	v.shows("#explain .sum", "Up ")
}
