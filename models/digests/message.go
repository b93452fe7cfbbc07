package digests

import (
	"strings"

	"lightson/models/deliveries"
	"lightson/models/entered"
	"lightson/models/names"
	"lightson/models/spoken"
	"lightson/models/uptime"
	"lightson/models/words"
)

// dayAndClock is the layout of an instant.
const dayAndClock words.Text = "Mon 2 Jan 2006, 15:04 MST"

// Message is the digest in the words of a language.
func (c *Content) Message(w *words.Words) deliveries.Message {
	s := said{c, spoken.Words{Words: w}}
	m := deliveries.NewMessage(w)
	m.Title, m.Lines = s.title(), s.lines()
	m.Links = []deliveries.Link{s.link(), {Text: w.Say("Change or stop this digest"), Path: "/digests/" + c.ID}}
	if c.AsOfKnown {
		m.Notes = append(m.Notes, w.Say("Data as of {time}.", "time", s.clock(c.AsOf)))
	}
	m.Notes = append(m.Notes, w.Say("You get this because you asked for a digest {times}.", "times", c.Times().Words()))
	s.addSections(&m)
	return m
}

// said is what a digest says in a language.
type said struct {
	*Content
	w spoken.Words
}

func (c *Content) in(l words.Language) said { return said{c, spoken.Words{Words: words.In(l)}} }

// who names the stores of the digest.
func (s said) who() string {
	switch {
	case s.Scope == entered.OfGroup:
		return s.Name
	case s.Scope == entered.OfStore:
		line := s.lineOf(storesOf(s.snapshot, s.Subject)[0])
		return s.store(line.Code, line.Name)
	default:
		return s.w.Say("All stores")
	}
}

// store is the name of a store, or its id where it has none.
func (s said) store(code, name string) string {
	if name != "" {
		return name
	}
	return s.w.Say("Store {id}", "id", names.Visible(code))
}

func (s said) title() string {
	verdict := s.verdict()
	if s.Lost != NothingLost {
		verdict = s.w.Say("no data")
	}
	return s.w.Say("{who}, {date}: {verdict}", "who", s.who(), "date", s.Period.Words(s.w.Words), "verdict", verdict)
}

// verdict is what is to be said first, without when that was.
func (s said) verdict() string {
	down := s.w.Length(s.Sum.Down)
	switch {
	case s.Worst.All > 0 && s.Stores == 1:
		return s.w.Say("offline for {length}", "length", down)
	case s.Worst.All > 0:
		return s.w.Say("{n} of {stores} offline for a total of {length}", "n", s.Worst.All, "stores", s.w.Stores(s.Stores), "length", down)
	}
	switch s.Sum.Confidence() {
	case uptime.NeverOpen:
		if !s.Complete() {
			return s.w.Say("not open so far")
		}
		return s.w.Say("not open")
	case uptime.NothingSeen:
		return s.w.Say("no data")
	case uptime.Thin:
		return s.w.Finding(s.Sum)
	case uptime.Fair:
		return s.w.Say("no downtime seen")
	default:
		if s.wholly() {
			return s.w.Say("no downtime")
		}
		return s.w.Say("no downtime seen")
	}
}

// wholly reports whether all of the period was seen in all stores.
func (s said) wholly() bool { return s.Complete() && s.Silent.All == 0 && s.Thin == 0 }

// lines are the sentences on top.
func (s said) lines() []string {
	if s.Lost != NothingLost {
		return []string{s.lostText()}
	}
	lines := []string{s.first()}
	if text := s.percentText(); text != "" {
		lines = append(lines, text)
	}
	if s.Corrected.Excused > 0 {
		lines = append(lines, s.correctionsText())
	}
	if s.Silent.All > 0 && s.Silent.All < s.Stores { // all of them are said first
		lines = append(lines, s.w.Count(int64(s.Silent.All), words.Plural{One: "{n} store was open but has no data.", Other: "{n} stores were open but have no data."}))
	}
	if s.Thin > 0 && s.Stores > 1 {
		lines = append(lines, s.w.Say("For {stores}, less than half of the open time was closely seen.", "stores", s.w.Stores(s.Thin)))
	}
	if s.Complete() {
		return lines
	}
	return append(lines, s.unknown())
}

// lostText says why nothing is known.
func (s said) lostText() string {
	date := s.Period.Words(s.w.Words)
	switch s.Lost {
	case NotKept:
		return s.w.Say("Polls from before {time} are no longer kept, so there are no figures for {date}.", "time", s.clock(s.KeptFrom), "date", date)
	case NoDataYet:
		return s.w.Say("There are no data for {date} yet: the newest poll is from {time}.", "date", date, "time", s.clock(s.AsOf))
	default:
		return s.w.Say("There are no data yet.")
	}
}

// first is the verdict as a sentence.
func (s said) first() string {
	when := s.Period.on(s.w.Words, s.Today)
	switch {
	case s.Worst.All > 0 && s.Stores == 1:
		return s.w.Say("{who} was offline for {length} {when}.", "who", s.who(), "length", s.w.Length(s.Sum.Down), "when", when)
	case s.Worst.All > 0:
		return s.w.Count(int64(s.Worst.All), words.Plural{
			One: "{n} of {stores} was offline for a total of {length} {when}.", Other: "{n} of {stores} were offline for a total of {length} {when}.",
		}, "stores", s.w.Stores(s.Stores), "length", s.w.Length(s.Sum.Down), "when", when)
	}
	unexcused := s.Corrected.Excused == 0 || s.Sum.Open == 0
	switch confidence := s.Sum.Confidence(); {
	case confidence == uptime.NeverOpen && unexcused && s.Stores == 1:
		return s.w.Say("{who} was not open {when}.", "who", s.who(), "when", when)
	case confidence == uptime.NeverOpen && unexcused:
		return s.w.Say("None of the {stores} was open {when}.", "stores", s.w.Stores(s.Stores), "when", when)
	case confidence == uptime.NothingSeen && s.Stores == 1:
		return s.w.Say("There are no data for {who} {when}.", "who", s.who(), "when", when)
	case confidence == uptime.NothingSeen:
		return s.w.Say("There are no data for any of the {stores} {when}.", "stores", s.w.Stores(s.Stores), "when", when)
	case confidence == uptime.Thin && s.Sum.FarApart():
		return s.w.Say("No downtime seen {when}; polls are too far apart to say more.", "when", when)
	case confidence == uptime.Thin:
		return s.w.Say("No downtime seen in the {share} that we could check {when}.", "share", s.w.Checked(s.Sum), "when", when)
	case confidence == uptime.Fair:
		return s.w.Say("No downtime was seen {when}. There are no data for the rest of the time.", "when", when)
	case s.wholly():
		return s.w.Say("No downtime {when}. Great news.", "when", when)
	default:
		return s.w.Say("No downtime was seen {when}.", "when", when)
	}
}

// percentText is the availability and how it changed.
func (s said) percentText() string {
	now := s.Sum
	var sentences []string
	switch confidence := now.Confidence(); {
	case confidence <= uptime.NothingSeen, confidence == uptime.Thin && now.Down == 0: // said first
		return ""
	case now.FarApart():
		sentences = append(sentences, s.w.Say("{length} of downtime seen; polls are too far apart to say more.", "length", s.w.Length(now.Down)))
	case confidence == uptime.Thin:
		sentences = append(sentences, s.w.Say("{length} of downtime seen in the {share} that we could check.", "length", s.w.Length(now.Down), "share", s.w.Checked(now)))
	default:
		sentences = append(sentences, s.w.Say("Availability was {share}.", "share", s.availability(now)))
	}
	if change := s.changeText(); change != "" {
		sentences = append(sentences, change)
	}
	if now.Confidence() >= uptime.Fair && now.NoData() > 0 {
		sentences = append(sentences, s.w.Say("Polls cover {share} of the open time.", "share", s.w.Checked(now)))
	}
	return strings.Join(sentences, " ")
}

func (s said) correctionsText() string {
	sentences := []string{s.w.Say("Corrections excuse {length} of the open time.", "length", s.w.Length(s.Corrected.Excused))}
	switch {
	case s.Sum.Down > 0 && s.Corrected.Down == 0:
		sentences = append(sentences, s.w.Say("This covers all of the downtime."))
	case s.Corrected.Down < s.Sum.Down:
		sentences = append(sentences, s.w.Say("Corrected downtime: {length}.", "length", s.w.Length(s.Corrected.Down)))
	}
	if s.Corrected.Confidence() >= uptime.Fair {
		sentences = append(sentences, s.w.Say("Corrected availability: {share}.", "share", s.availability(s.Corrected)))
	}
	return strings.Join(sentences, " ")
}

// incomparable says why there is no comparison with the period before.
var incomparable = map[uptime.Obstacle]words.Text{
	uptime.ClosedBefore:      "No comparison: closed in {before}.",
	uptime.UnseenBefore:      "No comparison: no data for {before}.",
	uptime.FarApart:          "No comparison: polls are too far apart to compare with {before}.",
	uptime.TooLittle:         "No comparison: too little data to compare with {before}.",
	uptime.TooLittleBefore:   "No comparison: too little data in {before}.",
	uptime.TooFarApartBefore: "No comparison: polls were too far apart in {before}.",
}

// changeText compares with the period before, in a sentence. The availability of now is known.
func (s said) changeText() string {
	before := s.Period.before()
	if s.BeforeLost {
		return s.w.Say("Polls from {before} are no longer kept, so there is no comparison.", "before", before)
	}
	if why := s.Sum.Obstacle(s.Before); why != uptime.Comparable {
		return s.w.Say(incomparable[why], "before", before)
	}
	switch points := s.Sum.ShownPercent() - s.Before.ShownPercent(); {
	case points == 0:
		return s.w.Say("Same as {before}.", "before", before)
	case points > 0:
		return s.w.Say("Up {points} from {share} {before}.", "points", s.w.Points(points), "share", s.availability(s.Before), "before", before)
	default:
		return s.w.Say("Down {points} from {share} {before}.", "points", s.w.Points(-points), "share", s.availability(s.Before), "before", before)
	}
}

// unknown says what cannot be known yet.
func (s said) unknown() string {
	if s.Unended == s.Stores {
		return s.w.Say("This is not complete yet: the newest poll is from {time}.", "time", s.clock(s.AsOf))
	}
	return s.w.Say("This is not complete yet for {n} of {stores}: the newest poll is from {time}.", "n", s.Unended, "stores", s.w.Stores(s.Stores), "time", s.clock(s.AsOf))
}

func (s said) clock(at uptime.Instant) string { return s.w.Clock(at, s.Location(), dayAndClock) }

func (s said) availability(f uptime.Figures) string { return s.w.Percent(f.Up, f.Down) }
