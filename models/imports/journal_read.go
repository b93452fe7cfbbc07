package imports

import (
	"context"
	"fmt"
	"slices"

	"lightson/models"
	"lightson/models/polls"
)

// journals are the journals of all merges, in one transaction.
type journals struct{ tx *models.Tx }

// A horizon says how far back imports can be undone: those with a greater merge
// number than both can.
type horizon struct{ files, pushes int64 }

func (h horizon) last() int64 { return max(h.files, h.pushes) }

// horizon finds the latest import of files, and the latest of pushes, that are too
// many imports ago.
func (j journals) horizon(ctx context.Context) (h horizon, err error) {
	latest := func(sources string, kept int) (last int64) {
		var found []int64
		if err == nil {
			err = j.tx.GORM(ctx).Model(&models.Import{}).Where("merge_number > 0 AND source "+sources+" ?", models.FromPush).
				Order("merge_number DESC").Offset(kept).Limit(1).Pluck("merge_number", &found).Error
		}
		if len(found) > 0 {
			last = found[0]
		}
		return last
	}
	h.files, h.pushes = latest("<>", undoKept), latest("=", pushesKept)
	if err != nil {
		return h, fmt.Errorf("look for the oldest journal: %w", err)
	}
	return h, nil
}

// removeOld removes the journals of imports that cannot be undone any more. The
// caller holds the merge lock and has recorded its import.
func (j journals) removeOld(ctx context.Context) error {
	h, err := j.horizon(ctx)
	if err != nil {
		return err
	}
	if err := j.tx.GORM(ctx).Where("merge_number <= ?", h.last()).Delete(&models.JournalPart{}).Error; err != nil {
		return fmt.Errorf("remove old journals: %w", err)
	}
	return nil
}

// lastMerge is the number of the latest merge, or 0.
func (j journals) lastMerge(ctx context.Context) (number int64, err error) {
	// A journal may outlive the row of its import, where someone deletes rows.
	for _, model := range []any{&models.Import{}, &models.JournalPart{}} {
		var last int64
		if err := j.tx.GORM(ctx).Model(model).Select("COALESCE(MAX(merge_number), 0)").Scan(&last).Error; err != nil {
			return 0, fmt.Errorf("number merge: %w", err)
		}
		number = max(number, last)
	}
	return number, nil
}

// parts lists the parts of the merges from first to last, oldest first, without
// their entries.
func (j journals) parts(ctx context.Context, first, last int64) (parts []models.JournalPart, err error) {
	err = j.tx.GORM(ctx).Omit("entries").
		Where("merge_number BETWEEN ? AND ?", first, last).Order("merge_number, part").Find(&parts).Error
	if err != nil {
		return nil, fmt.Errorf("list journals: %w", err)
	}
	return parts, nil
}

// partsAfter lists the parts of the merges that came after one, oldest first,
// without their entries.
func (j journals) partsAfter(ctx context.Context, merge int64) ([]models.JournalPart, error) {
	last, err := j.lastMerge(ctx)
	if err != nil {
		return nil, err
	}
	return j.parts(ctx, merge+1, last)
}

// eachEntry reads the entries of a part and visits them.
func (j journals) eachEntry(ctx context.Context, p models.JournalPart, visit func(journalEntry) error) error {
	err := j.tx.GORM(ctx).Where("merge_number = ? AND part = ?", p.MergeNumber, p.Part).Take(&p).Error
	if err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	return eachEntry(p.Entries, visit)
}

// remove removes the journal of a merge.
func (j journals) remove(ctx context.Context, merge int64) error {
	return j.tx.GORM(ctx).Where("merge_number = ?", merge).Delete(&models.JournalPart{}).Error
}

// An Effect is what an import changed, as its journal has it.
type Effect struct {
	// Known is false where the journal is gone, or never was: the rest is zero then.
	Known bool

	NewestPoll models.OptionalInstant // the beginning of the newest day of which it changed polls
	Stores     int64                  // that it added
	Hours      FactsChanged           // of stores
	Zones      FactsChanged           // of stores
	Names      FactsChanged           // of stores
	Special    FactsChanged           // dates of stores
}

// FactsChanged counts facts that an import gave where there were none, and those that it
// replaced.
type FactsChanged struct{ Added, Replaced int64 }

// FindEffect is what a complete import changed. It reads the journal's entries about
// anything but polls, and of those about polls only the newest.
func FindEffect(ctx context.Context, db *models.DB, i models.Import) (f Effect, err error) {
	if i.MergeNumber == 0 {
		return f, nil
	}
	err = db.View(ctx, func(tx *models.Tx) error {
		journals := journals{tx}
		parts, err := journals.parts(ctx, i.MergeNumber, i.MergeNumber)
		if err != nil {
			return err
		}
		f.Known = len(parts) > 0
		return f.count(ctx, journals, parts)
	})
	if err != nil {
		return Effect{}, fmt.Errorf("effect of import %s: %w", i.ID, err)
	}
	return f, nil
}

func (f *Effect) count(ctx context.Context, j journals, parts []models.JournalPart) error {
	var ofPolls []models.JournalPart
	for _, part := range parts {
		facts := &FactsChanged{}
		switch part.Kind {
		case pollsJournal:
			ofPolls = append(ofPolls, part)
			continue
		case hoursJournal, schedulesJournal:
			facts = &f.Hours
		case zonesJournal:
			facts = &f.Zones
		case namesJournal:
			facts = &f.Names
		case specialJournal:
			facts = &f.Special
		case storesJournal:
		default:
			continue
		}
		err := j.eachEntry(ctx, part, func(e journalEntry) error {
			if e.change == added {
				facts.Added++
			} else if e.changed() {
				facts.Replaced++
			}
			return nil
		})
		if err != nil {
			return err
		}
		if part.Kind == storesJournal {
			f.Stores += facts.Added
		}
	}
	return f.findNewest(ctx, j, ofPolls)
}

// findNewest finds the newest day of which polls changed. A merge goes through days in
// order, so that the last parts are the newest; pushes have them in any order.
func (f *Effect) findNewest(ctx context.Context, j journals, parts []models.JournalPart) error {
	newest, found := int32(0), false
	for _, part := range slices.Backward(parts) {
		if !found || part.Day > newest {
			some, err := j.anyChanged(ctx, part)
			if err != nil {
				return err
			}
			if some {
				newest, found = part.Day, true
			}
		}
	}
	if found {
		f.NewestPoll = models.InstantAt(polls.InstantOf(newest, 0))
	}
	return nil
}

// anyChanged reports whether a part has an entry that changed something.
func (j journals) anyChanged(ctx context.Context, p models.JournalPart) (some bool, err error) {
	err = j.eachEntry(ctx, p, func(e journalEntry) error {
		some = some || e.changed()
		return nil
	})
	return some, err
}
