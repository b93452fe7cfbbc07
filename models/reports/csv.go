package reports

import (
	"bufio"
	"encoding/csv"
	"io"
	"iter"

	"lightson/models/uptime"
)

// WriteCSV writes the report that scripts read. Uptime and downtime of the last hour
// are in minutes, those of the last day and week in hours, with two decimals. A
// store without data has zeros. They are raw, unless corrected ones were asked for.
func WriteCSV(w io.Writer, corrected bool, rows iter.Seq2[Row, error]) error {
	return writeLines(w, rows, []string{"store_id",
		"uptime_last_hour", "uptime_last_day", "uptime_last_week",
		"downtime_last_hour", "downtime_last_day", "downtime_last_week",
	}, func(l line, r *Row) line {
		f := &r.Figures
		if corrected {
			f, _ = r.corrected()
		}
		l = l.text(r.Store).minutes(f[uptime.LastHour].Up).hours(f[uptime.LastDay].Up).hours(f[uptime.LastWeek].Up)
		return l.minutes(f[uptime.LastHour].Down).hours(f[uptime.LastDay].Down).hours(f[uptime.LastWeek].Down)
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
	return writeLines(w, rows, header, func(l line, r *Row) line {
		l = l.text(r.Store).text(r.Zone).plain(givenOrAssumed(r.ZoneAssumed)).plain(givenOrAssumed(r.HoursAssumed))
		for n := range r.Figures {
			l = l.details(&r.Figures[n], lengthOf(n))
		}
		if ranged {
			l = l.details(&r.Range, line.hours)
		}
		l = l.text(r.Name).text(r.Group).text(r.City)
		figures, overRange := r.corrected()
		for n := range r.Figures {
			l = l.sureness(r.Sure, &r.Figures[n], &figures[n], lengthOf(n))
		}
		if ranged {
			l = l.sureness(r.Sure, &r.Range, overRange, line.hours)
		}
		l = l.plain(targetCell(r.Target))
		for _, f := range figures[uptime.LastDay:] {
			l = l.plain(metCell(r.Target, f))
		}
		if ranged {
			l = l.plain(metCell(r.Target, *overRange))
		}
		return l
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
	return writeLines(w, rows, header, func(l line, r *Row) line {
		l = l.text(r.Store).text(r.Name).text(r.Group)
		l = l.ranged(&r.Range, line.hours)
		for n := range r.Figures {
			l = l.ranged(&r.Figures[n], lengthOf(n))
		}
		return l
	})
}

// lengthText writes lengths in the unit of a window.
func lengthText(window int) func(uptime.Micros) string {
	if window == uptime.LastHour {
		return uptime.Micros.Minutes
	}
	return uptime.Micros.Hours
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
