package web

import (
	"lightson/models"
	"lightson/models/uptime"
	"lightson/views"
)

// In a report a period is whole days in UTC.

// lastDay is the last day in UTC of data that end at an instant.
func lastDay(end uptime.Instant) uptime.Date { return uptime.DateOf(end.Add(-1).Time().UTC().Date()) }

// parsePeriod is the period with a name, of a report whose data end at an instant.
func parsePeriod(name string, end uptime.Instant) (uptime.Span, error) {
	named, known := findPeriod(name)
	if !known {
		return uptime.Span{}, badField("period", oneOf(periodNames()), name)
	}
	return utcDays(named.dates(lastDay(end))), nil
}

// newPeriodOptions are the choices of the form. Each says which days it stands for, where
// the end of the data is known.
func newPeriodOptions(w spoken, chosen string, end models.OptionalInstant) []views.Option {
	options := []views.Option{{Text: w.Say("Last hour, day and week"), Selected: chosen == ""}}
	for _, p := range namedPeriods {
		text := w.Say(p.text)
		if end.Known {
			text += " · " + w.dates(p.dates(lastDay(end.At)))
		}
		options = append(options, views.Option{Value: p.name, Text: text, Selected: p.name == chosen})
	}
	return options
}
