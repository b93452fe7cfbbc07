package models

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/jackc/pgx/v5"

	"lightson/models/months"
	"lightson/models/polls"
)

// postgresPolls is the poll table of a PostgreSQL transaction: COPY where a day
// is empty, else one upsert of arrays. The table has a partition for each month, unless it is
// of an earlier version, see package months.
type postgresPolls struct {
	tx     pgx.Tx
	months *months.Months
}

func newPostgresPolls(tx pgx.Tx) *postgresPolls { return &postgresPolls{tx, months.In(tx)} }

// planned has a statement planned for its values each time. After a few times PostgreSQL would
// take a plan for any values, which has and locks the partitions of all months.
const planned = pgx.QueryExecModeCacheDescribe

func (p *postgresPolls) HasDay(ctx context.Context, day int32) (has bool, err error) {
	err = p.tx.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM poll_days WHERE day = $1)", planned, day).Scan(&has)
	return has, err
}

// LastDay first looks at the month before, since looking for any is planned for all partitions.
func (p *postgresPolls) LastDay(ctx context.Context, before int32) (day int32, some bool, err error) {
	for _, back := range []int32{longestMonth, before - polls.FirstDay} {
		err = p.tx.QueryRow(ctx, "SELECT day FROM poll_days WHERE day >= $1 AND day < $2 ORDER BY day DESC LIMIT 1", planned, before-back, before).Scan(&day)
		if !errors.Is(err, pgx.ErrNoRows) {
			return day, err == nil, err
		}
	}
	return 0, false, nil
}

const longestMonth = 31

func (p *postgresPolls) ReadDay(ctx context.Context, day int32, stores []int32, visit func(int32, polls.Day) error) error {
	return p.query(ctx, func(_, store int32, packed polls.Day) error { return visit(store, packed) },
		"SELECT day, store_id, polls FROM poll_days WHERE day = $1 AND store_id = ANY ($2) ORDER BY store_id", day, stores)
}

func (p *postgresPolls) ReadDays(ctx context.Context, first, last int32, visit func(int32, int32, polls.Day) error) error {
	return p.query(ctx, visit, "SELECT day, store_id, polls FROM poll_days WHERE day BETWEEN $1 AND $2", first, last)
}

func (p *postgresPolls) ReadBlock(ctx context.Context, lowest, highest, first, last int32, visit func(int32, int32, polls.Day) error) error {
	// A statement for all days would be planned as a scan of all stores.
	for day := first; day <= last; day++ {
		err := p.query(ctx, visit, "SELECT day, store_id, polls FROM poll_days WHERE day = $1 AND store_id BETWEEN $2 AND $3", day, lowest, highest)
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *postgresPolls) ReadStore(ctx context.Context, store, first, last int32, visit func(int32, polls.Day) error) error {
	// The key begins with the day: naming each day makes this a look-up per day, where BETWEEN
	// alone would read every store of every day. It says which partitions to look into.
	return p.query(ctx, func(day, _ int32, packed polls.Day) error { return visit(day, packed) }, `
		SELECT day, store_id, polls FROM poll_days WHERE store_id = $1 AND day BETWEEN $2 AND $3
		AND day = ANY ((SELECT array_agg(g) FROM generate_series($2::int, $3::int) AS g)::int[]) ORDER BY day`, store, first, last)
}

// query visits rows by their wire form: scanning 110,000 rows through pgx's type
// map would take as long as reading them.
func (p *postgresPolls) query(ctx context.Context, visit func(int32, int32, polls.Day) error, query string, args ...any) error {
	rows, err := p.tx.Query(ctx, query, append([]any{planned, pgx.QueryResultFormats{pgx.BinaryFormatCode}}, args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		v := rows.RawValues()
		day, store := int32(binary.BigEndian.Uint32(v[0])), int32(binary.BigEndian.Uint32(v[1]))
		if err := visit(day, store, polls.Day(v[2])); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (p *postgresPolls) Insert(ctx context.Context, next func() (PollRow, bool, error)) error {
	add := func(day int32) error { return p.months.Add(ctx, day) }
	var parts writtenParts
	return p.forgetting(ctx, &parts, func() error {
		return months.InTurn(next, func(row PollRow) int32 { return row.Day }, add, func(next func() (PollRow, bool, error)) error {
			_, err := p.tx.CopyFrom(ctx, pgx.Identifier{"poll_days"}, []string{"day", "store_id", "polls"},
				pgx.CopyFromFunc(func() ([]any, error) {
					row, more, err := next()
					if err != nil || !more {
						return nil, err
					}
					parts.add(row)
					return []any{row.Day, row.Store, []byte(row.Polls)}, nil
				}))
			return err
		})
	})
}

func (p *postgresPolls) Upsert(ctx context.Context, rows []PollRow) error {
	var parts writtenParts
	days, stores, polls := make([]int32, len(rows)), make([]int32, len(rows)), make([][]byte, len(rows))
	for n, row := range rows {
		days[n], stores[n], polls[n] = row.Day, row.Store, row.Polls
		parts.add(row)
	}
	if len(rows) > 0 { // they are of one day
		if err := p.months.Add(ctx, rows[0].Day); err != nil {
			return err
		}
	}
	return p.forgetting(ctx, &parts, func() error {
		_, err := p.tx.Exec(ctx, `INSERT INTO poll_days (day, store_id, polls)
			SELECT * FROM unnest($1::int[], $2::int[], $3::bytea[])
			ON CONFLICT (day, store_id) DO UPDATE SET polls = excluded.polls`, days, stores, polls)
		return err
	})
}

// writtenParts are the parts that rows are in which are written.
type writtenParts struct{ days, parts []int32 }

func (w *writtenParts) add(row PollRow) {
	part, last := polls.PartOf(row.Store), len(w.parts)-1
	if last < 0 || w.parts[last] != part || w.days[last] != row.Day {
		w.days, w.parts = append(w.days, row.Day), append(w.parts, part)
	}
}

// forgetting writes rows, and deletes the parts that these are in.
func (p *postgresPolls) forgetting(ctx context.Context, parts *writtenParts, write func() error) error {
	if err := whileForgotten(ctx, p.tx, write); err != nil {
		return err
	}
	_, err := p.tx.Exec(ctx, "DELETE FROM poll_parts WHERE (day, part) IN (SELECT * FROM unnest($1::int[], $2::int[]))", parts.days, parts.parts)
	return err
}

// whileForgotten tells the trigger that deletes the part of each row that others delete them.
func whileForgotten(ctx context.Context, tx pgx.Tx, work func() error) error {
	if _, err := tx.Exec(ctx, "SET LOCAL lightson.forgotten = 'poll_parts'"); err != nil {
		return err
	}
	if err := work(); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "SET LOCAL lightson.forgotten = ''")
	return err
}
