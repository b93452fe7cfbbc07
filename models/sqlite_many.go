package models

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// manyRows is how many rows one statement writes. With so many, the cost of a
// statement itself does not count, and its parameters stay far below SQLite's limit
// of 32,766.
const manyRows = 64

// A manyWriter writes rows with one prepared statement for many of them.
type manyWriter struct {
	tx     *sql.Tx
	prefix string    // up to VALUES
	row    string    // the parameters of a row
	suffix string    // after the last row
	shared []any     // the first parameters, which all rows have in common
	full   *sql.Stmt // for manyRows rows
	rows   int       // that are not written yet
	args   []any     // of these
}

func newManyWriter(tx *sql.Tx, prefix string, columns int, suffix string) *manyWriter {
	row := "(" + strings.TrimSuffix(strings.Repeat("?,", columns), ",") + ")"
	return &manyWriter{tx: tx, prefix: prefix, row: row, suffix: suffix}
}

// share writes the rows so far and sets the first parameters of those to come. The row
// names them by number.
func (w *manyWriter) share(ctx context.Context, shared ...any) error {
	err := w.flush(ctx)
	w.shared = shared
	return err
}

func (w *manyWriter) add(ctx context.Context, row ...any) error {
	if w.rows == 0 {
		w.args = append(w.args[:0], w.shared...)
	}
	w.args = append(w.args, row...)
	if w.rows++; w.rows < manyRows {
		return nil
	}
	if w.full == nil {
		var err error
		if w.full, err = w.tx.PrepareContext(ctx, w.query(manyRows)); err != nil {
			return err
		}
	}
	w.rows = 0
	_, err := w.full.ExecContext(ctx, w.args...)
	return err
}

// flush writes the rows that do not fill a statement.
func (w *manyWriter) flush(ctx context.Context) error {
	if w.rows == 0 {
		return nil
	}
	query := w.query(w.rows)
	w.rows = 0
	_, err := w.tx.ExecContext(ctx, query, w.args...)
	return err
}

func (w *manyWriter) close() {
	if w.full != nil {
		_ = w.full.Close() // the transaction's own end says whether all was written
	}
}

func (w *manyWriter) query(rows int) string {
	return w.prefix + " " + strings.TrimSuffix(strings.Repeat(w.row+",", rows), ",") + " " + w.suffix
}

// copySQLite adds rows to a table.
func copySQLite(ctx context.Context, tx *sql.Tx, table string, columns []string, rows int, row func(n int) ([]any, error)) error {
	w := newManyWriter(tx, "INSERT INTO "+table+" ("+strings.Join(columns, ", ")+") VALUES", len(columns), "")
	defer w.close()
	for n := range rows {
		cells, err := row(n)
		if err != nil {
			return err
		}
		if err := w.add(ctx, cells...); err != nil {
			return err
		}
	}
	return w.flush(ctx)
}

// eachRow scans the rows of a query, unless it failed, and calls visit after each.
func eachRow(rows *sql.Rows, err error, visit func() error, into ...any) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := visit(); err != nil {
			return err
		}
	}
	return rows.Err()
}

// A sqliteInt and sqliteBytes take the columns of millions of rows as the driver has them.
// Database/sql would write a number as text and read that into an int32, and copy bytes.
type (
	sqliteInt   int32
	sqliteBytes []byte // valid until the next row
)

// Scan implements sql.Scanner.
func (n *sqliteInt) Scan(column any) error {
	number, is := column.(int64)
	if !is {
		return fmt.Errorf("%T in the place of a number", column)
	}
	*n = sqliteInt(number)
	return nil
}

// Scan implements sql.Scanner.
func (b *sqliteBytes) Scan(column any) error {
	bytes, is := column.([]byte)
	if !is {
		return fmt.Errorf("%T in the place of bytes", column)
	}
	*b = bytes
	return nil
}
