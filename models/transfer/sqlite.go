package transfer

import (
	"cmp"
	"context"
	"database/sql"
	"strings"
)

type sqlite struct{ tx *sql.Tx }

func (s sqlite) columns(ctx context.Context, table string) ([]column, error) {
	rows, err := s.tx.QueryContext(ctx, "SELECT name, type, pk FROM pragma_table_info(?) ORDER BY name", table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list, err := readColumns(table, rows)
	return list, cmp.Or(err, rows.Err())
}

func (s sqlite) rows(ctx context.Context, table string, columns []column, each func([]any) error) error {
	rows, err := s.tx.QueryContext(ctx, selectRows(table, columns))
	if err != nil {
		return err
	}
	defer rows.Close()
	row, into := make([]any, len(columns)), make([]any, len(columns))
	for n := range row {
		into[n] = &row[n]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := values(columns, row); err != nil {
			return err
		}
		if err := each(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (s sqlite) insert(ctx context.Context, table string, columns []column, next func() ([]any, error)) error {
	places := strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")
	insert, err := s.tx.PrepareContext(ctx, "INSERT INTO "+quote(table)+" ("+strings.Join(quoted(columns), ", ")+") VALUES ("+places+")")
	if err != nil {
		return err
	}
	defer insert.Close()
	for {
		row, err := next()
		if err != nil || row == nil {
			return err
		}
		if _, err := insert.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
}

func (s sqlite) number(ctx context.Context, query string) (n int64, err error) {
	err = s.tx.QueryRowContext(ctx, query).Scan(&n)
	return n, err
}

func (s sqlite) do(ctx context.Context, statement string) error {
	_, err := s.tx.ExecContext(ctx, statement)
	return err
}

// lock has nothing to do: the transaction is the only one that writes to the file.
func (s sqlite) lock(context.Context, []string) error { return nil }

// continueIDs has nothing to do: SQLite goes on after the greatest id by itself.
func (s sqlite) continueIDs(context.Context, string, []column) error { return nil }
