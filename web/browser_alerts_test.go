package web_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"lightson/models/access"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// An owner with a phone makes a rule, sees before what it would have sent, is told of a store
// after an import, and says that they know.
func testAlerts(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withFlapping()
	s.person(access.Operator, reach.All())
	p := s.withPassword(access.Owner, reach.Of([]string{"Kowalski"}, nil))
	s.addChannel(p.ID, true)
	v := newTab(t, chromium, s.handler)
	v.signIn(p.Email)
	v.width(320)
	v.open("/alerts")
	v.shows("main", "Two steps to your first alert")
	v.follow(".steps a[href='/alerts/new']")
	v.click("#try")
	v.shows("#backtest", " messages in 2 days")
	v.shows("#backtest .callout", "That is more than one a day. With ")
	v.click("#backtest details summary")
	v.shows("#backtest details[open]", "Blue Kettle")
	if got := v.path(); got != "/alerts/new" {
		t.Errorf("trying a rule leads to %s", got)
	}
	v.fitsAndIsAccessible("a rule that was tried")

	// A refused form comes back in place, with the focus in its field.
	v.expect("422")
	v.instant("#rule-after", "soon")
	v.click("#try")
	v.shows("#rule-after-problem", "Enter a whole number such as 30.")
	v.until("the focus is in the field", `document.activeElement.id === "rule-after"`)
	v.instant("#rule-after", "30")
	v.follow("#rule button.primary")
	v.shows(".done", "Rule saved.")
	v.shows("#rules", "Tell me when a store of Kowalski is offline for 30 minutes.")
	v.shows("#open", "All good")

	s.load(file{"new.csv", "store_id,status,timestamp_utc\nkettle,inactive,2023-01-25 18:14:00 UTC\nkettle,inactive,2023-01-25 19:00:00 UTC\ntaco,inactive,2023-01-25 18:14:00 UTC\ntaco,inactive,2023-01-25 19:00:00 UTC\n"})
	s.judge(uptime.At(now))
	v.open("/alerts")
	v.shows("#open", "Blue Kettle")
	v.shows("#open", "Offline")
	if shown := ask[string](v, `document.querySelector("main").innerText`); strings.Contains(shown, "Taco") {
		t.Errorf("an owner of one group is told of another: %s", shown)
	}
	v.fitsAndIsAccessible("alerts with something that goes on")
	v.follow("#open form[action$=acknowledge] button")
	v.shows("#open", "Acknowledged by ")
	v.click("#open details summary")
	v.follow("#open .sales-form button")
	v.shows("#paused", "Blue Kettle")
	v.follow("#paused button")
	v.shows(".done", "Alerts for this store are on again.")
	v.width(1280)
}

// fitsAndIsAccessible looks at the page as it is now, at 320 pixels, light and dark.
func (v *tab) fitsAndIsAccessible(what string) {
	v.t.Helper()
	if wide := ask[int](v, "document.documentElement.scrollWidth"); wide > 320 {
		v.t.Errorf("%s: 320 wide, it scrolls sideways to %d: %s", what, wide, ask[string](v, widest))
	}
	v.do("load axe", chromedp.Evaluate[chromedp.Void](axe+";undefined"))
	for _, scheme := range []string{"light", "dark"} {
		v.scheme(scheme)
		found := ask[findings](v, runAxe)
		if found.Passed < 10 {
			v.t.Errorf("%s: only %d rules were looked at", what, found.Passed)
		}
		for _, violation := range found.Violations {
			v.t.Errorf("%s, %s: %s (%s) %v", what, scheme, violation.Help, violation.ID, violation.Nodes)
		}
	}
	v.scheme("light")
}
