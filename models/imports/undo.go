package imports

import (
	"context"
	"fmt"

	"lightson/models"
	"lightson/models/polls"
)

// UndoError says why an import cannot be undone, as a sentence for people.
type UndoError struct{ Why string }

func (e UndoError) Error() string { return e.Why }

// ForPeople is the whole error: it was worded for them.
func (e UndoError) ForPeople() string { return e.Why }

func undoError(format string, args ...any) error { return UndoError{fmt.Sprintf(format, args...)} }

// Undo takes an import out of the data: what it added is gone, what it replaced
// is back, byte for byte. It is refused by an UndoError, and then changes
// nothing, where a later import says anything of the same things: that would be
// lost as well. Reports that were made stay as they are.
func Undo(ctx context.Context, db *models.DB, id, by string) (models.Import, error) {
	err := db.Update(ctx, func(tx *models.Tx) error { return undo(ctx, tx, id, by) })
	if err != nil {
		return models.Import{}, fmt.Errorf("undo import %s: %w", id, err)
	}
	return db.Import(ctx, id)
}

func undo(ctx context.Context, tx *models.Tx, id, by string) error {
	version, err := tx.LockDataVersion(ctx) // merges wait, and other undoings
	if err != nil {
		return err
	}
	var i models.Import
	if err := tx.GORM(ctx).Where("id = ?", id).First(&i).Error; err != nil {
		return models.NotFound(err)
	}
	if err := mayBeUndone(ctx, tx, i); err != nil {
		return err
	}
	u := &undoer{tx: tx, of: i, version: version, stores: map[int32]*undoneStore{}, polls: map[int32]map[int32]journalEntry{}}
	if i.MergeNumber > 0 {
		if err := u.run(ctx); err != nil {
			return err
		}
	}
	return tx.GORM(ctx).Model(&models.Import{}).Where("id = ?", id).
		Updates(map[string]any{"undone_at": models.Now(), "undone_by": by}).Error
}

// An undoer undoes one import, under the merge lock.
type undoer struct {
	tx      *models.Tx
	of      models.Import
	version models.DataVersion
	parts   []models.JournalPart             // of its journal, without entries
	polls   map[int32]map[int32]journalEntry // what it changed, by day and store
	stores  map[int32]*undoneStore           // those of which it changed anything
	changed bool
	left    map[int32]int32 // the first days of stores, in what is left of the polls; nil until asked
}

// undoneStore is what an import changed of a store, polls apart.
type undoneStore struct {
	isNew              bool // nobody had named it before
	hours, zone, names *journalEntry
	store              models.Store // as it is
}

func (u *undoer) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		u.readJournal, u.refuseIfLater, u.readStores,
		u.undoPolls, u.undoHours, u.undoZonesAndNames, u.countPolls, u.removeStores,
		u.dropJournal, u.bumpVersion,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// readJournal reads what the import changed.
func (u *undoer) readJournal(ctx context.Context) (err error) {
	if u.parts, err = journalIndex(ctx, u.tx, u.of.MergeNumber, u.of.MergeNumber); err != nil {
		return err
	}
	for _, part := range u.parts {
		err := eachEntryOf(ctx, u.tx, part, func(e journalEntry) error {
			if e.changed() {
				u.take(part, e)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	u.changed = len(u.stores) > 0
	for day := range u.polls {
		if polls.InstantOf(day, 0) < u.version.KeptFrom {
			return undoError("This import cannot be undone any more: it brought polls of %s, and older ones are deleted by now.",
				polls.InstantOf(day, 0).Time().Format("2 Jan 2006"))
		}
	}
	return nil
}

func (u *undoer) take(part models.JournalPart, e journalEntry) {
	s := u.stores[e.store]
	if s == nil {
		s = &undoneStore{}
		u.stores[e.store] = s
	}
	switch part.Kind {
	case pollsJournal:
		if u.polls[part.Day] == nil {
			u.polls[part.Day] = map[int32]journalEntry{}
		}
		u.polls[part.Day][e.store] = e
	case hoursJournal:
		s.hours = &e
	case zonesJournal:
		s.zone = &e
	case namesJournal:
		s.names = &e
	case storesJournal:
		s.isNew = true
	}
}

func (u *undoer) dropJournal(ctx context.Context) error {
	return u.tx.GORM(ctx).Where("merge_number = ?", u.of.MergeNumber).Delete(&models.JournalPart{}).Error
}

// bumpVersion tells readers that the data changed.
func (u *undoer) bumpVersion(ctx context.Context) error {
	if !u.changed {
		return nil
	}
	u.version.Version++
	return u.tx.SaveDataVersion(ctx, u.version)
}
