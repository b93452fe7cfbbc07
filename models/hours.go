package models

import (
	"context"
	"fmt"
	"slices"

	"lightson/models/uptime"
)

// Hours is one row of a store's business hours, as the feed gave it.
// For packages of models only.
type Hours struct {
	StoreID      int32
	ValidFrom    uptime.Date // from which on it holds, see uptime.Schedule
	Day          int         // 0 = Monday
	StartS, EndS int         // seconds since local midnight; see uptime.ClosedDay
}

// TableName implements GORM's Tabler.
func (Hours) TableName() string { return "hours" }

// HoursOf are the schedules of some stores, each sorted by date and its hours by day,
// start and end.
// For packages of models only.
func (tx *Tx) HoursOf(ctx context.Context, stores []int32) (map[int32][]uptime.Schedule, error) {
	found := make(map[int32][]uptime.Schedule, len(stores))
	for some := range slices.Chunk(stores, StoresPerStatement) {
		var rows []Hours
		err := tx.GORM(ctx).Where("store_id IN ?", some).Order("store_id, valid_from, day, start_s, end_s").Find(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("read hours: %w", err)
		}
		for _, h := range rows {
			h.addTo(found)
		}
	}
	return found, nil
}

// AllHours are the schedules of all stores that have any, sorted as by HoursOf.
// For packages of models only.
func (tx *Tx) AllHours(ctx context.Context) (map[int32][]uptime.Schedule, error) {
	found := map[int32][]uptime.Schedule{}
	if err := tx.bulk.hours.Read(ctx, func(h Hours) { h.addTo(found) }); err != nil {
		return nil, fmt.Errorf("read hours: %w", err)
	}
	return found, nil
}

// addTo adds the row behind those that were read before.
func (h Hours) addTo(found map[int32][]uptime.Schedule) {
	schedules := found[h.StoreID]
	last := len(schedules) - 1
	if last < 0 || schedules[last].From != h.ValidFrom {
		schedules = append(schedules, uptime.Schedule{From: h.ValidFrom, Hours: make([]uptime.Hours, 0, 7)})
		found[h.StoreID] = schedules
		last++
	}
	s := &schedules[last]
	s.Hours = append(s.Hours, uptime.Hours{Day: h.Day, Start: h.StartS, End: h.EndS})
}

// ReplaceHours deletes all schedules of the stores and adds these rows.
// For packages of models only.
func (tx *Tx) ReplaceHours(ctx context.Context, stores []int32, rows []Hours) error {
	if tx.dry {
		return nil
	}
	for some := range slices.Chunk(stores, StoresPerStatement) {
		if err := tx.GORM(ctx).Where("store_id IN ?", some).Delete(&Hours{}).Error; err != nil {
			return fmt.Errorf("replace hours: %w", err)
		}
	}
	if err := tx.bulk.hours.Insert(ctx, rows); err != nil {
		return fmt.Errorf("replace hours: %w", err)
	}
	return nil
}

// hoursTable is the table hours in one transaction. A large chain has a
// hundred thousand rows in it, too many for GORM's reflection.
type hoursTable interface {
	// Read visits the hours of all stores, sorted by store, date, day, start and end.
	Read(ctx context.Context, visit func(Hours)) error
	// ReadBetween visits those of the stores with ids from lowest to highest, sorted likewise.
	ReadBetween(ctx context.Context, lowest, highest int32, visit func(Hours)) error
	// Insert adds rows.
	Insert(ctx context.Context, rows []Hours) error
}
