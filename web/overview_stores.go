package web

import (
	"cmp"
	"slices"
	"time"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

// How many stores are listed on the overview, and on that of a group.
const (
	worstOnOverview = 5
	worstOfGroup    = 10
)

// worstOf are the stores that were down longest in the last week, the worst first. Those
// of which nothing is known come last, as in the list of stores.
func worstOf(s *figures.Snapshot, stores []int) []int {
	worst := slices.Clone(stores)
	slices.SortStableFunc(worst, func(a, b int) int {
		x, y := &s.Figures[a][uptime.LastWeek], &s.Figures[b][uptime.LastWeek]
		return cmp.Or(compareBools(x.Up+x.Down == 0, y.Up+y.Down == 0), cmp.Compare(y.Down, x.Down))
	})
	return slices.Clone(worst[:min(len(worst), worstOfGroup)])
}

// newWorstStores lists the stores that lost most in the last week: those of a group,
// whether they lost anything or not, or those of all that did.
func newWorstStores(t *figures.Trend, g *groupFigures, group string, at moment) views.WorstStores {
	list := views.WorstStores{Heading: "Worst stores last week", More: "All " + plural(len(g.stores), "store"), Period: "Last week", URL: storeQuery{Group: group}.url(), Now: at.title(time.UTC)}
	if at.old() {
		list.Heading = "Worst stores " + at.week(time.UTC)
	}
	worst := g.worst
	if group == "" {
		worst = worst[:min(len(worst), worstOnOverview)]
		worst = slices.DeleteFunc(slices.Clone(worst), func(n int) bool { return t.Figures[n][uptime.LastWeek].Down == 0 })
	} else {
		list.Heading = "Its stores, worst week first"
	}
	for _, n := range worst {
		list.Rows = append(list.Rows, newWorstStore(t, n, group, at))
	}
	return list
}

func newWorstStore(t *figures.Trend, n int, group string, at moment) views.WorstStore {
	store, week := t.Stores[n], t.Figures[n][uptime.LastWeek]
	row := views.WorstStore{
		ID: store.Code, URL: storeURL(store.Code), Name: store.Name, City: store.City, State: newStoreState(t.Snapshot, n, at),
		Week: withCorrected(newWindow("", week), t.Corrected(n)[uptime.LastWeek]),
	}
	if store.Group != "" && group == "" {
		row.Group = views.Link{Text: store.Group, URL: groupURL(store.Group)}
	}
	row.Week.Change, row.Week.Trend = week.ChangeText(t.Before[n][uptime.LastWeek], beforeNames[uptime.LastWeek])
	row.Week.Change = upperFirst(row.Week.Change)
	return row
}
