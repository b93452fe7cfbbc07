package imports

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// undoPolls puts the days back that the import changed.
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
	same := 0
	err := u.tx.PollTable().ReadDay(ctx, day, ids, func(store int32, packed polls.Day) error {
		if sumOf(packed) != entries[store].sum {
			return u.alien(pollsJournal, u.stores[store].store.Code)
		}
		same++
		return nil
	})
	if err != nil {
		return err
	}
	if same < len(ids) {
		return undoError("Polls that this import brought are not there any more. It cannot be undone.")
	}
	var gone []int32
	var back []models.PollRow
	for _, id := range ids {
		if e := entries[id]; e.did == added {
			gone = append(gone, id)
		} else {
			back = append(back, models.PollRow{Day: day, Store: id, Polls: polls.Day(e.before)})
		}
	}
	for some := range slices.Chunk(gone, models.StoresPerStatement) {
		if err := u.tx.GORM(ctx).Exec("DELETE FROM poll_days WHERE day = ? AND store_id IN ?", day, some).Error; err != nil {
			return err
		}
	}
	if len(back) == 0 {
		return nil
	}
	return u.tx.PollTable().Upsert(ctx, back)
}

// countPolls finds the first poll of stores that lost theirs, and the newest of
// all, in what is left.
func (u *undoer) countPolls(ctx context.Context) error {
	if len(u.polls) == 0 {
		return nil
	}
	if err := u.findFirst(ctx); err != nil {
		return err
	}
	return u.findNewest(ctx)
}

// findFirst finds the first poll of the stores whose first poll was on a day that
// the import changed.
func (u *undoer) findFirst(ctx context.Context) error {
	var lost []models.Store
	byDay := map[int32][]int32{} // stores, by the first day that is left
	for _, id := range u.ids() {
		s := u.stores[id]
		day, _ := polls.Split(s.store.FirstPollAt)
		if _, changed := u.polls[day][id]; !changed {
			continue
		}
		left, err := u.firstDays(ctx)
		if err != nil {
			return err
		}
		if day, some := left[id]; some {
			byDay[day] = append(byDay[day], id)
			continue
		}
		s.store.FirstPollAt = 0
		lost = append(lost, s.store)
	}
	for day, ids := range byDay {
		err := u.tx.PollTable().ReadDay(ctx, day, ids, func(id int32, packed polls.Day) error {
			first, _, err := packed.Ends()
			if s := u.stores[id]; err == nil && s.store.FirstPollAt != polls.InstantOf(day, first) {
				s.store.FirstPollAt = polls.InstantOf(day, first)
				lost = append(lost, s.store)
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("find first polls: %w", err)
		}
	}
	if len(lost) > 0 {
		slices.SortFunc(lost, func(a, b models.Store) int { return cmp.Compare(a.ID, b.ID) })
		if err := u.tx.StoreTable().SetFirstPolls(ctx, lost); err != nil {
			return fmt.Errorf("set first polls: %w", err)
		}
	}
	return nil
}

// firstDays are the first days on which stores still have polls. The key of the
// table begins with the day, so this reads all of it.
func (u *undoer) firstDays(ctx context.Context) (map[int32]int32, error) {
	if u.left != nil {
		return u.left, nil
	}
	var rows []struct{ StoreID, Day int32 }
	err := u.tx.GORM(ctx).Raw("SELECT store_id, MIN(day) AS day FROM poll_days GROUP BY store_id").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find first days: %w", err)
	}
	u.left = make(map[int32]int32, len(rows))
	for _, row := range rows {
		u.left[row.StoreID] = row.Day
	}
	return u.left, nil
}

// findNewest finds the newest poll of all stores.
func (u *undoer) findNewest(ctx context.Context) error {
	u.version.NewestPollAt = 0
	var last []int32
	if err := u.tx.GORM(ctx).Raw("SELECT day FROM poll_days ORDER BY day DESC LIMIT 1").Scan(&last).Error; err != nil {
		return fmt.Errorf("find newest poll: %w", err)
	}
	if len(last) == 0 {
		return nil
	}
	newest := uptime.Instant(0)
	err := u.tx.PollTable().ReadDays(ctx, last[0], last[0], func(day, _ int32, packed polls.Day) error {
		_, mark, err := packed.Ends()
		newest = max(newest, polls.InstantOf(day, mark))
		return err
	})
	if err != nil {
		return fmt.Errorf("find newest poll: %w", err)
	}
	u.version.NewestPollAt = newest
	return nil
}
