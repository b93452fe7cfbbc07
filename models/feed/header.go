package feed

import (
	"bytes"
	"slices"
	"strings"

	"lightson/models/words"
)

// A Header is what the first row of a file says of the others.
type Header struct {
	Kind    Kind
	Columns []string // as written, without blanks around them
	Ignored []string // those of Columns that we do not use; unnamed ones are left out

	// Encoding is UTF8 as long as all is ASCII. Where that ends after the
	// header was handed on, the Summary knows better.
	Encoding  Encoding
	Delimiter Delimiter

	// FromRejects says that the file is one that lists the rejects of another,
	// perhaps mended; see Guard.
	FromRejects bool
}

// places are the positions of the columns we read, -1 for those not there.
type places [columnCount]int

// expectedHeaders is what a header may be.
var expectedHeaders = func() words.Message {
	var each words.List
	for _, k := range kinds {
		each = append(each, words.Later("{header} ({kind})", "header", k.header(), "kind", k.Words()))
	}
	last := len(each) - 1
	return words.Later("{several} or {last}", "several", each[:last], "last", each[last])
}()

// readHeader tells the kind of a file from its first row.
func readHeader(r *row) (Header, places, error) {
	refuse := func(found, expected words.Message) (Header, places, error) {
		return Header{}, places{}, &RefusedError{Line: r.line, Found: found, Expected: expected}
	}
	if r.fault != "" {
		return refuse(words.Said(shorten(r.text)), words.Later(r.fault))
	}

	var h Header
	for _, field := range r.fields {
		h.Columns = append(h.Columns, string(bytes.TrimSpace(field)))
	}
	named := [columnCount][]int{} // every position at which a column occurs
	rejects := rejectPlaces(h.Columns)
	for i, name := range h.Columns {
		if c, known := columnNamed(name); known && !slices.Contains(rejects, i) {
			named[c] = append(named[c], i)
		}
	}

	matches := matchingKinds(named)
	switch {
	case len(matches) > 1:
		return refuse(words.Later("the columns {columns}, which fit both {one} and {other}",
			"columns", listed(h.Columns), "one", matches[0].Words(), "other", matches[1].Words()), words.Later("one of {headers}", "headers", expectedHeaders))
	case len(matches) == 0:
		found, expected := explainUnknown(r)
		return refuse(found, expected)
	}
	h.Kind, h.FromRejects = matches[0], listsRejects(h.Columns)

	at := places{}
	for c := range at {
		at[c] = -1
	}
	for _, c := range slices.Concat(h.Kind.columns(), h.Kind.optional()) {
		switch i := named[c]; {
		case len(i) == 0: // only an optional one
		case len(i) == 1:
			at[c] = i[0]
		case c == reason: // no figure depends on it, and pollers send what they like
		default:
			return refuse(twice(h.Columns[i[0]], h.Columns[i[1]]))
		}
	}
	for i, name := range h.Columns {
		if name != "" && !slices.Contains(at[:], i) {
			h.Ignored = append(h.Ignored, name)
		}
	}
	return h, at, nil
}

// matchingKinds are the kinds whose columns are all there. Names are so few
// columns, and so common, that a file is one of names only if it has no column of
// another kind: one of polls with a slip in its header must be refused. A file is one
// of special days only if it is nothing else, since files of hours may have a date
// beside the day that counts.
func matchingKinds(named [columnCount][]int) []Kind {
	var matches []Kind
	for _, k := range kinds {
		missing := func(c column) bool { return len(named[c]) == 0 }
		if k == Names && slices.ContainsFunc(named[status:name], func(at []int) bool { return len(at) > 0 }) {
			continue
		}
		if k == SpecialDays && len(matches) > 0 {
			continue
		}
		if !slices.ContainsFunc(k.columns(), missing) {
			matches = append(matches, k)
		}
	}
	return matches
}

// twice refuses two columns of which only one can be meant. Columns that we
// ignore may occur twice: a mended rejects file with rejects again does so.
func twice(first, second string) (found, expected words.Message) {
	if strings.EqualFold(first, second) {
		return words.Later("the column {column} twice", "column", first), words.Later("it once")
	}
	return words.Later("the columns {one} and {other}, which mean the same thing", "one", first, "other", second), words.Later("one of them")
}
