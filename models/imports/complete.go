package imports

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"lightson/models"
)

// Merge merges what was read and says so in the import's row, in one
// transaction: readers see the data before it or after it, and an attempt that
// dies leaves the next one to read all again or to complete it.
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
		return a.Write(tx.GORM(ctx), map[string]any{
			"merged": true, "merge_number": m.number, "changed": m.changedKinds(), "rows": counts.Rows, "kept": counts.Kept, "duplicate": counts.Duplicate,
			"conflicting": counts.Conflicting, "rejected": counts.Rejected,
			"new_stores": counts.NewStores, "conflicts": string(list),
			"done": gorm.Expr("total"),
		})
	})
}

// Complete completes an import that was merged.
func Complete(ctx context.Context, db *models.DB, a models.Attempt) error {
	return db.Update(ctx, func(tx *models.Tx) error { return a.Complete(ctx, tx, map[string]any{"done": gorm.Expr("total")}) })
}

func saveFiles(ctx context.Context, tx *models.Tx, id string, b *Batch) error {
	for n, file := range b.Files {
		file.ImportID = id
		// What was known of the file before it was read stays as it was.
		known := []string{"ModifiedAt"}
		if file.SHA256 == "" {
			known = append(known, "SHA256")
		}
		if err := tx.GORM(ctx).Omit(known...).Save(&file).Error; err != nil {
			return fmt.Errorf("save file %s: %w", file.Name, err)
		}
		if err := saveRejects(ctx, tx, id, file.Number, b.rejects[n]); err != nil {
			return fmt.Errorf("save rejects of %s: %w", file.Name, err)
		}
	}
	return nil
}
