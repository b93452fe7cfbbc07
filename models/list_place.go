package models

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"lightson/models/uptime"
)

// A ListPlace is where in a list of imports or of reports one of them stands. It
// stays where it is while newer ones are added on top. The zero ListPlace is the top.
type ListPlace struct {
	CreatedAt uptime.Instant
	ID        string
}

// ListPlace is where the work stands in its list.
func (w Work) ListPlace() ListPlace { return ListPlace{w.CreatedAt, w.ID} }

// after orders a list newest first and leaves what comes after the place.
func (p ListPlace) after(g *gorm.DB) *gorm.DB {
	if p != (ListPlace{}) {
		g = g.Where("created_at < ? OR (created_at = ? AND id < ?)", p.CreatedAt, p.CreatedAt, p.ID)
	}
	return g.Order("created_at DESC, id DESC")
}

// ReportsAfter are the reports that come after a place in their list.
func (db *DB) ReportsAfter(ctx context.Context, p ListPlace, limit int) ([]Report, error) {
	var reports []Report
	if err := p.after(db.GORM(ctx)).Limit(limit).Find(&reports).Error; err != nil {
		return nil, fmt.Errorf("read reports: %w", err)
	}
	return reports, nil
}

// ImportsAfter are the imports that come after a place in their list, with
// their files.
func (db *DB) ImportsAfter(ctx context.Context, p ListPlace, limit int) ([]Import, error) {
	var imports []Import
	err := p.after(db.GORM(ctx)).
		Preload("Files", func(g *gorm.DB) *gorm.DB { return g.Order("number") }).
		Limit(limit).Find(&imports).Error
	if err != nil {
		return nil, fmt.Errorf("read imports: %w", err)
	}
	return imports, nil
}
