package web

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/uptime"
	"lightson/views"
)

// A storeChoice is the stores of a snapshot that pass a query's filters.
type storeChoice struct {
	called storeNames
	days   pickerDays
	stores []int                   // in the query's order
	states map[views.StoreKind]int // how many pass all filters but the state, by state
}

// chooseStores returns the stores that pass the query's filters, in its order. Only a trend, if
// there is one, can sort them by how they changed. Of is the query's period of all stores; nil
// where it has none.
func (s *Server) chooseStores(ctx context.Context, snapshot *figures.Snapshot, trend *figures.Trend, q storeQuery, of *periodFigures) (storeChoice, error) {
	choice := storeChoice{states: map[views.StoreKind]int{}}
	called, err := s.namesOf(ctx, snapshot)
	if err != nil {
		return choice, err
	}
	choice.called = called
	if choice.days, err = s.daysOf(ctx, snapshot); err != nil {
		return choice, err
	}
	sorted := of.sorted(q)
	if sorted == nil {
		sorted, err = s.storeOrders.get(ctx, readersOf(ctx), snapshot.Whole(), sortOrder{q.Sort, q.Desc}, func(context.Context) ([]int, error) {
			if q.Sort == byChange {
				return sortedIndexes(len(snapshot.Stores), changeOrder(trend, q.Desc)), nil
			}
			return sortedIndexes(len(snapshot.Stores), storeOrder(snapshot, called, q)), nil
		})
	}
	if err != nil {
		return choice, err
	}
	targets, err := s.targets(ctx)
	if err != nil {
		return choice, err
	}
	search := names.NewSearch(q.Q)
	for _, n := range sorted {
		if !q.matches(snapshot, n) || q.Down && !of.wasDown(snapshot, n) || !q.matchesTarget(snapshot, targets, n) || !search.FindsIn(called.folded[n]) {
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

// matches reports whether store n passes all filters but the state, its downtime and the search.
func (q storeQuery) matches(s *figures.Snapshot, n int) bool {
	store := &s.Stores[n]
	switch {
	case q.Group != "" && store.Group != q.Group,
		q.Zone != "" && store.ZoneName() != q.Zone:
		return false
	}
	switch q.Assumed { // finding the hours of every store takes longer than all else
	case assumedHours:
		return len(s.Hours(n)) == 0
	case assumedZone:
		return !store.ZoneKnown()
	case assumedAny:
		return !store.ZoneKnown() || len(s.Hours(n)) == 0
	default:
		return true
	}
}

// storeNames are how stores are called, made ready to be sorted and searched, and the zones
// that lists of all stores offer to choose from. All of it takes too long for each request, and
// for each snapshot.
type storeNames struct {
	ranks  []int              // of the names of stores
	folded []names.Searchable // ids, names, groups and cities
	zones  map[string]int     // how many stores there are in each
}

func (s *Server) namesOf(ctx context.Context, snapshot *figures.Snapshot) (storeNames, error) {
	return s.storeNames.get(ctx, readersOf(ctx), storesEpochOf(snapshot), struct{}{}, func(context.Context) (storeNames, error) {
		list := make([]string, len(snapshot.Stores))
		called := storeNames{folded: make([]names.Searchable, len(snapshot.Stores)), zones: countZones(snapshot)}
		for n, store := range snapshot.Stores {
			list[n], called.folded[n] = store.Name, names.NewSearchable(store.Code, store.Name, store.Group, store.City)
		}
		called.ranks = names.Ranks(list)
		return called, nil
	})
}

// daysOf are the days that lists of all stores offer to choose from.
func (s *Server) daysOf(ctx context.Context, snapshot *figures.Snapshot) (pickerDays, error) {
	return s.storeDays.get(ctx, readersOf(ctx), snapshot.Whole(), struct{}{}, func(context.Context) (pickerDays, error) {
		return daysToPick(snapshot, sortedIndexes(len(snapshot.Stores), cmp.Compare[int])), nil
	})
}

// storeOrder compares stores by the query's column. Stores without data come last
// in both directions.
func storeOrder(s *figures.Snapshot, called storeNames, q storeQuery) func(a, b int) int {
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
			return cmp.Or(compareBools(x.Name == "", y.Name == ""), sign*cmp.Compare(called.ranks[a], called.ranks[b]), sign*cmp.Compare(a, b))
		}
	}
}

// storePlace is the place of a store in the order of storeOrder.
func storePlace(s *figures.Snapshot, q storeQuery) func(n int) place {
	window, isWindow := map[string]int{byHour: uptime.LastHour, byDay: uptime.LastDay, byWeek: uptime.LastWeek}[q.Sort]
	return func(n int) place {
		code := byText(s.Stores[n].Code)
		switch {
		case isWindow:
			f := &s.Figures[n][window]
			return place{falsesFirst(f.Up+f.Down == 0), byNumber(f.Down).falling(q.Desc), code}
		case q.Sort == byState:
			return place{byNumber(urgency(s.Now[n].State)).falling(q.Desc), code}
		case q.Sort == byZone:
			return place{byText(s.Stores[n].ZoneName()).falling(q.Desc), code}
		default:
			name := s.Stores[n].Name
			return place{falsesFirst(name == ""), byText(names.SortKey(name)).falling(q.Desc), code.falling(q.Desc)}
		}
	}
}

// changeOrder compares stores by how much longer they were down than the week before. Those of
// which too little is known come last in both directions.
func changeOrder(t *figures.Trend, desc bool) func(a, b int) int {
	return func(a, b int) int {
		x, known := t.Change(a)
		y, other := t.Change(b)
		if desc {
			x, y = y, x
		}
		return cmp.Or(compareBools(!known, !other), cmp.Compare(x, y))
	}
}

// urgency orders states by how much they need attention, most first.
func urgency(state uptime.State) int {
	return slices.Index([]uptime.State{uptime.Down, uptime.NoData, uptime.Up, uptime.Closed}, state)
}
