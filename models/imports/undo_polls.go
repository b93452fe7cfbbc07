package imports

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"lightson/models"
	"lightson/models/polls"
)

// undoPolls restores the poll days that the import changed.
func (u *undoer) undoPolls(ctx context.Context) error {
	for _, day := range slices.Sorted(maps.Keys(u.polls)) {
		if err := u.undoDay(ctx, day); err != nil {
			return fmt.Errorf("undo polls of day %d: %w", day, err)
		}
	}
	return nil
}

func (u *undoer) undoDay(ctx context.Context, day int32) error {
	entries := u.polls[day]
	ids := slices.Sorted(maps.Keys(entries))
	unchanged := 0
	err := u.tx.PollTable().ReadDay(ctx, day, ids, func(store int32, packed polls.Day) error {
		if checksumOf(packed) != entries[store].checksum {
			return changedElsewhere(pollsJournal, u.stores[store].store.Code)
		}
		unchanged++
		return nil
	})
	if err != nil {
		return err
	}
	if unchanged < len(ids) {
		return undoError("Cannot be undone", "This import can no longer be undone: some of its polls are gone.")
	}
	var remove []int32
	var restore []models.PollRow
	for _, id := range ids {
		if e := entries[id]; e.change == added {
			remove = append(remove, id)
		} else {
			restore = append(restore, models.PollRow{Day: day, Store: id, Polls: polls.Day(e.before)})
		}
	}
	if err := u.removePolls(ctx, day, remove); err != nil || len(restore) == 0 {
		return err
	}
	return u.tx.PollTable().Upsert(ctx, restore)
}

// removePolls deletes the rows of some stores on a day.
func (u *undoer) removePolls(ctx context.Context, day int32, stores []int32) error {
	if len(stores) == 0 {
		return nil
	}
	return u.tx.ForgetPolls(ctx, day, day, func() error {
		for chunk := range slices.Chunk(stores, models.StoresPerStatement) {
			if err := u.tx.GORM(ctx).Exec("DELETE FROM poll_days WHERE day = ? AND store_id IN ?", day, chunk).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// undoReasons restores the reasons of polls that the import changed.
func (u *undoer) undoReasons(ctx context.Context) error {
	for _, day := range slices.Sorted(maps.Keys(u.reasons)) {
		if err := u.undoReasonDay(ctx, day); err != nil {
			return fmt.Errorf("undo reasons of day %d: %w", day, err)
		}
	}
	return nil
}

func (u *undoer) undoReasonDay(ctx context.Context, day int32) error {
	entries := u.reasons[day]
	ids := slices.Sorted(maps.Keys(entries))
	unchanged := 0
	err := u.tx.ReasonTable().ReadDay(ctx, day, ids, func(store int32, packed polls.Reasons) error {
		if checksumOf(packed) != entries[store].checksum {
			return changedElsewhere(reasonsJournal, u.stores[store].store.Code)
		}
		unchanged++
		return nil
	})
	if err != nil {
		return err
	}
	if unchanged < len(ids) {
		return undoError("Cannot be undone", "This import can no longer be undone: some reasons of its polls are gone.")
	}
	var remove []int32
	var restore []models.ReasonRow
	for _, id := range ids {
		if e := entries[id]; e.change == added {
			remove = append(remove, id)
		} else {
			restore = append(restore, models.ReasonRow{Day: day, Store: id, Reasons: polls.Reasons(e.before)})
		}
	}
	if err := u.tx.ReasonTable().Delete(ctx, day, remove); err != nil {
		return err
	}
	return u.tx.ReasonTable().Upsert(ctx, restore)
}

// updatePollBounds finds the first poll of each store and the newest poll of all
// again, where undoing polls may have changed them.
func (u *undoer) updatePollBounds(ctx context.Context) error {
	if len(u.polls) == 0 {
		return nil
	}
	if err := u.updateFirstPolls(ctx); err != nil {
		return err
	}
	return u.updateNewestPoll(ctx)
}

// updateFirstPolls finds the first poll of the stores whose first poll was on a
// day that the import changed.
func (u *undoer) updateFirstPolls(ctx context.Context) error {
	var updated []models.Store
	byDay := map[int32][]int32{} // stores, by the first day on which they still have polls
	for _, id := range u.storeIDs() {
		s := u.stores[id]
		day, _ := polls.Split(s.store.FirstPollAt.At)
		if _, changed := u.polls[day][id]; !changed || !s.store.FirstPollAt.Known {
			continue
		}
		firstDays, err := u.findFirstDays(ctx)
		if err != nil {
			return err
		}
		if day, ok := firstDays[id]; ok {
			byDay[day] = append(byDay[day], id)
			continue
		}
		s.store.FirstPollAt = models.OptionalInstant{}
		updated = append(updated, s.store)
	}
	for day, ids := range byDay {
		err := u.tx.PollTable().ReadDay(ctx, day, ids, func(id int32, packed polls.Day) error {
			first, _, err := packed.Ends()
			at := models.InstantAt(polls.InstantOf(day, first))
			if s := u.stores[id]; err == nil && s.store.FirstPollAt != at {
				s.store.FirstPollAt = at
				updated = append(updated, s.store)
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("find first polls: %w", err)
		}
	}
	if len(updated) > 0 {
		return u.tx.SetFirstPolls(ctx, updated)
	}
	return nil
}

// findFirstDays finds the first day with polls of every store that has some. The
// key of the table begins with the day, so this reads all of it.
func (u *undoer) findFirstDays(ctx context.Context) (map[int32]int32, error) {
	if u.firstDays != nil {
		return u.firstDays, nil
	}
	var rows []struct{ StoreID, Day int32 }
	err := u.tx.GORM(ctx).Raw("SELECT store_id, MIN(day) AS day FROM poll_days GROUP BY store_id").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find first days: %w", err)
	}
	u.firstDays = make(map[int32]int32, len(rows))
	for _, row := range rows {
		u.firstDays[row.StoreID] = row.Day
	}
	return u.firstDays, nil
}

// updateNewestPoll finds the newest poll of all stores.
func (u *undoer) updateNewestPoll(ctx context.Context) error {
	u.version.NewestPollAt = models.OptionalInstant{}
	var last []int32
	if err := u.tx.GORM(ctx).Raw("SELECT day FROM poll_days ORDER BY day DESC LIMIT 1").Scan(&last).Error; err != nil {
		return fmt.Errorf("find newest poll: %w", err)
	}
	if len(last) == 0 {
		return nil
	}
	newest := models.OptionalInstant{}
	err := u.tx.PollTable().ReadDays(ctx, last[0], last[0], func(day, _ int32, packed polls.Day) error {
		_, mark, err := packed.Ends()
		newest = newest.Latest(models.InstantAt(polls.InstantOf(day, mark)))
		return err
	})
	if err != nil {
		return fmt.Errorf("find newest poll: %w", err)
	}
	u.version.NewestPollAt = newest
	return nil
}
