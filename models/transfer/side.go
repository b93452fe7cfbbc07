package transfer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lightson/models"
)

// A side is one of the two databases, in its transaction.
type side interface {
	// columns are those of a table, sorted by name; none where there is no such table.
	columns(ctx context.Context, table string) ([]column, error)
	// rows calls each with every row of a table in the order of its key, the values as
	// [value] has them. each must not keep the slice.
	rows(ctx context.Context, table string, columns []column, each func(row []any) error) error
	// insert adds rows until next gives nil. next may give the same slice again.
	insert(ctx context.Context, table string, columns []column, next func() ([]any, error)) error
	number(ctx context.Context, query string) (int64, error)
	do(ctx context.Context, statement string) error
	// lock keeps everybody else from writing to tables until the transaction ends.
	lock(ctx context.Context, tables []string) error
	// continueIDs has the database draw ids of a table after those that it has.
	continueIDs(ctx context.Context, table string, columns []column) error
}

func sideOf(tx *models.Tx) side {
	if pgx := tx.PGX(); pgx != nil {
		return postgres{pgx, tx.AddPollMonth, tx.ForgetPolls}
	}
	return sqlite{tx.SQL()}
}

// A column is a column of a table.
type column struct {
	name string
	kind kind
	bool bool // PostgreSQL's boolean, which is a number elsewhere
	key  int  // its place in the primary key, from 1; 0 = it is not in it
}

// kind is what the values of a column are on both databases, unless they are NULL.
type kind int

const (
	number kind = iota + 1 // int64; true is 1
	text                   // string
	bytes                  // []byte, never nil
)

var kindNames = map[kind]string{number: "numbers", text: "texts", bytes: "bytes"}

// kinds are the declared types of columns, in lower case.
var kinds = map[string]kind{
	"integer": number, "bigint": number, "smallint": number, "boolean": number, "text": text, "character varying": text, "blob": bytes, "bytea": bytes,
}

// described are rows of a database that describe columns: name, type, place in the key.
type described interface {
	Next() bool
	Scan(into ...any) error
}

func readColumns(table string, rows described) (list []column, err error) {
	for rows.Next() {
		var name, declared string
		var key int
		if err := rows.Scan(&name, &declared, &key); err != nil {
			return nil, err
		}
		c, err := newColumn(table, name, declared, key)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// newColumn gives an error for a type that no table has yet.
func newColumn(table, name, declared string, key int) (column, error) {
	k, known := kinds[strings.ToLower(declared)]
	if !known {
		return column{}, fmt.Errorf("column %s of table %s: expected a type of numbers, texts or bytes, found %s", name, table, declared)
	}
	return column{name: name, kind: k, bool: strings.EqualFold(declared, "boolean"), key: key}, nil
}

// value is what a database gave for a column, as its kind has it.
func (c column) value(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	switch c.kind {
	case number:
		switch v := v.(type) {
		case int64:
			return v, nil
		case int32:
			return int64(v), nil
		case int16:
			return int64(v), nil
		case bool:
			if v {
				return int64(1), nil
			}
			return int64(0), nil
		}
	case text:
		switch v := v.(type) {
		case string:
			return v, nil
		case []byte: // SQLite has values of any kind in any column
			return string(v), nil
		}
	case bytes:
		switch v := v.(type) {
		case []byte:
			if v == nil {
				v = []byte{} // or it would be NULL
			}
			return v, nil
		case string:
			return []byte(v), nil
		}
	}
	return nil, fmt.Errorf("column %s: expected %s, found %T", c.name, kindNames[c.kind], v)
}

// values replaces the values of a row by those of its columns' kinds.
func values(columns []column, row []any) error {
	for n, c := range columns {
		v, err := c.value(row[n])
		if err != nil {
			return err
		}
		row[n] = v
	}
	return nil
}

// selectRows is the query for all rows in the order of the key, in which the other
// database likes to have them.
func selectRows(table string, columns []column) string {
	query := "SELECT " + strings.Join(quoted(columns), ", ") + " FROM " + quote(table)
	keys := slices.DeleteFunc(slices.Clone(columns), func(c column) bool { return c.key == 0 })
	slices.SortFunc(keys, func(a, b column) int { return a.key - b.key })
	if len(keys) > 0 {
		query += " ORDER BY " + strings.Join(quoted(keys), ", ")
	}
	return query
}

// quote is a name of ours in SQL: some are words of the language, such as rows and at.
func quote(name string) string { return `"` + name + `"` }

func quoted(columns []column) []string {
	list := make([]string, len(columns))
	for n, c := range columns {
		list[n] = quote(c.name)
	}
	return list
}

// matched are the columns of a table, which must be the same on both sides.
func matched(ctx context.Context, from, to side, table string) (fromColumns, toColumns []column, err error) {
	if fromColumns, err = from.columns(ctx, table); err != nil {
		return nil, nil, err
	}
	if toColumns, err = to.columns(ctx, table); err != nil {
		return nil, nil, err
	}
	same := func(a, b column) bool { return a.name == b.name && a.kind == b.kind }
	if len(fromColumns) == 0 || !slices.EqualFunc(fromColumns, toColumns, same) {
		return nil, nil, fmt.Errorf("table %s: expected the same columns in both databases, found %s in one and %s in the other",
			table, columnText(fromColumns), columnText(toColumns))
	}
	return fromColumns, toColumns, nil
}

func columnText(columns []column) string {
	list := make([]string, len(columns))
	for n, c := range columns {
		list[n] = c.name + " (" + kindNames[c.kind] + ")"
	}
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}
