package imports

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/schedules"
	"lightson/models/uptime"
)

// readStores reads the stores of which the import changed anything.
func (u *undoer) readStores(ctx context.Context) error {
	if len(u.stores) > models.StoresPerStatement { // most of the table: reading all of it is quicker
		return u.tx.EachStore(ctx, func(s models.Store) {
			if u.stores[s.ID] != nil {
				u.stores[s.ID].store = s
			}
		})
	}
	var stores []models.Store
	if err := u.tx.GORM(ctx).Where("id IN ?", u.storeIDs()).Find(&stores).Error; err != nil {
		return fmt.Errorf("read stores: %w", err)
	}
	for _, s := range stores {
		u.stores[s.ID].store = s
	}
	return nil
}

// storeIDs are the sorted ids of the stores of which the import changed anything.
func (u *undoer) storeIDs() []int32 { return slices.Sorted(maps.Keys(u.stores)) }

// undoHours restores the hours that the import changed.
func (u *undoer) undoHours(ctx context.Context) error {
	var replace []int32
	var rows []models.Hours
	for _, id := range u.storeIDs() {
		s := u.stores[id]
		if s.hours == nil {
			continue
		}
		before, err := s.hoursBefore()
		if err != nil {
			return fmt.Errorf("%w: hours of store %d: %w", errCorruptJournal, id, err)
		}
		replace, rows = append(replace, id), appendHours(rows, id, before)
	}
	if len(replace) == 0 {
		return nil
	}
	have, err := u.tx.HoursOf(ctx, replace)
	if err != nil {
		return err
	}
	for _, id := range replace {
		if s := u.stores[id]; !s.wroteHours(have[id]) {
			return changedElsewhere(schedulesJournal, s.store.Code)
		}
	}
	return u.tx.ReplaceHours(ctx, replace, rows)
}

// hoursBefore are the schedules that the store had before the import.
func (s *undoneStore) hoursBefore() ([]uptime.Schedule, error) {
	if !s.undatedHours {
		return schedules.Unpack(s.hours.before)
	}
	hours, err := schedules.UnpackHours(s.hours.before)
	return uptime.Weekly(hours).Schedules, err
}

// wroteHours reports whether schedules are those that the import wrote.
func (s *undoneStore) wroteHours(have []uptime.Schedule) bool {
	if !s.undatedHours {
		return checksumOf(schedules.Pack(have)) == s.hours.checksum
	}
	calendar := uptime.Calendar{Schedules: have}
	return len(have) <= 1 && checksumOf(schedules.PackHours(calendar.HoursOn(uptime.Ever))) == s.hours.checksum
}

// undoSpecial restores the special days that the import changed.
func (u *undoer) undoSpecial(ctx context.Context) error {
	if len(u.special) == 0 {
		return nil
	}
	var on []entered.SubjectDate
	var rows []entered.SpecialDay
	checksums := map[entered.SubjectDate]uint32{}
	for date, entries := range u.special {
		for id, e := range entries {
			of := entered.SubjectDate{Subject: entered.Store(u.stores[id].store.Code), Date: uptime.Date(date)}
			before, err := unpackSpecial(of, e.before)
			if err != nil {
				return err
			}
			on, rows = append(on, of), append(rows, before...)
			checksums[of] = e.checksum
		}
	}
	have, err := entered.SpecialDaysOn(ctx, u.tx, on)
	if err != nil {
		return err
	}
	for of, checksum := range checksums {
		if checksumOf(packSpecial(have[of])) != checksum {
			return changedElsewhere(specialJournal, of.Name)
		}
	}
	return entered.ReplaceSpecialDays(ctx, u.tx, on, rows)
}

// undoZonesAndNames restores the zones and the names that the import changed.
func (u *undoer) undoZonesAndNames(ctx context.Context) error {
	zones := map[int32]string{}
	var renamed []models.Store
	for _, id := range u.storeIDs() {
		s := u.stores[id]
		if s.zone != nil {
			if checksumOf([]byte(s.store.Zone)) != s.zone.checksum {
				return changedElsewhere(zonesJournal, s.store.Code)
			}
			s.store.Zone = string(s.zone.before)
			zones[id] = s.store.Zone
		}
		if s.names != nil {
			if checksumOf(packNames(s.store)) != s.names.checksum {
				return changedElsewhere(namesJournal, s.store.Code)
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

// removeStores removes the stores that the import added, if no data of them are
// left and no later import names them. A store that a later import names stays,
// and counts as added by that import from now on.
func (u *undoer) removeStores(ctx context.Context) error {
	added := map[int32]bool{}
	for id, s := range u.stores {
		if s.isNew {
			added[id] = true
		}
	}
	if len(added) == 0 {
		return nil
	}
	passed, err := u.passToNextImport(ctx, added)
	if err != nil {
		return err
	}
	withHours, err := u.storesWithHours(ctx)
	if err != nil {
		return err
	}
	withSpecial, err := u.storesWithSpecial(ctx)
	if err != nil {
		return err
	}
	firstDays, err := u.findFirstDays(ctx)
	if err != nil {
		return err
	}
	var remove []int32
	for id := range added {
		s := u.stores[id]
		_, hasPolls := firstDays[id]
		keep := passed[id] || hasPolls || withHours[id] || withSpecial[s.store.Code] ||
			s.store.Zone != "" || s.store.Name != "" || s.store.Group != "" || s.store.City != ""
		if !keep {
			remove = append(remove, id)
		}
	}
	for chunk := range slices.Chunk(remove, models.StoresPerStatement) {
		if err := u.tx.GORM(ctx).Where("id IN ?", chunk).Delete(&models.Store{}).Error; err != nil {
			return fmt.Errorf("remove stores: %w", err)
		}
	}
	return nil
}

// passToNextImport finds the next import that names each of the stores and
// records in its journal that it added the store. It returns the stores for which
// there is such an import.
func (u *undoer) passToNextImport(ctx context.Context, stores map[int32]bool) (passed map[int32]bool, err error) {
	later, err := u.journals.partsAfter(ctx, u.target.MergeNumber)
	if err != nil {
		return nil, err
	}
	passed = map[int32]bool{}
	storesOf, nextPart := map[int64][]int32{}, map[int64]int{} // by merge number
	for _, part := range later {
		nextPart[part.MergeNumber] = part.Part + 1
		err := u.journals.eachEntry(ctx, part, func(e journalEntry) error {
			if stores[e.store] && !passed[e.store] {
				passed[e.store] = true
				storesOf[part.MergeNumber] = append(storesOf[part.MergeNumber], e.store)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for merge, ids := range storesOf {
		j := newJournal(merge)
		j.part.Part = nextPart[merge]
		for _, id := range ids {
			j.recordChange(storesJournal, 0, id, nil, nil)
		}
		if err := j.flush(ctx, u.tx); err != nil {
			return nil, err
		}
	}
	return passed, nil
}

// storesWithHours are the ids of the stores that have hours.
func (u *undoer) storesWithHours(ctx context.Context) (map[int32]bool, error) {
	var ids []int32
	if err := u.tx.GORM(ctx).Model(&models.Hours{}).Distinct("store_id").Pluck("store_id", &ids).Error; err != nil {
		return nil, fmt.Errorf("find stores with hours: %w", err)
	}
	have := make(map[int32]bool, len(ids))
	for _, id := range ids {
		have[id] = true
	}
	return have, nil
}

// storesWithSpecial are the codes of the stores that have special days of their own.
func (u *undoer) storesWithSpecial(ctx context.Context) (map[string]bool, error) {
	var codes []string
	err := u.tx.GORM(ctx).Model(&entered.SpecialDay{}).Where("scope = ?", entered.OfStore).Distinct("name").Pluck("name", &codes).Error
	if err != nil {
		return nil, fmt.Errorf("find stores with special days: %w", err)
	}
	have := make(map[string]bool, len(codes))
	for _, code := range codes {
		have[code] = true
	}
	return have, nil
}
