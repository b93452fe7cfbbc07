package alerts

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/uptime"
)

// mostRows is how many stores a section lists.
const mostRows = 20

// newDraft says items, which are sorted by what is told of them and when it began.
func newDraft(items []*item, now uptime.Instant, explain func([]string) string) Draft {
	d := Draft{Incidents: len(items)}
	byWhat := map[tells][]*item{}
	stores := map[string]bool{}
	for _, i := range items {
		byWhat[i.tells] = append(byWhat[i.tells], i)
		d.Notices = append(d.Notices, i.notices...)
		if i.Incident.Store != "" {
			stores[i.Incident.Store] = true
		}
		d.Message.Acknowledge = d.Message.Acknowledge || i.Incident.Phase == Going && !i.Incident.Acknowledged()
	}
	d.Stores = len(stores)
	var titles []string
	for what := isSo; what <= wasNot; what++ {
		for _, kind := range Kinds {
			some := ofKind(byWhat[what], kind)
			if len(some) == 0 {
				continue
			}
			titles = append(titles, title(what, kind, some, now))
			d.Message.Sections = append(d.Message.Sections, section(what, kind, some, now))
		}
	}
	d.Message.Title = titles[0]
	if cause := together(ofKind(byWhat[isSo], Offline), explain); cause != "" {
		d.Message.Lines = append(d.Message.Lines, cause)
	}
	for _, more := range titles[1:] {
		d.Message.Lines = append(d.Message.Lines, more+".")
	}
	d.Message.Links = links(items)
	d.Message.Notes = []string{"You get this because of your alert rules. Data as of " + timeText(latest(items), now, time.UTC) + "."}
	d.Payload = payload(items, now)
	return d
}

// together is a sentence about what stores that went offline have in common.
func together(items []*item, explain func([]string) string) string {
	codes := make([]string, len(items))
	for n, i := range items {
		codes[n] = i.Incident.Store
	}
	words := explain(codes)
	if words == "" {
		return ""
	}
	return "What they have in common: " + words + "."
}

func ofKind(items []*item, kind Kind) (some []*item) {
	for _, i := range items {
		if i.Incident.Kind == kind {
			some = append(some, i)
		}
	}
	return some
}

func latest(items []*item) (at uptime.Instant) {
	at = items[0].AsOf
	for _, i := range items {
		at = max(at, i.AsOf)
	}
	return at
}

func links(items []*item) []deliveries.Link {
	if len(items) == 1 && items[0].Incident.Store != "" {
		return []deliveries.Link{{Text: "See the store", Path: items[0].path()}, {Text: "Alerts", Path: "/alerts"}}
	}
	return []deliveries.Link{{Text: "Alerts", Path: "/alerts"}}
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

// title says the same of some items of one kind, without a full stop.
func title(what tells, kind Kind, items []*item, now uptime.Instant) string {
	switch kind {
	case ImportFailed:
		if len(items) == 1 {
			return "An import failed"
		}
		return countText(len(items), "import") + " failed"
	case SourceFailing:
		return sourceTitle(what, items)
	case PollsStale:
		return staleTitle(what, items[0], now)
	}
	sentence := storeTitles[kind == NoData][what]
	if len(items) == 1 {
		return strings.NewReplacer("{who}", items[0].name(), "{since}", items[0].began(now), "{length}", items[0].lasted()).Replace(sentence.one)
	}
	who := countText(len(items), "store")
	if cities := citiesOf(items); cities > 1 {
		who += " in " + countText(cities, "city")
	}
	return strings.NewReplacer("{who}", who, "{since}", items[0].began(now)).Replace(sentence.many)
}

// oneOrMany is a sentence about one store, and about several.
type oneOrMany struct{ one, many string }

// storeTitles are the titles about stores: false of those that are offline, true of those
// without data.
var storeTitles = map[bool]map[tells]oneOrMany{
	false: {
		isSo:    {"{who} has been offline since {since}", "{who} have been offline since {since}"},
		isStill: {"{who} is still offline, since {since}", "{who} are still offline, since {since}"},
		isBack:  {"{who} is back online", "{who} are back online"},
		wasSo:   {"{who} was offline for {length}", "{who} were offline"},
		wasNot:  {"{who} was not offline after all", "{who} were not offline after all"},
	},
	true: {
		isSo:    {"{who} has had no data since {since}", "{who} have had no data since {since}"},
		isStill: {"{who} still has no data, since {since}", "{who} still have no data, since {since}"},
		isBack:  {"{who} has data again", "{who} have data again"},
		wasSo:   {"{who} had no data for {length}", "{who} had no data"},
		wasNot:  {"{who} had data after all", "{who} had data after all"},
	},
}

func citiesOf(items []*item) int {
	cities := map[string]bool{}
	for _, i := range items {
		if i.Place.City != "" {
			cities[i.Place.City] = true
		}
	}
	return len(cities)
}

func sourceTitle(what tells, items []*item) string {
	one, many := "A source works again", "{who} work again"
	switch what {
	case isSo, isStill:
		one, many = "A source cannot be fetched", "{who} cannot be fetched"
	case wasSo:
		one, many = "A source could not be fetched for a while", "{who} could not be fetched for a while"
	}
	if len(items) == 1 {
		return one
	}
	return strings.ReplaceAll(many, "{who}", countText(len(items), "source"))
}

func staleTitle(what tells, i *item, now uptime.Instant) string {
	switch what {
	case isSo, isStill:
		return "No store has been polled since " + i.began(now) + ": the poller may be down"
	case isBack:
		return "Stores are polled again"
	case wasSo:
		return "No store was polled for " + i.lasted() + ", but polling works again"
	default:
		return "Polls were not missing after all"
	}
}

func section(what tells, kind Kind, items []*item, now uptime.Instant) deliveries.Section {
	s := deliveries.Section{Heading: title(what, kind, items, now)}
	for n, i := range items {
		if n == mostRows {
			s.More = "and " + uptime.CountText(int64(len(items)-mostRows)) + " more"
			break
		}
		s.Rows = append(s.Rows, deliveries.Row{Text: i.text(), Value: i.value(now), Path: i.path(), Tone: i.tone()})
	}
	return s
}

func (i *item) text() string {
	switch {
	case i.Incident.Store != "" && i.Place.City != "":
		return i.name() + ", " + i.Place.City
	case i.Incident.Store != "":
		return i.name()
	case i.Incident.Words != "":
		return i.Incident.Words.String()
	default:
		return "All stores"
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

func (i *item) began(now uptime.Instant) string {
	return timeText(i.Incident.Began, now, i.Place.Location)
}

func (i *item) lasted() string {
	return lengthText(uptime.Micros(i.Incident.EndedAt.At - i.Incident.Began))
}

// value says when it was so.
func (i *item) value(now uptime.Instant) string {
	var text string
	switch ended := timeText(i.Incident.EndedAt.At, now, i.Place.Location); {
	case i.Incident.Kind == ImportFailed:
		return i.began(now)
	case i.tells == wasNot:
		return "newer data show otherwise"
	case i.Incident.Phase == Going:
		text = "since " + i.began(now) + ", " + lengthText(uptime.Micros(max(i.AsOf, i.Incident.Began)-i.Incident.Began))
	default:
		text = "from " + i.began(now) + " to " + ended + ", " + i.lasted()
	}
	if i.count > 1 {
		text += fmt.Sprintf("; %d times", i.count)
	}
	return text
}

// timeText is a time of day in a zone, with its date where that is not today.
func timeText(at, now uptime.Instant, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	local, today := at.Time().In(zone), now.Time().In(zone)
	switch {
	case local.Year() != today.Year():
		return local.Format("2 Jan 2006, 15:04 MST")
	case local.YearDay() != today.YearDay():
		return local.Format("2 Jan, 15:04 MST")
	default:
		return local.Format("15:04 MST")
	}
}

var eventOf = map[tells]string{isSo: "began", isStill: "goes_on", isBack: "ended", wasSo: "was", wasNot: "withdrawn"}

// payloadIncident is an incident as programs get it.
type payloadIncident struct {
	ID       string `json:"id"`
	Event    string `json:"event"` // began, goes_on, ended, was or withdrawn
	Kind     Kind   `json:"kind"`
	Store    string `json:"store_id,omitempty"`
	Name     string `json:"store_name,omitempty"`
	About    string `json:"about,omitempty"`
	Words    string `json:"words,omitempty"`
	Began    string `json:"began_at"`
	Ended    string `json:"ended_at,omitempty"`
	Duration int64  `json:"duration_seconds"`
	Times    int    `json:"times"`
}

// payload is what is told for programs: all incidents, not only those that a list has room for.
func payload(items []*item, now uptime.Instant) json.RawMessage {
	list := make([]payloadIncident, len(items))
	for n, i := range items {
		p := payloadIncident{ID: i.Incident.ID, Event: eventOf[i.tells], Kind: i.Incident.Kind, Store: i.Incident.Store, Name: i.Place.Name,
			About: i.Incident.About, Words: i.Incident.Words.String(), Began: stamp(i.Incident.Began), Times: i.count}
		to := max(i.AsOf, i.Incident.Began)
		if i.Incident.EndedAt.Known {
			to, p.Ended = i.Incident.EndedAt.At, stamp(i.Incident.EndedAt.At)
		}
		p.Duration = int64(uptime.Micros(to-i.Incident.Began) / uptime.Second)
		list[n] = p
	}
	what := map[tells]string{isSo: "", isStill: "", isBack: ".ended", wasSo: ".was", wasNot: ".withdrawn"}[items[0].tells]
	text, err := json.Marshal(map[string]any{
		"type": "alert." + strings.ReplaceAll(string(items[0].Incident.Kind), ".", "_") + what, "timestamp": stamp(now),
		"data": map[string]any{"incidents": list},
	})
	if err != nil {
		panic(err) // texts and numbers can always be written
	}
	return text
}

func stamp(at uptime.Instant) string { return at.Time().Format(time.RFC3339Nano) }
