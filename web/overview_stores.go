package web

import (
	"cmp"
	"slices"
	"time"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
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
	list := views.WorstStores{Heading: at.w.Say("Worst stores last week"), More: at.w.allStores(len(g.stores)), Period: at.w.Say("Last week"), URL: storeQuery{Group: group}.url(), Now: at.title(time.UTC)}
	if at.old() {
		list.Heading = at.w.Say("Worst stores {week}", "week", at.week(time.UTC))
	}
	if group != "" {
		list.Heading = at.w.Say("Its stores, worst week first")
	}
	for _, n := range worstShown(t.Snapshot, g.worst, group) {
		list.Rows = append(list.Rows, newWorstStore(t, n, group, at))
	}
	return list
}

// worstShown are those of the worst stores that an overview names.
func worstShown(s *figures.Snapshot, worst []int, group string) []int {
	if group != "" {
		return worst
	}
	worst = worst[:min(len(worst), worstOnOverview)]
	return slices.DeleteFunc(slices.Clone(worst), func(n int) bool { return s.Figures[n][uptime.LastWeek].Down == 0 })
}

func newWorstStore(t *figures.Trend, n int, group string, at moment) views.WorstStore {
	store, week := t.Stores[n], t.Figures[n][uptime.LastWeek]
	row := views.WorstStore{
		ID: store.Code, URL: storeURL(store.Code), Name: store.Name, City: store.City, State: newStoreState(t.Snapshot, n, at),
		Week: withCorrected(at.w, newWindow(at.w, "", week), t.Corrected(n)[uptime.LastWeek]),
	}
	if store.Group != "" && group == "" {
		row.Group = views.Link{Text: store.Group, URL: groupURL(store.Group)}
	}
	row.Week.Change, row.Week.Trend = at.w.change(week, t.Before(n)[uptime.LastWeek], weekBefore)
	row.Week.Change = upperFirst(row.Week.Change)
	return row
}

// allStores leads to all of several stores.
func (w spoken) allStores(n int) string {
	return w.Count(int64(n), words.Plural{One: "The only store", Other: "All {n} stores"})
}
