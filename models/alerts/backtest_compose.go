package alerts

import (
	"cmp"
	"fmt"
	"slices"

	"lightson/models"
	"lightson/models/causes"
	"lightson/models/uptime"
	"lightson/models/words"
)

// A change is what a step made of an incident, and what it told of it. It has only what
// messages say, because a backtest of many stores finds a million of them.
type change struct {
	at       uptime.Instant
	store    int32
	incident int32 // its number
	began    uptime.Instant
	ended    models.OptionalInstant
	phase    Phase

	told   NoticeKind // empty where nothing was told
	before Phase
}

// newChange is a change of an incident with one of the notices, if it is of it.
func newChange(at uptime.Instant, store int, number int32, i Incident, notices []Notice) change {
	c := change{at: at, store: int32(store), incident: number, began: i.Began, ended: i.EndedAt, phase: i.Phase}
	for _, n := range notices {
		if n.IncidentID == i.ID {
			c.told, c.before = n.Kind, n.Before
		}
	}
	return c
}

// compose makes messages of what the steps gave, as the composer does from minute to minute.
func (t *backtest) compose(b *Backtest, w *words.Words) {
	slices.SortFunc(t.changes, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.store, b.store), cmp.Compare(a.incident, b.incident))
	})
	latest := make([]int, t.incidents) // index of the latest change, by incident
	var waiting []int                  // indexes of changes that are to be told
	last, now := uptime.Instant(0), t.span.From
	for next := 0; next < len(t.changes) || len(waiting) > 0; now = now.Add(uptime.Minute) {
		if len(waiting) == 0 {
			now = max(now, t.changes[next].at)
		}
		for ; next < len(t.changes) && t.changes[next].at <= now; next++ {
			latest[t.changes[next].incident] = next
			if t.changes[next].told != "" {
				waiting = append(waiting, next)
			}
		}
		if next == len(t.changes) && now > t.span.To.Add(2*uptime.Day) {
			return
		}
		if len(waiting) == 0 || t.rule.quietAt(now) || tooSoon(t.changes[waiting[0]].at, now, last) {
			continue
		}
		c := Compose(t.pending(waiting, latest), now, last, func([]string) []causes.Cause { return nil })
		for _, d := range c.Drafts {
			b.Messages = append(b.Messages, Told{At: now, Message: d.Message(w), Stores: d.Stores, Incidents: d.Incidents})
			last = now
		}
		waiting = waiting[:0] // what is of one rule is told at once
	}
}

// pending are notices with the incidents as they are now.
func (t *backtest) pending(waiting, latest []int) []Pending {
	list := make([]Pending, len(waiting))
	for i, n := range waiting {
		c := t.changes[n]
		now := t.changes[latest[c.incident]]
		store := int(c.store)
		id := fmt.Sprint(c.incident)
		list[i] = Pending{
			Notice: Notice{ID: fmt.Sprintf("%010d", n), IncidentID: id, RuleID: t.rule.ID, PersonID: t.rule.PersonID, Kind: c.told, Before: c.before, AsOf: c.at, MadeAt: c.at},
			Incident: Incident{
				ID: id, RuleID: t.rule.ID, PersonID: t.rule.PersonID, Kind: t.rule.Kind, Store: t.s.Stores[store].Code,
				Began: now.began, EndedAt: now.ended, Phase: now.phase,
			},
			Rule: t.rule, Place: placeOf(t.s, store),
		}
	}
	return list
}
