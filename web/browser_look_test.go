package web_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp/kb"

	"lightson/models/uptime"
)

// On a phone the header is one row that says how old the data are, and the menu opens below it, by
// a script of nobody.
func testPhone(t *testing.T, chromium context.Context) {
	s := onSQLite(t)
	s.load(file{"polls.csv", "store_id,status,timestamp_utc\na,active,2023-01-25 18:00:00 UTC\n"})
	v := newTab(t, chromium, s.handler)
	v.withoutScripts()
	for _, width := range []int64{320, 360, 400} {
		v.width(width)
		v.open("/stores")
		if high := ask[int](v, `document.querySelector(".top").offsetHeight`); high > 56 {
			t.Errorf("%d wide, the header is %d pixels high, want one row of 56", width, high)
		}
		if cut := ask[string](v, `[...document.querySelectorAll(".brand svg, .menu, .asof time, .asof .age")].filter((e) => { const box = e.getBoundingClientRect();
			return !e.checkVisibility() || box.left < 0 || box.right > innerWidth || box.bottom > 56; }).map((e) => e.outerHTML).join()`); cut != "" {
			t.Errorf("%d wide, the header does not show %s", width, cut)
		}
		if ask[bool](v, `document.querySelector(".nav").checkVisibility()`) {
			t.Errorf("%d wide, the menu is open unasked", width)
		}
		v.click(".menu")
		v.until("the menu is open", `document.querySelector(".nav [aria-current]").checkVisibility()`)
		if outside := ask[string](v, `[...document.querySelectorAll(".nav a")].filter((a) => { const box = a.getBoundingClientRect();
			return box.width < 24 || box.height < 24 || box.left < 0 || box.right > innerWidth || box.bottom > innerHeight || document.elementFromPoint(box.x + 5, box.y + 5) !== a; }).map((a) => a.textContent).join()`); outside != "" {
			t.Errorf("%d wide, the open menu hides %s", width, outside)
		}
		v.press(kb.Escape)
		v.until("the menu is closed", `!document.querySelector(".nav").checkVisibility()`)
	}
}

// The table of a report begins with downtime, and names stay where it is moved sideways.
func testReportOnAPhone(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDemo()
	r := s.report()
	v := newTab(t, chromium, s.handler)
	v.width(320)
	v.open("/reports/" + r.ID)
	if groups := ask[[]string](v, `[...document.querySelectorAll("#report-rows tr.groups th")].map((e) => e.textContent)`); !slices.Equal(groups, []string{"Down", "Up", "Week"}) {
		t.Errorf("the columns are of %q", groups)
	}
	const name, figure = `document.querySelector("#report-rows tbody th").getBoundingClientRect()`, `document.querySelector("#report-rows tbody td").getBoundingClientRect()`
	if right := ask[float64](v, figure+".right"); right > 320 {
		t.Errorf("the first figure ends at %.0f, out of view", right)
	}
	before, first := ask[float64](v, name+".left"), ask[float64](v, figure+".left")
	ask[bool](v, `document.querySelector("#report-rows .scroll").scrollLeft = 200, true`)
	if after, moved := ask[float64](v, name+".left"), ask[float64](v, figure+".left"); after != before || moved >= first {
		t.Errorf("moved sideways, names went from %.0f to %.0f and the first figure from %.0f to %.0f", before, after, first, moved)
	}
	if wide := ask[bool](v, `document.querySelector("table.distribution").scrollWidth > document.querySelector("table.distribution").closest(".scroll").clientWidth`); wide {
		t.Error("the distribution does not fit")
	}
}

// A map of hours is one tab stop, and arrow keys pass over hours that lead nowhere.
func testKeysOfTheHeatMap(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDemo()
	if fixed := s.open("/").Find(".heat a[tabindex]").Length(); fixed != 0 {
		t.Errorf("%d hours cannot be tabbed to without JavaScript", fixed)
	}
	v := newTab(t, chromium, s.handler)
	v.open("/")
	type hour struct{ Row, Col int }
	hours := ask[[]hour](v, `[...document.querySelectorAll(".heat a")].map((a) => ({ Row: a.closest("tr").sectionRowIndex, Col: a.closest("td").cellIndex }))`)
	if len(hours) < 10 {
		t.Fatalf("%d hours with downtime are too few to walk through", len(hours))
	}
	const at = `(() => { const a = document.activeElement; return { Row: a.closest(".heat tr")?.sectionRowIndex ?? -1, Col: a.closest("td")?.cellIndex ?? -1 }; })()`
	// towards is the nearest hour that leads somewhere, or from itself.
	towards := func(from hour, down, right int) hour {
		for to := (hour{from.Row + down, from.Col + right}); to.Row >= 0 && to.Row < 7 && to.Col >= 0 && to.Col < 30; to = (hour{to.Row + down, to.Col + right}) {
			if slices.Contains(hours, to) {
				return to
			}
		}
		return from
	}
	ask[bool](v, `document.querySelector(".heat [tabindex='0']").focus(), true`)
	want, moved := hours[0], 0
	for _, step := range []struct {
		key         string
		down, right int
	}{{kb.ArrowRight, 0, 1}, {kb.ArrowRight, 0, 1}, {kb.ArrowDown, 1, 0}, {kb.ArrowDown, 1, 0}, {kb.ArrowLeft, 0, -1}, {kb.ArrowUp, -1, 0}, {kb.ArrowUp, -1, 0}, {kb.ArrowUp, -1, 0}} {
		next := towards(want, step.down, step.right)
		if next != want {
			moved++
		}
		want = next
		v.press(step.key)
		if got := ask[hour](v, at); got != want {
			t.Errorf("%d down, %d right leads to %+v, want %+v", step.down, step.right, got, want)
		}
		if n := ask[int](v, `document.querySelectorAll(".heat a:not([tabindex='-1'])").length`); n != 1 {
			t.Errorf("%d hours can be tabbed to, want one", n)
		}
	}
	if moved < 5 {
		t.Errorf("%d steps led anywhere: too few hours have downtime", moved)
	}
	if nameless := ask[string](v, `[...document.querySelectorAll(".heat a")].filter((a) => !/day \d\d:00 to \d\d:00: .+/.test(a.ariaLabel) || !a.ariaLabel.startsWith(a.textContent)).map((a) => a.ariaLabel).join()`); nameless != "" {
		t.Errorf("these do not say themselves: %s", nameless)
	}
	// What is swapped in is one tab stop too.
	groups := onSQLite(t).withChains()
	v = newTab(t, chromium, groups.handler)
	v.open("/")
	snapshot := groups.snapshot()
	names := groupsOf(snapshot)
	name := names[slices.IndexFunc(names, func(name string) bool { return sumOf(snapshot, members(snapshot, name), uptime.LastWeek).Down > 0 })]
	ask[bool](v, fmt.Sprintf(`(() => { const field = document.querySelector("#choose-group"); field.value = %q; return field.dispatchEvent(new Event("change", { bubbles: true })); })()`, name))
	v.shows("h1", name)
	v.until("its map is one tab stop", `document.querySelectorAll(".heat a:not([tabindex='-1'])").length === 1`)
}

// Where the system sets the colours, what is chosen is told from what is not by more than colour.
func testForcedColours(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDemo()
	v := newTab(t, chromium, s.handler)
	call(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}}})
	v.open("/stores")
	for _, pair := range [][2]string{
		{`.nav [aria-current]`, `.nav a:not([aria-current])`}, {`.filters [aria-current]`, `.filters a:not([aria-current])`}, {`:checked + span`, `.choice :not(:checked) + span`},
	} {
		if got := ask[[]string](v, `["`+pair[0]+`", "`+pair[1]+`"].map((e) => getComputedStyle(document.querySelector(e)).outlineStyle)`); got[0] != "solid" || got[1] != "none" {
			t.Errorf("%s is drawn with an outline %s, others with %s", pair[0], got[0], got[1])
		}
	}
}

// A printed page says of what time it is, and has nothing to press.
func testPrintedPages(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDemo()
	v := newTab(t, chromium, s.handler)
	first := s.open("/stores").Find("#stores tbody th a").First().AttrOr("href", "")
	for _, path := range []string{"/", "/stores", first, "/outages"} {
		v.open(path)
		call(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print", Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}})
		if !ask[bool](v, `document.querySelector(".asof time").checkVisibility() && document.querySelector("h1").checkVisibility()`) {
			t.Errorf("%s does not say its name and its time", path)
		}
		if there := ask[string](v, `[...document.querySelectorAll("button, input, select, .nav a, .brand, .section-head > a, .asof a, .excuse, [download], details:not([open], .day) > summary")].filter((e) => e.checkVisibility()).map((e) => e.outerHTML).join("\n")`); there != "" {
			t.Errorf("%s prints %s", path, there)
		}
		if light := ask[string](v, `getComputedStyle(document.body).backgroundColor`); light != "rgb(255, 255, 255)" {
			t.Errorf("%s is printed on %s", path, light)
		}
		call(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{})
	}
}
