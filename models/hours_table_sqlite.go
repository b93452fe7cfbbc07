package models

import (
	"context"
	"database/sql"

	"lightson/models/uptime"
)

type sqliteHours struct{ tx *sql.Tx }

func (h *sqliteHours) Read(ctx context.Context, visit func(Hours)) error {
	return h.query(ctx, visit, "")
}

func (h *sqliteHours) ReadBlock(ctx context.Context, lowest, highest int32, visit func(Hours)) error {
	return h.query(ctx, visit, "WHERE store_id BETWEEN ? AND ?", lowest, highest)
}

func (h *sqliteHours) query(ctx context.Context, visit func(Hours), where string, args ...any) error {
	rows, err := h.tx.QueryContext(ctx, "SELECT store_id, valid_from, day, start_s, end_s FROM hours "+where+" ORDER BY store_id, valid_from, day, start_s, end_s", args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var store, from, day, start, end int64 // numbers of other types would be scanned by way of their text
	for rows.Next() {
		if err := rows.Scan(&store, &from, &day, &start, &end); err != nil {
			return err
		}
		visit(Hours{int32(store), uptime.Date(from), int(day), int(start), int(end)})
	}
	return rows.Err()
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
