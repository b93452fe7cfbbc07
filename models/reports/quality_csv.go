package reports

import (
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"lightson/models/feed"
	"lightson/models/figures"
	"lightson/models/uptime"
)

// WriteQualityCSV writes everything that a check of stores found. threshold is for
// figures.CheckSilent: how long a store must have been silent. Conflicts are
// written by WriteConflictsCSV.
func WriteQualityCSV(q *figures.Quality, w io.Writer, check figures.Check, threshold uptime.Micros) error {
	header := []string{"store_id", "name", "group", "city"}
	var rows iter.Seq2[[]string, error]
	switch check {
	case figures.CheckNoHours:
		rows = storeRows(q, q.NoHours)
	case figures.CheckNoZone:
		rows = storeRows(q, q.NoZone)
	case figures.CheckNoGroup:
		rows = storeRows(q, q.NoGroup)
	case figures.CheckNeverPolled:
		header = append(header, "known_from")
		rows = rowsOf(q.NeverPolled, func(n int) []string { return append(identityCells(q, n), strings.Join(q.KnownFrom(n), "; ")) })
	case figures.CheckSilent:
		header = append(header, "last_poll", "silent_hours", "open_hours", "open_since")
		rows = rowsOf(q.SilentFor(threshold), func(s figures.Silence) []string { return silenceCells(q, s) })
	case figures.CheckOutsideHours:
		header = append(header, "polls_last_week", "outside_hours", "outside_percent")
		rows = rowsOf(q.Outside, func(o figures.OutsidePolls) []string { return outsideCells(q, o) })
	case figures.CheckOddIDs:
		header = append(header, "fault", "looks_like")
		rows = rowsOf(q.OddIDs, func(o feed.OddID) []string { return oddIDCells(q, o) })
	case figures.CheckOddHours:
		// The names differ from those of the feed, so that this file cannot be
		// imported: an import of hours replaces all rows of a store, and these are
		// only some of them.
		header = append(header, "weekday", "opens", "closes", "minutes", "faults")
		rows = oddRows(q)
	}
	return writeCSV(w, rows, header, appendAll)
}

func appendAll(cells, row []string) []string { return append(cells, row...) }

// identityCells are the cells that every row about store n begins with.
func identityCells(q *figures.Quality, n int) []string {
	s := q.Stores[n]
	return []string{feed.SafeCell(s.Code), feed.SafeCell(s.Name), feed.SafeCell(s.Group), feed.SafeCell(s.City)}
}

func storeRows(q *figures.Quality, stores []int) iter.Seq2[[]string, error] {
	return rowsOf(stores, func(n int) []string { return identityCells(q, n) })
}

// rowsOf iterates over a list, with the cells of each item as a row.
func rowsOf[T any](list []T, cells func(T) []string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, item := range list {
			if !yield(cells(item), nil) {
				return
			}
		}
	}
}

func silenceCells(q *figures.Quality, s figures.Silence) []string {
	return append(identityCells(q, s.Store), instantCell(s.LastPollAt.At, s.LastPollAt.Known), s.For.Hours(), s.Open.Hours(), instantCell(s.Since.At, s.Since.Known))
}

// oddIDCells escape what is invisible in the id that another looks like.
func oddIDCells(q *figures.Quality, o feed.OddID) []string {
	like := ""
	if o.Like >= 0 {
		like = feed.SafeCell(feed.ShownID(q.Stores[o.Like].Code))
	}
	return append(identityCells(q, o.Index), string(o.Fault), like)
}

func outsideCells(q *figures.Quality, o figures.OutsidePolls) []string {
	return append(identityCells(q, o.Store), strconv.Itoa(o.Polls), strconv.Itoa(o.Outside), o.Percent())
}

// oddRows iterates over the odd rows of all stores.
func oddRows(q *figures.Quality) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, store := range q.Odd {
			for _, r := range store.Rows {
				oddities := make([]string, len(r.Oddities))
				for n, oddity := range r.Oddities {
					oddities[n] = string(oddity)
				}
				row := append(identityCells(q, store.Store), time.Weekday((r.Day+1)%7).String(),
					uptime.LongClockText(r.Start), uptime.LongClockText(r.End), r.Length.Minutes(), strings.Join(oddities, "; "))
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}
