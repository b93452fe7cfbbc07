package months

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Converted is what a conversion did.
type Converted struct {
	Days     int  // copied, some of them more than once
	Months   int  // partitions that the table has
	WereDone bool // the table had them before
}

const (
	// patience bounds how long a conversion tries to exchange the tables.
	patience = 10 * time.Minute
	// olderWithin bounds one wait for older transactions, while servers go on.
	olderWithin = 30 * time.Second
	// writersWait bounds the same while writers wait, and copyWithin the wait for one that has
	// changed a day without the lock of the version, and may wait for that.
	writersWait = 2 * time.Second
	copyWithin  = "SET LOCAL lock_timeout = '2s'"
	// fewDays is how many days are copied while writers wait.
	fewDays = 2
)

// ErrKeptBusy says that the tables could not be exchanged in ten minutes.
var ErrKeptBusy = errors.New("for ten minutes some transaction has kept the table from being exchanged, such as that of a dump; " +
	"what is copied stays, so begin again when it has ended")

// Convert gives a poll_days that has no partitions those of its months, while servers go on.
// It can be stopped at any moment and called again. progress is told how many days are
// copied, of how many, and may be nil.
func Convert(ctx context.Context, pool *pgxpool.Pool, progress func(done, total int64)) (c Converted, err error) {
	w := conversion{pool: pool, progress: progress}
	err = w.run(ctx)
	if err == nil {
		err = pool.QueryRow(ctx, "SELECT count(*) FROM pg_inherits WHERE inhparent = to_regclass('poll_days')").Scan(&w.did.Months)
	}
	if err != nil && ctx.Err() != nil { // PostgreSQL says no more than that a statement was cancelled
		err = ctx.Err()
	}
	if err != nil {
		return w.did, fmt.Errorf("partition poll_days: %w", err)
	}
	return w.did, nil
}

// conversion is one call of Convert.
type conversion struct {
	pool     *pgxpool.Pool
	progress func(done, total int64)
	begun    bool
	analyzed bool
	fresh    bool // a day was copied that transactions may not see which are open
	did      Converted
}

// run tries until it is done. Others go on between two tries.
func (c *conversion) run(ctx context.Context) error {
	for end := (time.Time{}); ; {
		done, err := c.try(ctx)
		if done || err != nil && !IsBusy(err) {
			return err
		}
		if end.IsZero() { // until now there was much to copy
			end = time.Now().Add(patience)
		} else if time.Now().After(end) {
			return ErrKeptBusy
		}
		if err := Pause(ctx); err != nil {
			return err
		}
	}
}

// try copies what is to be copied and exchanges the tables.
func (c *conversion) try(ctx context.Context) (done bool, err error) {
	if !c.begun {
		if done, err = c.begin(ctx); done || err != nil {
			c.did.WereDone = done
			return done, err
		}
		c.begun = true
	}
	if err := c.copy(ctx); err != nil {
		return false, err
	}
	if !c.analyzed { // so that the first statements are planned well, and find their pages marked
		if _, err := c.pool.Exec(ctx, "VACUUM (ANALYZE) "+beside); err != nil {
			return false, err
		}
		c.analyzed = true
	}
	older, err := OpenNow(ctx, c.pool)
	if err != nil {
		return false, err
	}
	if ended, err := older.Ended(ctx, olderWithin); !ended {
		return false, err
	}
	c.fresh = false
	if err := c.copy(ctx); err != nil { // what was changed while we waited
		return false, err
	}
	return c.exchange(ctx)
}

// beside is the table that takes the place of poll_days.
const beside = "poll_days_by_month"

// preparations make the tables of a conversion. A statement that changes many rows lists their
// days once. It lists a day again that is listed, so that it holds the row until its
// transaction ends: whoever copies the day waits for it. The key of a row never changes.
var preparations = append([]string{
	lockWithin,
	"LOCK TABLE poll_days IN SHARE ROW EXCLUSIVE MODE", // which readers do not notice
	"CREATE TABLE " + beside + " (LIKE poll_days INCLUDING STORAGE) PARTITION BY RANGE (day)",
	"CREATE UNIQUE INDEX poll_days_by_month_pkey ON " + beside + " (day, store_id)",
	"CREATE TABLE poll_days_to_copy (day INTEGER PRIMARY KEY)",
	`CREATE FUNCTION poll_days_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
	BEGIN
		INSERT INTO poll_days_to_copy SELECT DISTINCT day FROM changed ORDER BY day ON CONFLICT (day) DO UPDATE SET day = excluded.day;
		RETURN NULL;
	END $$`,
	`WITH RECURSIVE days (day) AS (
		SELECT min(day) FROM poll_days UNION ALL SELECT (SELECT min(p.day) FROM poll_days p WHERE p.day > days.day) FROM days WHERE day IS NOT NULL)
	INSERT INTO poll_days_to_copy SELECT day FROM days WHERE day IS NOT NULL`,
}, triggers()...)

func triggers() (list []string) {
	for event, rows := range map[string]string{"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"} {
		list = append(list, fmt.Sprintf(`CREATE TRIGGER poll_days_changed_by_%s AFTER %s ON poll_days
			REFERENCING %s TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION poll_days_changed()`, strings.ToLower(event), event, rows))
	}
	return list
}

// begin makes the tables of the conversion, unless they are there. done is set where there is
// nothing to convert. The lock of the version lets writers end, so that none of them changes
// a day before the trigger is there and commits it afterwards.
func (c *conversion) begin(ctx context.Context) (done bool, err error) {
	err = pgx.BeginFunc(ctx, c.pool, func(tx pgx.Tx) error {
		var begun bool
		if err := execute(ctx, tx, lockVersion); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, "SELECT relkind = 'p', to_regclass('poll_days_to_copy') IS NOT NULL FROM pg_class WHERE oid = to_regclass('poll_days')").Scan(&done, &begun)
		if err != nil || done || begun {
			return err
		}
		return execute(ctx, tx, preparations...)
	})
	return done, err
}

// lockVersion waits for whoever changes stores, hours or polls, as Tx.LockDataVersion does.
const lockVersion = "SELECT FROM data_versions FOR UPDATE"

// copy copies all days that are listed.
func (c *conversion) copy(ctx context.Context) error {
	days, err := c.listed(ctx)
	if err != nil {
		return err
	}
	for n, day := range days {
		if err := c.copyDay(ctx, day, "SET LOCAL lock_timeout = 0"); err != nil {
			return fmt.Errorf("copy day %d: %w", day, err)
		}
		if c.progress != nil {
			c.progress(int64(n+1), int64(len(days)))
		}
	}
	return nil
}

func (c *conversion) listed(ctx context.Context) ([]int32, error) {
	rows, err := c.pool.Query(ctx, "SELECT day FROM poll_days_to_copy ORDER BY day")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int32])
}

// copyDay copies a day. It first takes the day off the list, which waits for whoever is
// changing it, for as long as the statement within says. Whoever changes it next waits to
// list it again.
func (c *conversion) copyDay(ctx context.Context, day int32, within string) error {
	c.fresh = true
	c.did.Days++
	return pgx.BeginFunc(ctx, c.pool, func(tx pgx.Tx) error {
		if err := execute(ctx, tx, within); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "DELETE FROM poll_days_to_copy WHERE day = $1", day); err != nil {
			return err
		}
		if err := monthsOf(tx, beside).Add(ctx, day); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "DELETE FROM "+beside+" WHERE day = $1", day); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "INSERT INTO "+beside+" SELECT day, store_id, polls FROM poll_days WHERE day = $1 ORDER BY store_id", day)
		return err
	})
}
