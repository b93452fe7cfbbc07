package materialized

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightson/models"
	"lightson/models/uptime"
)

const (
	statesTable  = "materialized_stores"
	daysTable    = "materialized_days"
	outagesTable = "materialized_outages"
)

// Each date is one look-up, so stores are named by a range of ids where few others are in it.
const idsPerStore = 12

// readStates reads the states of all stores.
func (u *run) readStates(ctx context.Context, tx *models.Tx) error {
	index := make(map[int32]int, len(u.byID))
	for n, store := range u.snapshot.Stores {
		index[store.ID] = n
	}
	u.states = make([]state, len(u.byID))
	// Dates as text are the same on both databases.
	return query(ctx, tx, "SELECT store_id, version, as_of, known, CAST(right_from AS TEXT) FROM "+statesTable, nil, func(rows *sql.Rows) error {
		var (
			store int32
			st    state
			known []byte
			from  string
		)
		if err := rows.Scan(&store, &st.version, &st.asOf, &known, &from); err != nil {
			return err
		}
		n, some := index[store]
		if !some {
			u.gone = append(u.gone, store)
			return nil
		}
		var ok bool
		if st.rightFrom, ok = uptime.ParseDate(from); !ok {
			return fmt.Errorf("%s of %s is no date", from, statesTable)
		}
		u.states[n] = st
		return u.states[n].decode(known)
	})
}

func query(ctx context.Context, tx *models.Tx, statement string, args []any, visit func(*sql.Rows) error) (err error) {
	rows, err := tx.GORM(ctx).Raw(statement, args...).Rows()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := visit(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// beginnings are the instants at which the last outages in the table began that began until
// an instant, by index of the store.
func (u *run) beginnings(ctx context.Context, plans []*plan, until uptime.Instant) (began map[int]uptime.Instant, err error) {
	began = map[int]uptime.Instant{}
	index := map[int32]int{}
	for _, p := range plans {
		index[u.snapshot.Stores[p.n].ID] = p.n
	}
	err = u.db.View(ctx, func(tx *models.Tx) error {
		for ids := range slices.Chunk(slices.Sorted(maps.Keys(index)), models.StoresPerStatement) {
			err := query(ctx, tx, "SELECT store_id, MAX(from_at) FROM "+outagesTable+" WHERE store_id IN ? AND from_at <= ? GROUP BY store_id", []any{ids, int64(until)}, func(rows *sql.Rows) error {
				var store int32
				var from int64
				err := rows.Scan(&store, &from)
				began[index[store]] = uptime.Instant(from)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return began, err
}

// writeAll writes what differs of plans, which are in the order of the ids of their stores.
func (u *run) writeAll(ctx context.Context, plans []*plan) error {
	for len(plans) > 0 {
		size, rows := 0, 0
		for size < len(plans) && rows < u.size.rows {
			rows += int(plans[size].last-plans[size].first) + 1
			size++
		}
		some := plans[:size]
		plans = plans[size:]
		w := newWriting(u, some)
		if err := u.db.Update(ctx, func(tx *models.Tx) error { return w.write(ctx, tx) }); err != nil {
			return err
		}
		for _, p := range some {
			u.states[p.n] = p.after
		}
		u.done.Days += int64(len(w.days))
		u.done.Outages += int64(len(w.outages))
	}
	return nil
}

// A writing is one transaction.
type writing struct {
	u     *run
	plans []*plan
	of    map[int32]*plan // by id of the store
	ids   []int32
	in    string // is a condition that these stores fulfil, and perhaps some others
	args  []any  // its arguments

	days    []storeRow[dayRow] // to be inserted
	outages []storeRow[outageRow]
}

// A storeRow is a row of a store and a date.
type storeRow[Row any] struct {
	store int32
	date  uptime.Date
	row   Row
}

func newWriting(u *run, plans []*plan) *writing {
	w := &writing{u: u, plans: plans, of: map[int32]*plan{}, ids: make([]int32, len(plans))}
	for i, p := range plans {
		w.ids[i] = u.snapshot.Stores[p.n].ID
		w.of[w.ids[i]] = p
	}
	w.in, w.args = "store_id IN ?", []any{w.ids}
	if first, last := w.ids[0], w.ids[len(w.ids)-1]; int(last-first) < idsPerStore*len(w.ids) {
		w.in, w.args = "store_id BETWEEN ? AND ?", []any{first, last}
	}
	return w
}

func (w *writing) write(ctx context.Context, tx *models.Tx) error {
	w.days, w.outages = nil, nil
	if err := w.requireStates(ctx, tx); err != nil {
		return err
	}
	first, last := w.plans[0].first, w.plans[0].last
	for _, p := range w.plans {
		first, last = min(first, p.first), max(last, p.last)
	}
	for date := first; date <= last; date++ {
		if err := w.replaceDays(ctx, tx, date); err != nil {
			return err
		}
		if err := w.replaceOutages(ctx, tx, date); err != nil {
			return err
		}
	}
	if err := w.replaceBefore(ctx, tx); err != nil {
		return err
	}
	if err := w.clear(ctx, tx, last); err != nil {
		return err
	}
	return w.insert(ctx, tx)
}

// errElsewhere says that another refresh wrote rows first, which need not be written again.
var errElsewhere = fmt.Errorf("another refresh goes on as well: %w", models.ErrDataMoved)

// requireStates gives errElsewhere where another server wrote rows of these stores
// since the states were read. Others that write wait until the transaction ends.
func (w *writing) requireStates(ctx context.Context, tx *models.Tx) error {
	if tx.PGX() != nil {
		if err := tx.GORM(ctx).Exec("LOCK TABLE " + statesTable + " IN SHARE ROW EXCLUSIVE MODE").Error; err != nil {
			return err
		}
	}
	found := map[int32]state{}
	err := query(ctx, tx, "SELECT store_id, version, CAST(right_from AS TEXT) FROM "+statesTable+" WHERE "+w.in, w.args, func(rows *sql.Rows) error {
		var (
			store int32
			st    state
			from  string
		)
		err := rows.Scan(&store, &st.version, &from)
		st.rightFrom, _ = uptime.ParseDate(from)
		found[store] = st
		return err
	})
	if err != nil {
		return err
	}
	for store, p := range w.of {
		was, is := w.u.states[p.n], found[store]
		if was.version != is.version || was.version != 0 && was.rightFrom != is.rightFrom {
			return errElsewhere
		}
	}
	return nil
}

// replaces reports whether a plan replaces the rows of a date.
func (p *plan) replaces(date uptime.Date) bool {
	return date >= p.first && (date <= p.last || p.clearLater)
}

// replaceDays deletes the rows of a date that differ, and has those inserted that are missing.
func (w *writing) replaceDays(ctx context.Context, tx *models.Tx, date uptime.Date) error {
	var wrong []int32
	same := map[int32]bool{}
	err := w.stored(ctx, tx, daysTable, dayColumns, date, func(rows *sql.Rows) error {
		var store int32
		var row dayRow
		if err := rows.Scan(append([]any{&store}, row.scanned()...)...); err != nil {
			return err
		}
		p := w.of[store]
		if p == nil || !p.replaces(date) {
			return nil
		}
		if i := int(date - p.firstDay); i >= 0 && i < len(p.days) && p.days[i] == row {
			same[store] = true
		} else {
			wrong = append(wrong, store)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, p := range w.plans {
		store := w.u.snapshot.Stores[p.n].ID
		if i := int(date - p.firstDay); i >= 0 && i < len(p.days) && !same[store] {
			w.days = append(w.days, storeRow[dayRow]{store, date, p.days[i]})
		}
	}
	return w.remove(ctx, tx, daysTable, date, wrong)
}

// replaceOutages does likewise with all outages of a store that began on a date.
func (w *writing) replaceOutages(ctx context.Context, tx *models.Tx, date uptime.Date) error {
	was := map[int32][]outageRow{}
	err := w.stored(ctx, tx, outagesTable, outageColumns, date, func(rows *sql.Rows) error {
		var store int32
		row := outageRow{date: date}
		if err := rows.Scan(append([]any{&store}, row.scanned()...)...); err != nil {
			return err
		}
		if p := w.of[store]; p != nil && p.replaces(date) {
			was[store] = append(was[store], row)
		}
		return nil
	})
	if err != nil {
		return err
	}
	var wrong []int32
	for _, p := range w.plans {
		store := w.u.snapshot.Stores[p.n].ID
		var is []outageRow
		for _, row := range p.outages {
			if row.date == date {
				is = append(is, row)
			}
		}
		slices.SortFunc(is, compareOutages)
		slices.SortFunc(was[store], compareOutages)
		if slices.Equal(is, was[store]) {
			continue
		}
		if len(was[store]) > 0 {
			wrong = append(wrong, store)
		}
		for _, row := range is {
			w.outages = append(w.outages, storeRow[outageRow]{store, date, row})
		}
	}
	return w.remove(ctx, tx, outagesTable, date, wrong)
}

// replaceBefore replaces the outages that began before the dates of their plans.
func (w *writing) replaceBefore(ctx context.Context, tx *models.Tx) error {
	for _, p := range w.plans {
		if p.before == nil {
			continue
		}
		store := w.u.snapshot.Stores[p.n].ID
		if err := tx.GORM(ctx).Exec("DELETE FROM "+outagesTable+" WHERE date = ? AND store_id = ? AND from_at = ?", uptime.DateText(p.before.date), store, p.before.from).Error; err != nil {
			return err
		}
		w.outages = append(w.outages, storeRow[outageRow]{store, p.before.date, *p.before})
	}
	return nil
}

// clear deletes the rows of stores before or after all dates of their plans.
func (w *writing) clear(ctx context.Context, tx *models.Tx, last uptime.Date) error {
	var earlier, later []int32
	first := w.plans[0].first
	for _, p := range w.plans {
		if p.clearEarlier { // all plans of the past have the same dates
			earlier = append(earlier, w.u.snapshot.Stores[p.n].ID)
		}
		if p.clearLater {
			later = append(later, w.u.snapshot.Stores[p.n].ID)
		}
	}
	for _, table := range []string{daysTable, outagesTable} {
		if len(earlier) > 0 {
			if err := tx.GORM(ctx).Exec("DELETE FROM "+table+" WHERE date < ? AND store_id IN ?", uptime.DateText(first), earlier).Error; err != nil {
				return err
			}
		}
		if len(later) > 0 {
			if err := tx.GORM(ctx).Exec("DELETE FROM "+table+" WHERE date > ? AND store_id IN ?", uptime.DateText(last), later).Error; err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writing) stored(ctx context.Context, tx *models.Tx, table string, columns []string, date uptime.Date, visit func(*sql.Rows) error) error {
	return query(ctx, tx, "SELECT store_id, "+strings.Join(columns, ", ")+" FROM "+table+" WHERE date = ? AND "+w.in, append([]any{uptime.DateText(date)}, w.args...), visit)
}

func (w *writing) remove(ctx context.Context, tx *models.Tx, table string, date uptime.Date, stores []int32) error {
	if len(stores) == 0 {
		return nil
	}
	return tx.GORM(ctx).Exec("DELETE FROM "+table+" WHERE date = ? AND store_id IN ?", uptime.DateText(date), stores).Error
}

// insert inserts what is missing, and the new states.
func (w *writing) insert(ctx context.Context, tx *models.Tx) error {
	date := func(d uptime.Date) any {
		if tx.PGX() != nil {
			return d.Time()
		}
		return uptime.DateText(d)
	}
	err := tx.Copy(ctx, daysTable, append([]string{"store_id", "date"}, dayColumns...), len(w.days), func(n int) ([]any, error) {
		row := &w.days[n]
		return append([]any{row.store, date(row.date)}, row.row.cells()...), nil
	})
	if err != nil {
		return err
	}
	err = tx.Copy(ctx, outagesTable, append([]string{"store_id", "date"}, outageColumns...), len(w.outages), func(n int) ([]any, error) {
		row := &w.outages[n]
		return append([]any{row.store, date(row.date)}, row.row.cells()...), nil
	})
	if err != nil {
		return err
	}
	if err := tx.GORM(ctx).Exec("DELETE FROM "+statesTable+" WHERE store_id IN ?", w.ids).Error; err != nil {
		return err
	}
	return tx.Copy(ctx, statesTable, []string{"store_id", "version", "as_of", "known", "right_from"}, len(w.plans), func(n int) ([]any, error) {
		st := w.plans[n].after
		return []any{w.u.snapshot.Stores[w.plans[n].n].ID, st.version, st.asOf, st.encode(), date(st.rightFrom)}, nil
	})
}
