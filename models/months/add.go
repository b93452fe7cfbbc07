package months

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Months are the partitions of poll_days as one transaction knows them.
type Months struct {
	tx    pgx.Tx
	table string
	plain bool            // the table has no partitions
	known map[string]bool // by name
}

// In are the partitions in a transaction.
func In(tx pgx.Tx) *Months { return monthsOf(tx, table) }

func monthsOf(tx pgx.Tx, table string) *Months {
	return &Months{tx: tx, table: table, known: map[string]bool{}}
}

// Add makes the partition of a day where there is none, so that rows of the day can be
// inserted. The transaction holds the lock of the data version, or two could make the same
// one. It asks once for each month: another transaction cannot go by what this one found,
// because this one may be rolled back, and retention may drop the month on any server.
func (m *Months) Add(ctx context.Context, day int32) error {
	month := Of(day)
	if m.plain || m.known[month.Name] {
		return nil
	}
	partitioned, found, err := m.find(ctx, month)
	if err == nil && partitioned && !found {
		err = m.add(ctx, month)
	}
	if err != nil {
		return fmt.Errorf("add the partition of day %d: %w", day, err)
	}
	m.plain, m.known[month.Name] = !partitioned, true
	return nil
}

// find reports whether the table has partitions, and whether a month is one of them.
func (m *Months) find(ctx context.Context, month Month) (partitioned, found bool, err error) {
	err = m.tx.QueryRow(ctx, `SELECT c.relkind = 'p', EXISTS (
			SELECT FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhrelid WHERE i.inhparent = c.oid AND p.relname = $2)
		FROM pg_class c WHERE c.oid = to_regclass($1)`, m.table, month.Name).Scan(&partitioned, &found)
	return partitioned, found, err
}

// add makes a partition beside the table and attaches it, which lets others read the table
// and write to it. CREATE TABLE … PARTITION OF would make all of them wait. The partition is
// empty, so nothing in it has to be checked, and gets its index as it is attached. Neither
// fillfactor nor storage is inherited.
func (m *Months) add(ctx context.Context, month Month) error {
	if _, err := m.tx.Exec(ctx, "CREATE TABLE "+month.Name+" (LIKE "+m.table+" INCLUDING STORAGE) WITH (fillfactor = 80)"); err != nil {
		return err
	}
	return execute(ctx, m.tx,
		"ALTER TABLE "+m.table+" ATTACH PARTITION "+month.Name+" FOR VALUES "+month.bounds(),
		watch(month.Name))
}

const table = "poll_days"

// watch is the statement that has packed polls forgotten where a table changes. Partitions take
// the triggers of rows over from their table, and no others.
func watch(table string) string { return "SELECT lightson_watch_poll_days('" + table + "')" }
