package imports

import (
	"lightson/models/feed"
	"lightson/models/uptime"
)

// A specialRow is one span of a special day, as a row of a file has it.
type specialRow struct {
	hours uptime.Hours // of weekday 0, which says nothing; ClosedDay where the store is closed
	note  string
}

// shortHours are uptime.Hours in half of the memory: a large chain has millions.
type shortHours struct {
	day        int8
	start, end int32
}

// undated are the rows of a store that do not say from when on they hold.
func (b *Batch) undated(n uint32) []uptime.Hours {
	var rows []uptime.Hours
	for _, row := range b.hours[n] {
		rows = append(rows, uptime.Hours{Day: int(row.day), Start: int(row.start), End: int(row.end)})
	}
	return rows
}

func (b *Batch) addHours(h feed.HoursRow) error {
	n, err := b.number(h.Store)
	if err != nil {
		return err
	}
	row := hoursOf(h.Day, h.Start, h.End, h.Closed)
	if !h.Dated {
		rows := b.hours[n]
		if rows == nil {
			rows = make([]shortHours, 0, 7) // most stores have one for each day
		}
		b.hours[n] = append(rows, shortHours{int8(row.Day), int32(row.Start), int32(row.End)})
		return nil
	}
	if b.dated[n] == nil {
		b.dated[n] = map[uptime.Date][]uptime.Hours{}
	}
	from := uptime.Date(h.From)
	b.dated[n][from] = append(b.dated[n][from], row)
	return nil
}

func (b *Batch) addSpecial(s feed.SpecialRow) error {
	n, err := b.number(s.Store)
	if err != nil {
		return err
	}
	if b.special[n] == nil {
		b.special[n] = map[uptime.Date][]specialRow{}
	}
	date := uptime.Date(s.Date)
	b.special[n][date] = append(b.special[n][date], specialRow{hoursOf(0, s.Start, s.End, s.Closed), string(s.Note)})
	return nil
}

// hoursOf is a row of hours as the engine knows it.
func hoursOf(day, start, end int, closed bool) uptime.Hours {
	if closed {
		return uptime.ClosedDay(day)
	}
	return uptime.Hours{Day: day, Start: start, End: end}
}
