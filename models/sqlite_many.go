package models

import (
	"context"
	"database/sql"
	"strings"
)

// manyRows is how many rows one statement writes. With so many, the cost of a
// statement itself does not count, and its parameters stay far below SQLite's limit
// of 32,766.
const manyRows = 64

// A manyWriter writes rows with one prepared statement for many of them.
type manyWriter struct {
	tx      *sql.Tx
	prefix  string // up to VALUES
	columns int
	suffix  string    // after the last row
	full    *sql.Stmt // for manyRows rows
	args    []any     // of rows that are not written yet
}

func newManyWriter(tx *sql.Tx, prefix string, columns int, suffix string) *manyWriter {
	return &manyWriter{tx: tx, prefix: prefix, columns: columns, suffix: suffix}
}

func (w *manyWriter) add(ctx context.Context, row ...any) error {
	w.args = append(w.args, row...)
	if len(w.args) < manyRows*w.columns {
		return nil
	}
	if w.full == nil {
		var err error
		if w.full, err = w.tx.PrepareContext(ctx, w.query(manyRows)); err != nil {
			return err
		}
	}
	_, err := w.full.ExecContext(ctx, w.args...)
	w.args = w.args[:0]
	return err
}

// flush writes the rows that do not fill a statement.
func (w *manyWriter) flush(ctx context.Context) error {
	if len(w.args) == 0 {
		return nil
	}
	_, err := w.tx.ExecContext(ctx, w.query(len(w.args)/w.columns), w.args...)
	w.args = w.args[:0]
	return err
}

func (w *manyWriter) close() {
	if w.full != nil {
		_ = w.full.Close() // the transaction's own end says whether all was written
	}
}

func (w *manyWriter) query(rows int) string {
	row := "(" + strings.TrimSuffix(strings.Repeat("?,", w.columns), ",") + ")"
	return w.prefix + " " + strings.TrimSuffix(strings.Repeat(row+",", rows), ",") + " " + w.suffix
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
