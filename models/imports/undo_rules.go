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

// mayBeUndone asks what the import's own row can answer.
func mayBeUndone(ctx context.Context, tx *models.Tx, i models.Import) error {
	switch {
	case i.UndoneAt != 0:
		return undoError("This import was undone already, on %s.", dayText(i.UndoneAt))
	case i.State != models.Complete:
		return undoError("Only an import that is complete can be undone; this one is %s.", i.State)
	case i.SameAs != "":
		return nil
	case i.MergeNumber == 0:
		return undoError("This import cannot be undone: what it changed was not taken down.")
	}
	last, err := lastMerge(ctx, tx)
	if err != nil {
		return err
	}
	if last-i.MergeNumber >= UndoKept {
		return undoError("This import cannot be undone any more: only the last %d can.", UndoKept)
	}
	return refuseIfSame(ctx, tx, i)
}

// refuseIfSame refuses to undo an import of which a later one had the same bytes,
// so that they were not read again: they are what the later one said as well.
func refuseIfSame(ctx context.Context, tx *models.Tx, i models.Import) error {
	g := tx.GORM(ctx)
	sums := g.Model(&models.ImportFile{}).Select("sha256").Where("import_id = ? AND sha256 <> ''", i.ID)
	having := g.Model(&models.ImportFile{}).Select("import_id").Where("sha256 IN (?)", sums)
	var again models.Import
	err := g.Where("same_as <> '' AND undone_at = 0 AND finished_at >= ? AND id IN (?)", i.FinishedAt, having).
		Order("finished_at DESC").First(&again).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return undoError("%s had a file with the same bytes. Undo that one first.", named(again))
}

// named is an import as a sentence names it.
func named(i models.Import) string {
	return fmt.Sprintf("Import %s of %s", i.ShortID(), dayText(i.CreatedAt))
}

func dayText(at uptime.Instant) string { return at.Time().Format("2 Jan 2006, 15:04 UTC") }

// has reports whether the import changed something.
func (u *undoer) has(kind models.JournalKind, day, store int32) bool {
	s := u.stores[store]
	switch kind {
	case pollsJournal:
		_, some := u.polls[day][store]
		return some
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

// refuseIfLater looks for a later import that says anything of what this one
// changed, the newest first: that is the one to undo next.
func (u *undoer) refuseIfLater(ctx context.Context) error {
	last, err := lastMerge(ctx, u.tx)
	if err != nil {
		return err
	}
	later, err := journalIndex(ctx, u.tx, u.of.MergeNumber+1, last)
	if err != nil {
		return err
	}
	for _, part := range slices.Backward(later) {
		if part.Kind == pollsJournal && u.polls[part.Day] == nil {
			continue
		}
		err := eachEntryOf(ctx, u.tx, part, func(e journalEntry) error {
			if u.has(part.Kind, part.Day, e.store) {
				return u.builtOn(ctx, part, e.store)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// builtOn names the later import.
func (u *undoer) builtOn(ctx context.Context, part models.JournalPart, id int32) error {
	var later models.Import
	var store models.Store
	g := u.tx.GORM(ctx)
	if err := g.Where("merge_number = ?", part.MergeNumber).First(&later).Error; err != nil {
		return err
	}
	if err := g.Where("id = ?", id).First(&store).Error; err != nil {
		return err
	}
	of := "store " + store.Code
	if part.Kind == pollsJournal {
		of += " on " + polls.InstantOf(part.Day, 0).Time().Format("2 Jan 2006")
	}
	return undoError("%s came later and has %s of the same stores, among them %s. Undo that one first.",
		named(later), feedKind(part.Kind), of)
}

// alien refuses to undo what is not as the import left it although no later
// import says so: polls that programs pushed, for example.
func (u *undoer) alien(kind models.JournalKind, code string) error {
	return undoError("The %s of store %s changed since, not by an import. This import cannot be undone.", feedKind(kind), code)
}
