package transfer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"lightson/models/months"
)

type postgres struct {
	tx           pgx.Tx
	addPollMonth func(ctx context.Context, day int32) error
	forgetPolls  func(ctx context.Context, first, last int32, work func() error) error
}

func (p postgres) columns(ctx context.Context, table string) ([]column, error) {
	rows, err := p.tx.Query(ctx, `
		SELECT a.attname::text, format_type(a.atttypid, NULL), COALESCE(array_position(i.indkey::smallint[], a.attnum) + 1, 0)::integer
		FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid
			AND (i.indisprimary OR i.indisunique AND a.attrelid IN (SELECT partrelid FROM pg_partitioned_table))
		WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attname::text COLLATE "C"`, quote(table))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list, err := readColumns(table, rows)
	return list, cmp.Or(err, rows.Err())
}

func (p postgres) rows(ctx context.Context, table string, columns []column, each func([]any) error) error {
	rows, err := p.tx.Query(ctx, selectRows(table, columns))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		row, err := rows.Values()
		if err == nil {
			err = values(columns, row)
		}
		if err == nil {
			err = each(row)
		}
		if err != nil {
			return err
		}
	}
	return rows.Err()
}

// errNoSuchText says what PostgreSQL would say too, but without the column.
var errNoSuchText = errors.New("the text has a zero byte or is not UTF-8, which PostgreSQL cannot store")

func (p postgres) insert(ctx context.Context, table string, columns []column, next func() ([]any, error)) error {
	if table == "poll_days" {
		return p.insertMonths(ctx, table, columns, next)
	}
	return p.copy(ctx, table, columns, next)
}

// insertMonths inserts rows that are sorted by day.
func (p postgres) insertMonths(ctx context.Context, table string, columns []column, next func() ([]any, error)) error {
	place := slices.IndexFunc(columns, func(c column) bool { return c.name == "day" })
	day := func(row []any) int32 { return int32(row[place].(int64)) }
	add := func(day int32) error { return p.addPollMonth(ctx, day) }
	each := func() (row []any, more bool, err error) {
		row, err = next()
		return row, row != nil, err
	}
	return p.forgetPolls(ctx, math.MinInt32, math.MaxInt32, func() error {
		return months.InTurn(each, day, add, func(next func() ([]any, bool, error)) error {
			return p.copy(ctx, table, columns, func() ([]any, error) {
				row, more, err := next()
				if !more {
					row = nil
				}
				return row, err
			})
		})
	})
}

func (p postgres) copy(ctx context.Context, table string, columns []column, next func() ([]any, error)) error {
	names := make([]string, len(columns))
	for n, c := range columns {
		names[n] = c.name
	}
	var failed error // PostgreSQL's own error would say it as text
	_, err := p.tx.CopyFrom(ctx, pgx.Identifier{table}, names, pgx.CopyFromFunc(func() ([]any, error) {
		row, err := next()
		if err == nil && row != nil {
			err = storable(columns, row)
		}
		if err != nil {
			failed = err
			return nil, err
		}
		return row, nil
	}))
	if failed != nil {
		return failed
	}
	return err
}

// storable has the values of a row as PostgreSQL wants them.
func storable(columns []column, row []any) error {
	for n, c := range columns {
		switch v := row[n].(type) {
		case int64:
			if c.bool {
				row[n] = v != 0
			}
		case string:
			if strings.ContainsRune(v, 0) || !utf8.ValidString(v) {
				return fmt.Errorf("column %s: %q: %w", c.name, v, errNoSuchText)
			}
		}
	}
	return nil
}

func (p postgres) number(ctx context.Context, query string) (n int64, err error) {
	err = p.tx.QueryRow(ctx, query).Scan(&n)
	return n, err
}

func (p postgres) do(ctx context.Context, statement string) error {
	_, err := p.tx.Exec(ctx, statement)
	return err
}

// lock waits ten seconds for others that write.
func (p postgres) lock(ctx context.Context, tables []string) error {
	names := make([]string, len(tables))
	for n, table := range tables {
		names[n] = quote(table)
	}
	if err := p.do(ctx, "SET LOCAL lock_timeout = '10s'"); err != nil {
		return err
	}
	return p.do(ctx, "LOCK TABLE "+strings.Join(names, ", ")+" IN EXCLUSIVE MODE")
}

func (p postgres) continueIDs(ctx context.Context, table string, columns []column) error {
	for _, c := range columns {
		if c.kind != number {
			continue
		}
		var sequence *string
		if err := p.tx.QueryRow(ctx, "SELECT pg_get_serial_sequence($1, $2)", quote(table), c.name).Scan(&sequence); err != nil {
			return err
		}
		if sequence == nil {
			continue
		}
		greatest := "(SELECT MAX(" + quote(c.name) + ") FROM " + quote(table) + ")"
		if _, err := p.tx.Exec(ctx, "SELECT setval($1::regclass, COALESCE("+greatest+", 1), "+greatest+" IS NOT NULL)", *sequence); err != nil {
			return err
		}
	}
	return nil
}
