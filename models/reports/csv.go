package reports

import (
	"bufio"
	"encoding/csv"
	"io"
	"iter"
	"strconv"

	"lightson/models/feed"
	"lightson/models/uptime"
)

// WriteCSV writes the report that scripts read. Uptime and downtime of the last hour
// are in minutes, those of the last day and week in hours, with two decimals. A
// store without data has zeros. They are raw, unless corrected ones were asked for.
func WriteCSV(w io.Writer, corrected bool, rows iter.Seq2[Row, error]) error {
	return writeCSV(w, rows, []string{"store_id",
		"uptime_last_hour", "uptime_last_day", "uptime_last_week",
		"downtime_last_hour", "downtime_last_day", "downtime_last_week",
	}, func(cells []string, r Row) []string {
		if corrected {
			r = r.Corrected()
		}
		f := &r.Figures
		return append(cells, feed.SafeCell(r.Store),
			f[uptime.LastHour].Up.Minutes(), f[uptime.LastDay].Up.Hours(), f[uptime.LastWeek].Up.Hours(),
			f[uptime.LastHour].Down.Minutes(), f[uptime.LastDay].Down.Hours(), f[uptime.LastWeek].Down.Hours())
	})
}

// WriteDetailsCSV writes the details of a report: the source of each store's zone
// and hours, and all figures of the windows and, if ranged, of the range. Lengths
// of the last hour are in minutes, all others in hours. Availability and coverage
// are percentages, or "—" where nothing was seen or the store was not open.
//
// After these come, for each window and the range, the least and the most downtime that
// the polls allow, the share of open time that was closely seen, and the corrected
// figures with the time that corrections excuse; at last the target and whether the
// corrected figures reach it. "—" stands for what was not measured or cannot be judged.
func WriteDetailsCSV(w io.Writer, ranged bool, rows iter.Seq2[Row, error]) error {
	header := []string{"store_id", "timezone", "timezone_source", "hours_source"}
	spans := []string{"last_hour", "last_day", "last_week"}
	if ranged {
		spans = append(spans, "range")
	}
	for _, span := range spans {
		for _, figure := range []string{"open", "uptime", "downtime", "no_data", "availability", "coverage", "outages", "longest_outage"} {
			header = append(header, figure+"_"+span)
		}
	}
	// What was added later comes last, because some readers count columns.
	header = append(header, "name", "group", "city")
	for _, span := range spans {
		for _, figure := range []string{"downtime_least", "downtime_most", "closely_seen", "excused", "corrected_uptime", "corrected_downtime", "corrected_availability"} {
			header = append(header, figure+"_"+span)
		}
	}
	header = append(header, "target")
	for _, span := range spans[uptime.LastDay:] {
		header = append(header, "target_met_"+span)
	}
	return writeCSV(w, rows, header, func(cells []string, r Row) []string {
		cells = append(cells, feed.SafeCell(r.Store), feed.SafeCell(r.Zone), givenOrAssumed(r.ZoneAssumed), givenOrAssumed(r.HoursAssumed))
		for n := range r.Figures {
			cells = appendDetails(cells, &r.Figures[n], lengthText(n))
		}
		if ranged {
			cells = appendDetails(cells, &r.Range, uptime.Micros.Hours)
		}
		cells = append(cells, feed.SafeCell(r.Name), feed.SafeCell(r.Group), feed.SafeCell(r.City))
		corrected := r.Corrected()
		for n := range r.Figures {
			cells = appendSureness(cells, r.Sure, &r.Figures[n], &corrected.Figures[n], lengthText(n))
		}
		if ranged {
			cells = appendSureness(cells, r.Sure, &r.Range, &corrected.Range, uptime.Micros.Hours)
		}
		cells = append(cells, targetCell(r.Target))
		for _, f := range corrected.Figures[uptime.LastDay:] {
			cells = append(cells, metCell(r.Target, f))
		}
		if ranged {
			cells = append(cells, metCell(r.Target, corrected.Range))
		}
		return cells
	})
}

// WriteRangeCSV writes the range of a report for people: who the store is, the range
// in hours, then the three windows in the units of the details.
func WriteRangeCSV(w io.Writer, rows iter.Seq2[Row, error]) error {
	header := []string{"store_id", "name", "group"}
	for _, span := range []string{"range", "last_hour", "last_day", "last_week"} {
		for _, figure := range []string{"uptime", "downtime", "no_data", "availability", "outages"} {
			header = append(header, figure+"_"+span)
		}
	}
	return writeCSV(w, rows, header, func(cells []string, r Row) []string {
		cells = append(cells, feed.SafeCell(r.Store), feed.SafeCell(r.Name), feed.SafeCell(r.Group))
		cells = appendRange(cells, &r.Range, uptime.Micros.Hours)
		for n := range r.Figures {
			cells = appendRange(cells, &r.Figures[n], lengthText(n))
		}
		return cells
	})
}

func appendRange(cells []string, f *uptime.Figures, length func(uptime.Micros) string) []string {
	return append(cells, length(f.Up), length(f.Down), length(f.NoData()), uptime.Percent(f.Up, f.Down), strconv.Itoa(f.Outages))
}

// lengthText writes lengths in the unit of a window.
func lengthText(window int) func(uptime.Micros) string {
	if window == uptime.LastHour {
		return uptime.Micros.Minutes
	}
	return uptime.Micros.Hours
}

func appendDetails(cells []string, f *uptime.Figures, length func(uptime.Micros) string) []string {
	return append(cells, length(f.Open), length(f.Up), length(f.Down), length(f.NoData()),
		uptime.Percent(f.Up, f.Down), uptime.Percent(f.Up+f.Down, f.NoData()),
		strconv.Itoa(f.Outages), length(f.Longest))
}

// appendSureness appends how sure figures are, and what corrections make of them.
func appendSureness(cells []string, sure bool, raw, corrected *uptime.Figures, length func(uptime.Micros) string) []string {
	if sure {
		cells = append(cells, length(raw.Least()), length(raw.Most()), uptime.Percent(raw.Close, raw.Open-raw.Close))
	} else {
		cells = append(cells, "—", "—", "—")
	}
	return append(cells, length(corrected.Excused), length(corrected.Up), length(corrected.Down), uptime.Percent(corrected.Up, corrected.Down))
}

// writeCSV writes a header and rows of any kind. appendCells appends the cells of a
// row; their slice is used again for the next row.
func writeCSV[Row any](w io.Writer, rows iter.Seq2[Row, error], header []string, appendCells func([]string, Row) []string) error {
	buffer := bufio.NewWriterSize(w, 64<<10)
	out := csv.NewWriter(buffer)
	if err := out.Write(header); err != nil {
		return err
	}
	cells := make([]string, 0, len(header))
	for row, err := range rows {
		if err != nil {
			return err
		}
		if err := out.Write(appendCells(cells[:0], row)); err != nil {
			return err
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	return buffer.Flush()
}
