package web

import (
	"strings"
	"time"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/views"
)

// periods are the ranges that the form offers by name: whole days in UTC.
var periods = []struct {
	name, text string
	span       func(day time.Time) (from, to time.Time) // day is the last one with data
}{
	{"today", "Today", func(day time.Time) (from, to time.Time) { return day, day.AddDate(0, 0, 1) }},
	{"yesterday", "Yesterday", func(day time.Time) (from, to time.Time) { return day.AddDate(0, 0, -1), day }},
	{"last-7-days", "Last 7 days", func(day time.Time) (from, to time.Time) {
		to = day.AddDate(0, 0, 1)
		return to.AddDate(0, 0, -7), to
	}},
	{"last-week", "Last week", func(day time.Time) (from, to time.Time) {
		to = day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
		return to.AddDate(0, 0, -7), to
	}},
	{"last-month", "Last month", func(day time.Time) (from, to time.Time) {
		to = day.AddDate(0, 0, 1-day.Day())
		return to.AddDate(0, -1, 0), to
	}},
}

// lastDay is the last day in UTC of data that end at an instant.
func lastDay(end uptime.Instant) time.Time {
	return end.Add(-1).Time().UTC().Truncate(24 * time.Hour)
}

// parsePeriod is the period with a name, of a report whose data end at an instant.
func parsePeriod(name string, end uptime.Instant) (uptime.Span, error) {
	var names []string
	for _, p := range periods {
		if p.name == name {
			from, to := p.span(lastDay(end))
			return uptime.Span{From: uptime.At(from), To: uptime.At(to)}, nil
		}
		names = append(names, p.name)
	}
	last := len(names) - 1
	return uptime.Span{}, badField("period", strings.Join(names[:last], ", ")+" or "+names[last], name)
}

// newPeriodOptions are the choices of the form. Each says which days it stands for, where
// the end of the data is known.
func newPeriodOptions(chosen string, end models.OptionalInstant) []views.Option {
	options := []views.Option{{Text: "Last hour, day and week", Selected: chosen == ""}}
	for _, p := range periods {
		text := p.text
		if end.Known {
			from, to := p.span(lastDay(end.At))
			text += " · " + rangeText(uptime.Span{From: uptime.At(from), To: uptime.At(to)})
		}
		options = append(options, views.Option{Value: p.name, Text: text, Selected: p.name == chosen})
	}
	return options
}
