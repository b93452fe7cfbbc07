package feed

import (
	"bytes"
	"fmt"

	"lightson/models/words"
)

// A Reject is a row that was not taken, and why.
type Reject struct {
	Line   int    // physical line on which the row starts, 1 = the header; 0 = it is of no file
	Column string // as written in the header; "" = the row as a whole

	// Found is at most 80 runes, with control characters escaped; "" = nothing.
	// Expected is the same for every row of a file with the same flaw.
	Found, Expected string

	// Fields is the row as read, in UTF-8, not shortened; in the file it has at
	// most 64 KiB in all. The slice is only valid during the call.
	Fields []string
}

// String is one sentence for the person who handed the file in.
func (r Reject) String() string {
	where := shorten([]byte(r.Column))
	switch {
	case r.Line > 0 && where != "":
		where = fmt.Sprintf("Line %d, %s", r.Line, where)
	case r.Line > 0:
		where = fmt.Sprintf("Line %d", r.Line)
	case where == "":
		where = "A row"
	}
	found := r.Found
	if found == "" {
		found = nothing
	}
	return fmt.Sprintf("%s: expected %s, found %s", where, r.Expected, found)
}

// rejectValue rejects the row for what it says in a column.
func (r *reader) rejectValue(c column, expected words.Text) error {
	return r.reject(r.at[c], expected)
}

// reject rejects the row for the field at position i.
func (r *reader) reject(i int, expected words.Text) error {
	found := shorten(bytes.TrimSpace(r.row.fields[i]))
	return r.giveReject(Reject{Column: r.Columns[i], Found: found, Expected: string(expected)})
}

// rejectRow rejects the row as a whole.
func (r *reader) rejectRow(found, expected string) error {
	return r.giveReject(Reject{Found: found, Expected: expected})
}

func (r *reader) giveReject(reject Reject) error {
	r.rejected = r.rejected[:0]
	for _, field := range r.row.fields {
		r.rejected = append(r.rejected, string(field))
	}
	reject.Line, reject.Fields = r.row.line, r.rejected
	r.Rejected++
	return r.given(r.sink.Reject(reject), reject.Line)
}
