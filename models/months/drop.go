package months

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Superseded reports how many rows a month has, where each of its stores has later polls before
// the day first. superseded is false where one has not, or where the month is no partition.
func (m *Months) Superseded(ctx context.Context, month Month, first int32) (rows int64, superseded bool, err error) {
	partitioned, found, err := m.find(ctx, month)
	if err != nil || !partitioned || !found {
		return 0, false, err
	}
	err = m.tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM poll_days WHERE day >= $1 AND day < $2),
		NOT EXISTS (SELECT FROM poll_days p WHERE p.day >= $1 AND p.day < $2 AND NOT EXISTS (
			SELECT FROM poll_days l WHERE l.day >= $2 AND l.day < $3 AND l.store_id = p.store_id))`, month.From, month.To, first).Scan(&rows, &superseded)
	return rows, superseded, err
}

// Drop drops the partition of a month. Others wait for the lock while this waits for those who
// read, so it gives up early, see IsBusy.
func (m *Months) Drop(ctx context.Context, month Month) error {
	delete(m.known, month.Name)
	return execute(ctx, m.tx, lockWithin, "DROP TABLE "+month.Name)
}

const (
	// lockWithin bounds how long a lock is waited for that others then wait for.
	lockWithin = "SET LOCAL lock_timeout = '300ms'"
	// pauseBetween is how long others go on between two tries to get such a lock.
	pauseBetween = time.Second
)

// Pause lets others go on before another try to get such a lock.
func Pause(ctx context.Context) error { return pause(ctx, pauseBetween) }

// IsBusy reports whether a lock was not given in time, or not at all because of a deadlock.
func IsBusy(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "55P03" || e.Code == "40P01")
}

func execute(ctx context.Context, tx pgx.Tx, statements ...string) error {
	for _, statement := range statements {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
