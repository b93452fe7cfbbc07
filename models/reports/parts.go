package reports

import (
	"context"
	"fmt"
	"iter"

	"lightson/models"
)

// rowsPerPart is how many rows of a report a part holds at most.
const rowsPerPart = 1000

// pack packs the rows of the report with an id into parts.
func pack(id string, rows iter.Seq2[Row, error]) ([]models.ReportPart, error) {
	var parts []models.ReportPart
	count := 0
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		if count%rowsPerPart == 0 {
			parts = append(parts, models.ReportPart{ReportID: id, Part: len(parts)})
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
// part at a time. A report that is unknown or not complete has no rows; an error
// ends the iteration.
func Rows(ctx context.Context, db *models.DB, id string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for n := 0; ; n++ {
			var parts []models.ReportPart
			err := db.GORM(ctx).Where("report_id = ? AND part = ?", id, n).Find(&parts).Error
			if err != nil {
				yield(Row{}, fmt.Errorf("rows of report %s: %w", id, err))
				return
			}
			if len(parts) == 0 {
				return
			}
			for rest := parts[0].Rows; len(rest) > 0; {
				var row Row
				if row, rest, err = readRow(rest); err != nil {
					yield(Row{}, fmt.Errorf("rows of report %s, part %d: %w", id, n, err))
					return
				}
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}
