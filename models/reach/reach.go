// Package reach says which stores somebody may see: all of them, or those of some groups
// and some single ones.
//
// It knows the standard library only, since figures and reports are narrowed to a reach
// and must not know whose it is.
package reach

import (
	"encoding/json"
	"fmt"
	"slices"
)

// A Reach is a choice of stores. A store that joins one of its groups later is in it at
// once. The zero Reach has no stores. A Reach never changes; what makes one sorts its
// lists.
type Reach struct {
	all    bool
	groups []string // names as they are shown
	stores []string // ids that the feeds use
	text   string   // see String; empty for the zero value
}

// All is the reach of every store.
func All() Reach { return Reach{all: true, text: all} }

// Of is the reach of some groups and some single stores.
func Of(groups, stores []string) Reach {
	r := Reach{groups: sorted(groups), stores: sorted(stores)}
	text, err := json.Marshal(written{r.groups, r.stores})
	if err != nil {
		panic(err) // lists of texts can always be written
	}
	r.text = string(text)
	return r
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(s string) bool { return s == "" })
}

// IsAll reports whether the reach has every store, also those to come.
func (r Reach) IsAll() bool { return r.all }

// Empty reports whether the reach has no store, whatever the stores are.
func (r Reach) Empty() bool { return !r.all && len(r.groups) == 0 && len(r.stores) == 0 }

// Groups are the names of the groups, sorted. The caller must not change them.
func (r Reach) Groups() []string { return r.groups }

// Stores are the ids of the single stores, sorted. The caller must not change them.
func (r Reach) Stores() []string { return r.stores }

// Has reports whether the reach has a store of a group; the group is empty for none.
func (r Reach) Has(store, group string) bool {
	return r.all || group != "" && r.HasGroup(group) || contains(r.stores, store)
}

// HasGroup reports whether the reach has every store of a group, also those to come.
func (r Reach) HasGroup(group string) bool { return r.all || contains(r.groups, group) }

func contains(list []string, text string) bool {
	_, found := slices.BinarySearch(list, text)
	return found
}

// Within reports whether other has every group and every single store of the reach. It
// does not know which stores are in a group: a single store is not within its group.
func (r Reach) Within(other Reach) bool {
	if r.all || other.all {
		return other.all
	}
	outside := func(list, in []string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return !contains(in, s) })
	}
	return !outside(r.groups, other.groups) && !outside(r.stores, other.stores)
}

// OfGroup is the part of the reach that can be in a group. An empty group stands for
// every store.
func (r Reach) OfGroup(group string) Reach {
	switch {
	case group == "":
		return r
	case r.HasGroup(group):
		return Of([]string{group}, nil)
	default:
		return Of(nil, r.stores)
	}
}

// And is what two reaches have in common, as far as it can be said without knowing which
// stores are in a group: a single store is kept only where both name it.
func (r Reach) And(other Reach) Reach {
	switch {
	case r.all:
		return other
	case other.all:
		return r
	}
	common := func(a, b []string) []string {
		return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return !contains(b, s) })
	}
	return Of(common(r.groups, other.groups), common(r.stores, other.stores))
}

// written is a reach as it is stored.
type written struct {
	Groups []string `json:"groups,omitempty"`
	Stores []string `json:"stores,omitempty"`
}

// all is how the reach of every store is written, none that of no store.
const (
	all  = "all"
	none = "{}"
)

// String is the reach as it is stored. Equal reaches have equal texts.
func (r Reach) String() string {
	if r.text == "" {
		return none
	}
	return r.text
}

// Parse reads what String wrote.
func Parse(text string) (Reach, error) {
	if text == all {
		return All(), nil
	}
	var w written
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		return Reach{}, fmt.Errorf("reach: expected all or JSON such as {\"groups\":[\"A\"]}, found %q: %w", text, err)
	}
	return Of(w.Groups, w.Stores), nil
}
