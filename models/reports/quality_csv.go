package reports

import (
	"context"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/figures"
	"lightson/models/uptime"
)

// WriteCSV writes all that a check of stores found. long is what counts as
// silence, in the check for that.
func WriteQualityCSV(q *figures.Quality, w io.Writer, check figures.Check, long uptime.Micros) error {
	header := []string{"store_id", "name", "group", "city"}
	var rows iter.Seq2[[]string, error]
	switch check {
	case figures.CheckNoHours:
		rows = storeCells(q, q.NoHours)
	case figures.CheckNoZone:
		rows = storeCells(q, q.NoZone)
	case figures.CheckNoGroup:
		rows = storeCells(q, q.NoGroup)
	case figures.CheckNeverPolled:
		header = append(header, "known_from")
		rows = cellsOf(q.NeverPolled, func(n int) []string { return append(qualityCells(q, n), strings.Join(q.KnownFrom(n), "; ")) })
	case figures.CheckSilent:
		header = append(header, "last_poll", "silent_hours", "open_hours", "open_since")
		rows = cellsOf(q.SilentFor(long), func(s figures.Silence) []string { return silenceCells(q, s) })
	case figures.CheckOutsideHours:
		header = append(header, "polls_last_week", "outside_hours", "outside_percent")
		rows = cellsOf(q.Outside, func(o figures.OutsidePolls) []string { return outsideCells(q, o) })
	case figures.CheckOddHours:
		// Other names than in the feed: hours that are uploaded replace all rows of
		// a store, and these are some of them.
		header = append(header, "weekday", "opens", "closes", "minutes", "faults")
		rows = oddCells(q)
	}
	return writeCSV(w, rows, header, appendCells)
}

func appendCells(cells, row []string) []string { return append(cells, row...) }

func qualityCells(q *figures.Quality, n int) []string {
	s := q.Stores[n]
	return []string{feed.SafeCell(s.Code), feed.SafeCell(s.Name), feed.SafeCell(s.Group), feed.SafeCell(s.City)}
}

func storeCells(q *figures.Quality, stores []int) iter.Seq2[[]string, error] {
	return cellsOf(stores, func(n int) []string { return qualityCells(q, n) })
}

// cellsOf iterates over rows that cannot fail.
func cellsOf[T any](list []T, cells func(T) []string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, item := range list {
			if !yield(cells(item), nil) {
				return
			}
		}
	}
}

func silenceCells(q *figures.Quality, s figures.Silence) []string {
	return append(qualityCells(q, s.Store), instantCell(s.LastPollAt, s.LastPollAt != 0), s.For.Hours(), s.Open.Hours(), instantCell(s.Since, s.Since != 0))
}

func outsideCells(q *figures.Quality, o figures.OutsidePolls) []string {
	return append(qualityCells(q, o.Store), strconv.Itoa(o.Polls), strconv.Itoa(o.Outside), o.Percent())
}

func oddCells(q *figures.Quality) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, store := range q.Odd {
			for _, r := range store.Rows {
				oddities := make([]string, len(r.Oddities))
				for n, oddity := range r.Oddities {
					oddities[n] = string(oddity)
				}
				row := append(qualityCells(q, store.Store), time.Weekday((r.Day+1)%7).String(),
					clockCell(r.Start), clockCell(r.End), r.Length.Minutes(), strings.Join(oddities, "; "))
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}

// clockCell is a second of the day: 09:00:00.
func clockCell(second int) string {
	return time.Unix(int64(second), 0).UTC().Format(time.TimeOnly)
}

// conflictImports is how many imports are read at a time.
const conflictImports = 100

// WriteConflictsCSV writes the conflicts that imports have kept: of each import
// the first ones, beside the number of all.
func WriteConflictsCSV(ctx context.Context, db *models.DB, w io.Writer) error {
	header := []string{"import", "imported_at", "conflicts", "store_id", "timestamp_utc"}
	rows := func(yield func([]string, error) bool) {
		for place := (models.ListPlace{}); ; {
			imports, err := db.ConflictingImports(ctx, place, 0, conflictImports)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, i := range imports {
				for _, conflict := range i.Conflicts {
					row := []string{i.ID, instantCell(i.CreatedAt, true), strconv.FormatInt(i.Conflicting, 10), feed.SafeCell(conflict.Store), instantCell(conflict.At, true)}
					if !yield(row, nil) {
						return
					}
				}
				place = i.ListPlace()
			}
			if len(imports) < conflictImports {
				return
			}
		}
	}
	return writeCSV(w, rows, header, appendCells)
}
