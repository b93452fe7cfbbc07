package models

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"lightson/models/uptime"
)

// A Place is where in a list of imports or of reports one of them stands. It
// stays where it is while newer ones are added on top. The zero Place is the top.
type Place struct {
	CreatedAt uptime.Instant
	ID        string
}

// Place is where the work stands in its list.
func (w Work) Place() Place { return Place{w.CreatedAt, w.ID} }

// below orders a list newest first and leaves what comes after the place.
func (p Place) below(g *gorm.DB) *gorm.DB {
	if p != (Place{}) {
		g = g.Where("created_at < ? OR (created_at = ? AND id < ?)", p.CreatedAt, p.CreatedAt, p.ID)
	}
	return g.Order("created_at DESC, id DESC")
}

// ReportsBelow are the reports that come after a place in their list.
func (db *DB) ReportsBelow(ctx context.Context, p Place, limit int) ([]Report, error) {
	var reports []Report
	if err := p.below(db.GORM(ctx)).Limit(limit).Find(&reports).Error; err != nil {
		return nil, fmt.Errorf("read reports: %w", err)
	}
	return reports, nil
}

// ImportsBelow are the imports that come after a place in their list, with
// their files.
func (db *DB) ImportsBelow(ctx context.Context, p Place, limit int) ([]Import, error) {
	var imports []Import
	err := p.below(db.GORM(ctx)).
		Preload("Files", func(g *gorm.DB) *gorm.DB { return g.Order("number") }).
		Limit(limit).Find(&imports).Error
	if err != nil {
		return nil, fmt.Errorf("read imports: %w", err)
	}
	return imports, nil
}
