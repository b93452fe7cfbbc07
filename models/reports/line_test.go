package reports

import (
	"bytes"
	"encoding/csv"
	"testing"

	"pgregory.net/rapid"

	"lightson/models/feed"
)

// The files were written by encoding/csv before, and the sizes that are stored with reports
// are those of its bytes.
func TestALineHasTheBytesOfEncodingCSV(t *testing.T) {
	cell := rapid.OneOf(
		rapid.String(),
		rapid.StringMatching(`[ a,"'\r\n\t=\\.\x{a0}\x{85}\x{2003}\x{feff}é]{0,4}`),
		rapid.StringMatching(`[\x00-\xff]{0,3}`),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 4), func(b []byte) string { return string(b) }),
	)
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(cell, 2, 4).Draw(t, "cells")
		var l line
		guarded := make([]string, len(cells))
		for n, c := range cells {
			l, guarded[n] = l.text(c), feed.SafeCell(c)
		}
		l.end()
		var want bytes.Buffer
		w := csv.NewWriter(&want)
		if err := w.Write(guarded); err != nil {
			t.Fatal(err)
		}
		w.Flush()
		if !bytes.Equal(l, want.Bytes()) {
			t.Fatalf("%q, want %q", l, want.Bytes())
		}
	})
}
