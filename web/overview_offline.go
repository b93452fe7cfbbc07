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

const offlineOnOverview = 10

// newOfflineList lists the stores that are offline now, those with most downtime
// this week first.
func newOfflineList(s *figures.Snapshot, g *groupFigures, group string, at moment) views.OfflineList {
	var offline []int
	for _, n := range g.stores {
		if s.Now[n].State == uptime.Down {
			offline = append(offline, n)
		}
	}
	slices.SortStableFunc(offline, func(a, b int) int {
		return cmp.Compare(s.Figures[b][uptime.LastWeek].Down, s.Figures[a][uptime.LastWeek].Down)
	})
	list := views.OfflineList{
		URL:  storeQuery{State: string(views.Offline), Group: group}.url(),
		None: noneOffline(at.w, g.states), Now: at.word(time.UTC),
	}
	if len(offline) > offlineOnOverview {
		list.More = at.w.Say("All {n} offline stores", "n", len(offline))
		offline = offline[:offlineOnOverview]
	}
	for _, n := range offline {
		list.Rows = append(list.Rows, newOfflineStore(s, n, at))
	}
	return list
}

func newOfflineStore(s *figures.Snapshot, n int, at moment) views.OfflineStore {
	store, now := s.Stores[n], s.Now[n]
	state := newStoreState(s, n, at)
	row := views.OfflineStore{
		ID: store.Code, URL: storeURL(store.Code), Name: store.Name, City: store.City,
		Since: state.At, Closes: state.Note, Seen: state.Seen,
	}
	if now.SinceKnown {
		row.For = at.w.length(uptime.Micros(s.AsOf - now.Since))
	}
	if week := s.Figures[n][uptime.LastWeek]; week.Down > 0 {
		row.Week = at.w.Say("{length} offline {week}", "length", at.w.length(week.Down), "week", at.week(s.Location(n)))
		row.Bounds = figureBounds(at.w, week)
	}
	return row
}

// noneOffline says what is known where no store is known to be offline.
func noneOffline(w spoken, n map[uptime.State]int) views.Empty {
	online, unchecked := n[uptime.Up], n[uptime.NoData]
	silent := words.Plural{One: "No store is known to be offline; {n} could not be checked", Other: "No store is known to be offline; {n} could not be checked"}
	switch {
	case unchecked == 0 && online == 0:
		return views.Empty{Title: w.Say("No store is open"), Text: w.Say("Outside business hours no store counts as offline.")}
	case unchecked == 0:
		return views.Empty{Title: w.Say("No store is offline"), Text: w.Say("Every store that should be open is online: {n}.", "n", online)}
	case online == 0:
		return views.Empty{Title: w.Count(int64(unchecked), silent), Text: w.Say("No store that should be open has a recent poll.")}
	default:
		return views.Empty{Title: w.Count(int64(unchecked), silent), Text: w.Say("Known to be online: {n}.", "n", online)}
	}
}
