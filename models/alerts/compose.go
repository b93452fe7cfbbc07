package alerts

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"lightson/models/causes"
	"lightson/models/uptime"
	"lightson/models/zones"
)

const (
	// Gather is how long notices wait for others, by the clock.
	Gather = uptime.Minute
	// Pace is the least time between two messages to one person, by the clock.
	Pace = 10 * uptime.Minute
)

// Pending is a notice that waits, with what it is about.
type Pending struct {
	Notice
	Incident Incident
	Rule     Rule
	Place    Place // of a store
}

// Place is a store as messages name it.
type Place struct {
	Name     string
	City     string
	Location *time.Location
}

// A Draft is a message for some channels, in whichever languages they have.
type Draft struct {
	Channels  []string
	Payload   json.RawMessage
	Stores    int
	Incidents int
	Notices   []string // ids of those that it tells

	items  []*item
	alike  map[alike][]*item // the same items, by what is told of them
	now    uptime.Instant
	common []causes.Cause // of the stores that went offline
}

// A Composed is what is told of pending notices now.
type Composed struct {
	Drafts []Draft
	Told   []string // ids of the notices that wait no longer, also of those that need not be told any more
}

// Compose says what one person is told now of all their pending notices. Notices of rules in
// quiet hours wait for their end, all for others that come soon, and for some time since the
// last message to the person. One incident is told as it is now, whatever was to be told of
// it meanwhile. last is 0 where there was no message. explain finds what stores that are
// offline have in common.
func Compose(pending []Pending, now, last uptime.Instant, explain func(codes []string) []causes.Cause) (c Composed) {
	oldest := uptime.Forever
	pending = slices.DeleteFunc(slices.Clone(pending), func(p Pending) bool { return p.Rule.quietAt(now) })
	for _, p := range pending {
		oldest = min(oldest, p.MadeAt)
	}
	if len(pending) == 0 || tooSoon(oldest, now, last) {
		return c
	}
	ofChannel := map[string][]*item{}
	for _, i := range reduce(pending, &c) {
		for _, channel := range i.Rule.Channels {
			ofChannel[channel] = append(ofChannel[channel], i)
		}
	}
	drafts := map[string]int{} // by the incidents
	for _, channel := range slices.Sorted(maps.Keys(ofChannel)) {
		items := ofChannel[channel]
		ids := make([]string, len(items))
		for n, i := range items {
			ids[n] = i.Incident.ID
		}
		key := strings.Join(ids, " ")
		n, known := drafts[key]
		if !known {
			n = len(c.Drafts)
			drafts[key] = n
			c.Drafts = append(c.Drafts, newDraft(items, now, explain))
		}
		c.Drafts[n].Channels = append(c.Drafts[n].Channels, channel)
	}
	return c
}

// tooSoon reports whether the oldest notice still waits for others, or for some time since
// the last message.
func tooSoon(oldest, now, last uptime.Instant) bool {
	return now < oldest.Add(Gather) && oldest <= now || last != 0 && last <= now && now < last.Add(Pace)
}

// quietAt reports whether the rule has quiet hours at an instant.
func (r Rule) quietAt(now uptime.Instant) bool {
	if !r.Quiet() {
		return false
	}
	local := now.Time().In(zones.OrUTC(r.Zone))
	second := (local.Hour()*60+local.Minute())*60 + local.Second()
	if r.QuietFrom < r.QuietTo {
		return r.QuietFrom <= second && second < r.QuietTo
	}
	return second >= r.QuietFrom || second < r.QuietTo
}

// tells is what is told of an incident. Smaller is more important.
type tells int

const (
	isSo tells = iota
	isStill
	wasSo
	isBack
	wasNot
)

// An item is an incident that is told.
type item struct {
	Pending
	tells   tells
	count   int      // of incidents of the store that are told together
	notices []string // ids of all that it tells
}

// reduce makes one item of all notices of an incident, and one of all that is told of a store
// by the same kinds of rules for the same channels.
func reduce(pending []Pending, c *Composed) (items []*item) {
	slices.SortStableFunc(pending, func(a, b Pending) int { return cmp.Or(cmp.Compare(a.MadeAt, b.MadeAt), cmp.Compare(a.ID, b.ID)) })
	first := map[string]int{} // by incident
	for _, p := range pending {
		c.Told = append(c.Told, p.ID)
		if n, known := first[p.IncidentID]; known {
			items[n].Kind, items[n].notices = p.Kind, append(items[n].notices, p.ID)
			continue
		}
		first[p.IncidentID] = len(items)
		items = append(items, &item{Pending: p, count: 1, notices: []string{p.ID}})
	}
	items = slices.DeleteFunc(items, func(i *item) bool { return !i.needed() })
	for n := range items {
		items[n].tells = items[n].what()
	}
	slices.SortStableFunc(items, func(a, b *item) int {
		return cmp.Or(cmp.Compare(a.tells, b.tells), cmp.Compare(a.Incident.Began, b.Incident.Began), cmp.Compare(a.Incident.Store, b.Incident.Store))
	})
	type same struct {
		kind     Kind
		store    string
		channels string
	}
	ofStore, merged := map[same]int{}, items[:0:0]
	for _, i := range items {
		key := same{i.Incident.Kind, i.Incident.Store, strings.Join(i.Rule.Channels, " ")}
		if n, known := ofStore[key]; known && i.Incident.Store != "" {
			if merged[n].RuleID == i.RuleID {
				merged[n].count++
			}
			merged[n].notices = append(merged[n].notices, i.notices...)
			continue
		}
		ofStore[key] = len(merged)
		merged = append(merged, i)
	}
	return merged
}

// needed reports whether the person knows otherwise than it is.
func (i *item) needed() bool {
	switch {
	case i.Incident.Phase == i.Before:
		return i.Kind == Reminder && !i.Incident.Acknowledged()
	case i.Incident.Phase == Withdrawn:
		return i.Before != Untold
	case i.Incident.Phase == Over && i.Before == Going:
		return i.Rule.TellBack
	}
	return true
}

func (i *item) what() tells {
	switch {
	case i.Incident.Phase == Withdrawn:
		return wasNot
	case i.Incident.Phase == Going && i.Before == Untold:
		return isSo
	case i.Incident.Phase == Going:
		return isStill
	case i.Before == Going:
		return isBack
	default:
		return wasSo
	}
}
