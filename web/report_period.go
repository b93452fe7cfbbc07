package web

import (
	"time"

	"lightson/models/uptime"
	"lightson/views"
)

// periods are the ranges that the form offers by name: whole days in UTC.
var periods = []struct {
	name, text string
	span       func(day time.Time) (from, to time.Time) // day is the last one with data
}{
	{"last-7-days", "Last 7 days", func(day time.Time) (from, to time.Time) {
		to = day.AddDate(0, 0, 1)
		return to.AddDate(0, 0, -7), to
	}},
	{"last-week", "Last week, Monday to Sunday", func(day time.Time) (from, to time.Time) {
		to = day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
		return to.AddDate(0, 0, -7), to
	}},
	{"last-month", "Last month", func(day time.Time) (from, to time.Time) {
		to = day.AddDate(0, 0, 1-day.Day())
		return to.AddDate(0, -1, 0), to
	}},
}

// parsePeriod is the period with a name, of a report whose data end at an instant.
func parsePeriod(name string, end uptime.Instant) (uptime.Span, error) {
	day := end.Add(-1).Time().UTC().Truncate(24 * time.Hour)
	for _, p := range periods {
		if p.name == name {
			from, to := p.span(day)
			return uptime.Span{From: uptime.At(from), To: uptime.At(to)}, nil
		}
	}
	return uptime.Span{}, badField("period", "last-7-days, last-week or last-month", name)
}

// newPeriodOptions are the choices of the form.
func newPeriodOptions(chosen string) []views.Option {
	options := []views.Option{{Text: "None, or from and to", Selected: chosen == ""}}
	for _, p := range periods {
		options = append(options, views.Option{Value: p.name, Text: p.text, Selected: p.name == chosen})
	}
	return options
}
