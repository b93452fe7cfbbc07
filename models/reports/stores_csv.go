package reports

import (
	"io"
	"iter"
	"time"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/figures"
	"lightson/models/uptime"
)

// WriteStoresCSV writes some stores of a snapshot, by its indexes and in their
// order: what the list of stores shows, with the figures as in the details CSV.
func WriteStoresCSV(w io.Writer, s *figures.Snapshot, stores []int) error {
	header := []string{"store_id", "name", "group", "city", "state", "since", "until", "timezone", "timezone_source", "hours_source"}
	for _, window := range []string{"last_hour", "last_day", "last_week"} {
		header = append(header, "availability_"+window, "downtime_"+window, "no_data_"+window)
	}
	return writeCSV(w, chosenRows(s, stores), header, func(cells []string, c chosenRow) []string {
		cells = append(cells, feed.SafeCell(c.store.Code), feed.SafeCell(c.store.Name), feed.SafeCell(c.store.Group), feed.SafeCell(c.store.City),
			StateName(c.now.State), instantCell(c.now.Since, c.now.SinceKnown), instantCell(c.now.Until, c.now.UntilKnown),
			feed.SafeCell(c.Zone), givenOrAssumed(c.ZoneAssumed), givenOrAssumed(c.HoursAssumed))
		for n := range c.Figures {
			f, in := &c.Figures[n], uptime.Micros.Hours
			if n == uptime.LastHour {
				in = uptime.Micros.Minutes
			}
			cells = append(cells, uptime.Percent(f.Up, f.Down), in(f.Down), in(f.NoData()))
		}
		return cells
	})
}

// A chosenRow is a store as the list of stores shows it.
type chosenRow struct {
	Row
	store models.Store
	now   uptime.Current
}

func chosenRows(s *figures.Snapshot, stores []int) iter.Seq2[chosenRow, error] {
	return func(yield func(chosenRow, error) bool) {
		for _, n := range stores {
			now := s.Now[n]
			if s.AsOf == 0 { // nobody was ever polled, and there is no now
				now.SinceKnown, now.UntilKnown = false, false
			}
			if !yield(chosenRow{rowOf(s, n), s.Stores[n], now}, nil) {
				return
			}
		}
	}
}

// StateName is the state of a store as scripts and spreadsheets have it.
func StateName(s uptime.State) string {
	switch s {
	case uptime.Up:
		return "online"
	case uptime.Down:
		return "offline"
	case uptime.Closed:
		return "closed"
	default:
		return "no_data"
	}
}

func instantCell(at uptime.Instant, known bool) string {
	if !known {
		return ""
	}
	return at.Time().UTC().Format(time.RFC3339Nano)
}
