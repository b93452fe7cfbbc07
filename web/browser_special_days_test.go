package web_test

import (
	"context"
	"testing"

	"lightson/models/access"
	"lightson/models/reach"
)

// An owner enters Thanksgiving for their group, and sees it on the page of a store and in the
// figures of that day.
func testThanksgiving(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withDated()
	s.person(access.Operator, reach.All())
	p := s.withPassword(access.Owner, reach.Of([]string{"Family"}, nil))
	v := newTab(t, chromium, s.handler)
	v.signIn(p.Email)
	v.open("/stores/changed?day=2023-01-18")
	v.shows("#hours", "None in the last week, and none to come.")

	// From the list of their country.
	v.open("/?group=Family")
	v.follow(`.head-links a`)
	v.instant("#holiday-country", "US")
	v.follow("#holidays form[method=get] button")
	v.shows("#holidays", "Thanksgiving Day")
	v.click("#holidays input[value='2023-11-23']")
	if ask[int](v, `document.querySelectorAll("#day-scope-all").length`) != 0 {
		t.Error("an owner of a group is offered all stores")
	}
	v.follow("#holidays form[method=post] button")
	v.shows("table.special", "Thu 23 Nov 2023")
	v.shows("table.special", "Thanksgiving Day")
	v.open("/stores/old")
	v.shows(".special-lines strong", "Thanksgiving Day:")
	v.shows(".special-lines", "closed all day")
	v.shows("#hours", "for group Family")

	// In the past it changes what is known of the day.
	v.open("/stores/changed?day=2023-01-23")
	v.shows("#explain .sum", "= open 8 h")
	v.follow(`#hours a[href^="/special-days"]`)
	v.instant("#day-from", "2023-01-23")
	v.write("#day-note", "Thanksgiving, late")
	v.follow("#add form button[type=submit]")
	v.shows("table.special", "Thanksgiving, late")
	v.open("/stores/changed?day=2023-01-23")
	v.shows("#explain .callout", "Closed all day: Thanksgiving, late.")
	v.shows("#explain .panel > .sum", "= open 0 min")
	v.shows(".timeline", "Closed: Thanksgiving, late")

	// And is taken back with one button.
	v.open("/special-days?store=changed&when=past")
	v.follow("table.special form button")
	v.shows("#special-days", "No special days here")
	v.open("/stores/changed?day=2023-01-23")
	v.shows("#explain .panel > .sum", "= open 8 h")
}
