package figures

import (
	"cmp"
	"slices"
	"strings"

	"lightson/models"
	"lightson/models/names"
)

// A Group is the stores of one chain or owner.
type Group struct {
	Name   string
	Stores []int // indexes into the snapshot's Stores, in their order
}

// Groups are all groups, sorted by name as people do. Stores without a group are in none.
func (s *Snapshot) Groups() []Group {
	s.groupOnce.Do(func() {
		s.groups = groupsOf(s.Stores)
		if s.whole == nil {
			s.groups = sortedByName(s.groups)
		} else {
			s.groups = s.whole.inItsOrder(s.groups)
		}
		s.groupsBy = make(map[string]int, len(s.groups))
		for n, g := range s.groups {
			s.groupsBy[g.Name] = n
		}
	})
	return s.groups
}

// StoresOf are the stores of a group, as indexes of the snapshot in order. A group that
// does not exist has none. The caller must not change them.
func (s *Snapshot) StoresOf(group string) []int {
	groups := s.Groups()
	n, known := s.groupsBy[group]
	if !known {
		return nil
	}
	return groups[n].Stores
}

// groupsOf are the groups of stores, in no particular order.
func groupsOf(stores []models.Store) []Group {
	var groups []Group
	indexes := map[string]int{} // of groups, by name
	for n, store := range stores {
		if store.Group == "" {
			continue
		}
		g, known := indexes[store.Group]
		if !known {
			g = len(groups)
			indexes[store.Group] = g
			groups = append(groups, Group{Name: store.Group})
		}
		groups[g].Stores = append(groups[g].Stores, n)
	}
	return groups
}

// inItsOrder sorts some of the snapshot's groups as those of the snapshot: comparing names
// as people do takes long.
func (s *Snapshot) inItsOrder(groups []Group) []Group {
	s.Groups()
	slices.SortFunc(groups, func(a, b Group) int { return cmp.Compare(s.groupsBy[a.Name], s.groupsBy[b.Name]) })
	return groups
}

// sortedByName sorts groups. Those whose names differ in case only are sorted by bytes.
func sortedByName(groups []Group) []Group {
	list := make([]string, len(groups))
	for n, g := range groups {
		list[n] = g.Name
	}
	rank := map[string]int{}
	for n, place := range names.Ranks(list) {
		rank[list[n]] = place
	}
	slices.SortFunc(groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(rank[a.Name], rank[b.Name]), strings.Compare(a.Name, b.Name))
	})
	return groups
}
