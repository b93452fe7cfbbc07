package months

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// exchange puts the copy in the place of poll_days, while no writer is at work. done is false
// where others must go on first. Its connection is none of the pool, which may have only one.
func (c *conversion) exchange(ctx context.Context) (done bool, err error) {
	conn, err := pgx.ConnectConfig(ctx, c.pool.Config().ConnConfig)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if err := execute(ctx, tx, lockVersion); err != nil {
			return err
		}
		if ready, err := c.copyLast(ctx, int32(conn.PgConn().PID())); !ready {
			return err
		}
		if err := execute(ctx, tx, lockWithin, "LOCK TABLE poll_days IN ACCESS EXCLUSIVE MODE"); err != nil {
			return err
		}
		// Somebody may have written who does not lock the version.
		if days, err := c.listed(ctx); err != nil || len(days) > 0 {
			return err
		}
		done = true
		return execute(ctx, tx,
			"SELECT replace_poll_days('"+beside+"')",
			watch(table),
			"DROP TABLE poll_days_to_copy",
			"DROP FUNCTION poll_days_changed()")
	})
	return done && err == nil, err
}

// copyLast copies the days that were changed since the last look, if they are few, and waits
// for the transactions that began before. ready is false where that would keep writers
// waiting for long. ours is the process of PostgreSQL that has the lock of the version.
func (c *conversion) copyLast(ctx context.Context, ours int32) (ready bool, err error) {
	days, err := c.listed(ctx)
	if err != nil || len(days) > fewDays {
		return false, err
	}
	for _, day := range days {
		if err := c.copyDay(ctx, day, copyWithin); err != nil {
			return false, err
		}
	}
	if !c.fresh {
		return true, nil
	}
	older, err := openBeside(ctx, c.pool, ours)
	if err != nil {
		return false, err
	}
	return older.Ended(ctx, writersWait)
}
