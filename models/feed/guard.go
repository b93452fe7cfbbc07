package feed

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

// A file of rejects has the columns of the file whose rows they are, then
// these. It is for people, who open it in a spreadsheet, mend it and hand it in
// again: it is read like any other, except that guards are taken off.
var rejectColumns = []string{"line", "column", "reason"}

// RejectColumns are the columns that a file of rejects has beside the original
// ones.
func RejectColumns() []string { return slices.Clone(rejectColumns) }

// OriginalColumns are the positions of the columns of a file without those that
// only list rejects, so that rejects of rejects look like the first ones.
func OriginalColumns(columns []string) []int {
	at := make([]int, 0, len(columns))
	rejects, surplus := listsRejects(columns), SurplusColumns(columns)
	for i, name := range columns {
		if !rejects || !slices.Contains(rejectColumns, name) && !slices.Contains(surplus, i) {
			at = append(at, i)
		}
	}
	return at
}

// SurplusColumns are the positions of the columns without a name behind the last
// column of a file of rejects. A spreadsheet makes them where a row was rejected
// for having too many fields.
func SurplusColumns(columns []string) (at []int) {
	if !listsRejects(columns) {
		return nil
	}
	for i := slices.Index(columns, rejectColumns[2]) + 1; i < len(columns); i++ {
		if columns[i] == "" {
			at = append(at, i)
		}
	}
	return at
}

// listsRejects tells a file of rejects by its header.
func listsRejects(columns []string) bool {
	missing := func(name string) bool { return !slices.Contains(columns, name) }
	return !slices.ContainsFunc(rejectColumns, missing)
}

// plainNumber is what a spreadsheet takes for a number, which runs nothing.
var plainNumber = regexp.MustCompile(`^[+-]?[0-9]+([.,][0-9]+)?$`)

// isFormula reports whether a spreadsheet would run a text as a formula instead
// of showing it. See OWASP, "CSV Injection".
func isFormula(text string) bool {
	if text == "" {
		return false
	}
	switch text[0] {
	case '=', '+', '-', '@', '\t', '\r':
		return !plainNumber.MatchString(text)
	default:
		return false
	}
}

// SafeCell keeps the spreadsheet that opens a CSV from running a text as a
// formula: a leading apostrophe makes it text. Plain numbers, negative ones too,
// run nothing and are left alone. Guard is for files that are read again.
func SafeCell(text string) string {
	if isFormula(text) {
		return "'" + text
	}
	return text
}

// Guard makes a text safe to open in a spreadsheet by an apostrophe before it,
// where it is a formula, or one behind apostrophes: only so can a reader of the
// file tell the guard from an apostrophe that stood there before. Reading a
// file of rejects takes the guard off again, and nothing else.
func Guard(text string) string {
	if guardable(text) {
		return "'" + text
	}
	return text
}

func guardable(text string) bool { return isFormula(strings.TrimLeft(text, "'")) }

// unguard takes the guard off a field of a file of rejects.
func unguard(field []byte) []byte {
	if len(field) > 1 && field[0] == '\'' && guardable(string(field)) {
		return field[1:]
	}
	return field
}

func unguardAll(fields [][]byte) {
	for i, field := range fields {
		fields[i] = unguard(field)
	}
}

// hasSurplus reports whether there is something in the surplus columns of the
// row. As long as there is, the row is not mended.
func (r *reader) hasSurplus() bool {
	return slices.ContainsFunc(r.surplus, func(i int) bool { return len(bytes.TrimSpace(r.row.fields[i])) > 0 })
}
