package transfer

import (
	"context"
	"fmt"
	"strings"

	"lightson/models"
)

// Tables are the names of all tables that are known: those that are copied, and the others.
func Tables() (copied, others []string) {
	for _, t := range tables {
		copied = append(copied, t.name)
	}
	return copied, notCopied
}

// chosen are the values of columns that may not have any, by table and column, or by
// column alone.
var chosen = map[string]any{
	"scope": "store", "subject_scope": "store", "channels.kind": "email", "alert_rules.kind": "offline", "feeds.kind": "outages", "every": "daily",
	"percent": int64(5000), "api_keys.scope": "read",
}

// Fill adds rows to every table that is copied: one with values in all columns, and one
// with as little as possible. word begins every text of them, and tells them from others.
func Fill(ctx context.Context, db *models.DB, word string) error {
	return db.Update(ctx, func(tx *models.Tx) error {
		s := sideOf(tx)
		for place, t := range tables {
			columns, err := s.columns(ctx, t.name)
			if err != nil {
				return err
			}
			if t.name == "data_versions" || t.name == "alert_judgements" {
				continue
			}
			var rows [][]any
			for n := range 2 {
				rows = append(rows, fillRow(t.name, columns, word, int64(place), int64(n)))
			}
			next := func() (row []any, err error) {
				if len(rows) > 0 {
					row, rows = rows[0], rows[1:]
				}
				return row, nil
			}
			if err := s.insert(ctx, t.name, columns, next); err != nil {
				return fmt.Errorf("fill %s: %w", t.name, err)
			}
		}
		return nil
	})
}

func fillRow(table string, columns []column, word string, place, n int64) (row []any) {
	for at, c := range columns {
		v, found := chosen[table+"."+c.name]
		if !found {
			v, found = chosen[c.name]
		}
		switch {
		case found:
		case c.kind == text && c.name == "store" || c.kind == text && n == 0:
			v = word
		case c.kind == text:
			v = word + ` 2, é "'\` + "\n" // refers to a parent's second row
		case c.kind == bytes && n == 0:
			v = []byte{0, 255, byte(place), '\n', byte(at)}
		case c.kind == bytes:
			v = []byte(word)[:0]
			if table == "passkeys" {
				v = []byte(word) // unique
			}
		case strings.HasSuffix(c.name, "_at"):
			v = n<<60 + int64(at)
		default:
			v = n // it may be a truth
		}
		row = append(row, v)
	}
	return row
}
