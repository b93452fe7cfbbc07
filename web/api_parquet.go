package web

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/columnar"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
)

// A parquetFile is a file for programs for data, of some dates.
type parquetFile struct {
	name  string
	write func(ctx context.Context, data *access.Data, s *figures.Snapshot, first, last uptime.Date, w io.Writer) error
}

var pollsAsParquet = parquetFile{"polls.parquet", func(ctx context.Context, data *access.Data, _ *figures.Snapshot, first, last uptime.Date, w io.Writer) error {
	return data.WritePolls(ctx, int32(first), int32(last), w)
}}

var daysAsParquet = parquetFile{"days.parquet", func(ctx context.Context, data *access.Data, s *figures.Snapshot, first, last uptime.Date, w io.Writer) error {
	return columnar.WriteDays(ctx, data, s, first, last, w)
}}

var outagesAsParquet = parquetFile{"outages.parquet", func(ctx context.Context, data *access.Data, s *figures.Snapshot, first, last uptime.Date, w io.Writer) error {
	midnight := func(date uptime.Date) uptime.Instant { return uptime.Instant(date) * uptime.Instant(uptime.Day) }
	return columnar.WriteOutages(ctx, data, s, uptime.Span{From: midnight(first), To: min(midnight(last+1), s.AsOf)}, w)
}}

// apiDownload serves GET /api/v1/polls.parquet?from=2023-01-01&to=2023-01-31 and its like. What
// goes wrong before the first rows are sent is told; after that the connection ends.
func (s *Server) apiDownload(f parquetFile) echo.HandlerFunc {
	return func(c echo.Context) error {
		return s.withSnapshot(c, s.snapshot, func(snapshot *figures.Snapshot) error {
			first, last, err := parseFileDates(c, snapshot)
			if err != nil {
				return err
			}
			h := c.Response().Header()
			h.Set(echo.HeaderContentType, columnar.MediaType)
			h.Set(echo.HeaderContentDisposition, disposition(f.name))
			err = f.write(c.Request().Context(), s.data, snapshot, first, last, c.Response())
			switch {
			case err == nil:
				return nil
			case c.Response().Committed:
				breakOff(c)
				return err
			default:
				h.Del(echo.HeaderContentType)
				h.Del(echo.HeaderContentDisposition)
				return keptProblem(err)
			}
		})
	}
}

// parseFileDates reads the dates that a file is to be of, by default the last historyDays. Where
// nobody was ever polled there are none by default.
func parseFileDates(c echo.Context, s *figures.Snapshot) (first, last uptime.Date, err error) {
	oldest, last, some := columnar.Dates(s)
	if some {
		first = max(oldest, last-historyDays+1)
	}
	for _, end := range []struct {
		name string
		date *uptime.Date
	}{{"to", &last}, {"from", &first}} {
		text := c.QueryParam(end.name)
		if text == "" {
			continue
		}
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return first, last, badParam(end.name, words.Said("a date such as 2023-01-25"), text)
		}
		*end.date = uptime.DateOf(day.Date())
		if end.name == "to" {
			first = *end.date - historyDays + 1
		}
	}
	if first > last || last-first >= mostDays {
		return first, last, badInput(words.Said(fmt.Sprintf("to: expected a date from %s to %s, found %s",
			dateText(first, time.DateOnly), dateText(first+mostDays-1, time.DateOnly), dateText(last, time.DateOnly))))
	}
	return first, last, nil
}
