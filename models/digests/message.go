package digests

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/entered"
	"lightson/models/uptime"
)

// dayAndClock is the layout of an instant.
const dayAndClock = "Mon 2 Jan 2006, 15:04 MST"

// Message is the digest in words.
func (c *Content) Message() deliveries.Message {
	m := deliveries.Message{
		Title: c.title(),
		Lines: c.lines(),
		Links: []deliveries.Link{c.link(), {Text: "Change or stop this digest", Path: "/digests/" + c.ID}},
		Notes: []string{"You get this because you asked for a digest " + c.Times().Words().String() + "."},
	}
	if c.AsOfKnown {
		m.Notes = append([]string{"Data as of " + c.clock(c.AsOf) + "."}, m.Notes...)
	}
	c.addSection(&m, "Worst first", rowsOf(c.Worst.Shown, worstRow), c.Worst.All, "and 1 more store that was offline", "and %s more stores that were offline")
	c.addSection(&m, "Targets missed", rowsOf(c.Missed.Shown, missedRow), c.Missed.All, "and 1 more store that missed its target", "and %s more stores that missed their target")
	c.addSection(&m, "Longest outages", rowsOf(c.Outages.Shown, outageRow), c.Outages.All, "and 1 more outage", "and %s more outages")
	c.addSection(&m, "No data", rowsOf(c.Silent.Shown, silentRow), c.Silent.All, "and 1 more store without data", "and %s more stores without data")
	return m
}

// addSection adds a list, and says what was left out of it.
func (c *Content) addSection(m *deliveries.Message, heading string, rows []deliveries.Row, all int, one, many string) {
	if len(rows) == 0 {
		return
	}
	s := deliveries.Section{Heading: heading, Rows: rows}
	switch more := all - len(rows); {
	case more == 1:
		s.More = one
	case more > 1:
		s.More = fmt.Sprintf(many, count(more))
	}
	m.Sections = append(m.Sections, s)
}

func rowsOf[T any](list []T, row func(T) deliveries.Row) []deliveries.Row {
	rows := make([]deliveries.Row, len(list))
	for n, item := range list {
		rows[n] = row(item)
	}
	return rows
}

// who names the stores of the digest.
func (c *Content) who() string {
	switch {
	case c.Scope == entered.OfGroup:
		return c.Name
	case c.Scope == entered.OfStore:
		return c.lineOf(storesOf(c.snapshot, c.Subject)[0]).Title
	default:
		return "All stores"
	}
}

func (c *Content) title() string {
	verdict := c.verdict()
	if c.Lost != "" {
		verdict = "no data"
	}
	return c.who() + ", " + c.Period.Words() + ": " + verdict
}

// verdict is what is to be said first, without when that was.
func (c *Content) verdict() string {
	switch {
	case c.Worst.All > 0 && c.Stores == 1:
		return "offline for " + c.Sum.Down.LengthText()
	case c.Worst.All > 0:
		return fmt.Sprintf("%s of %s offline for a total of %s", count(c.Worst.All), plural(c.Stores, "store"), c.Sum.Down.LengthText())
	}
	switch c.Sum.Confidence() {
	case uptime.NeverOpen:
		if !c.Complete() {
			return "not open so far"
		}
		return "not open"
	case uptime.NothingSeen:
		return "no data"
	case uptime.Thin:
		return c.Sum.FindingText()
	case uptime.Fair:
		return "no downtime seen"
	default:
		if c.Complete() && c.Silent.All == 0 && c.Thin == 0 {
			return "no downtime"
		}
		return "no downtime seen"
	}
}

// lines are the sentences on top.
func (c *Content) lines() []string {
	if c.Lost != "" {
		return []string{c.Lost}
	}
	lines := []string{c.first()}
	if text := c.percentText(); text != "" {
		lines = append(lines, text)
	}
	if c.Corrected.Excused > 0 {
		lines = append(lines, c.correctionsText())
	}
	switch silent := c.Silent.All; {
	case silent == c.Stores && silent > 0: // said first
	case silent == 1:
		lines = append(lines, "1 store was open but has no data.")
	case silent > 1:
		lines = append(lines, count(silent)+" stores were open but have no data.")
	}
	if c.Thin > 0 && c.Stores > 1 {
		lines = append(lines, "For "+plural(c.Thin, "store")+", less than half of the open time was closely seen.")
	}
	return append(lines, c.unknown()...)
}

// first is the verdict as a sentence.
func (c *Content) first() string {
	when, stores, down := c.Period.on(c.Today), plural(c.Stores, "store"), c.Sum.Down.LengthText()
	one := c.Stores == 1
	switch {
	case c.Worst.All > 0 && one:
		return fmt.Sprintf("%s was offline for %s %s.", c.who(), down, when)
	case c.Worst.All == 1:
		return fmt.Sprintf("1 of %s was offline for a total of %s %s.", stores, down, when)
	case c.Worst.All > 0:
		return fmt.Sprintf("%s of %s were offline for a total of %s %s.", count(c.Worst.All), stores, down, when)
	}
	switch confidence := c.Sum.Confidence(); {
	case confidence == uptime.NeverOpen && (c.Corrected.Excused == 0 || c.Sum.Open == 0) && one:
		return fmt.Sprintf("%s was not open %s.", c.who(), when)
	case confidence == uptime.NeverOpen && (c.Corrected.Excused == 0 || c.Sum.Open == 0):
		return fmt.Sprintf("None of the %s was open %s.", stores, when)
	case confidence == uptime.NothingSeen && one:
		return fmt.Sprintf("There are no data for %s %s.", c.who(), when)
	case confidence == uptime.NothingSeen:
		return fmt.Sprintf("There are no data for any of the %s %s.", stores, when)
	case confidence == uptime.Thin:
		return fmt.Sprintf("%s %s.", upper(c.Sum.FindingText()), when)
	case confidence == uptime.Fair:
		return fmt.Sprintf("No downtime was seen %s. There are no data for the rest of the time.", when)
	case c.Complete() && c.Silent.All == 0 && c.Thin == 0:
		return fmt.Sprintf("No downtime %s. Great news.", when)
	default:
		return fmt.Sprintf("No downtime was seen %s.", when)
	}
}

// percentText is the availability and how it changed.
func (c *Content) percentText() string {
	now := c.Sum
	if now.Confidence() <= uptime.NothingSeen {
		return ""
	}
	text := "Availability was " + availability(now)
	if now.Confidence() == uptime.Thin {
		if now.Down == 0 {
			return "" // said first
		}
		text = upper(now.FindingText())
	}
	text += "."
	if change := c.changeText(); change != "" {
		text += " " + change + "."
	}
	if now.Confidence() >= uptime.Fair && now.NoData() > 0 {
		text += " Polls cover " + now.CheckedText() + " of the open time."
	}
	return text
}

func (c *Content) correctionsText() string {
	sentences := []string{"Corrections excuse " + c.Corrected.Excused.LengthText() + " of the open time."}
	switch {
	case c.Sum.Down > 0 && c.Corrected.Down == 0:
		sentences = append(sentences, "This covers all of the downtime.")
	case c.Corrected.Down < c.Sum.Down:
		sentences = append(sentences, "Corrected downtime: "+c.Corrected.Down.LengthText()+".")
	}
	if c.Corrected.Confidence() >= uptime.Fair {
		sentences = append(sentences, "Corrected availability: "+availability(c.Corrected)+".")
	}
	return strings.Join(sentences, " ")
}

// changeText compares with the period before, as a sentence without its full stop.
func (c *Content) changeText() string {
	if c.BeforeLost {
		return "Polls from the " + c.Period.unit() + " before are no longer kept, so there is no comparison"
	}
	why, moved := c.Sum.ChangeText(c.Before, c.Period.unit()+" before")
	if moved == "" && why != "" {
		return "No comparison: " + why
	}
	if moved == "" {
		return ""
	}
	before := availability(c.Before) + " the " + c.Period.unit() + " before"
	switch points := c.Sum.ShownPercent() - c.Before.ShownPercent(); {
	case points == 0:
		return "Same as the " + c.Period.unit() + " before"
	case points > 0:
		return "Up " + uptime.PointsText(points) + " from " + before
	default:
		return "Down " + uptime.PointsText(-points) + " from " + before
	}
}

// unknown says what cannot be known yet.
func (c *Content) unknown() []string {
	switch {
	case c.Complete():
		return nil
	case c.Unended == c.Stores:
		return []string{"This is not complete yet: the newest poll is from " + c.clock(c.AsOf) + "."}
	default:
		return []string{"This is not complete yet for " + count(c.Unended) + " of " + plural(c.Stores, "store") + ": the newest poll is from " + c.clock(c.AsOf) + "."}
	}
}

// link leads to the page of what the digest is about.
func (c *Content) link() deliveries.Link {
	switch c.Scope {
	case entered.OfGroup:
		return deliveries.Link{Text: "See " + c.Name, Path: "/?" + url.Values{"group": {c.Name}}.Encode()}
	case entered.OfStore:
		return deliveries.Link{Text: "See the store", Path: models.StorePath(c.Subject.Name)}
	default:
		return deliveries.Link{Text: "See your stores", Path: "/"}
	}
}

func worstRow(l Line) deliveries.Row {
	row := deliveries.Row{Text: l.Title, Path: models.StorePath(l.Code), Tone: deliveries.Bad}
	f := l.Figures
	if f.Confidence() == uptime.Thin || f.Confidence() == uptime.NothingSeen {
		row.Value = f.FindingText()
	} else {
		row.Value = "offline " + f.Down.LengthText() + " · " + availability(f)
		if f.NoData() > 0 {
			row.Value += " · " + uptime.ShortPercent(f.NoData(), f.Open-f.NoData()) + " % no data"
		}
	}
	switch excused := f.Down - l.Corrected.Down; {
	case excused == f.Down:
		row.Value += " · all of it excused"
	case excused > 0:
		row.Value += " · " + excused.LengthText() + " of it excused"
	}
	return row
}

func missedRow(l Line) deliveries.Row {
	short := "missed by less than 0.01 points"
	if hundredths := int(l.short() + .5); hundredths >= 1 {
		short = "missed by " + uptime.PointsText(hundredths)
	}
	value := availability(l.Corrected)
	if l.Corrected.Confidence() == uptime.Thin {
		value = l.Corrected.FindingText()
	}
	target := strconv.FormatFloat(float64(l.Target)/100, 'f', -1, 64) + " %"
	return deliveries.Row{Text: l.Title, Path: models.StorePath(l.Code), Tone: deliveries.Bad, Value: value + " · target " + target + " " + short}
}

func outageRow(o Outage) deliveries.Row {
	row := deliveries.Row{Text: o.Title, Path: models.StorePath(o.Code), Tone: deliveries.Bad, Value: o.Text + " · " + o.Length().LengthText()}
	if o.Reason != "" {
		row.Value += " · " + o.Reason
	}
	switch {
	case o.Excused == o.Length():
		row.Value += " · excused"
	case o.Excused > 0:
		row.Value += " · " + o.Excused.LengthText() + " of it excused"
	}
	return row
}

func silentRow(l Line) deliveries.Row {
	return deliveries.Row{Text: l.Title, Path: models.StorePath(l.Code), Tone: deliveries.Unknown, Value: "open " + l.Figures.Open.LengthText() + ", no poll"}
}

func (c *Content) clock(at uptime.Instant) string {
	return at.Time().In(c.Location()).Format(dayAndClock)
}

// spanText is from when to when something was. The zone stands twice where the clocks were
// changed between.
func spanText(span uptime.Span, zone *time.Location, ongoing bool) string {
	from, to := span.From.Time().In(zone), span.To.Time().In(zone)
	if ongoing {
		return "since " + from.Format("Mon 2 Jan, 15:04 MST")
	}
	first, last := "Mon 2 Jan, 15:04", "15:04 MST"
	if from.Format("MST") != to.Format("MST") {
		first += " MST"
	}
	if from.YearDay() != to.YearDay() {
		last = "Mon 2 Jan, 15:04 MST"
		return from.Format(first) + " – " + to.Format(last)
	}
	return from.Format(first) + "–" + to.Format(last)
}

func availability(f uptime.Figures) string { return uptime.Percent(f.Up, f.Down) + " %" }
func count(n int) string                   { return uptime.CountText(int64(n)) }

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return count(n) + " " + noun + "s"
}

func upper(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}
