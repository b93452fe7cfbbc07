package web

import (
	"cmp"
	"strconv"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// A storeView is a way to look at the list of stores that has a name. Search, group and zone
// stay as they are when one goes from view to view.
type storeView struct {
	name     words.Text
	change   func(*storeQuery)
	inPeriod bool       // it speaks of the last week, where no period is chosen
	now      words.Text // its name where data are not old; empty where it is the same
}

// storeViews are the views that everybody has. People keep views of their own by their address.
var storeViews = []storeView{
	{name: "Worst last week", inPeriod: true, change: func(q *storeQuery) { q.Sort, q.Desc = byWeek, true }},
	{name: "Got worse", change: func(q *storeQuery) { q.Sort, q.Desc = byChange, true }},
	{name: "Got better", change: func(q *storeQuery) { q.Sort, q.Desc = byChange, false }},
	{name: "Offline|of a store", now: "Offline now|a view of the list", change: func(q *storeQuery) { q.State, q.Sort, q.Desc = string(views.Offline), byWeek, true }},
	{name: "No data|of a store", change: func(q *storeQuery) { q.State, q.Sort, q.Desc = string(views.NoData), byWeek, true }},
	{name: "A to Z", change: func(q *storeQuery) { q.Sort, q.Desc = byStore, false }},
}

// called is the name of the view at a moment.
func (v storeView) called(q storeQuery, at moment) string {
	if v.inPeriod && q.Period.some() {
		return at.w.Say("Worst {when}", "when", q.Period.when(at.w))
	}
	if v.now != "" && !at.old() {
		return at.w.Say(v.now)
	}
	return at.w.Say(v.name)
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
		name = joinWords(name, q.Period.text(at.w))
	}
	if q.Group != "" {
		name = joinWords(name, q.Group)
	}
	return joinWords(name, at.w.Say("Stores"))
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
func addStorePages(w spoken, p *views.Pages, q storeQuery, stores, size int) {
	if last := (stores + size - 1) / size; last > 2 {
		p.Page, p.Last = strconv.Itoa(min(max(q.Page, 1), last)), w.Say("of {last}|the number of the last page", "last", strconv.Itoa(last))
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
func newWeekChange(w spoken, t *figures.Trend, n int) views.WeekChange {
	if !t.AsOfKnown {
		return views.WeekChange{}
	}
	week, before := t.Figures[n][uptime.LastWeek], t.Before(n)[uptime.LastWeek]
	change, known := t.Change(n)
	switch {
	case !known && week.Confidence() <= uptime.NothingSeen:
		return views.WeekChange{}
	case !known:
		return views.WeekChange{Why: upperFirst(w.incomparable(week.Obstacle(before), weekBefore))}
	case change == 0:
		return views.WeekChange{Text: w.Say("No change"), Trend: "same"}
	}
	c := newChange(w, w.length(max(change, -change)), change > 0)
	c.Why = w.offlineAndBefore(week, before, weekBefore)
	return c
}

// newChange is a change by an amount.
func newChange(w spoken, amount string, worse bool) views.WeekChange {
	if worse {
		return views.WeekChange{Text: w.Say("{amount} worse", "amount", amount), Trend: "up"}
	}
	return views.WeekChange{Text: w.Say("{amount} better", "amount", amount), Trend: "down"}
}

// offlineAndBefore is the downtime beside that of the period before.
func (w spoken) offlineAndBefore(now, before uptime.Figures, of earlier) string {
	return w.Say("{now} offline, {then} {before}", "now", w.length(now.Down), "then", w.length(before.Down), "before", of.when)
}
