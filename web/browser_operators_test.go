package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"lightson/models/access"
	"lightson/models/reach"
)

// looksWell checks that a page scrolls no way but down, and that axe has nothing to say.
func (v *tab) looksWell(name string) {
	v.t.Helper()
	v.do("load axe", chromedp.Evaluate[chromedp.Void](axe+";undefined"))
	for _, width := range []int64{1280, 320} {
		v.width(width)
		for _, scheme := range []string{"light", "dark"} {
			v.scheme(scheme)
			if wide := ask[int](v, "document.documentElement.scrollWidth"); wide > int(width) {
				v.t.Errorf("%s, %d wide: it scrolls sideways to %d: %s", name, width, wide, ask[string](v, widest))
			}
			for _, found := range ask[findings](v, runAxe).Violations {
				v.t.Errorf("%s, %d wide, %s: %s (%s) %v", name, width, scheme, found.Help, found.ID, found.Nodes)
			}
		}
	}
	v.width(1280)
}

// An operator invites somebody, shares a report, revokes the link and reads who did what;
// whoever has the link sorts and searches.
func testOperatorPages(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withChains()
	operator := s.person(access.Operator, reach.All())
	group := s.snapshot().Groups()[0].Name
	owner := s.person(access.Owner, reach.Of([]string{group, "A group whose name is longer than anybody would think of"}, []string{"9999999999999999999"}))
	s.key(owner, access.ReadScope, owner.Reach)
	report := s.report()
	s.ask(http.MethodGet, "/reports/"+report.ID+"/details.csv", s.as(owner))
	v := newTab(t, chromium, s.handler)
	v.withSession(operator)

	v.open("/people")
	v.click("#invite summary")
	v.write("#invite-email", "ana.who.has.a.very.long.address@subdomain.of.a.company.example.com")
	v.write("#invite-name", "Ana")
	v.write("#invite-groups", group)
	v.looksWell("the form for inviting")
	v.follow("#invite button[type=submit]")
	v.shows("#new-link-once h3", "Invitation for Ana")
	v.looksWell("people")
	v.open("/people/" + owner.ID)
	v.looksWell("person")
	v.open("/people/" + operator.ID)
	v.looksWell("oneself")

	v.open("/reports/" + report.ID)
	v.follow("#share form[action$='/links'] button")
	v.shows("#new-link-once h3", "Link to this report")
	v.looksWell("report with its link")
	link := ask[string](v, "document.querySelector('#new-link').value")
	guest := newTab(t, chromium, s.handler)
	guest.open(link[strings.Index(link, "/shared/"):])
	guest.looksWell("shared report")
	guest.click("#report-rows thead th:first-of-type a")
	if at := ask[string](guest, "location.pathname"); !strings.HasPrefix(at, "/shared/") {
		t.Errorf("sorting leads to %s", at)
	}
	v.follow("#share li form button")
	v.shows("#share", "There are no active links.")

	v.open("/audit")
	v.looksWell("audit")
}
