package imports

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"lightson/models"
)

// Merge merges a batch and records it in the import's row, in one transaction:
// readers see the data from before or from after it. If the attempt dies, the next
// one finds the import either not merged, and reads its files again, or merged,
// and completes it. The batch cannot be used again.
func Merge(ctx context.Context, db *models.DB, a models.Attempt, b *Batch) error {
	return db.Update(ctx, func(tx *models.Tx) error {
		m, err := mergeJournaled(ctx, tx, b)
		if err != nil {
			return err
		}
		counts := m.counts
		if err := saveFiles(ctx, tx, a.ID, b); err != nil {
			return err
		}
		list, err := json.Marshal(models.OrEmpty(m.conflicts))
		if err != nil {
			return err
		}
		err = a.Write(tx.GORM(ctx), map[string]any{
			"merged": true, "merge_number": m.mergeNumber, "changed": m.changedKinds(),
			"rows": counts.Rows, "kept": counts.Kept, "duplicate": counts.Duplicate,
			"conflicting": counts.Conflicting, "rejected": counts.Rejected,
			"new_stores": counts.NewStores, "conflicts": string(list),
			"done": gorm.Expr("total"),
		})
		if err != nil || !m.changed {
			return err
		}
		return journals{tx}.removeOld(ctx)
	})
}

// Complete marks an import that was merged as complete.
func Complete(ctx context.Context, db *models.DB, a models.Attempt) error {
	return db.Update(ctx, func(tx *models.Tx) error {
		return a.Complete(ctx, tx, map[string]any{"done": gorm.Expr("total")})
	})
}

// saveFiles writes the rows of the files of an import, and their rejects.
func saveFiles(ctx context.Context, tx *models.Tx, id string, b *Batch) error {
	for n, file := range b.Files {
		file.ImportID = id
		keep := []string{"ModifiedAt"} // columns that were written before the file was read
		if file.SHA256 == "" {
			keep = append(keep, "SHA256")
		}
		if err := tx.GORM(ctx).Omit(keep...).Save(&file).Error; err != nil {
			return fmt.Errorf("save file %s: %w", file.Name, err)
		}
		if err := saveRejects(ctx, tx, id, file.Number, b.rejects[n]); err != nil {
			return fmt.Errorf("save rejects of %s: %w", file.Name, err)
		}
	}
	return nil
}
