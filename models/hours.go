package models

import (
	"context"
	"fmt"
	"slices"

	"lightson/models/uptime"
)

// Hours is one row of a store's business hours, as the feed gave it.
type Hours struct {
	StoreID      int32
	Day          int // 0 = Monday
	StartS, EndS int // seconds since local midnight
}

// TableName implements GORM's Tabler.
func (Hours) TableName() string { return "hours" }

// hoursOf are the hours of some stores, each sorted by day, start and end.
func (tx *Tx) hoursOf(ctx context.Context, stores []int32) (map[int32][]uptime.Hours, error) {
	found := make(map[int32][]uptime.Hours, len(stores))
	for some := range slices.Chunk(stores, storesPerStatement) {
		if err := tx.collectHours(ctx, found, "store_id IN ?", some); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// allHours are the hours of all stores that have any.
func (tx *Tx) allHours(ctx context.Context) (map[int32][]uptime.Hours, error) {
	found := map[int32][]uptime.Hours{}
	return found, tx.collectHours(ctx, found, "TRUE")
}

func (tx *Tx) collectHours(ctx context.Context, found map[int32][]uptime.Hours, where string, args ...any) error {
	// Rows, not Find: a chain has a hundred thousand of these, and GORM's
	// reflection would cost more than the report made of them.
	rows, err := tx.gorm.WithContext(ctx).Model(&Hours{}).Select("store_id", "day", "start_s", "end_s").
		Where(where, args...).Order("store_id, day, start_s, end_s").Rows()
	if err != nil {
		return fmt.Errorf("read hours: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var h Hours
		if err := rows.Scan(&h.StoreID, &h.Day, &h.StartS, &h.EndS); err != nil {
			return fmt.Errorf("read hours: %w", err)
		}
		found[h.StoreID] = append(found[h.StoreID], uptime.Hours{Day: h.Day, Start: h.StartS, End: h.EndS})
	}
	return rows.Err()
}

// replaceHours gives stores these rows instead of those they have.
func (tx *Tx) replaceHours(ctx context.Context, stores []int32, rows []Hours) error {
	for some := range slices.Chunk(stores, storesPerStatement) {
		if err := tx.gorm.WithContext(ctx).Where("store_id IN ?", some).Delete(&Hours{}).Error; err != nil {
			return fmt.Errorf("replace hours: %w", err)
		}
	}
	for some := range slices.Chunk(rows, storesPerStatement) {
		if err := tx.gorm.WithContext(ctx).Create(&some).Error; err != nil {
			return fmt.Errorf("replace hours: %w", err)
		}
	}
	return nil
}
