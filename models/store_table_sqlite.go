package models

import (
	"context"
	"database/sql"
	"math"

	"lightson/models/uptime"
)

type sqliteStores struct{ tx *sql.Tx }

func (t *sqliteStores) Read(ctx context.Context, visit func(Store)) error {
	return t.ReadBetween(ctx, math.MinInt32, math.MaxInt32, visit)
}

func (t *sqliteStores) ReadBetween(ctx context.Context, lowest, highest int32, visit func(Store)) error {
	rows, err := t.tx.QueryContext(ctx, "SELECT id, code, zone, first_poll_at, name, group_name, city FROM stores WHERE id BETWEEN ? AND ?", lowest, highest)
	var id sqliteInt
	var s Store
	return eachRow(rows, err, func() error {
		s.ID = int32(id)
		visit(s)
		return nil
	}, &id, &s.Code, &s.Zone, &s.FirstPollAt, &s.Name, &s.Group, &s.City)
}

func (t *sqliteStores) Insert(ctx context.Context, stores []Store) error {
	w := newManyWriter(t.tx, "INSERT INTO stores (id, code, zone, first_poll_at, name, group_name, city) VALUES", 7, "")
	defer w.close()
	for _, s := range stores {
		if err := w.add(ctx, s.ID, s.Code, s.Zone, s.FirstPollAt, s.Name, s.Group, s.City); err != nil {
			return err
		}
	}
	return w.flush(ctx)
}

func (t *sqliteStores) SetFirstPolls(ctx context.Context, stores []Store) error {
	statement, err := t.tx.PrepareContext(ctx, "UPDATE stores SET first_poll_at = ? WHERE id = ?")
	if err != nil {
		return err
	}
	defer statement.Close()
	for _, s := range stores {
		if _, err := statement.ExecContext(ctx, s.FirstPollAt, s.ID); err != nil {
			return err
		}
	}
	return nil
}

func (t *sqliteStores) SetNames(ctx context.Context, stores []Store) error {
	statement, err := t.tx.PrepareContext(ctx, "UPDATE stores SET name = ?, group_name = ?, city = ? WHERE id = ?")
	if err != nil {
		return err
	}
	defer statement.Close()
	for _, s := range stores {
		if _, err := statement.ExecContext(ctx, s.Name, s.Group, s.City, s.ID); err != nil {
			return err
		}
	}
	return nil
}

type sqliteHours struct{ tx *sql.Tx }

func (h *sqliteHours) Read(ctx context.Context, visit func(Hours)) error {
	return h.ReadBetween(ctx, math.MinInt32, math.MaxInt32, visit)
}

func (h *sqliteHours) ReadBetween(ctx context.Context, lowest, highest int32, visit func(Hours)) error {
	rows, err := h.tx.QueryContext(ctx, `SELECT store_id, valid_from, day, start_s, end_s FROM hours WHERE store_id BETWEEN ? AND ?
		ORDER BY store_id, valid_from, day, start_s, end_s`, lowest, highest)
	var store, from, day, start, end sqliteInt
	return eachRow(rows, err, func() error {
		visit(Hours{int32(store), uptime.Date(from), int(day), int(start), int(end)})
		return nil
	}, &store, &from, &day, &start, &end)
}

func (h *sqliteHours) Insert(ctx context.Context, rows []Hours) error {
	w := newManyWriter(h.tx, "INSERT INTO hours (store_id, valid_from, day, start_s, end_s) VALUES", 5, "")
	defer w.close()
	for _, r := range rows {
		if err := w.add(ctx, r.StoreID, r.ValidFrom, r.Day, r.StartS, r.EndS); err != nil {
			return err
		}
	}
	return w.flush(ctx)
}
