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
// Instants are in UTC, as in RFC 3339, and empty where they are not known. The last column is how
// many hours longer the store was down in the last week than in the week before, or "—" where too
// little was seen of either.
func WriteStoresCSV(w io.Writer, t *figures.Trend, stores []int) error {
	return writeCSV(w, listRows(t, stores), storesHeader(), storesCells)
}

// A StorePeriod is what is known of a store in a period that somebody chose.
type StorePeriod struct {
	First, Last      uptime.Date    // in its own time
	Figures, Before  uptime.Figures // raw, of the period and of the one before it
	Kept, BeforeKept bool           // false where polls of it were deleted
}

// WriteStoresOfPeriodCSV writes the same columns and, behind them, a period of each store: its
// dates, its figures and the hours that the store was down in the period before. What is no
// longer kept is "—".
func WriteStoresOfPeriodCSV(w io.Writer, t *figures.Trend, stores []int, of func(n int) StorePeriod) error {
	header := append(storesHeader(), "period_from", "period_to", "availability_period", "downtime_period", "no_data_period", "downtime_period_before")
	return writeCSV(w, listRows(t, stores), header, func(cells []string, r listRow) []string {
		p := of(r.index)
		f := p.Figures
		cells = append(storesCells(cells, r), uptime.DateText(p.First), uptime.DateText(p.Last),
			uptime.Percent(f.Up, f.Down), orDash(p.Kept, f.Down.Hours()), orDash(p.Kept, f.NoData().Hours()))
		return append(cells, orDash(p.BeforeKept, p.Before.Down.Hours()))
	})
}

func orDash(known bool, text string) string {
	if !known {
		return "—"
	}
	return text
}

func storesHeader() []string {
	header := []string{"store_id", "name", "group", "city", "state", "since", "until", "timezone", "timezone_source", "hours_source"}
	for _, window := range []string{"last_hour", "last_day", "last_week"} {
		header = append(header, "availability_"+window, "downtime_"+window, "no_data_"+window)
	}
	header = append(header, "downtime_change_last_week") // some readers count columns
	return header
}

func storesCells(cells []string, r listRow) []string {
	cells = append(cells, feed.SafeCell(r.store.Code), feed.SafeCell(r.store.Name), feed.SafeCell(r.store.Group), feed.SafeCell(r.store.City),
		StateName(r.now.State), instantCell(r.now.Since, r.now.SinceKnown), instantCell(r.now.Until, r.now.UntilKnown),
		feed.SafeCell(r.Zone), givenOrAssumed(r.ZoneAssumed), givenOrAssumed(r.HoursAssumed))
	for n := range r.Figures {
		f, length := &r.Figures[n], lengthText(n)
		cells = append(cells, uptime.Percent(f.Up, f.Down), length(f.Down), length(f.NoData()))
	}
	return append(cells, r.change)
}

// A listRow is a row of the list of stores.
type listRow struct {
	Row
	index int // of the store
	store models.Store
	now   uptime.Current

	change string
}

func listRows(t *figures.Trend, stores []int) iter.Seq2[listRow, error] {
	return func(yield func(listRow, error) bool) {
		for _, n := range stores {
			now, change := t.Now[n], "—"
			if c, known := t.Change(n); known && c < 0 {
				change = "-" + (-c).Hours()
			} else if known {
				change = c.Hours()
			}
			if !t.AsOfKnown { // nobody was ever polled: there is no as-of instant
				now.SinceKnown, now.UntilKnown = false, false
			}
			if !yield(listRow{rowOf(t.Snapshot, n), n, t.Stores[n], now, change}, nil) {
				return
			}
		}
	}
}
