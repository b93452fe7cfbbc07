package models

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"lightson/models/polls"
)

// ReasonTable is the table poll_reasons in one transaction. Days are counted since
// 1970-01-01 UTC. It is small where pollers give no reasons, and as large as poll_days
// where they do, so it bypasses GORM's reflection as that one does.
// For packages of models only.
type ReasonTable struct{ tx *Tx }

// ReasonRow is a row of poll_reasons.
// For packages of models only.
type ReasonRow struct {
	Day, Store int32
	Reasons    polls.Reasons
}

// ReasonTable is the table poll_reasons.
// For packages of models only.
func (tx *Tx) ReasonTable() ReasonTable { return ReasonTable{tx} }

// ReadDay visits the reasons of these stores on day, in order of store. The stores must be
// sorted. The bytes are only valid during the visit.
func (r ReasonTable) ReadDay(ctx context.Context, day int32, stores []int32, visit func(store int32, packed polls.Reasons) error) error {
	for some := range slices.Chunk(stores, StoresPerStatement) {
		err := r.visit(r.tx.GORM(ctx).Raw("SELECT day, store_id, reasons FROM poll_reasons WHERE day = ? AND store_id IN ? ORDER BY store_id", day, some),
			func(_, store int32, packed polls.Reasons) error { return visit(store, packed) })
		if err != nil {
			return err
		}
	}
	return nil
}

// ReadDays visits all reasons of the days from first to last, in order of day and store.
// The bytes are only valid during the visit.
func (r ReasonTable) ReadDays(ctx context.Context, first, last int32, visit func(day, store int32, packed polls.Reasons) error) error {
	return r.visit(r.tx.GORM(ctx).Raw("SELECT day, store_id, reasons FROM poll_reasons WHERE day BETWEEN ? AND ? ORDER BY day, store_id", first, last), visit)
}

// ReadStore visits the reasons of one store on the days from first to last, in order. The
// bytes are only valid during the visit.
func (r ReasonTable) ReadStore(ctx context.Context, store, first, last int32, visit func(day int32, packed polls.Reasons) error) error {
	// The key begins with the day: naming each day makes this a look-up per day.
	statement := `WITH RECURSIVE days(day) AS (SELECT ? UNION ALL SELECT day + 1 FROM days WHERE day < ?)
		SELECT r.day, r.store_id, r.reasons FROM days CROSS JOIN poll_reasons r ON r.day = days.day AND r.store_id = ? ORDER BY r.day`
	if r.tx.pgx != nil {
		statement = `SELECT r.day, r.store_id, r.reasons FROM generate_series(?::int, ?::int) AS days (day)
			CROSS JOIN LATERAL (SELECT * FROM poll_reasons p WHERE p.day = days.day AND p.store_id = ?) r ORDER BY r.day`
	}
	if first > last {
		return nil
	}
	return r.visit(r.tx.GORM(ctx).Raw(statement, first, last, store),
		func(day, _ int32, packed polls.Reasons) error { return visit(day, packed) })
}

func (r ReasonTable) visit(statement *gorm.DB, visit func(day, store int32, packed polls.Reasons) error) error {
	rows, err := statement.Rows()
	if err != nil {
		return fmt.Errorf("read reasons: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var (
			day, store int32
			packed     []byte
		)
		if err := rows.Scan(&day, &store, &packed); err != nil {
			return fmt.Errorf("read reasons: %w", err)
		}
		if err := visit(day, store, packed); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read reasons: %w", err)
	}
	return nil
}

// Upsert adds or replaces rows, at most one of each day and store.
func (r ReasonTable) Upsert(ctx context.Context, rows []ReasonRow) error {
	if r.tx.dry || len(rows) == 0 {
		return nil
	}
	if err := r.upsert(ctx, rows); err != nil {
		return fmt.Errorf("write reasons: %w", err)
	}
	return nil
}

func (r ReasonTable) upsert(ctx context.Context, rows []ReasonRow) error {
	const conflict = "ON CONFLICT (day, store_id) DO UPDATE SET reasons = excluded.reasons"
	if r.tx.pgx != nil {
		days, stores, packed := make([]int32, len(rows)), make([]int32, len(rows)), make([][]byte, len(rows))
		for n, row := range rows {
			days[n], stores[n], packed[n] = row.Day, row.Store, row.Reasons
		}
		_, err := r.tx.pgx.Exec(ctx, "INSERT INTO poll_reasons (day, store_id, reasons) SELECT * FROM unnest($1::int[], $2::int[], $3::bytea[]) "+conflict, days, stores, packed)
		return err
	}
	w := newManyWriter(r.tx.sql, "INSERT INTO poll_reasons (day, store_id, reasons) VALUES", 3, conflict)
	defer w.close()
	for _, row := range rows {
		if err := w.add(ctx, row.Day, row.Store, []byte(row.Reasons)); err != nil {
			return err
		}
	}
	return w.flush(ctx)
}

// Delete removes the reasons that stores have on a day.
func (r ReasonTable) Delete(ctx context.Context, day int32, stores []int32) error {
	if r.tx.dry {
		return nil
	}
	for some := range slices.Chunk(stores, StoresPerStatement) {
		if err := r.tx.GORM(ctx).Exec("DELETE FROM poll_reasons WHERE day = ? AND store_id IN ?", day, some).Error; err != nil {
			return fmt.Errorf("delete reasons: %w", err)
		}
	}
	return nil
}
