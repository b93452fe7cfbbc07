package models

import (
	"context"
	"fmt"
	"time"

	"lightson/models/uptime"

	"gorm.io/gorm"
)

// Keep says for how many days things are kept; 0 is for ever.
type Keep struct {
	Polls   int // before the newest poll
	Reports int // after they ended
	Imports int // after they ended; with their files, rejects and journals
	Rejects int // after their imports ended
}

// LeastPolls is the fewest days of polls that can be kept. Pages show the last two
// weeks, whose first day needs the polls before it.
const LeastPolls = 16

// daysAgo is the instant that many times 24 hours before now.
func daysAgo(days int) uptime.Instant {
	return uptime.At(time.Now().Add(-time.Duration(days) * 24 * time.Hour))
}

// Rows are deleted in small transactions, so that nobody waits for long: SQLite has
// one writer at a time.
const (
	worksPerPrune   = 20
	rejectsPerPrune = 64 // of 256 KiB at most
)

// PruneReports deletes reports that ended more than days ago and returns how many.
func (db *DB) PruneReports(ctx context.Context, days int) (int64, error) {
	return db.pruneWork(ctx, ReportWork, days, "DELETE FROM report_parts WHERE report_id IN ?", "DELETE FROM report_shards WHERE report_id IN ?")
}

// PruneImports deletes the records of imports that ended more than days ago and
// returns how many. The data that they brought stay. The records of demo data stay as
// long as these, so that pages can say that they are made up.
func (db *DB) PruneImports(ctx context.Context, days int) (int64, error) {
	if _, err := db.PruneRejects(ctx, days); err != nil { // first and in pieces: they can be as large as the import
		return 0, err
	}
	return db.pruneWork(ctx, ImportWork, days,
		"DELETE FROM import_rejects WHERE import_id IN ?", "DELETE FROM import_files WHERE import_id IN ?",
		// Only the undoing of imports that were merged earlier would need this journal. They
		// ended earlier, so they are deleted too; of demo data that stay, the journal is.
		"DELETE FROM import_journal WHERE merge_number <= (SELECT MAX(merge_number) FROM imports WHERE id IN ?)")
}

// endedBefore finds the rows of work that ended more than days ago. Queued and running
// work is never among them, however old it is.
func endedBefore(g *gorm.DB, kind WorkKind, days int) *gorm.DB {
	limit := daysAgo(days)
	return g.Table(string(kind)).Where("created_at < ? AND finished_at < ? AND state IN ?",
		limit, limit, []State{Complete, Failed, Cancelled}) // created_at has an index
}

// pruneWork deletes work that ended more than days ago. The statements delete the rows
// that belong to it and are run first, each with a list of ids.
func (db *DB) pruneWork(ctx context.Context, kind WorkKind, days int, statements ...string) (pruned int64, err error) {
	for {
		var ids []string
		old := endedBefore(db.GORM(ctx), kind, days)
		if kind == ImportWork {
			old = old.Not("source = ? AND undone_at = 0 AND merge_number > 0", FromDemo)
		}
		err := old.Order("created_at").Limit(worksPerPrune).Pluck("id", &ids).Error
		if err == nil && len(ids) == 0 {
			return pruned, nil
		}
		if err == nil {
			err = db.Update(ctx, func(tx *Tx) error {
				g := tx.GORM(ctx)
				for _, statement := range statements {
					if err := g.Exec(statement, ids).Error; err != nil {
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

// PruneRejects deletes the rejects of imports that ended more than days ago and
// returns how many pieces of them. The imports still say how many rows were rejected,
// and why.
func (db *DB) PruneRejects(ctx context.Context, days int) (pruned int64, err error) {
	for {
		var some []ImportReject
		old := endedBefore(db.GORM(ctx), ImportWork, days).Select("id")
		err := db.GORM(ctx).Select("import_id", "file", "part").Where("import_id IN (?)", old).
			Order("import_id, file, part").Limit(rejectsPerPrune).Find(&some).Error
		if err == nil && len(some) == 0 {
			return pruned, nil
		}
		if err == nil {
			err = db.Update(ctx, func(tx *Tx) error {
				for _, r := range some { // in order: without its first piece, a file's rejects count as deleted
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
