package models

import (
	"context"
	"database/sql"
	"errors"
	"math"

	"lightson/models/polls"
)

// sqlitePolls is the poll table of a SQLite transaction, by prepared statements.
type sqlitePolls struct{ tx *sql.Tx }

func (p *sqlitePolls) HasDay(ctx context.Context, day int32) (has bool, err error) {
	err = p.tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM poll_days WHERE day = ?)", day).Scan(&has)
	return has, err
}

func (p *sqlitePolls) LastDay(ctx context.Context, before int32) (day int32, some bool, err error) {
	err = p.tx.QueryRowContext(ctx, "SELECT day FROM poll_days WHERE day < ? ORDER BY day DESC LIMIT 1", before).Scan(&day)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return day, err == nil, err
}

func (p *sqlitePolls) ReadDay(ctx context.Context, day int32, stores []int32, visit func(int32, polls.Day) error) error {
	if len(stores) >= ManyStores {
		next := 0
		rows, err := p.tx.QueryContext(ctx, storesOfDay+" ORDER BY store_id", day, stores[0], stores[len(stores)-1])
		return visitStores(rows, err, func(store int32, packed polls.Day) error {
			for next < len(stores) && stores[next] < store {
				next++
			}
			if next == len(stores) || stores[next] != store {
				return nil
			}
			return visit(store, packed)
		})
	}
	statement, err := p.tx.PrepareContext(ctx, "SELECT polls FROM poll_days WHERE day = ? AND store_id = ?")
	if err != nil {
		return err
	}
	defer statement.Close()
	for _, store := range stores {
		var polls []byte
		switch err := statement.QueryRowContext(ctx, day, store).Scan(&polls); err {
		case nil:
			if err := visit(store, polls); err != nil {
				return err
			}
		case sql.ErrNoRows:
		default:
			return err
		}
	}
	return nil
}

// fewDays is how many days are rather read one by one, which takes a column less from each row.
const fewDays = 100

func (p *sqlitePolls) ReadDays(ctx context.Context, first, last int32, visit func(int32, int32, polls.Day) error) error {
	if int64(last)-int64(first) < fewDays {
		return p.ReadBlock(ctx, math.MinInt32, math.MaxInt32, first, last, visit)
	}
	rows, err := p.tx.QueryContext(ctx, "SELECT day, store_id, polls FROM poll_days WHERE day BETWEEN ? AND ? ORDER BY day, store_id", first, last)
	var day, store sqliteInt
	var packed sqliteBytes
	return eachRow(rows, err, func() error { return visit(int32(day), int32(store), polls.Day(packed)) }, &day, &store, &packed)
}

const storesOfDay = "SELECT store_id, polls FROM poll_days WHERE day = ? AND store_id BETWEEN ? AND ?"

func (p *sqlitePolls) ReadBlock(ctx context.Context, lowest, highest, first, last int32, visit func(int32, int32, polls.Day) error) error {
	statement, err := p.tx.PrepareContext(ctx, storesOfDay)
	if err != nil {
		return err
	}
	defer statement.Close()
	for day := first; day <= last; day++ {
		rows, err := statement.QueryContext(ctx, day, lowest, highest)
		err = visitStores(rows, err, func(store int32, packed polls.Day) error { return visit(day, store, packed) })
		if err != nil {
			return err
		}
	}
	return nil
}

// visitStores visits the rows of storesOfDay, unless it failed.
func visitStores(rows *sql.Rows, err error, visit func(int32, polls.Day) error) error {
	var store sqliteInt
	var packed sqliteBytes
	return eachRow(rows, err, func() error { return visit(int32(store), polls.Day(packed)) }, &store, &packed)
}

func (p *sqlitePolls) ReadStore(ctx context.Context, store, first, last int32, visit func(int32, polls.Day) error) error {
	// The key begins with the day: naming each day makes this a look-up per
	// day, where BETWEEN would read every store of every day.
	rows, err := p.tx.QueryContext(ctx, `
		WITH RECURSIVE days(day) AS (SELECT ? UNION ALL SELECT day + 1 FROM days WHERE day < ?)
		SELECT d.day, d.polls FROM days CROSS JOIN poll_days d ON d.day = days.day AND d.store_id = ? ORDER BY d.day`,
		first, last, store)
	var day sqliteInt
	var packed sqliteBytes
	return eachRow(rows, err, func() error { return visit(int32(day), polls.Day(packed)) }, &day, &packed)
}

func (p *sqlitePolls) Insert(ctx context.Context, next func() (PollRow, bool, error)) error {
	return p.write(ctx, "", next)
}

func (p *sqlitePolls) Upsert(ctx context.Context, rows []PollRow) error {
	return p.write(ctx, "ON CONFLICT (day, store_id) DO UPDATE SET polls = excluded.polls", iterate(rows))
}

// write writes rows, of which those of one day follow each other.
func (p *sqlitePolls) write(ctx context.Context, suffix string, next func() (PollRow, bool, error)) (err error) {
	w := newManyWriter(p.tx, "INSERT INTO poll_days (day, store_id, polls) VALUES", 3, suffix)
	w.row = "(?1,?,?)"
	defer w.close()
	forgotten := forgottenParts{tx: p.tx}
	defer func() { err = errors.Join(err, forgotten.end(ctx)) }()
	for first, day := true, int32(0); ; first = false {
		row, more, err := next()
		if err != nil {
			return err
		}
		if !more {
			return w.flush(ctx)
		}
		if err := forgotten.write(ctx, row); err != nil {
			return err
		}
		if first || row.Day != day {
			day = row.Day
			if err := w.share(ctx, int64(day)); err != nil {
				return err
			}
		}
		if err := w.add(ctx, int64(row.Store), []byte(row.Polls)); err != nil { // integers of other sizes are slow
			return err
		}
	}
}

// forgottenParts deletes the parts that rows are in which are written. Triggers of ours do so as
// well, row by row. For many rows they are set aside, and each part is deleted once. All of this is
// within the transaction, so nobody else can write without them.
type forgottenParts struct {
	tx        *sql.Tx
	rows      int
	triggers  []string // the statements that make those that are set aside
	day, part int32    // of the latest row since
}

// manyPolls is how many rows the triggers are left to.
const manyPolls = 4096

// write is told of each row before it is written.
func (f *forgottenParts) write(ctx context.Context, row PollRow) error {
	if f.rows++; f.rows < manyPolls {
		return nil
	}
	if f.rows == manyPolls {
		if err := f.setAside(ctx); err != nil {
			return err
		}
	} else if row.Day == f.day && polls.PartOf(row.Store) == f.part {
		return nil
	}
	f.day, f.part = row.Day, polls.PartOf(row.Store)
	_, err := f.tx.ExecContext(ctx, "DELETE FROM poll_parts WHERE day = ? AND part = ?", f.day, f.part)
	return err
}

func (f *forgottenParts) setAside(ctx context.Context) error {
	var names []string
	rows, err := f.tx.QueryContext(ctx, "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'poll_days' AND name GLOB 'lightson_*'")
	var name, statement string
	err = eachRow(rows, err, func() error {
		names, f.triggers = append(names, name), append(f.triggers, statement)
		return nil
	}, &name, &statement)
	for _, name := range names {
		if err == nil {
			_, err = f.tx.ExecContext(ctx, "DROP TRIGGER "+name)
		}
	}
	return err
}

// end makes the triggers again.
func (f *forgottenParts) end(ctx context.Context) error {
	for _, statement := range f.triggers {
		if _, err := f.tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// iterate iterates over rows in the form that Insert takes.
func iterate(rows []PollRow) func() (PollRow, bool, error) {
	n := 0
	return func() (PollRow, bool, error) {
		if n == len(rows) {
			return PollRow{}, false, nil
		}
		n++
		return rows[n-1], true, nil
	}
}
