package materialized

import (
	"cmp"
	"database/sql"
	"slices"

	"lightson/models/figures"
	"lightson/models/reports"
	"lightson/models/uptime"
)

// A dayRow is what the table has of a date of a store, by the columns of dayColumns.
type dayRow struct {
	values    [10]int64
	corrected [5]sql.NullInt64 // NULL where no correction concerns the figures
}

var dayColumns = []string{
	"from_at", "to_at", "open_us", "up_us", "down_us", "certain_up_us", "certain_down_us", "closely_seen_us", "longest_us", "outages",
	"excused_us", "corrected_up_us", "corrected_down_us", "corrected_certain_up_us", "corrected_certain_down_us",
}

// newDayRow measures a date of a store of which everything is known.
func newDayRow(h uptime.History, day uptime.Span) dayRow {
	raw := measured(h.Raw(), day)
	row := dayRow{values: [10]int64{
		int64(day.From), int64(day.To), int64(raw.Open), int64(raw.Up), int64(raw.Down), int64(raw.CertainUp), int64(raw.CertainDown), int64(raw.Close), int64(raw.Longest), int64(raw.Outages),
	}}
	if !slices.ContainsFunc(h.Excused, func(e uptime.Span) bool { return !e.Clip(day).Empty() }) {
		return row
	}
	if with := measured(h, day); with.Excused > 0 {
		for i, value := range []uptime.Micros{with.Excused, with.Up, with.Down, with.CertainUp, with.CertainDown} {
			row.corrected[i] = sql.NullInt64{Int64: int64(value), Valid: true}
		}
	}
	return row
}

func measured(h uptime.History, day uptime.Span) uptime.Figures {
	var f [1]uptime.Figures
	h.Measure([]uptime.Span{day}, f[:])
	return f[0]
}

// cells are the values of the row in the order of the columns.
func (d *dayRow) cells() []any {
	var cells []any
	for _, value := range d.values {
		cells = append(cells, value)
	}
	for _, value := range d.corrected {
		cells = append(cells, value)
	}
	return cells
}

// scanned is where the row is read to, in the order of the columns.
func (d *dayRow) scanned() []any {
	var to []any
	for i := range d.values {
		to = append(to, &d.values[i])
	}
	for i := range d.corrected {
		to = append(to, &d.corrected[i])
	}
	return to
}

// An outageRow is what the table has of an outage, by the columns of outageColumns.
type outageRow struct {
	date          uptime.Date // on which it began
	from, to      int64
	seen          sql.NullInt64
	least, most   int64
	excused       int64
	ended, reason string
}

var outageColumns = []string{"from_at", "to_at", "first_seen_at", "least_us", "most_us", "excused_us", "ended", "reason"}

func (u *run) outageRow(o *figures.StoreOutage) outageRow {
	row := outageRow{
		date: u.date(o.Store, o.From), from: int64(o.From), to: int64(o.To), least: int64(o.Least), most: int64(o.Most), excused: int64(o.Excused),
		ended: reports.EndedName(u.snapshot, o), reason: o.Reason,
	}
	if o.SeenKnown {
		row.seen = sql.NullInt64{Int64: int64(o.Seen), Valid: true}
	}
	return row
}

func (o *outageRow) cells() []any {
	return []any{o.from, o.to, o.seen, o.least, o.most, o.excused, o.ended, o.reason}
}

func (o *outageRow) scanned() []any {
	return []any{&o.from, &o.to, &o.seen, &o.least, &o.most, &o.excused, &o.ended, &o.reason}
}

// compareOutages orders outages of a store by their beginning.
func compareOutages(a, b outageRow) int { return cmp.Compare(a.from, b.from) }
