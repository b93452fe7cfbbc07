package models

import (
	"context"
	"encoding/binary"

	"github.com/jackc/pgx/v5"

	"lightson/models/uptime"
)

type postgresStores struct{ tx pgx.Tx }

func (t *postgresStores) Read(ctx context.Context, visit func(Store)) error {
	return t.query(ctx, visit, "SELECT id, code, zone, first_poll_at, name, group_name, city FROM stores")
}

func (t *postgresStores) ReadBetween(ctx context.Context, lowest, highest int32, visit func(Store)) error {
	return t.query(ctx, visit, "SELECT id, code, zone, first_poll_at, name, group_name, city FROM stores WHERE id BETWEEN $1 AND $2", lowest, highest)
}

func (t *postgresStores) query(ctx context.Context, visit func(Store), query string, args ...any) error {
	rows, err := t.tx.Query(ctx, query, append([]any{pgx.QueryResultFormats{pgx.BinaryFormatCode}}, args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		v := rows.RawValues()
		visit(Store{
			ID: int32(binary.BigEndian.Uint32(v[0])), Code: string(v[1]), Zone: string(v[2]),
			FirstPollAt: postgresInstant(v[3]),
			Name:        string(v[4]), Group: string(v[5]), City: string(v[6]),
		})
	}
	return rows.Err()
}

// postgresInstant is an instant in its wire form, which is nil for NULL.
func postgresInstant(wire []byte) OptionalInstant {
	if wire == nil {
		return OptionalInstant{}
	}
	return InstantAt(uptime.Instant(binary.BigEndian.Uint64(wire)))
}

// orNull is an instant as pgx takes it in arrays and COPY.
func orNull(o OptionalInstant) *int64 {
	if !o.Known {
		return nil
	}
	return (*int64)(&o.At)
}

func (t *postgresStores) Insert(ctx context.Context, stores []Store) error {
	_, err := t.tx.CopyFrom(ctx, pgx.Identifier{"stores"}, []string{"id", "code", "zone", "first_poll_at", "name", "group_name", "city"},
		pgx.CopyFromSlice(len(stores), func(n int) ([]any, error) {
			s := stores[n]
			return []any{s.ID, s.Code, s.Zone, orNull(s.FirstPollAt), s.Name, s.Group, s.City}, nil
		}))
	return err
}

func (t *postgresStores) SetFirstPolls(ctx context.Context, stores []Store) error {
	ids, first := make([]int32, len(stores)), make([]*int64, len(stores))
	for n, s := range stores {
		ids[n], first[n] = s.ID, orNull(s.FirstPollAt)
	}
	_, err := t.tx.Exec(ctx, `UPDATE stores SET first_poll_at = f.at
		FROM unnest($1::int[], $2::bigint[]) AS f (id, at) WHERE stores.id = f.id`, ids, first)
	return err
}

func (t *postgresStores) SetNames(ctx context.Context, stores []Store) error {
	ids := make([]int32, len(stores))
	names, groups, cities := make([]string, len(stores)), make([]string, len(stores)), make([]string, len(stores))
	for n, s := range stores {
		ids[n], names[n], groups[n], cities[n] = s.ID, s.Name, s.Group, s.City
	}
	_, err := t.tx.Exec(ctx, `UPDATE stores SET name = n.name, group_name = n.group_name, city = n.city
		FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS n (id, name, group_name, city)
		WHERE stores.id = n.id`, ids, names, groups, cities)
	return err
}

type postgresHours struct{ tx pgx.Tx }

func (h *postgresHours) Read(ctx context.Context, visit func(Hours)) error {
	return h.query(ctx, visit, `SELECT store_id, valid_from, day, start_s, end_s FROM hours
		ORDER BY store_id, valid_from, day, start_s, end_s`)
}

func (h *postgresHours) ReadBetween(ctx context.Context, lowest, highest int32, visit func(Hours)) error {
	return h.query(ctx, visit, `SELECT store_id, valid_from, day, start_s, end_s FROM hours WHERE store_id BETWEEN $1 AND $2
		ORDER BY store_id, valid_from, day, start_s, end_s`, lowest, highest)
}

func (h *postgresHours) query(ctx context.Context, visit func(Hours), query string, args ...any) error {
	rows, err := h.tx.Query(ctx, query, append([]any{pgx.QueryResultFormats{pgx.BinaryFormatCode}}, args...)...)
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
