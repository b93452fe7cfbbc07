package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

// A storeChoice is the stores that a query leaves of a snapshot.
type storeChoice struct {
	stores []int                   // in the query's order
	states map[views.StoreKind]int // how many its other filters leave, by state
}

// chooseStores are the stores that the query leaves, in its order.
func (s *Server) chooseStores(snapshot *figures.Snapshot, q storeQuery) storeChoice {
	choice := storeChoice{states: map[views.StoreKind]int{}}
	sorted := s.storeOrders.of(snapshot).by(fmt.Sprint(q.Sort, q.Desc), len(snapshot.Stores), storeOrder(snapshot, q))
	part := strings.ToLower(q.Q)
	for _, n := range sorted {
		if !q.matches(snapshot, n) || !names(snapshot.Stores[n], part) {
			continue
		}
		kind := kindOf(snapshot.Now[n].State)
		choice.states[kind]++
		if q.State == "" || q.State == string(kind) {
			choice.stores = append(choice.stores, n)
		}
	}
	return choice
}

// matches reports whether store n passes all filters but the state and the search.
func (q storeQuery) matches(s *figures.Snapshot, n int) bool {
	store := &s.Stores[n]
	switch {
	case q.Down && s.Figures[n][uptime.LastWeek].Down == 0,
		q.Group != "" && store.Group != q.Group,
		q.Zone != "" && store.ZoneName() != q.Zone:
		return false
	}
	hours, zone := len(s.Hours[n]) == 0, store.Zone == ""
	switch q.Assumed {
	case assumedHours:
		return hours
	case assumedZone:
		return zone
	case assumedAny:
		return hours || zone
	default:
		return true
	}
}

// names reports whether what people call a store has part in it, which is in
// small letters.
func names(store models.Store, part string) bool {
	if part == "" {
		return true
	}
	for _, text := range [...]string{store.Code, store.Name, store.Group, store.City} {
		if strings.Contains(strings.ToLower(text), part) {
			return true
		}
	}
	return false
}

// storeOrder compares stores by the query's column. Stores of which nothing is
// known come last whichever way the column is sorted.
func storeOrder(s *figures.Snapshot, q storeQuery) func(a, b int) int {
	sign := 1
	if q.Desc {
		sign = -1
	}
	byDowntime := func(window int) func(a, b int) int {
		return func(a, b int) int {
			x, y := &s.Figures[a][window], &s.Figures[b][window]
			return cmp.Or(compareBools(x.Up+x.Down == 0, y.Up+y.Down == 0), sign*cmp.Compare(x.Down, y.Down))
		}
	}
	switch q.Sort {
	case byHour:
		return byDowntime(uptime.LastHour)
	case byDay:
		return byDowntime(uptime.LastDay)
	case byWeek:
		return byDowntime(uptime.LastWeek)
	case byState:
		return func(a, b int) int { return sign * cmp.Compare(urgency(s.Now[a].State), urgency(s.Now[b].State)) }
	case byZone:
		return func(a, b int) int { return sign * strings.Compare(s.Stores[a].ZoneName(), s.Stores[b].ZoneName()) }
	default: // by what is shown: names where there are any, then ids
		return func(a, b int) int {
			x, y := &s.Stores[a], &s.Stores[b]
			return cmp.Or(compareBools(x.Name == "", y.Name == ""), sign*strings.Compare(x.Name, y.Name), sign*cmp.Compare(a, b))
		}
	}
}

// urgency orders states by how much they want to be looked at.
func urgency(state uptime.State) int {
	return slices.Index([]uptime.State{uptime.Down, uptime.NoData, uptime.Up, uptime.Closed}, state)
}
