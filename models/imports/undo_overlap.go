package imports

import (
	"context"
	"slices"

	"lightson/models"
)

// factKinds are the kinds of journal parts that are about facts. A store that an
// import added is none: later imports that name the store do not keep it.
var factKinds = []models.JournalKind{pollsJournal, hoursJournal, zonesJournal, namesJournal}

// A partKey names a part of a journal.
type partKey struct {
	merge int64
	part  int
}

// storeSets are the sorted ids of the stores of a part.
type storeSets struct {
	named   []int32 // with any entry
	changed []int32 // with an entry that changed the fact
}

// setsOf reads the stores of a part, once.
func (r *undoRules) setsOf(ctx context.Context, p models.JournalPart) (*storeSets, error) {
	key := partKey{p.MergeNumber, p.Part}
	if sets := r.facts[key]; sets != nil {
		return sets, nil
	}
	sets := &storeSets{}
	err := journals{r.tx}.eachEntry(ctx, p, func(e journalEntry) error {
		sets.named = append(sets.named, e.store)
		if e.changed() {
			sets.changed = append(sets.changed, e.store)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	sets.named, sets.changed = sortedSet(sets.named), sortedSet(sets.changed)
	r.facts[key] = sets
	return sets, nil
}

func sortedSet(ids []int32) []int32 {
	slices.Sort(ids)
	return slices.Clip(slices.Compact(ids))
}

// firstInBoth is the first element that two sorted lists have in common.
func firstInBoth(a, b []int32) (first int32, found bool) {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			return a[0], true
		}
	}
	return 0, false
}
