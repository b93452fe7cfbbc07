package scheduled

import (
	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/uptime"
	"lightson/models/words"
)

// addFigures says what is in the report.
func (s said) addFigures(m *deliveries.Message, made models.Report, f Figures) {
	m.Lines = append(m.Lines, s.availabilityText(made, f), s.scopeText(), s.offlineText(f))
	if made.AsOf.Known {
		m.Notes = append(m.Notes, s.Say("Data as of {time}.", "time", s.clock(made.AsOf.At)))
	}
	f.cut()
	if len(f.worst) == 0 {
		return
	}
	section := deliveries.Section{Heading: s.Say("Most downtime")}
	for _, d := range f.worst {
		section.Rows = append(section.Rows, deliveries.Row{
			Text: d.shown(), Value: s.Say("{length} offline, {share}", "length", s.Figure(d.f.Down.Hours()+" h"), "share", s.Percent(d.f.Up, d.f.Down)),
			Path: models.StorePath(d.code), Tone: deliveries.Bad,
		})
	}
	if more := f.Offline - len(f.worst); more > 0 {
		section.More = s.Say("and {n} more", "n", more)
	}
	m.Sections = append(m.Sections, section)
}

// availabilityText says what availability was, and when.
func (s said) availabilityText(made models.Report, f Figures) string {
	share := s.Say("unknown|availability")
	if f.Up+f.Down > 0 {
		share = s.Percent(f.Up, f.Down)
	}
	if made.Ranged() {
		return s.Say("Availability from {from} to {to}: {share}.", "from", s.clock(made.RangeFrom), "to", s.clock(made.RangeTo), "share", share)
	}
	return s.Say("Availability in the last week: {share}.", "share", share)
}

// scopeText says of which stores figures are, and of which kind.
func (s said) scopeText() string {
	switch {
	case s.r.Group == "" && s.r.Corrected:
		return s.Say("The figures are for all stores you can see, with corrections.")
	case s.r.Group == "":
		return s.Say("The figures are for all stores you can see, without corrections.")
	case s.r.Corrected:
		return s.Say("The figures are for the group {group}, with corrections.", "group", s.r.Group)
	default:
		return s.Say("The figures are for the group {group}, without corrections.", "group", s.r.Group)
	}
}

// offlineText counts the stores that were offline, and those without data.
func (s said) offlineText(f Figures) string {
	return s.Count(int64(f.Offline), words.Plural{
		One:   "{n} of {stores} was offline at some point. Without data: {unseen}.",
		Other: "{n} of {stores} were offline at some point. Without data: {unseen}.",
	}, "stores", s.Stores(f.Stores), "unseen", f.Unseen)
}

const dayAndClock words.Text = "Mon 2 Jan 2006, 15:04 MST"

func (s said) clock(at uptime.Instant) string {
	return s.Clock(at, s.r.Times.Location(), dayAndClock)
}
