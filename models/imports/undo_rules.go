package imports

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// checkUndoable applies the rules that need no journal.
func checkUndoable(ctx context.Context, tx *models.Tx, i models.Import) error {
	switch {
	case i.UndoneAt != 0:
		return undoError("This import was undone already, on %s.", timeText(i.UndoneAt))
	case i.State != models.Complete:
		return undoError("Only an import that is complete can be undone; this one is %s.", i.State)
	case i.SameAs != "":
		return nil
	case i.MergeNumber == 0:
		return undoError("This import cannot be undone: what it changed was not taken down.")
	}
	last, err := journals{tx}.lastMerge(ctx)
	if err != nil {
		return err
	}
	if last-i.MergeNumber >= undoKept {
		return undoError("This import cannot be undone any more: only the last %d can.", undoKept)
	}
	return refuseIfSameBytes(ctx, tx, i)
}

// refuseIfSameBytes refuses to undo an import if a later one had a file with the
// same bytes. That file was not read again, so its data would be lost as well.
func refuseIfSameBytes(ctx context.Context, tx *models.Tx, i models.Import) error {
	g := tx.GORM(ctx)
	sums := g.Model(&models.ImportFile{}).Select("sha256").Where("import_id = ? AND sha256 <> ''", i.ID)
	ids := g.Model(&models.ImportFile{}).Select("import_id").Where("sha256 IN (?)", sums)
	var later models.Import
	err := g.Where("same_as <> '' AND undone_at = 0 AND finished_at >= ? AND id IN (?)", i.FinishedAt, ids).
		Order("finished_at DESC").First(&later).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return undoError("%s had a file with the same bytes. Undo that one first.", importText(later))
}

// importText is an import as a sentence names it.
func importText(i models.Import) string {
	return fmt.Sprintf("Import %s of %s", i.ShortID(), timeText(i.CreatedAt))
}

func timeText(at uptime.Instant) string { return at.Time().Format("2 Jan 2006, 15:04 UTC") }

// refuseIfLaterImport refuses to undo an import if a later one changed or
// confirmed a fact that it changed. It names the newest of those: that is the one
// to undo next.
func (u *undoer) refuseIfLaterImport(ctx context.Context) error {
	later, err := u.journals.partsAfter(ctx, u.target.MergeNumber)
	if err != nil {
		return err
	}
	for _, part := range slices.Backward(later) {
		if part.Kind == pollsJournal && u.polls[part.Day] == nil {
			continue
		}
		err := u.journals.eachEntry(ctx, part, func(e journalEntry) error {
			if u.changes(part.Kind, part.Day, e.store) {
				return u.laterImportError(ctx, part, e.store)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// changes reports whether the import that is undone changed a fact. A store that
// it added is none: later imports that name the store do not keep it.
func (u *undoer) changes(kind models.JournalKind, day, store int32) bool {
	s := u.stores[store]
	switch kind {
	case pollsJournal:
		_, ok := u.polls[day][store]
		return ok
	case hoursJournal:
		return s != nil && s.hours != nil
	case zonesJournal:
		return s != nil && s.zone != nil
	case namesJournal:
		return s != nil && s.names != nil
	default:
		return false
	}
}

// laterImportError names the later import and a store of which both have data.
func (u *undoer) laterImportError(ctx context.Context, part models.JournalPart, id int32) error {
	var later models.Import
	var store models.Store
	g := u.tx.GORM(ctx)
	if err := g.Where("merge_number = ?", part.MergeNumber).First(&later).Error; err != nil {
		return err
	}
	if err := g.Where("id = ?", id).First(&store).Error; err != nil {
		return err
	}
	among := "store " + store.Code
	if part.Kind == pollsJournal {
		among += " on " + polls.InstantOf(part.Day, 0).Time().Format("2 Jan 2006")
	}
	return undoError("%s came later and has %s of the same stores, among them %s. Undo that one first.",
		importText(later), feedKind(part.Kind), among)
}

// changedElsewhere refuses to undo a fact that differs from what the import wrote
// although no later import has it in its journal. Pushed polls are an example.
func changedElsewhere(kind models.JournalKind, code string) error {
	return undoError("The %s of store %s changed since, not by an import. This import cannot be undone.", feedKind(kind), code)
}
