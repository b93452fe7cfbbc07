package models

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"lightson/models/reach"
	"lightson/models/uptime"
)

// A ListPlace is the place of an import or a report in its list, newest first. New
// ones are added before it and do not move it. The zero ListPlace is the top.
type ListPlace struct {
	CreatedAt uptime.Instant
	ID        string
}

// ListPlace is the place of the work in its list.
func (w Work) ListPlace() ListPlace { return ListPlace{w.CreatedAt, w.ID} }

// after orders a list newest first and limits it to what comes after the place.
func (p ListPlace) after(g *gorm.DB) *gorm.DB {
	if p != (ListPlace{}) {
		g = g.Where("created_at < ? OR (created_at = ? AND id < ?)", p.CreatedAt, p.CreatedAt, p.ID)
	}
	return g.Order("created_at DESC, id DESC")
}

// compare is negative where p comes before q in the list.
func (p ListPlace) compare(q ListPlace) int {
	return cmp.Or(cmp.Compare(q.CreatedAt, p.CreatedAt), strings.Compare(q.ID, p.ID))
}

// ReportsAfterWithin are at most limit reports within a reach that come after a place in
// their list.
// For packages of models only.
func (db *DB) ReportsAfterWithin(ctx context.Context, p ListPlace, within reach.Reach, limit int) ([]Report, error) {
	promised := db.promised.newestFirst() // first: once they are not promised any more, they are recorded
	recorded, err := db.recordedWithin(ctx, promised, within)
	if err != nil {
		return nil, err
	}
	var reports []Report
	if err := p.after(recorded).Limit(limit).Find(&reports).Error; err != nil {
		return nil, fmt.Errorf("read reports: %w", err)
	}
	for _, r := range promisedWithin(promised, within) {
		if p == (ListPlace{}) || r.ListPlace().compare(p) > 0 {
			reports = append(reports, r)
		}
	}
	slices.SortStableFunc(reports, func(a, b Report) int { return a.ListPlace().compare(b.ListPlace()) })
	return reports[:min(limit, len(reports))], nil
}

// ImportsAfter are at most limit imports that come after a place in their list, with
// their files.
// For packages of models only.
func (db *DB) ImportsAfter(ctx context.Context, p ListPlace, limit int) ([]Import, error) {
	var imports []Import
	if err := WithFiles(p.after(db.GORM(ctx))).Limit(limit).Find(&imports).Error; err != nil {
		return nil, fmt.Errorf("read imports: %w", err)
	}
	return imports, nil
}
