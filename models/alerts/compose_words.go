package alerts

import (
	"time"

	"lightson/models"
	"lightson/models/causes"
	"lightson/models/deliveries"
	"lightson/models/spoken"
	"lightson/models/uptime"
	"lightson/models/words"
)

// mostRows is how many stores a section lists.
const mostRows = 20

// newDraft is of items, which are sorted by what is told of them and when it began.
func newDraft(items []*item, now uptime.Instant, explain explainer) Draft {
	d := Draft{Incidents: len(items), Payload: payload(items, now), items: items, alike: map[alike][]*item{}, now: now}
	stores := map[string]bool{}
	for _, i := range items {
		like := alike{i.tells, i.Incident.Kind}
		d.alike[like] = append(d.alike[like], i)
		d.Notices = append(d.Notices, i.notices...)
		if i.Incident.Store != "" {
			stores[i.Incident.Store] = true
		}
	}
	d.Stores = len(stores)
	d.common = explain(codesOf(d.alike[dark]))
	return d
}

// alike are items of one kind of which the same is told.
type alike struct {
	tells tells
	kind  Kind
}

// dark are stores that went offline.
var dark = alike{isSo, Offline}

func codesOf(items []*item) []string {
	codes := make([]string, len(items))
	for n, i := range items {
		codes[n] = i.Incident.Store
	}
	return codes
}

// Message is what the draft says in a language.
func (d Draft) Message(w *words.Words) deliveries.Message {
	m, s := deliveries.NewMessage(w), speaker{spoken.Words{Words: w}, d.now}
	var titles []string
	for what := isSo; what <= wasNot; what++ {
		for _, kind := range Kinds {
			if some := d.alike[alike{what, kind}]; len(some) > 0 {
				titles = append(titles, s.title(what, kind, some))
				m.Sections = append(m.Sections, s.section(what, kind, some))
			}
		}
	}
	m.Title = titles[0]
	if common := causes.Words(w, d.common, len(d.alike[dark])); common != "" {
		m.Lines = append(m.Lines, w.Say("What they have in common: {what}.", "what", common))
	}
	for _, more := range titles[1:] {
		m.Lines = append(m.Lines, more+".")
	}
	m.Links = s.links(d.items)
	m.Notes = []string{w.Say("You get this because of your alert rules. Data as of {time}.", "time", s.clock(latest(d.items), time.UTC))}
	for _, i := range d.items {
		m.Acknowledge = m.Acknowledge || i.Incident.Phase == Going && !i.Incident.Acknowledged()
	}
	return m
}

func latest(items []*item) (at uptime.Instant) {
	at = items[0].AsOf
	for _, i := range items {
		at = max(at, i.AsOf)
	}
	return at
}

// A speaker says items in a language, at a time.
type speaker struct {
	spoken.Words
	now uptime.Instant
}

func (s speaker) links(items []*item) []deliveries.Link {
	alerts := deliveries.Link{Text: s.Say("Alerts"), Path: "/alerts"}
	if len(items) == 1 && items[0].Incident.Store != "" {
		return []deliveries.Link{{Text: s.Say("See the store"), Path: items[0].path()}, alerts}
	}
	return []deliveries.Link{alerts}
}

func (i *item) path() string {
	switch {
	case i.Incident.Store != "":
		return models.StorePath(i.Incident.Store)
	case i.Incident.Kind == ImportFailed:
		return "/imports/" + i.Incident.About
	default:
		return "/imports"
	}
}

func (i *item) name() string {
	if i.Place.Name != "" {
		return i.Place.Name
	}
	return i.Incident.Store
}

func (s speaker) section(what tells, kind Kind, items []*item) deliveries.Section {
	section := deliveries.Section{Heading: s.title(what, kind, items)}
	for n, i := range items {
		if n == mostRows {
			section.More = s.Say("and {n} more", "n", len(items)-mostRows)
			break
		}
		section.Rows = append(section.Rows, deliveries.Row{Text: s.text(i), Value: s.value(i), Path: i.path(), Tone: i.tone()})
	}
	return section
}

func (s speaker) text(i *item) string {
	switch {
	case i.Incident.Store != "" && i.Place.City != "":
		return i.name() + ", " + i.Place.City
	case i.Incident.Store != "":
		return i.name()
	case i.Incident.Words != "":
		return i.Incident.Words.In(s.Words.Words)
	default:
		return s.Say("All stores")
	}
}

func (i *item) tone() deliveries.Tone {
	switch {
	case i.tells == isBack || i.tells == wasNot:
		return deliveries.Good
	case i.Incident.Kind == NoData || i.Incident.Kind == PollsStale:
		return deliveries.Unknown
	default:
		return deliveries.Bad
	}
}

func (s speaker) began(i *item) string { return s.clock(i.Incident.Began, i.Place.Location) }

func (i *item) lasted() string {
	return lengthText(uptime.Micros(i.Incident.EndedAt.At - i.Incident.Began))
}

// value says when it was so.
func (s speaker) value(i *item) (text string) {
	switch {
	case i.Incident.Kind == ImportFailed:
		return s.began(i)
	case i.tells == wasNot:
		return s.Say("newer data show otherwise")
	case i.Incident.Phase == Going:
		text = s.Say("since {time}, {length}", "time", s.began(i), "length", lengthText(uptime.Micros(max(i.AsOf, i.Incident.Began)-i.Incident.Began)))
	default:
		text = s.Say("from {from} to {to}, {length}", "from", s.began(i), "to", s.clock(i.Incident.EndedAt.At, i.Place.Location), "length", i.lasted())
	}
	if i.count > 1 {
		text = s.Say("{when}; {n} times", "when", text, "n", i.count)
	}
	return text
}

// clock is a time of day in a zone, with its date where that is not today.
func (s speaker) clock(at uptime.Instant, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	local, today := at.Time().In(zone), s.now.Time().In(zone)
	switch {
	case local.Year() != today.Year():
		return s.Time(local, "2 Jan 2006, 15:04 MST")
	case local.YearDay() != today.YearDay():
		return s.Time(local, "2 Jan, 15:04 MST")
	default:
		return s.Time(local, "15:04 MST")
	}
}
