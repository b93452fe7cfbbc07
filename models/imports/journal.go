package imports

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"lightson/models"
	"lightson/models/feed"
)

// UndoKept is how many imports can be undone: the journals of older ones are
// removed by the next merge.
const UndoKept = 30

const (
	pollsJournal models.JournalKind = iota + 1
	hoursJournal
	zonesJournal
	namesJournal
	storesJournal // the stores that no import had named before
)

// feedKind is the kind of file that such things come from.
func feedKind(k models.JournalKind) string {
	switch k {
	case pollsJournal:
		return feed.Polls.String()
	case hoursJournal:
		return feed.Hours.String()
	case zonesJournal:
		return feed.Zones.String()
	case namesJournal:
		return feed.Names.String()
	default:
		return "stores"
	}
}

// partBytes is about how much a part holds.
const partBytes = 256 << 10

// A journal takes down what a merge does, so that it can be undone: what was
// there before, and what of the known was said again, because who takes the one
// away would take it from the other as well. A nil journal takes nothing down.
type journal struct {
	part    models.JournalPart
	store   int32 // of the last entry
	full    []models.JournalPart
	changed map[models.JournalKind]bool
}

func newJournal(mergeNumber int64) *journal {
	return &journal{part: models.JournalPart{MergeNumber: mergeNumber}, changed: map[models.JournalKind]bool{}}
}

// wrote takes down that something was written; before is empty where nothing
// was there.
func (j *journal) wrote(kind models.JournalKind, day, store int32, before, after []byte) {
	if j == nil {
		return
	}
	e := journalEntry{store: store, did: added, sum: sumOf(after)}
	if len(before) > 0 {
		e.did, e.before = replaced, before
	}
	j.changed[kind] = true
	j.take(kind, day, e)
}

// confirmed takes down that what was known was said again.
func (j *journal) confirmed(kind models.JournalKind, day, store int32) {
	if j != nil {
		j.take(kind, day, journalEntry{store: store})
	}
}

func (j *journal) take(kind models.JournalKind, day int32, e journalEntry) {
	if j.part.Kind != kind || j.part.Day != day || len(j.part.Entries) >= partBytes {
		j.turn(kind, day)
	}
	j.part.Entries = e.append(j.part.Entries, j.store)
	j.store = e.store
}

// turn begins the next part.
func (j *journal) turn(kind models.JournalKind, day int32) {
	if len(j.part.Entries) > 0 {
		j.full = append(j.full, j.part)
		j.part.Part++
	}
	j.part.Kind, j.part.Day, j.part.Entries = kind, day, nil
	j.store = 0
}

// save writes what was taken down so far, at a time when the connection is free.
func (j *journal) save(ctx context.Context, tx *models.Tx) error {
	if j == nil {
		return nil
	}
	j.turn(0, 0)
	for n := range j.full {
		if err := tx.GORM(ctx).Create(&j.full[n]).Error; err != nil {
			return fmt.Errorf("write journal: %w", err)
		}
	}
	j.full = j.full[:0]
	return nil
}

// kinds are the kinds of files whose data changed.
func (j *journal) kinds() []string {
	names := []string{}
	for _, kind := range slices.Sorted(maps.Keys(j.changed)) {
		if kind != storesJournal {
			names = append(names, feedKind(kind))
		}
	}
	return names
}

// nextMerge is the number of a merge that begins, for the holder of the merge
// lock. It removes the journals that are too old by then.
func nextMerge(ctx context.Context, tx *models.Tx) (number int64, err error) {
	last, err := lastMerge(ctx, tx)
	if err != nil {
		return 0, err
	}
	number = last + 1
	if err := tx.GORM(ctx).Where("merge_number <= ?", number-UndoKept).Delete(&models.JournalPart{}).Error; err != nil {
		return 0, fmt.Errorf("remove old journals: %w", err)
	}
	return number, nil
}

func lastMerge(ctx context.Context, tx *models.Tx) (number int64, err error) {
	// A journal may outlive the row of its import, where someone deletes rows.
	for _, model := range []any{&models.Import{}, &models.JournalPart{}} {
		var last int64
		if err := tx.GORM(ctx).Model(model).Select("COALESCE(MAX(merge_number), 0)").Scan(&last).Error; err != nil {
			return 0, fmt.Errorf("number merge: %w", err)
		}
		number = max(number, last)
	}
	return number, nil
}

// journalIndex lists the parts of the journals of some merges, oldest first,
// without their entries.
func journalIndex(ctx context.Context, tx *models.Tx, first, last int64) (parts []models.JournalPart, err error) {
	err = tx.GORM(ctx).Omit("entries").
		Where("merge_number BETWEEN ? AND ?", first, last).Order("merge_number, part").Find(&parts).Error
	if err != nil {
		return nil, fmt.Errorf("list journals: %w", err)
	}
	return parts, nil
}

// eachEntryOf visits the entries of a part.
func eachEntryOf(ctx context.Context, tx *models.Tx, p models.JournalPart, visit func(journalEntry) error) error {
	err := tx.GORM(ctx).Where("merge_number = ? AND part = ?", p.MergeNumber, p.Part).Take(&p).Error
	if err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	return eachEntry(p.Entries, visit)
}
