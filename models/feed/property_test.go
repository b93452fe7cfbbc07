package feed_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models/feed"
)

// A way is how a table of values is written down as a file.
type way struct {
	lineEnd string
	mark    bool
	order   []int    // of the columns
	quoted  []bool   // by column
	blanks  []string // around each column
}

func drawWay(t *rapid.T, columns int) way {
	order := make([]int, columns)
	for i := range order {
		order[i] = i
	}
	return way{
		lineEnd: rapid.SampledFrom([]string{"\n", "\r\n", "\r\r\n"}).Draw(t, "line end"),
		mark:    rapid.Bool().Draw(t, "mark"),
		order:   rapid.Permutation(order).Draw(t, "order"),
		quoted:  rapid.SliceOfN(rapid.Bool(), columns, columns).Draw(t, "quoted"),
		blanks:  rapid.SliceOfN(rapid.SampledFrom([]string{"", "", " ", "\t "}), columns, columns).Draw(t, "blanks"),
	}
}

func (w way) file(rows [][]string) string {
	var file strings.Builder
	if w.mark {
		file.WriteString("\ufeff")
	}
	for _, row := range rows {
		for n, c := range w.order {
			if n > 0 {
				file.WriteString(",")
			}
			value := row[c]
			if w.quoted[c] || strings.ContainsAny(value, "\",\r\n") {
				value = `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
			}
			file.WriteString(w.blanks[c] + value + w.blanks[c])
		}
		file.WriteString(w.lineEnd)
	}
	return file.String()
}

// drawPolls draws a table of good and bad polls under its header.
func drawPolls(t *rapid.T) [][]string {
	store := rapid.OneOf(
		rapid.StringMatching(`[0-9]{1,19}`),
		rapid.SampledFrom([]string{"", "b5d0a65d-6d54-47aa-95e9-9312f0353326", "Café \"9\", left", "two\nlines", "nul\x00", strings.Repeat("x", 129)}),
	)
	state := rapid.SampledFrom([]string{"active", "inactive", "active", "inactive", "Active", "up", ""})
	at := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) string {
			micros := rapid.Int64Range(1674000000e6, 1674756000e6).Draw(t, "micros")
			return time.UnixMicro(micros).UTC().Format("2006-01-02 15:04:05.999999 UTC")
		}),
		rapid.SampledFrom([]string{"2023-01-22T12:09:39-06:00", "2023-01-22 12:09:39", "22/01/23", "2023-02-30 12:09:39 UTC", "2024-01-01 00:00:00 UTC"}),
	)
	rows := [][]string{{"store_id", "status", "timestamp_utc"}}
	for range rapid.IntRange(0, 30).Draw(t, "rows") {
		rows = append(rows, []string{store.Draw(t, "store"), state.Draw(t, "state"), at.Draw(t, "at")})
	}
	return rows
}

// drawNames draws a table of good and bad names under its header.
func drawNames(t *rapid.T) [][]string {
	text := rapid.OneOf(
		rapid.StringMatching(`[ -~éñ東]{0,20}`),
		rapid.SampledFrom([]string{"", "Salt, Smoke & Sons", "two\nlines", "a\tb", "a\u0085b", strings.Repeat("é", 100), strings.Repeat("é", 101)}),
	)
	rows := [][]string{{"store_id", "name", "group", "city"}}
	for n := range rapid.IntRange(0, 30).Draw(t, "rows") {
		rows = append(rows, []string{fmt.Sprint(n), text.Draw(t, "name"), text.Draw(t, "group"), text.Draw(t, "city")})
	}
	return rows
}

// What a file says of names, and what it says of nothing else, is what stands in it.
func TestNamesAreTakenAsTheyStandInTheFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawNames(t)
		var want []names
		for _, row := range rows[1:] {
			good := true
			for _, text := range row[1:] {
				text = strings.TrimSpace(text)
				good = good && len(text) <= 200 && utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
			}
			if good {
				want = append(want, names{row[0], strings.TrimSpace(row[1]), strings.TrimSpace(row[2]), strings.TrimSpace(row[3]), true, true})
			}
		}
		got := read(drawWay(t, 4).file(rows))
		if diff := cmp.Diff(want, got.Names); diff != "" || got.Err != "" || got.Summary.Rows != int64(len(rows)-1) {
			t.Fatalf("error %q, %d rows of %d; want -, got +:\n%s", got.Err, got.Summary.Rows, len(rows)-1, diff)
		}
	})
}

// alike is a reading without what may differ between two ways to write the
// same: the order of columns.
func alike(r reading) reading {
	r.Summary.Columns, r.Headers = nil, nil
	for i := range r.Rejects {
		r.Rejects[i].Fields = nil
	}
	return r
}

func TestTheWayAFileIsWrittenDoesNotChangeWhatItSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawPolls(t)
		one, other := drawWay(t, 3), drawWay(t, 3)
		want, got := alike(read(one.file(rows))), alike(read(other.file(rows)))
		if got.Err != "" || got.Summary.Rows != int64(len(rows)-1) {
			t.Fatalf("error %q, %d rows of %d", got.Err, got.Summary.Rows, len(rows)-1)
		}
		// The order of columns decides which of two bad values is told.
		if cmp.Equal(one.order, other.order) {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("want -, got +:\n%s", diff)
			}
		}
		if diff := cmp.Diff(want.Polls, got.Polls); diff != "" {
			t.Fatalf("want -, got +:\n%s", diff)
		}
	})
}

func TestBlockBoundariesDoNotChangeWhatAFileSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		file := drawWay(t, 3).file(drawPolls(t))
		const maxRow = 300 // none of the rows is longer
		want := readBy(func(src io.Reader, now time.Time, sink feed.Sink) (feed.Summary, error) {
			return feed.ReadBlocks(src, now, sink, len(file)+1, maxRow)
		}, strings.NewReader(file))
		block := rapid.IntRange(1, 400).Draw(t, "block")
		got := readBy(func(src io.Reader, now time.Time, sink feed.Sink) (feed.Summary, error) {
			return feed.ReadBlocks(src, now, sink, block, maxRow)
		}, strings.NewReader(file))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("block of %d: want -, got +:\n%s", block, diff)
		}
	})
}

func TestRowsThatGoodRowsSurroundCostNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Whatever is on a line without quotes, the lines around it are taken.
		line := rapid.StringMatching(`[ -!#-~éÿ,\t\r\x00]{0,60}`).Draw(t, "line")
		got := read(fmt.Sprintf("%s1,active,2023-01-22 12:09:39 UTC\n%s\n2,active,2023-01-22 12:09:39 UTC\n", pollsHeader, line))
		n := len(got.Polls)
		if n < 2 || got.Polls[0].Store != "1" || got.Polls[n-1].Store != "2" {
			t.Fatalf("polls %v, rejects %q, error %q", got.Polls, got.sentences(), got.Err)
		}
	})
}
