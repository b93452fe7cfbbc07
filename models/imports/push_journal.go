package imports

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"lightson/models"
)

const (
	// pushPartBytes is the size at which a part of the journal of pushes is complete.
	// Each push writes the whole last part again.
	pushPartBytes = 16 << 10
	// pushFactsKept bounds the facts that are remembered of an import of pushes.
	pushFactsKept = 200_000
)

// pushFacts are the polls of stores on days that the journal of an import of pushes
// has as changed already. Their earlier polls are in the journal, and need not be
// written again at each push: a store that is polled every minute would otherwise
// have 60 copies of its day. What is not remembered only costs space. A nil
// *pushFacts remembers nothing.
type pushFacts struct {
	importID string
	pushes   int // of the import, the latest one that is remembered included
	changed  map[pollFact]struct{}
}

// A pollFact is the polls of a store on a day, or their reasons.
type pollFact struct {
	day, store int32
	reasons    bool
}

// of returns the facts of an import, or none if they are not those of its latest
// push: another server has pushed, or another database was restored.
func (f *pushFacts) of(i models.Import) *pushFacts {
	if f != nil && f.importID == i.ID && f.pushes == i.Attempt && len(f.changed) < pushFactsKept {
		return f
	}
	return &pushFacts{importID: i.ID, pushes: i.Attempt, changed: map[pollFact]struct{}{}}
}

// add adds a fact and reports whether it was there.
func (f *pushFacts) add(fact pollFact) (known bool) {
	if f == nil {
		return false
	}
	if _, known = f.changed[fact]; !known {
		f.changed[fact] = struct{}{}
	}
	return known
}

// goOn returns the journal of an import of pushes, to which another push is added.
// Its last part goes on where there is room, so that thousands of pushes do not
// make thousands of rows.
func (j journals) goOn(ctx context.Context, i models.Import, facts *pushFacts) (*journal, error) {
	next := newJournal(i.MergeNumber)
	next.partBytes, next.pushed = pushPartBytes, facts
	if i.Attempt == 0 {
		return next, nil
	}
	var last models.JournalPart
	err := j.tx.GORM(ctx).Where("merge_number = ?", i.MergeNumber).Order("part DESC").Take(&last).Error
	if errors.Is(err, gorm.ErrRecordNotFound) { // someone deleted it
		clear(facts.changed)
		return next, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	next.part, next.stored = last, storedPart{last.Part, len(last.Entries)}
	err = eachEntry(last.Entries, func(e journalEntry) error {
		next.lastStore = e.store
		return nil
	})
	return next, err
}
