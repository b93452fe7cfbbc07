package web

import (
	"cmp"
	"fmt"
	"strconv"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

// A storeView is a way to look at the list of stores that has a name. Search, group and zone
// stay as they are when one goes from view to view.
type storeView struct {
	name     string
	change   func(*storeQuery)
	inPeriod bool // it speaks of the last week, where no period is chosen
	now      bool // it speaks of now, which old data do not
}

// storeViews are the views that everybody has. People keep views of their own by their address.
var storeViews = []storeView{
	{name: "Worst last week", inPeriod: true, change: func(q *storeQuery) { q.Sort, q.Desc = byWeek, true }},
	{name: "Got worse", change: func(q *storeQuery) { q.Sort, q.Desc = byChange, true }},
	{name: "Got better", change: func(q *storeQuery) { q.Sort, q.Desc = byChange, false }},
	{name: "Offline", now: true, change: func(q *storeQuery) { q.State, q.Sort, q.Desc = string(views.Offline), byWeek, true }},
	{name: "No data", change: func(q *storeQuery) { q.State, q.Sort, q.Desc = string(views.NoData), byWeek, true }},
	{name: "A to Z", change: func(q *storeQuery) { q.Sort, q.Desc = byStore, false }},
}

// called is the name of the view at a moment.
func (v storeView) called(q storeQuery, at moment) string {
	if v.inPeriod && q.Period.some() {
		return "Worst " + q.Period.inText()
	}
	if v.now && !at.old() {
		return v.name + " now"
	}
	return v.name
}

// query is a query seen by this view.
func (v storeView) query(q storeQuery) storeQuery {
	return q.with(func(q *storeQuery) {
		q.State, q.Down, q.Target, q.Assumed = "", false, "", ""
		v.change(q)
		*q = q.during(q.Period)
	})
}

func (v storeView) shows(q storeQuery) bool {
	q.Page, q.Name = 1, ""
	return v.query(q) == q
}

func newStoreViews(q storeQuery, at moment) (list []views.Filter) {
	for _, v := range storeViews {
		list = append(list, views.Filter{Text: v.called(q, at), URL: v.query(q).url(), Active: v.shows(q)})
	}
	return list
}

// title is what a view is called in the tab, among bookmarks and in the browser's history.
func (q storeQuery) title(at moment) string {
	name := q.Name
	for _, v := range storeViews[1:] { // the first is the list as it is
		if v.shows(q) {
			name = cmp.Or(name, v.called(q, at))
		}
	}
	if q.Period.some() {
		name = joinWords(name, q.Period.text())
	}
	if q.Group != "" {
		name = joinWords(name, q.Group)
	}
	return joinWords(name, "Stores")
}

func joinWords(a, b string) string {
	if a == "" {
		return b
	}
	return a + " · " + b
}

// newNamedView is the form by which a person gives the list as it is a name.
func newNamedView(q storeQuery) views.NamedView {
	unnamed := q.with(func(*storeQuery) {})
	return views.NamedView{Name: q.Name, Longest: longestViewName, Keep: hiddenParams(unnamed.values())}
}

// addStorePages adds how one jumps to a page and chooses how many stores it has.
func addStorePages(p *views.Pages, q storeQuery, stores, size int) {
	if last := (stores + size - 1) / size; last > 2 {
		p.Page, p.Last = strconv.Itoa(min(max(q.Page, 1), last)), strconv.Itoa(last)
		q := q
		q.Page = 1
		p.Keep = hiddenParams(q.values())
	}
	if stores <= storesSizes[0] {
		return
	}
	for _, n := range storesSizes {
		of := q
		of.Page, of.Size = 1, n
		if n == storesPerPage {
			of.Size = 0
		}
		p.Sizes = append(p.Sizes, views.Filter{Text: strconv.Itoa(n), URL: of.url(), Active: n == size})
	}
}

// filters is how many filters are on, beside the search.
func (q storeQuery) filters() (on int) {
	for _, set := range []bool{q.State != "", q.Zone != "", q.Group != "", q.Assumed != "", q.Target != "", q.Down} {
		if set {
			on++
		}
	}
	return on
}

// newWeekChange says how the downtime of a store changed against the week before.
func newWeekChange(t *figures.Trend, n int) views.WeekChange {
	if !t.AsOfKnown {
		return views.WeekChange{}
	}
	week, before := t.Figures[n][uptime.LastWeek], t.Before[n][uptime.LastWeek]
	change, known := t.Change(n)
	switch {
	case !known && week.Confidence() <= uptime.NothingSeen:
		return views.WeekChange{}
	case !known:
		return views.WeekChange{Why: upperFirst(week.WhyIncomparable(before, beforeNames[uptime.LastWeek]))}
	case change == 0:
		return views.WeekChange{Text: "No change", Trend: "same"}
	}
	c := views.WeekChange{Text: change.LengthText() + " worse", Trend: "up"}
	if change < 0 {
		c = views.WeekChange{Text: (-change).LengthText() + " better", Trend: "down"}
	}
	c.Why = fmt.Sprintf("%s offline, %s the week before", week.Down.LengthText(), before.Down.LengthText())
	return c
}
