package imports

import (
	"context"
	"fmt"

	"lightson/models"
)

// journals are the journals of all merges, in one transaction.
type journals struct{ tx *models.Tx }

// nextMerge is the number of the merge that begins now. It removes journals
// that are too old by then. The caller holds the merge lock.
func (j journals) nextMerge(ctx context.Context) (number int64, err error) {
	last, err := j.lastMerge(ctx)
	if err != nil {
		return 0, err
	}
	number = last + 1
	if err := j.tx.GORM(ctx).Where("merge_number <= ?", number-undoKept).Delete(&models.JournalPart{}).Error; err != nil {
		return 0, fmt.Errorf("remove old journals: %w", err)
	}
	return number, nil
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
