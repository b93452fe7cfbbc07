package imports

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"lightson/models"
)

// readStores reads the stores of which the import changed anything.
func (u *undoer) readStores(ctx context.Context) error {
	return u.eachStore(ctx, func(s models.Store) { u.stores[s.ID].store = s })
}

func (u *undoer) eachStore(ctx context.Context, visit func(models.Store)) error {
	if len(u.stores) > models.StoresPerStatement { // most of the table: reading all of it is quicker
		return u.tx.StoreTable().Read(ctx, func(s models.Store) {
			if u.stores[s.ID] != nil {
				visit(s)
			}
		})
	}
	var stores []models.Store
	if err := u.tx.GORM(ctx).Where("id IN ?", u.ids()).Find(&stores).Error; err != nil {
		return fmt.Errorf("read stores: %w", err)
	}
	for _, s := range stores {
		visit(s)
	}
	return nil
}

// ids are the stores of which the import changed anything, in order.
func (u *undoer) ids() []int32 { return slices.Sorted(maps.Keys(u.stores)) }

// undoHours gives stores the hours back that they had.
func (u *undoer) undoHours(ctx context.Context) error {
	var replace []int32
	var rows []models.Hours
	for _, id := range u.ids() {
		e := u.stores[id].hours
		if e == nil {
			continue
		}
		before, err := unpackHours(id, e.before)
		if err != nil {
			return err
		}
		replace, rows = append(replace, id), append(rows, before...)
	}
	if len(replace) == 0 {
		return nil
	}
	have, err := u.tx.HoursOf(ctx, replace)
	if err != nil {
		return err
	}
	for _, id := range replace {
		if s := u.stores[id]; sumOf(packHours(have[id])) != s.hours.sum {
			return u.alien(hoursJournal, s.store.Code)
		}
	}
	return u.tx.ReplaceHours(ctx, replace, rows)
}

// undoZonesAndNames gives stores the zones and the names back that they had.
func (u *undoer) undoZonesAndNames(ctx context.Context) error {
	zones := map[int32]string{}
	var renamed []models.Store
	for _, id := range u.ids() {
		s := u.stores[id]
		if s.zone != nil {
			if sumOf([]byte(s.store.Zone)) != s.zone.sum {
				return u.alien(zonesJournal, s.store.Code)
			}
			s.store.Zone = string(s.zone.before)
			zones[id] = s.store.Zone
		}
		if s.names != nil {
			if sumOf(packNames(s.store)) != s.names.sum {
				return u.alien(namesJournal, s.store.Code)
			}
			if err := unpackNames(&s.store, s.names.before); err != nil {
				return err
			}
			renamed = append(renamed, s.store)
		}
	}
	if err := u.tx.SetZones(ctx, zones); err != nil || len(renamed) == 0 {
		return err
	}
	return u.tx.StoreTable().SetNames(ctx, renamed)
}

// removeStores removes the stores that the import brought and of which nothing
// is left. One that a later import names as well stays, and from now on is one
// that the later import brought.
func (u *undoer) removeStores(ctx context.Context) error {
	brought := map[int32]bool{}
	for id, s := range u.stores {
		if s.isNew {
			brought[id] = true
		}
	}
	if len(brought) == 0 {
		return nil
	}
	kept, err := u.handOn(ctx, brought)
	if err != nil {
		return err
	}
	withHours, err := u.storesWithHours(ctx)
	if err != nil {
		return err
	}
	withPolls, err := u.firstDays(ctx)
	if err != nil {
		return err
	}
	var gone []int32
	for id := range brought {
		s := u.stores[id]
		_, polled := withPolls[id]
		known := kept[id] || polled || withHours[id] ||
			s.store.Zone != "" || s.store.Name != "" || s.store.Group != "" || s.store.City != ""
		if !known {
			gone = append(gone, id)
		}
	}
	for some := range slices.Chunk(gone, models.StoresPerStatement) {
		if err := u.tx.GORM(ctx).Where("id IN ?", some).Delete(&models.Store{}).Error; err != nil {
			return fmt.Errorf("remove stores: %w", err)
		}
	}
	return nil
}

// handOn writes into the journal of the next import that names a store that it
// brought it. It returns the stores that were handed on.
func (u *undoer) handOn(ctx context.Context, brought map[int32]bool) (kept map[int32]bool, err error) {
	kept = map[int32]bool{}
	last, err := lastMerge(ctx, u.tx)
	if err != nil {
		return nil, err
	}
	later, err := journalIndex(ctx, u.tx, u.of.MergeNumber+1, last)
	if err != nil {
		return nil, err
	}
	heirs, parts := map[int64][]int32{}, map[int64]int{}
	for _, part := range later {
		parts[part.MergeNumber] = part.Part + 1
		err := eachEntryOf(ctx, u.tx, part, func(e journalEntry) error {
			if brought[e.store] && !kept[e.store] {
				kept[e.store] = true
				heirs[part.MergeNumber] = append(heirs[part.MergeNumber], e.store)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for number, ids := range heirs {
		j := newJournal(number)
		j.part.Part = parts[number]
		for _, id := range ids {
			j.wrote(storesJournal, 0, id, nil, nil)
		}
		if err := j.save(ctx, u.tx); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

// storesWithHours are the stores that have hours.
func (u *undoer) storesWithHours(ctx context.Context) (map[int32]bool, error) {
	var ids []int32
	if err := u.tx.GORM(ctx).Model(&models.Hours{}).Distinct("store_id").Pluck("store_id", &ids).Error; err != nil {
		return nil, fmt.Errorf("find stores with hours: %w", err)
	}
	some := make(map[int32]bool, len(ids))
	for _, id := range ids {
		some[id] = true
	}
	return some, nil
}
