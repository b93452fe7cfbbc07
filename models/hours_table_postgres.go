package models

import (
	"context"
	"encoding/binary"

	"github.com/jackc/pgx/v5"

	"lightson/models/uptime"
)

type postgresHours struct{ tx pgx.Tx }

func (h *postgresHours) Read(ctx context.Context, visit func(Hours)) error {
	return h.query(ctx, visit, "")
}

func (h *postgresHours) ReadBlock(ctx context.Context, lowest, highest int32, visit func(Hours)) error {
	return h.query(ctx, visit, "WHERE store_id BETWEEN $1 AND $2", lowest, highest)
}

func (h *postgresHours) query(ctx context.Context, visit func(Hours), where string, args ...any) error {
	rows, err := h.tx.Query(ctx, "SELECT store_id, valid_from, day, start_s, end_s FROM hours "+where+" ORDER BY store_id, valid_from, day, start_s, end_s",
		append([]any{pgx.QueryResultFormats{pgx.BinaryFormatCode}}, args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		v := rows.RawValues()
		number := func(n int) int { return int(int32(binary.BigEndian.Uint32(v[n]))) }
		visit(Hours{int32(number(0)), uptime.Date(number(1)), number(2), number(3), number(4)})
	}
	return rows.Err()
}

func (h *postgresHours) Insert(ctx context.Context, rows []Hours) error {
	_, err := h.tx.CopyFrom(ctx, pgx.Identifier{"hours"}, []string{"store_id", "valid_from", "day", "start_s", "end_s"},
		pgx.CopyFromSlice(len(rows), func(n int) ([]any, error) {
			r := rows[n]
			return []any{r.StoreID, int32(r.ValidFrom), int32(r.Day), int32(r.StartS), int32(r.EndS)}, nil
		}))
	return err
}
