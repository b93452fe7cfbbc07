package web

import (
	"encoding"
	"encoding/csv"
	"encoding/json"
	"io"
	"reflect"
	"slices"
	"strings"

	"lightson/models/feed"
)

// A tableColumn is a column of a list as CSV: a value somewhere in an item.
type tableColumn struct {
	name string
	at   []int // the indexes of the fields that lead to it; a nil pointer on the way leaves the cell empty
}

// writeTable writes items as CSV. Its columns are those of the type of the items, so that all
// pieces of a list have the same: an object in an item becomes a column for each of its
// fields, a list in it one cell with JSON. Null is an empty cell. What a spreadsheet would
// run begins with an apostrophe.
func writeTable[T any](w io.Writer, items []T) error {
	columns := columnsOf(reflect.TypeFor[T](), "", nil)
	out := csv.NewWriter(w)
	row := make([]string, len(columns))
	for n, column := range columns {
		row[n] = column.name
	}
	if err := out.Write(row); err != nil {
		return err
	}
	for _, item := range items {
		for n, column := range columns {
			cell, err := column.cell(reflect.ValueOf(item))
			if err != nil {
				return err
			}
			row[n] = feed.SafeCell(cell)
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// columnsOf are the columns of a struct, whose names begin with those of the fields that lead
// to it. Anything else is a column by itself.
func columnsOf(t reflect.Type, prefix string, at []int) (columns []tableColumn) {
	if t = pointed(t); !hasColumns(t) {
		return []tableColumn{{strings.TrimSuffix(prefix, "_"), at}}
	}
	for n := range t.NumField() {
		field := t.Field(n)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		below := append(slices.Clone(at), n)
		switch {
		case name == "-":
		case field.Anonymous && name == "" && hasColumns(pointed(field.Type)): // its fields are ours
			columns = append(columns, columnsOf(field.Type, prefix, below)...)
		case field.IsExported():
			if name == "" {
				name = field.Name
			}
			columns = append(columns, columnsOf(field.Type, prefix+name+"_", below)...)
		}
	}
	return columns
}

func pointed(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// hasColumns reports whether a type is sent as an object with the fields that it has.
func hasColumns(t reflect.Type) bool {
	return t.Kind() == reflect.Struct &&
		!reflect.PointerTo(t).Implements(reflect.TypeFor[json.Marshaler]()) && !reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextMarshaler]())
}

// cell is the value of the column in an item, as JSON has it, texts without their quotes.
func (c tableColumn) cell(v reflect.Value) (string, error) {
	for _, field := range c.at {
		for v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return "", nil
			}
			v = v.Elem()
		}
		v = v.Field(field)
	}
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return "", nil
	}
	text, err := json.Marshal(v.Interface())
	if err != nil || string(text) == "null" {
		return "", err
	}
	if text[0] != '"' {
		return string(text), nil
	}
	var plain string
	err = json.Unmarshal(text, &plain)
	return plain, err
}
