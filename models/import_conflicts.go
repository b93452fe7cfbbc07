package models

import (
	"context"
	"fmt"
)

// ConflictSum is how many polls contradicted another, and in how many imports.
type ConflictSum struct{ Imports, Polls int64 }

// ConflictSum counts the conflicts of all imports.
func (db *DB) ConflictSum(ctx context.Context) (sum ConflictSum, err error) {
	err = db.GORM(ctx).Model(&Import{}).Where("conflicting > 0").
		Select("COUNT(*) AS imports, COALESCE(SUM(conflicting), 0) AS polls").Scan(&sum).Error
	if err != nil {
		return sum, fmt.Errorf("count conflicts: %w", err)
	}
	return sum, nil
}

// ConflictingImports are at most limit imports with conflicts, with their files,
// that come after a place in the list of imports, newest first.
func (db *DB) ConflictingImports(ctx context.Context, p ListPlace, offset, limit int) ([]Import, error) {
	var imports []Import
	err := WithFiles(p.after(db.GORM(ctx))).Where("conflicting > 0").Offset(offset).Limit(limit).Find(&imports).Error
	if err != nil {
		return nil, fmt.Errorf("read imports with conflicts: %w", err)
	}
	return imports, nil
}
