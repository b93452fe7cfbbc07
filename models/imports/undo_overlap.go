package imports

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/words"
)

// factKinds are the kinds of journal parts that are about facts. A store that an
// import added is none: later imports that name the store do not keep it.
var factKinds = []models.JournalKind{pollsJournal, schedulesJournal, zonesJournal, namesJournal, specialJournal, reasonsJournal}

// refuseOverlap refuses to undo a merge if a later one changed or confirmed a fact
// that it changed.
func (r *undoRules) refuseOverlap(ctx context.Context, m, later mergeParts) error {
	for _, kind := range factKinds {
		for _, p := range later.parts {
			if factOf(p.Kind) != kind {
				continue
			}
			store, found, err := r.overlap(ctx, m, p)
			if err != nil {
				return err
			}
			if found {
				return r.laterImportError(ctx, p, store)
			}
		}
	}
	return nil
}

// overlap finds a store of which a merge changed a fact that a part of a later
// merge names.
func (r *undoRules) overlap(ctx context.Context, m mergeParts, later models.JournalPart) (store int32, found bool, err error) {
	for _, p := range m.parts {
		if factOf(p.Kind) != factOf(later.Kind) || p.Day != later.Day {
			continue
		}
		changed, err := r.setsOf(ctx, p)
		if err != nil {
			return 0, false, err
		}
		named, err := r.setsOf(ctx, later)
		if err != nil {
			return 0, false, err
		}
		if store, found := firstInBoth(changed.changed, named.named); found {
			return store, true, nil
		}
	}
	return 0, false, nil
}

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

// laterImportError names the later import and a store of which both have data.
func (r *undoRules) laterImportError(ctx context.Context, part models.JournalPart, id int32) error {
	var store models.Store
	g := r.tx.GORM(ctx)
	if err := g.Where("id = ?", id).First(&store).Error; err != nil {
		return err
	}
	among := words.Later("store {store}", "store", store.Code)
	if part.Kind == pollsJournal || part.Kind == reasonsJournal || part.Kind == specialJournal {
		among = words.Later("store {store} on {day}", "store", store.Code, "day", dayOf(part.Day))
	}
	var later models.Import
	err := g.Where("merge_number = ?", part.MergeNumber).First(&later).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return undoError("Changed since", "A later import changed {kind} of the same stores, such as {store}. Its record is gone.", "kind", feedKind(part.Kind), "store", among)
	case err != nil:
		return err
	}
	return UndoError{
		Why: words.Later("{import} came later and changed {kind} of the same stores, such as {store}. Undo that one first.",
			"import", importWords(later), "kind", feedKind(part.Kind), "store", among).Stored(),
		Short: "Undo another first", Blocking: later.ID,
	}
}
