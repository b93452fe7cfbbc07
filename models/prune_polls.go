package models

import (
	"context"
	"fmt"

	"lightson/models/polls"
)

// PrunePolls deletes polls older than so many days before the newest one, but at
// least [LeastPolls], and counts the days of stores that went.
//
// It first says, in a transaction of its own, from when on polls are kept; from
// then on nobody asks for anything older, so that the rest can take its time:
// day by day, each in a short transaction. Where it is interrupted, the next one
// goes on, and several at once do no more than one.
//
// Of each store one older day stays, the last before the kept time on which it
// was polled. Its last poll speaks for the beginning of the kept time, or at
// least says that the next one is not the first of its opening; without it, kept
// figures would change. FirstPollAt stays as well, for the same reason.
func (db *DB) PrunePolls(ctx context.Context, days int) (pruned int64, err error) {
	first, some, err := db.keepPollsFrom(ctx, days)
	if err != nil || !some {
		return 0, wrapPrune(err)
	}
	later := map[int32]bool{} // stores that have polls between the day and the first that is kept
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

// keepPollsFrom decides which day is the first that is kept, and tells readers by
// a new version of the data. There is none where there is nothing before it. It
// never moves back: what is gone does not come back by a longer time.
func (db *DB) keepPollsFrom(ctx context.Context, days int) (first int32, some bool, err error) {
	err = db.Update(ctx, func(tx *Tx) error {
		v, err := tx.LockDataVersion(ctx)
		if err != nil || v.NewestPollAt == 0 {
			return err
		}
		newest, _ := polls.Split(v.NewestPollAt)
		first = newest - int32(max(days, LeastPolls))
		known, _ := polls.Split(v.KeptFrom)
		if v.KeptFrom != 0 && first <= known {
			first, some = known, true
			return nil
		}
		err = tx.GORM(ctx).Raw("SELECT EXISTS (SELECT 1 FROM poll_days WHERE day < ?)", first).Scan(&some).Error
		if err != nil || !some {
			return err
		}
		v.KeptFrom = polls.InstantOf(first, 0)
		v.Version++
		return tx.SaveDataVersion(ctx, v)
	})
	return first, some, err
}

// dayBefore is the latest day before another that has polls, and whose they are.
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

// pruneDay deletes the polls of a day of all stores that have later ones before
// the first kept day. It asks again which those are: merges go on meanwhile.
func (db *DB) pruneDay(ctx context.Context, day, first int32) (pruned int64, err error) {
	err = db.Update(ctx, func(tx *Tx) error {
		if _, err := tx.LockDataVersion(ctx); err != nil { // a merge that has read the day would write it back
			return err
		}
		done := tx.GORM(ctx).Exec(`DELETE FROM poll_days WHERE day = ? AND store_id IN
			(SELECT store_id FROM poll_days WHERE day > ? AND day < ?)`, day, day, first)
		pruned = done.RowsAffected
		return done.Error
	})
	return pruned, err
}
