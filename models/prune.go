package models

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// Things are deleted in small transactions, so that nobody waits for long: on
// SQLite there is one writer at a time.
const (
	worksPerPrune   = 20
	rejectsPerPrune = 64 // of 256 KiB at most
)

// PruneReports deletes reports that ended more than so many days ago, and counts
// them.
func (db *DB) PruneReports(ctx context.Context, days int) (int64, error) {
	return db.pruneWork(ctx, ReportWork, days, "DELETE FROM report_parts WHERE report_id IN ?")
}

// PruneImports deletes the records of imports that ended more than so many days
// ago, and counts them. What they brought stays.
func (db *DB) PruneImports(ctx context.Context, days int) (int64, error) {
	if _, err := db.PruneRejects(ctx, days); err != nil { // which can be as large as what was imported
		return 0, err
	}
	return db.pruneWork(ctx, ImportWork, days,
		"DELETE FROM import_rejects WHERE import_id IN ?", "DELETE FROM import_files WHERE import_id IN ?",
		// Imports that were merged earlier ended earlier, so that they go as well:
		// none is left whose undoing would need this journal.
		"DELETE FROM import_journal WHERE merge_number IN (SELECT merge_number FROM imports WHERE merge_number > 0 AND id IN ?)")
}

// ended finds the rows of work that ended more than so many days ago. What is
// queued or running never has, however old it is.
func ended(g *gorm.DB, kind WorkKind, days int) *gorm.DB {
	cut := daysAgo(days)
	return g.Table(string(kind)).Where("created_at < ? AND finished_at < ? AND state IN ?",
		cut, cut, []State{Complete, Failed, Cancelled}) // the first has an index
}

// pruneWork deletes work that ended, after the rows that belong to it.
func (db *DB) pruneWork(ctx context.Context, kind WorkKind, days int, parts ...string) (pruned int64, err error) {
	for {
		var ids []string
		err := ended(db.GORM(ctx), kind, days).Order("created_at").Limit(worksPerPrune).Pluck("id", &ids).Error
		if err == nil && len(ids) == 0 {
			return pruned, nil
		}
		if err == nil {
			err = db.Update(ctx, func(tx *Tx) error {
				g := tx.GORM(ctx)
				for _, part := range parts {
					if err := g.Exec(part, ids).Error; err != nil {
						return err
					}
				}
				done := g.Exec("DELETE FROM "+string(kind)+" WHERE id IN ?", ids)
				pruned += done.RowsAffected
				return done.Error
			})
		}
		if err != nil {
			return pruned, fmt.Errorf("prune %s: %w", kind, err)
		}
	}
}

// PruneRejects deletes the rejects of imports that ended more than so many days
// ago, and counts them in pieces. The imports still say how many there were, and
// why.
func (db *DB) PruneRejects(ctx context.Context, days int) (pruned int64, err error) {
	for {
		var some []ImportReject
		old := ended(db.GORM(ctx), ImportWork, days).Select("id")
		err := db.GORM(ctx).Select("import_id", "file", "part").Where("import_id IN (?)", old).
			Order("import_id, file, part").Limit(rejectsPerPrune).Find(&some).Error
		if err == nil && len(some) == 0 {
			return pruned, nil
		}
		if err == nil {
			err = db.Update(ctx, func(tx *Tx) error {
				for _, r := range some { // from the first on: without it, all of them count as gone
					done := tx.GORM(ctx).Exec("DELETE FROM import_rejects WHERE import_id = ? AND file = ? AND part = ?", r.ImportID, r.File, r.Part)
					if done.Error != nil {
						return done.Error
					}
					pruned += done.RowsAffected
				}
				return nil
			})
		}
		if err != nil {
			return pruned, fmt.Errorf("prune rejects: %w", err)
		}
	}
}
