package figures

import (
	"slices"
	"strings"

	"lightson/models"
)

// A Group is the stores of one chain or owner.
type Group struct {
	Name   string
	Stores []int // indexes into the snapshot's Stores, in their order
}

// Groups are all groups, sorted by name. Stores without a group are in none.
func (s *Snapshot) Groups() []Group {
	s.groupOnce.Do(func() { s.groups = groupsOf(s.Stores) })
	return s.groups
}

// Group is the group with a name. It reports false where no store is in it.
func (s *Snapshot) Group(name string) (Group, bool) {
	groups := s.Groups()
	n, found := slices.BinarySearchFunc(groups, name, func(g Group, name string) int { return strings.Compare(g.Name, name) })
	if !found {
		return Group{}, false
	}
	return groups[n], true
}

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
	slices.SortFunc(groups, func(a, b Group) int { return strings.Compare(a.Name, b.Name) })
	return groups
}
