package feed

import (
	"bytes"
	"iter"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
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
	rejects, surplus := rejectPlaces(columns), SurplusColumns(columns)
	for i := range columns {
		if !slices.Contains(rejects, i) && !slices.Contains(surplus, i) {
			at = append(at, i)
		}
	}
	return at
}

// SurplusColumns are the positions of the columns without a name behind the last
// column of a file of rejects. A spreadsheet makes them where a row was rejected
// for having too many fields.
func SurplusColumns(columns []string) (at []int) {
	places := rejectPlaces(columns)
	if len(places) == 0 {
		return nil
	}
	for i := places[len(places)-1] + 1; i < len(columns); i++ {
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

// rejectPlaces are the positions of the columns that list rejects; none where the file
// is no file of rejects. They stand together, as we write them, so that polls may
// have a reason of their own. Where they were moved apart, each column of such a name
// is one of them.
func rejectPlaces(columns []string) (at []int) {
	if !listsRejects(columns) {
		return nil
	}
	for i := range columns {
		if rest := columns[i:]; len(rest) >= len(rejectColumns) && slices.Equal(rest[:len(rejectColumns)], rejectColumns) {
			at = append(at, i, i+1, i+2)
		}
	}
	if len(at) > 0 {
		return at
	}
	for i, name := range columns {
		if slices.Contains(rejectColumns, name) {
			at = append(at, i)
		}
	}
	return at
}

// plainNumber is what a spreadsheet takes for a number, which runs nothing.
var plainNumber = regexp.MustCompile(`^[+-]?[0-9]+([.,][0-9]+)?$`)

// A cell is text that a spreadsheet may show as several: most of Europe divides
// at a semicolon, a pasted or imported text also at tabs, and a row whose first
// quote is not where a spreadsheet looks for it ends at a line break.
const dividers = ";\t\r\n"

// SafeCell keeps the spreadsheet that opens a CSV from running a text, or a part
// of it behind a divider, as a formula: an apostrophe before it makes it text.
// Plain numbers, negative ones too, run nothing and are left alone. A safe text
// stays as it is. Guard is for files that are read again.
func SafeCell(text string) string { return insertGuards(text, isFormula) }

// Guard makes a text safe to open in a spreadsheet by an apostrophe before each
// part of it that is a formula, or one behind apostrophes: only so can a reader
// of the file tell the guard from an apostrophe that stood there before. Reading
// a file of rejects takes the guards off again, and nothing else.
func Guard(text string) string { return insertGuards(text, guardable) }

// insertGuards puts an apostrophe before the parts of a text that need one.
func insertGuards(text string, needed func(part) bool) string {
	if !suspect(text) {
		return text
	}
	var guarded strings.Builder
	for p := range parts(text) {
		if needed(p) {
			guarded.WriteByte('\'')
		}
		guarded.WriteString(p.text)
	}
	return guarded.String()
}

// suspect reports whether a text may have a sign that begins a formula. Most have
// none, and need no closer look.
func suspect(text string) bool {
	for n := range len(text) {
		switch text[n] {
		case '=', '+', '-', '@', '\t', '\r', '\n', "＝"[0]:
			return true
		}
	}
	return false
}

// A part is what stands in a text before a divider or the end.
type part struct {
	text  string // with the divider
	rest  string // of the text, beginning with the part
	first bool
}

// parts iterates over the parts of a text.
func parts(text string) iter.Seq[part] {
	return func(yield func(part) bool) {
		for first := true; text != ""; first = false {
			end := strings.IndexAny(text, dividers) + 1
			if end == 0 {
				end = len(text)
			}
			if !yield(part{text[:end], text, first}) {
				return
			}
			text = text[end:]
		}
	}
}

// isFormula reports whether a spreadsheet would run a part of a text as a formula
// instead of showing it. See OWASP, "CSV Injection". White space, invisible signs
// and quotes before a formula do not keep every spreadsheet from running it. A
// text that begins with a tab or a line break counts as a formula too.
func isFormula(p part) bool {
	body := strings.TrimRight(p.text, dividers)
	if body == "" {
		return p.first && p.text != "" && p.text[0] != ';'
	}
	sign, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(body, ignored))
	switch sign {
	case '＝', '＋', '－', '＠':
		return true
	case '=', '+', '-', '@':
		// Not every spreadsheet divides here: the number must be all there is.
		return !plainNumber.MatchString(strings.TrimFunc(p.rest, ignored))
	default:
		return false
	}
}

// ignored reports whether a spreadsheet may pass over a sign before a formula.
func ignored(sign rune) bool {
	return sign == '"' || unicode.IsSpace(sign) || unicode.IsControl(sign) || unicode.Is(unicode.Cf, sign)
}

// guardable is isFormula of what stands behind apostrophes.
func guardable(p part) bool {
	bare := strings.TrimLeft(p.text, "'")
	p.rest = p.rest[len(p.text)-len(bare):]
	p.text = bare
	return isFormula(p)
}

// unguard takes the guards off a field of a file of rejects.
func unguard(field []byte) []byte {
	text := string(field)
	if !suspect(text) {
		return field
	}
	bare := make([]byte, 0, len(field))
	for p := range parts(text) {
		if p.text[0] == '\'' && guardable(p) {
			p.text = p.text[1:]
		}
		bare = append(bare, p.text...)
	}
	return bare
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
