package models

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"lightson/models/schedules"
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
	tx.newHours.replace(stores, rows)
	return nil
}

// newHours are the hours of the stores that a transaction added. A load of many would have to read
// them again to pack them.
type newHours struct {
	first int32               // the id of the first such store; the others follow it
	of    []int32             // indexes of kinds, from that store on, or unsure
	kinds [][]uptime.Schedule // the distinct ones, as by HoursOf
	index map[string]int32    // of kinds, by their packed form
}

const unsure int32 = -1

// add notes a store, which has no hours yet.
func (h *newHours) add(id int32) {
	if h.of == nil {
		h.first, h.kinds, h.index = id, [][]uptime.Schedule{nil}, map[string]int32{"": 0}
	}
	if int(id-h.first) == len(h.of) {
		h.of = append(h.of, 0)
	}
}

// replace notes that stores got rows in the place of all that they had, and others further ones.
func (h *newHours) replace(stores []int32, rows []Hours) {
	for _, id := range stores {
		if h.has(id) {
			h.of[id-h.first] = 0
		}
	}
	for len(rows) > 0 {
		id, n := rows[0].StoreID, 1
		for n < len(rows) && rows[n].StoreID == id {
			n++
		}
		if h.has(id) {
			if of := &h.of[id-h.first]; *of == 0 {
				*of = h.kind(rows[:n])
			} else {
				*of = unsure
			}
		}
		rows = rows[n:]
	}
}

func (h *newHours) has(id int32) bool { return id >= h.first && int(id-h.first) < len(h.of) }

// some reports whether it knows stores with ids from lowest to highest.
func (h *newHours) some(lowest, highest int32) bool {
	return len(h.of) > 0 && h.first <= highest && int(lowest-h.first) < len(h.of)
}

// kind is the index of the schedules of one store.
func (h *newHours) kind(rows []Hours) int32 {
	rows = slices.SortedFunc(slices.Values(rows), func(a, b Hours) int {
		return cmp.Or(cmp.Compare(a.ValidFrom, b.ValidFrom), cmp.Compare(a.Day, b.Day), cmp.Compare(a.StartS, b.StartS), cmp.Compare(a.EndS, b.EndS))
	})
	found := map[int32][]uptime.Schedule{}
	for _, row := range rows {
		row.addTo(found)
	}
	of := found[rows[0].StoreID]
	packed := string(schedules.Pack(of))
	kind, known := h.index[packed]
	if !known {
		kind = int32(len(h.kinds))
		h.kinds, h.index[packed] = append(h.kinds, of), kind
	}
	return kind
}

// addTo sets the hours of stores, and reports false where it does not know those of all.
func (h *newHours) addTo(stores []storeWithHours) bool {
	for n := range stores {
		s := &stores[n]
		if !h.has(s.ID) || h.of[s.ID-h.first] == unsure {
			return false
		}
		s.hours = h.kinds[h.of[s.ID-h.first]]
	}
	return true
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
