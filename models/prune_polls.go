package models

import (
	"context"
	"fmt"

	"lightson/models/polls"
)

// PrunePolls deletes polls that are more than days older than the newest one, where
// days is at least [LeastPolls]. It returns how many rows of poll_days it deleted.
//
// A first transaction saves the day from which on polls are kept. Readers then ask
// for nothing older, so the rest can take its time: a short transaction for each
// day. Where it is interrupted, the next call goes on. Several at once do no harm.
//
// Of each store one older day stays: the last before the kept days on which it was
// polled. Its last poll is evidence for the beginning of the kept days, or at least
// shows that the next poll is not the first of its opening; without it, figures of
// kept days would change. FirstPollAt stays as well, for the same reason.
func (db *DB) PrunePolls(ctx context.Context, days int) (pruned int64, err error) {
	first, some, err := db.keepPollsFrom(ctx, days)
	if err != nil || !some {
		return 0, wrapPrune(err)
	}
	later := map[int32]bool{} // stores with polls between the day in hand and the first kept day
	for before := first; ; {
		day, stores, err := db.dayBefore(ctx, before)
		if err != nil || len(stores) == 0 {
			return pruned, wrapPrune(err)
		}
		superseded := false
		for _, store := range stores {
			superseded = superseded || later[store]
			later[store] = true
		}
		if superseded {
			gone, err := db.pruneDay(ctx, day, first)
			if err != nil {
				return pruned, wrapPrune(err)
			}
			pruned += gone
		}
		before = day
	}
}

func wrapPrune(err error) error {
	if err != nil {
		return fmt.Errorf("prune polls: %w", err)
	}
	return nil
}

// keepPollsFrom decides which day is the first that is kept, and saves it with a new
// version of the data. some is false where no polls are older. The day never moves
// back: a longer time to keep polls does not bring back what was deleted.
func (db *DB) keepPollsFrom(ctx context.Context, days int) (first int32, some bool, err error) {
	err = db.Update(ctx, func(tx *Tx) error {
		v, err := tx.LockDataVersion(ctx)
		if err != nil || !v.NewestPollAt.Known {
			return err
		}
		newest, _ := polls.Split(v.NewestPollAt.At)
		first = newest - int32(max(days, LeastPolls))
		known, _ := polls.Split(v.KeptFrom.At)
		if v.KeptFrom.Known && first <= known {
			first, some = known, true
			return nil
		}
		err = tx.GORM(ctx).Raw("SELECT EXISTS (SELECT 1 FROM poll_days WHERE day < ?)", first).Scan(&some).Error
		if err != nil || !some {
			return err
		}
		v.KeptFrom = InstantAt(polls.InstantOf(first, 0))
		v.renew()
		v.RenewPastMark()
		return tx.SaveDataVersion(ctx, v)
	})
	return first, some, err
}

// dayBefore is the last day with polls before another, and the stores that have them.
func (db *DB) dayBefore(ctx context.Context, before int32) (day int32, stores []int32, err error) {
	err = db.View(ctx, func(tx *Tx) error {
		g := tx.GORM(ctx)
		var last []int32
		if err := g.Raw("SELECT day FROM poll_days WHERE day < ? ORDER BY day DESC LIMIT 1", before).Scan(&last).Error; err != nil || len(last) == 0 {
			return err
		}
		day = last[0]
		return g.Raw("SELECT store_id FROM poll_days WHERE day = ?", day).Scan(&stores).Error
	})
	return day, stores, err
}

// pruneDay deletes the polls that stores have on a day, and their reasons, if they have
// later polls before the first kept day. It looks for these again, because merges go on
// meanwhile.
func (db *DB) pruneDay(ctx context.Context, day, first int32) (pruned int64, err error) {
	err = db.Update(ctx, func(tx *Tx) error {
		if _, err := tx.LockDataVersion(ctx); err != nil { // a merge that has read the day would write it again
			return err
		}
		const superseded = "WHERE day = ? AND store_id IN (SELECT store_id FROM poll_days WHERE day > ? AND day < ?)"
		if err := tx.GORM(ctx).Exec("DELETE FROM poll_reasons "+superseded, day, day, first).Error; err != nil {
			return err
		}
		done := tx.GORM(ctx).Exec("DELETE FROM poll_days "+superseded, day, day, first)
		pruned = done.RowsAffected
		return done.Error
	})
	return pruned, err
}
