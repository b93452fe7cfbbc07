package reports

import (
	"context"
	"fmt"
	"iter"

	"lightson/models"
)

// rowsPerPart is how many rows of a report a part holds at most.
const rowsPerPart = 1000

// pack packs rows of the report with an id into parts, which are numbered from first on.
func pack(id string, first int, rows iter.Seq2[Row, error]) ([]models.ReportPart, error) {
	var parts []models.ReportPart
	count := 0
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		if count%rowsPerPart == 0 {
			parts = append(parts, models.ReportPart{ReportID: id, Part: first + len(parts)})
		}
		last := &parts[len(parts)-1]
		last.Rows = row.append(last.Rows)
		count++
	}
	return parts, nil
}

// saveParts inserts the parts of a report.
func saveParts(ctx context.Context, tx *models.Tx, parts []models.ReportPart) error {
	for _, part := range parts {
		if err := tx.GORM(ctx).Create(&part).Error; err != nil {
			return fmt.Errorf("save rows of report %s: %w", part.ReportID, err)
		}
	}
	return nil
}

// Rows iterates over the rows of a complete report, sorted by store. It reads one
// part at a time, of each shard where there are some. A report that is unknown or not complete has
// no rows; an error ends the iteration.
func Rows(ctx context.Context, db *models.DB, id string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		var of []models.Report
		err := db.GORM(ctx).Select("shards").Where("id = ? AND state = ?", id, models.Complete).Find(&of).Error
		if err != nil {
			yield(Row{}, fmt.Errorf("rows of report %s: %w", id, err))
			return
		}
		if len(of) == 0 {
			return
		}
		rows := rowsFrom(ctx, db, id, 0)
		if shards := of[0].Shards; shards > 1 {
			rows = mergedRows(ctx, db, id, shards)
		}
		rows(yield)
	}
}

// rowsFrom iterates over the rows of a part and of those that follow it, until one is missing.
func rowsFrom(ctx context.Context, db *models.DB, id string, first int) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		r := partReader{db: db, id: id, part: first}
		for {
			row, more, err := r.next(ctx)
			if err != nil {
				yield(Row{}, err)
				return
			}
			if !more || !yield(row, nil) {
				return
			}
		}
	}
}

// A partReader reads one row after another, from one part after another.
type partReader struct {
	db   *models.DB
	id   string // of the report
	part int    // the next one
	rest []byte // of the one before
}

func (r *partReader) next(ctx context.Context) (row Row, more bool, err error) {
	if len(r.rest) == 0 {
		var parts []models.ReportPart
		if err := r.db.GORM(ctx).Where("report_id = ? AND part = ?", r.id, r.part).Find(&parts).Error; err != nil {
			return row, false, fmt.Errorf("rows of report %s: %w", r.id, err)
		}
		if len(parts) == 0 || len(parts[0].Rows) == 0 {
			return row, false, nil
		}
		r.part, r.rest = r.part+1, parts[0].Rows
	}
	if row, r.rest, err = readRow(r.rest); err != nil {
		return row, false, fmt.Errorf("rows of report %s, part %d: %w", r.id, r.part-1, err)
	}
	return row, true, nil
}
