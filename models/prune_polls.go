package models

import (
	"context"
	"fmt"
	"time"

	"lightson/models/months"
	"lightson/models/polls"
)

// PrunePolls deletes polls that are more than days older than the newest one, where
// days is at least [LeastPolls]. It returns how many rows of poll_days it deleted.
//
// A first transaction saves the day from which on polls are kept. Readers then ask
// for nothing older, so the rest can take its time: a short transaction for each
// day. Where it is interrupted, the next call goes on. Several at once do no harm.
// A partition of which no row stays is dropped instead, see monthDrop.
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
	drop := monthDrop{db: db, first: first}
	later := map[int32]bool{} // stores with polls between the day in hand and the first kept day
	for before := first; ; {
		day, stores, err := db.dayBefore(ctx, before)
		if err != nil || len(stores) == 0 {
			return pruned, wrapPrune(err)
		}
		if month := months.Of(day); before >= month.To && month.To <= first && db.Postgres() != nil { // it is new to us, and ends before the kept days
			gone, found, err := drop.try(ctx, month)
			if err != nil {
				return pruned, wrapPrune(err)
			}
			if found {
				pruned, before = pruned+gone, month.From
				continue
			}
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
		last, some, err := tx.PollTable().LastDay(ctx, before)
		if err != nil || !some {
			return err
		}
		day = last
		return tx.GORM(ctx).Raw("SELECT store_id FROM poll_days WHERE day = ?", day).Scan(&stores).Error
	})
	return day, stores, err
}

// superseded are rows of a day whose stores have later polls before the first kept day.
const superseded = "WHERE day = ? AND store_id IN (SELECT store_id FROM poll_days WHERE day > ? AND day < ?)"

// pruneDay deletes the polls that stores have on a day, and their reasons, if they have
// later polls before the first kept day. It looks for these again, because merges go on
// meanwhile.
func (db *DB) pruneDay(ctx context.Context, day, first int32) (pruned int64, err error) {
	err = db.Update(ctx, func(tx *Tx) error {
		if _, err := tx.LockDataVersion(ctx); err != nil { // a merge that has read the day would write it again
			return err
		}
		if err := tx.GORM(ctx).Exec("DELETE FROM poll_reasons "+superseded, day, day, first).Error; err != nil {
			return err
		}
		return tx.ForgetPolls(ctx, day, day, func() error {
			done := tx.GORM(ctx).Exec("DELETE FROM poll_days "+superseded, day, day, first)
			pruned = done.RowsAffected
			return done.Error
		})
	})
	return pruned, err
}

// monthDrop drops months whose stores all have later polls before the first kept day.
type monthDrop struct {
	db    *DB
	first int32
	older *months.Older // those that may look for what is to go
}

const (
	// olderWithin bounds the wait for transactions that began before the kept days were saved.
	olderWithin = 10 * time.Second
	dropTries   = 3
)

// try drops a month with its reasons, and counts its polls. found is false where some of it
// stays, or where the table has no partitions: then its days are pruned one by one. Where
// others read all the time, or a transaction has been open for long, nothing is dropped, and
// the next call tries again.
func (d *monthDrop) try(ctx context.Context, month months.Month) (gone int64, found bool, err error) {
	err = d.db.View(ctx, func(tx *Tx) error {
		_, found, err = months.In(tx.pgx).Superseded(ctx, month, d.first)
		return err
	})
	if err != nil || !found {
		return 0, false, err
	}
	if d.older == nil {
		if d.older, err = months.OpenNow(ctx, d.db.Postgres()); err != nil {
			return 0, true, err
		}
	}
	if ended, err := d.older.Ended(ctx, olderWithin); !ended {
		return 0, true, err
	}
	if err := d.pruneReasons(ctx, month); err != nil {
		return 0, true, err
	}
	for range dropTries {
		if gone, found, err = d.drop(ctx, month); !months.IsBusy(err) {
			return gone, found, err
		}
		if err := months.Pause(ctx); err != nil {
			return 0, true, err
		}
	}
	return 0, true, nil
}

// pruneReasons deletes the reasons of a month in a transaction for each day, because there
// may be as many as polls.
func (d *monthDrop) pruneReasons(ctx context.Context, month months.Month) error {
	var days []int32
	err := d.db.GORM(ctx).Raw("SELECT DISTINCT day FROM poll_reasons WHERE day >= ? AND day < ? ORDER BY day DESC", month.From, month.To).Scan(&days).Error
	for _, day := range days {
		if err != nil {
			break
		}
		err = d.db.Update(ctx, func(tx *Tx) error {
			if _, err := tx.LockDataVersion(ctx); err != nil {
				return err
			}
			return tx.GORM(ctx).Exec("DELETE FROM poll_reasons "+superseded, day, day, d.first).Error
		})
	}
	return err
}

// drop drops the month. It looks for what may have been merged meanwhile.
func (d *monthDrop) drop(ctx context.Context, month months.Month) (gone int64, dropped bool, err error) {
	err = d.db.Update(ctx, func(tx *Tx) error {
		if _, err := tx.LockDataVersion(ctx); err != nil {
			return err
		}
		of := months.In(tx.pgx)
		if gone, dropped, err = of.Superseded(ctx, month, d.first); err != nil || !dropped {
			return err
		}
		if err := tx.GORM(ctx).Exec("DELETE FROM poll_reasons WHERE day >= ? AND day < ?", month.From, month.To).Error; err != nil {
			return err
		}
		return tx.ForgetPolls(ctx, month.From, month.To-1, func() error { return of.Drop(ctx, month) })
	})
	if err != nil || !dropped {
		return 0, dropped, err
	}
	return gone, true, nil
}
