package imports

import (
	"context"
	"fmt"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/words"
)

// UndoError says why an import cannot be undone, as a sentence for people.
type UndoError struct {
	Why   words.Stored
	Short words.Text // in a few words, for a list; without a period
	// Blocking is the id of the import that stands in the way; empty if there is none.
	// Once that one is undone, or is no longer running, another may.
	Blocking string
}

func (e UndoError) Error() string { return e.Why.String() }

// ForPeople is the whole error: it was worded for them.
func (e UndoError) ForPeople() words.Message { return e.Why.Message() }

func undoError(short, why words.Text, values ...any) error {
	return UndoError{Why: words.Later(why, values...).Stored(), Short: short}
}

// Undo removes an import from the data: what it added is gone and what it
// replaced is back, byte for byte. by is who asked. Reports that were made stay as
// they are.
//
// An UndoError says why it is refused, for example because a later import has
// data of the same stores, which would be lost; nothing changes then. It returns
// models.ErrNotFound for an id that no import has.
func Undo(ctx context.Context, db *models.DB, id, by string) (models.Import, error) {
	err := db.Update(ctx, func(tx *models.Tx) error { return undo(ctx, tx, id, by) })
	if err != nil {
		return models.Import{}, fmt.Errorf("undo import %s: %w", id, err)
	}
	return db.Import(ctx, id)
}

func undo(ctx context.Context, tx *models.Tx, id, by string) error {
	version, err := tx.LockDataVersion(ctx) // merges and other undos wait
	if err != nil {
		return err
	}
	var i models.Import
	if err := tx.GORM(ctx).Where("id = ?", id).First(&i).Error; err != nil {
		return models.NotFound(err)
	}
	rules, err := newUndoRules(ctx, tx, version)
	if err != nil {
		return err
	}
	if err := rules.check(ctx, i); err != nil {
		return err
	}
	if err := newUndoer(tx, i, version).run(ctx); err != nil {
		return err
	}
	return tx.GORM(ctx).Model(&models.Import{}).Where("id = ?", id).
		Updates(map[string]any{"undone_at": models.Now(), "undone_by": by}).Error
}

// An undoer undoes one import, under the merge lock.
type undoer struct {
	tx       *models.Tx
	journals journals
	target   models.Import // the import that is undone
	version  models.DataVersion
	polls    map[int32]map[int32]journalEntry // the poll days that it changed, by day and store
	reasons  map[int32]map[int32]journalEntry // those whose reasons it changed
	special  map[int32]map[int32]journalEntry // the special days that it changed, by date and store
	stores   map[int32]*undoneStore           // the stores of which it changed anything, by id
	changed  bool                             // whether the data become others

	// firstDays caches the first day with polls of every store, after the polls of
	// the target are gone; nil until findFirstDays was called.
	firstDays map[int32]int32
}

// undoneStore is a store and what the import changed of it, except polls.
type undoneStore struct {
	isNew              bool // the import added it
	hours, zone, names *journalEntry
	undatedHours       bool         // hours is an entry of an earlier version
	store              models.Store // as it is now
}

func newUndoer(tx *models.Tx, target models.Import, version models.DataVersion) *undoer {
	return &undoer{
		tx: tx, journals: journals{tx}, target: target, version: version,
		polls: map[int32]map[int32]journalEntry{}, reasons: map[int32]map[int32]journalEntry{},
		special: map[int32]map[int32]journalEntry{}, stores: map[int32]*undoneStore{},
	}
}

func (u *undoer) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		u.readJournal, u.readStores,
		u.undoPolls, u.undoReasons, u.undoHours, u.undoZonesAndNames, u.undoSpecial, u.updatePollBounds, u.removeStores,
		u.removeJournal, u.bumpVersion,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// readJournal reads what the import changed.
func (u *undoer) readJournal(ctx context.Context) error {
	parts, err := u.journals.parts(ctx, u.target.MergeNumber, u.target.MergeNumber)
	if err != nil {
		return err
	}
	for _, part := range parts {
		err := u.journals.eachEntry(ctx, part, func(e journalEntry) error {
			if !e.changed() {
				return nil
			}
			return u.add(part, e)
		})
		if err != nil {
			return err
		}
	}
	u.changed = len(u.stores) > 0
	return nil
}

// add files an entry of the import's journal by what it is about. Pushes may have
// several of the same polls.
func (u *undoer) add(part models.JournalPart, e journalEntry) error {
	s := u.stores[e.store]
	if s == nil {
		s = &undoneStore{}
		u.stores[e.store] = s
	}
	switch part.Kind {
	case pollsJournal:
		return addDayEntry(u.polls, part.Day, e)
	case reasonsJournal:
		return addDayEntry(u.reasons, part.Day, e)
	case specialJournal:
		return addDayEntry(u.special, part.Day, e)
	case hoursJournal, schedulesJournal:
		s.hours, s.undatedHours = &e, part.Kind == hoursJournal
	case zonesJournal:
		s.zone = &e
	case namesJournal:
		s.names = &e
	case storesJournal:
		s.isNew = true
	}
	return nil
}

// addDayEntry files an entry by day and store, together with those before it of the same.
func addDayEntry(entries map[int32]map[int32]journalEntry, day int32, e journalEntry) error {
	if entries[day] == nil {
		entries[day] = map[int32]journalEntry{}
	}
	if earlier, ok := entries[day][e.store]; ok {
		e = earlier.thenChanged(e)
	}
	if e.change == changedAgain {
		return undoError("Cannot be undone", "This import cannot be undone: some of its changes were not recorded.")
	}
	entries[day][e.store] = e
	return nil
}

func (u *undoer) removeJournal(ctx context.Context) error {
	return u.journals.remove(ctx, u.target.MergeNumber)
}

// bumpVersion tells readers that the data changed, if they did.
func (u *undoer) bumpVersion(ctx context.Context) error {
	if !u.changed {
		return nil
	}
	change := models.DataChange{Polls: polls.Changed{}, Others: true}
	for day, stores := range u.polls {
		for store := range stores {
			change.Polls.Add(day, store)
		}
	}
	u.version.RenewBy(change)
	if len(u.polls) > 0 || len(u.reasons) > 0 {
		u.version.RenewPastMark()
	}
	return u.tx.SaveDataVersion(ctx, u.version)
}
