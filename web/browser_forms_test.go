package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"lightson/web"
)

// withGallery serves the pages about people, made up.
func (s *site) withGallery() *site {
	s.handler = web.New(s.db, s.figures, s.jobs, s.jobs, s.jobs, s.jobs, web.Settings{Dev: true}, s.logger()).Handler()
	return s
}

// What forms about people do with JavaScript, and that they work without it.
func testPeopleForms(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withChains().withGallery()
	group := someGroups(s.snapshot())[1]
	v := newTab(t, chromium, s.handler)

	v.open("/gallery/invitation")
	v.write("#password", "correct horse battery")
	v.click("[data-reveal]")
	v.until("the password can be read", `document.querySelector("#password").type === "text"`)

	v.open("/gallery/person")
	v.until("the new link is in sight, ready to be copied", `document.activeElement.id === "new-link"`)
	v.click("[data-copy-from=new-link]")
	v.until("it is copied", `document.querySelector("[data-copy-from] span").textContent === "Copied" || getSelection().toString().startsWith("https://")`)
	v.write("#person-group", group[:3])
	v.until("groups are suggested", `document.querySelectorAll("#person-group-list option").length > 0`)
	v.do("empty the field", chromedp.Evaluate[chromedp.Void](`document.querySelector("#person-group").value = ""; undefined`))
	v.write("#person-group", group)
	v.press(kb.Enter)
	v.until("the group is in the list", fmt.Sprintf(`document.querySelector("#person-groups").value === "Burger Barn\nTaco Airport\n" + %q`, group))
	v.write("#person-group", group)
	v.click("[data-add-to] button")
	v.until("once is enough", `document.querySelector("#person-groups").value.split("\n").length === 3`)
	v.click(`[name=reach][value=all]`)
	v.until("the lists are away", `document.querySelector(".reach").getClientRects().length === 0`)
	if sent := ask[string](v, `new URLSearchParams(new FormData(document.querySelector("#person-form"))).toString()`); strings.Contains(sent, "group=") {
		t.Errorf("what is searched for is sent: %s", sent)
	}
}
