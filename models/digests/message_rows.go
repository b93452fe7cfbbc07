package digests

import (
	"net/url"
	"strings"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/entered"
	"lightson/models/uptime"
	"lightson/models/words"
)

func (s said) addSections(m *deliveries.Message) {
	s.addSection(m, "Worst first", rowsOf(s.Worst.Shown, s.worstRow), s.Worst.All,
		words.Plural{One: "and {n} more store that was offline", Other: "and {n} more stores that were offline"})
	s.addSection(m, "Targets missed", rowsOf(s.Missed.Shown, s.missedRow), s.Missed.All,
		words.Plural{One: "and {n} more store that missed its target", Other: "and {n} more stores that missed their target"})
	s.addSection(m, "Longest outages", rowsOf(s.Outages.Shown, s.outageRow), s.Outages.All,
		words.Plural{One: "and {n} more outage", Other: "and {n} more outages"})
	s.addSection(m, "No data", rowsOf(s.Silent.Shown, s.silentRow), s.Silent.All,
		words.Plural{One: "and {n} more store without data", Other: "and {n} more stores without data"})
}

// addSection adds a list, and says what was left out of it.
func (s said) addSection(m *deliveries.Message, heading words.Text, rows []deliveries.Row, all int, more words.Plural) {
	if len(rows) == 0 {
		return
	}
	section := deliveries.Section{Heading: s.w.Say(heading), Rows: rows}
	if left := all - len(rows); left > 0 {
		section.More = s.w.Count(int64(left), more)
	}
	m.Sections = append(m.Sections, section)
}

func rowsOf[T any](list []T, row func(T) deliveries.Row) []deliveries.Row {
	rows := make([]deliveries.Row, len(list))
	for n, item := range list {
		rows[n] = row(item)
	}
	return rows
}

// link leads to the page of what the digest is about.
func (s said) link() deliveries.Link {
	switch s.Scope {
	case entered.OfGroup:
		return deliveries.Link{Text: s.w.Say("See {group}", "group", s.Name), Path: "/?" + url.Values{"group": {s.Name}}.Encode()}
	case entered.OfStore:
		return deliveries.Link{Text: s.w.Say("See the store"), Path: models.StorePath(s.Subject.Name)}
	default:
		return deliveries.Link{Text: s.w.Say("See your stores"), Path: "/"}
	}
}

// value joins what a row says of a store.
func value(parts []string) string { return strings.Join(parts, " · ") }

func (s said) worstRow(l Line) deliveries.Row {
	f := l.Figures
	var parts []string
	if f.Confidence() == uptime.Thin || f.Confidence() == uptime.NothingSeen {
		parts = append(parts, s.w.Finding(f))
	} else {
		parts = append(parts, s.w.Say("offline {length}", "length", s.w.Length(f.Down)), s.availability(f))
		if f.NoData() > 0 {
			parts = append(parts, s.w.Say("{share} no data", "share", s.w.ShortPercent(f.NoData(), f.Open-f.NoData())))
		}
	}
	switch excused := f.Down - l.Corrected.Down; {
	case excused == f.Down:
		parts = append(parts, s.w.Say("all of it excused"))
	case excused > 0:
		parts = append(parts, s.w.Say("{length} of it excused", "length", s.w.Length(excused)))
	}
	return deliveries.Row{Text: s.store(l.Code, l.Name), Value: value(parts), Path: models.StorePath(l.Code), Tone: deliveries.Bad}
}

func (s said) missedRow(l Line) deliveries.Row {
	found := s.availability(l.Corrected)
	if l.Corrected.Confidence() == uptime.Thin {
		found = s.w.Finding(l.Corrected)
	}
	hundredths, text := int(l.short()+.5), words.Text("target {target} missed by {points}")
	if hundredths < 1 {
		hundredths, text = 1, "target {target} missed by less than {points}"
	}
	target := s.w.Figure(uptime.PointsNumber(l.Target) + " %")
	missed := s.w.Say(text, "target", target, "points", s.w.Points(hundredths))
	return deliveries.Row{Text: s.store(l.Code, l.Name), Value: value([]string{found, missed}), Path: models.StorePath(l.Code), Tone: deliveries.Bad}
}

func (s said) outageRow(o Outage) deliveries.Row {
	parts := []string{s.spanText(o), s.w.Length(o.Length())}
	if o.Reason != "" {
		parts = append(parts, o.Reason)
	}
	switch {
	case o.Excused == o.Length():
		parts = append(parts, s.w.Say("excused|of an outage"))
	case o.Excused > 0:
		parts = append(parts, s.w.Say("{length} of it excused", "length", s.w.Length(o.Excused)))
	}
	return deliveries.Row{Text: s.store(o.Code, o.Name), Value: value(parts), Path: models.StorePath(o.Code), Tone: deliveries.Bad}
}

func (s said) silentRow(l Line) deliveries.Row {
	return deliveries.Row{
		Text: s.store(l.Code, l.Name), Value: s.w.Say("open {length}, no poll", "length", s.w.Length(l.Figures.Open)),
		Path: models.StorePath(l.Code), Tone: deliveries.Unknown,
	}
}

// Layouts of when outages were.
const (
	dayAndTime       words.Text = "Mon 2 Jan, 15:04"
	dayAndTimeInZone words.Text = "Mon 2 Jan, 15:04 MST"
	timeInZone       words.Text = "15:04 MST"
)

// spanText is from when to when an outage was, by the clocks of its store. The zone stands
// twice where the clocks were changed between.
func (s said) spanText(o Outage) string {
	from, to := o.From.Time().In(o.Zone), o.To.Time().In(o.Zone)
	if o.Ongoing {
		return s.w.Say("since {time}", "time", s.w.Time(from, dayAndTimeInZone))
	}
	first, last := dayAndTime, timeInZone
	if from.Format("MST") != to.Format("MST") {
		first = dayAndTimeInZone
	}
	if from.YearDay() != to.YearDay() {
		return s.w.Say("{from} – {to}", "from", s.w.Time(from, first), "to", s.w.Time(to, dayAndTimeInZone))
	}
	return s.w.Say("{from}–{to}", "from", s.w.Time(from, first), "to", s.w.Time(to, last))
}
