package web

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

// A storeChoice is the stores of a snapshot that pass a query's filters.
type storeChoice struct {
	stores []int                   // in the query's order
	states map[views.StoreKind]int // how many pass all filters but the state, by state
}

// chooseStores returns the stores that pass the query's filters, in its order.
func (s *Server) chooseStores(ctx context.Context, a audience, snapshot *figures.Snapshot, q storeQuery) (storeChoice, error) {
	choice := storeChoice{states: map[views.StoreKind]int{}}
	sorted, err := s.storeOrders.get(ctx, a, snapshot, sortOrder{q.Sort, q.Desc}, func(context.Context) ([]int, error) {
		return sortedIndexes(len(snapshot.Stores), storeOrder(snapshot, q)), nil
	})
	if err != nil {
		return choice, err
	}
	part := strings.ToLower(q.Q)
	for _, n := range sorted {
		if !q.matches(snapshot, n) || !nameContains(snapshot.Stores[n], part) {
			continue
		}
		kind := kindOf(snapshot.Now[n].State)
		choice.states[kind]++
		if q.State == "" || q.State == string(kind) {
			choice.stores = append(choice.stores, n)
		}
	}
	return choice, nil
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
	hours, zone := len(s.Hours[n]) == 0, !store.ZoneKnown()
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

// nameContains reports whether the id, the name, the group or the city of a store
// contains part, which is in lower case.
func nameContains(store models.Store, part string) bool {
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

// storeOrder compares stores by the query's column. Stores without data come last
// in both directions.
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
	default: // by what is shown: names first, then ids
		return func(a, b int) int {
			x, y := &s.Stores[a], &s.Stores[b]
			return cmp.Or(compareBools(x.Name == "", y.Name == ""), sign*strings.Compare(x.Name, y.Name), sign*cmp.Compare(a, b))
		}
	}
}

// urgency orders states by how much they need attention, most first.
func urgency(state uptime.State) int {
	return slices.Index([]uptime.State{uptime.Down, uptime.NoData, uptime.Up, uptime.Closed}, state)
}
