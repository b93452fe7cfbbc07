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

// WriteCSV writes the report that scripts read: the last hour in minutes,
// day and week in hours, two decimals. A store without data has zeros here.
func WriteCSV(w io.Writer, rows iter.Seq2[Row, error]) error {
	return writeCSV(w, rows, []string{"store_id",
		"uptime_last_hour", "uptime_last_day", "uptime_last_week",
		"downtime_last_hour", "downtime_last_day", "downtime_last_week",
	}, func(cells []string, r Row) []string {
		f := &r.Figures
		return append(cells, feed.SafeCell(r.Store),
			f[uptime.LastHour].Up.Minutes(), f[uptime.LastDay].Up.Hours(), f[uptime.LastWeek].Up.Hours(),
			f[uptime.LastHour].Down.Minutes(), f[uptime.LastDay].Down.Hours(), f[uptime.LastWeek].Down.Hours())
	})
}

// WriteDetailsCSV writes what stands behind the figures, and those of the range
// of a ranged report. Lengths are in minutes for the last hour and in hours for
// all else; availability and coverage are percentages, "—" where nothing was
// seen or the store was not open.
func WriteDetailsCSV(w io.Writer, ranged bool, rows iter.Seq2[Row, error]) error {
	header := []string{"store_id", "timezone", "timezone_source", "hours_source"}
	spans := []string{"last_hour", "last_day", "last_week"}
	if ranged {
		spans = append(spans, "range")
	}
	for _, span := range spans {
		for _, what := range []string{"open", "uptime", "downtime", "no_data", "availability", "coverage", "outages", "longest_outage"} {
			header = append(header, what+"_"+span)
		}
	}
	header = append(header, "name", "group", "city") // last, where they move no column of those who count them
	return writeCSV(w, rows, header, func(cells []string, r Row) []string {
		cells = append(cells, feed.SafeCell(r.Store), feed.SafeCell(r.Zone), givenOrAssumed(r.ZoneAssumed), givenOrAssumed(r.HoursAssumed))
		for n := range r.Figures {
			in := uptime.Micros.Hours
			if n == uptime.LastHour {
				in = uptime.Micros.Minutes
			}
			cells = appendDetails(cells, &r.Figures[n], in)
		}
		if ranged {
			cells = appendDetails(cells, &r.Range, uptime.Micros.Hours)
		}
		return append(cells, feed.SafeCell(r.Name), feed.SafeCell(r.Group), feed.SafeCell(r.City))
	})
}

func appendDetails(cells []string, f *uptime.Figures, in func(uptime.Micros) string) []string {
	return append(cells, in(f.Open), in(f.Up), in(f.Down), in(f.NoData()),
		uptime.Percent(f.Up, f.Down), uptime.Percent(f.Up+f.Down, f.NoData()),
		strconv.Itoa(f.Outages), in(f.Longest))
}

func givenOrAssumed(assumed bool) string {
	if assumed {
		return "assumed"
	}
	return "given"
}

func writeCSV[Row any](w io.Writer, rows iter.Seq2[Row, error], header []string, cellsOf func([]string, Row) []string) error {
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
		if err := out.Write(cellsOf(cells[:0], row)); err != nil {
			return err
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	return buffer.Flush()
}
