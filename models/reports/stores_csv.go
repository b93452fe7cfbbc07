package reports

import (
	"io"
	"iter"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/figures"
	"lightson/models/uptime"
)

// WriteStoresCSV writes what the list of stores shows, with figures in the units of
// the details CSV. Stores are indexes of the snapshot, written in the given order.
// Instants are in UTC, as in RFC 3339, and empty where they are not known.
func WriteStoresCSV(w io.Writer, s *figures.Snapshot, stores []int) error {
	header := []string{"store_id", "name", "group", "city", "state", "since", "until", "timezone", "timezone_source", "hours_source"}
	for _, window := range []string{"last_hour", "last_day", "last_week"} {
		header = append(header, "availability_"+window, "downtime_"+window, "no_data_"+window)
	}
	return writeCSV(w, listRows(s, stores), header, func(cells []string, r listRow) []string {
		cells = append(cells, feed.SafeCell(r.store.Code), feed.SafeCell(r.store.Name), feed.SafeCell(r.store.Group), feed.SafeCell(r.store.City),
			StateName(r.now.State), instantCell(r.now.Since, r.now.SinceKnown), instantCell(r.now.Until, r.now.UntilKnown),
			feed.SafeCell(r.Zone), givenOrAssumed(r.ZoneAssumed), givenOrAssumed(r.HoursAssumed))
		for n := range r.Figures {
			f, length := &r.Figures[n], lengthText(n)
			cells = append(cells, uptime.Percent(f.Up, f.Down), length(f.Down), length(f.NoData()))
		}
		return cells
	})
}

// A listRow is a row of the list of stores.
type listRow struct {
	Row
	store models.Store
	now   uptime.Current
}

func listRows(s *figures.Snapshot, stores []int) iter.Seq2[listRow, error] {
	return func(yield func(listRow, error) bool) {
		for _, n := range stores {
			now := s.Now[n]
			if !s.AsOfKnown { // nobody was ever polled: there is no as-of instant
				now.SinceKnown, now.UntilKnown = false, false
			}
			if !yield(listRow{rowOf(s, n), s.Stores[n], now}, nil) {
				return
			}
		}
	}
}
