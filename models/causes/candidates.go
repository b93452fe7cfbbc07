package causes

import (
	"cmp"
	"slices"

	"lightson/models/uptime"
)

// kinds in the order in which the same stores are named.
var kinds = [...]Kind{Everything, Group, City, Zone}

// A candidate may be a cause.
type candidate struct {
	name   Name
	stores int
	dark   int
	active []uptime.Instant // of all its stores, ascending
}

// on is how many of its stores were seen active at t or later.
func (c *candidate) on(t uptime.Instant) int {
	i, _ := slices.BinarySearch(c.active, t)
	return len(c.active) - i
}

// before reports whether c is named rather than d where both explain the same: everything,
// then what has the fewest stores besides.
func (c *candidate) before(d *candidate) bool {
	if (c.name.Kind == Everything) != (d.name.Kind == Everything) {
		return c.name.Kind == Everything
	}
	return cmp.Or(cmp.Compare(c.stores, d.stores), cmp.Compare(slices.Index(kinds[:], c.name.Kind), slices.Index(kinds[:], d.name.Kind))) < 0
}

// A darkStore is one that went dark, with the candidates that it belongs to.
type darkStore struct {
	place            int
	active, inactive uptime.Instant
	candidates       []int
}

// possible finds the candidates that have enough stores, and sorts what went dark. tried is
// their number.
func possible(stores []Member) (candidates []candidate, darks []darkStore, tried int) {
	all, of := named(stores)
	for _, c := range all {
		if c.stores >= Least {
			tried++
		}
	}
	places := make([]int, len(all)) // of the candidates that are left
	for i, c := range all {
		places[i] = -1
		if c.dark >= Least {
			places[i] = len(candidates)
			c.active = make([]uptime.Instant, 0, c.stores)
			candidates = append(candidates, c)
		}
	}
	for place, m := range stores {
		var belongs []int
		for _, i := range of[place] {
			if i >= 0 && places[i] >= 0 {
				c := places[i]
				candidates[c].active = append(candidates[c].active, m.Active)
				if m.Dark {
					belongs = append(belongs, c)
				}
			}
		}
		if m.Dark {
			darks = append(darks, darkStore{place: place, active: m.Active, inactive: m.Inactive, candidates: belongs})
		}
	}
	for _, c := range candidates {
		slices.Sort(c.active)
	}
	slices.SortFunc(darks, func(a, b darkStore) int {
		return cmp.Or(cmp.Compare(a.inactive, b.inactive), cmp.Compare(a.active, b.active), cmp.Compare(a.place, b.place))
	})
	return candidates, darks, tried
}

// named finds everything that stores have in common, and what of it each store has; -1
// where it has none of a kind.
func named(stores []Member) (all []candidate, of [][len(kinds)]int) {
	of = make([][len(kinds)]int, len(stores))
	var ids [len(kinds)]map[string]int
	for k := range ids {
		ids[k] = map[string]int{}
	}
	for place, m := range stores {
		for k, text := range [len(kinds)]string{"", m.Group, m.City, m.Zone} {
			if text == "" && kinds[k] != Everything {
				of[place][k] = -1
				continue
			}
			id, known := ids[k][text]
			if !known {
				id = len(all)
				ids[k][text] = id
				all = append(all, candidate{name: Name{Kind: kinds[k], Text: text}})
			}
			of[place][k] = id
			all[id].stores++
			if m.Dark {
				all[id].dark++
			}
		}
	}
	return all, of
}
