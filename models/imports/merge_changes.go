package imports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/uptime"
)

// changesKept bounds the list of changes; all are counted.
const changesKept = 200

// changeList is the changes of a merge.
type changeList struct {
	total int64
	first []models.Change
}

// note counts a change and, while there is room, keeps it.
func (l *changeList) note(change func() models.Change) {
	l.total++
	if len(l.first) < changesKept {
		l.first = append(l.first, change())
	}
}

func (m *merger) noteHours(n uint32, before, after []uptime.Hours) {
	if !m.added[n] {
		m.changes.note(func() models.Change {
			return models.Change{Store: m.batch.stores[n], Kind: feed.Hours.String(), Before: hoursText(before), After: hoursText(after)}
		})
	}
}

// noteZone takes down what becomes of a store's zone.
func (m *merger) noteZone(n uint32, zone string) {
	before := m.known[n].Zone
	switch {
	case m.added[n]:
		m.journal.wrote(zonesJournal, 0, m.ids[n], nil, []byte(zone))
	case before == zone:
		m.journal.confirmed(zonesJournal, 0, m.ids[n])
	default:
		m.journal.wrote(zonesJournal, 0, m.ids[n], []byte(before), []byte(zone))
		m.changes.note(func() models.Change {
			return models.Change{Store: m.batch.stores[n], Kind: feed.Zones.String(), Before: before, After: zone}
		})
	}
}

// noteNames takes down what becomes of what a store is called.
func (m *merger) noteNames(n uint32, after models.Store) {
	before := m.known[n]
	switch {
	case m.added[n]:
		m.journal.wrote(namesJournal, 0, m.ids[n], nil, packNames(after))
	case before == after:
		m.journal.confirmed(namesJournal, 0, m.ids[n])
	default:
		m.journal.wrote(namesJournal, 0, m.ids[n], packNames(before), packNames(after))
		m.changes.note(func() models.Change {
			return models.Change{Store: m.batch.stores[n], Kind: feed.Names.String(), Before: namesText(before), After: namesText(after)}
		})
	}
}

// namesText is what a store is called, in one line: its name, group and city.
func namesText(s models.Store) string {
	texts := []string{s.Name, s.Group, s.City}
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), ", ")
}

var dayNames = [7]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}

// hoursText is the hours of a store in one line, days with the same hours
// together: "Mon–Fri 09:00–17:00, Sat 10:00–14:00".
func hoursText(hours []uptime.Hours) string {
	var days [7]string
	for _, h := range hours {
		span := wallClock(h.Start) + "–" + wallClock(h.End)
		if days[h.Day] != "" {
			span = days[h.Day] + " and " + span
		}
		days[h.Day] = span
	}
	var parts []string
	for first := 0; first < len(days); {
		last := first
		for last+1 < len(days) && days[last+1] == days[first] {
			last++
		}
		if days[first] != "" {
			name := dayNames[first]
			if last > first {
				name += "–" + dayNames[last]
			}
			parts = append(parts, name+" "+days[first])
		}
		first = last + 1
	}
	return strings.Join(parts, ", ")
}

// wallClock is seconds since local midnight: 09:00, or 23:59:59.
func wallClock(seconds int) string {
	if seconds%60 != 0 {
		return fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%02d:%02d", seconds/3600, seconds/60%60)
}

// sorted are the changes in order of store and kind.
func (l *changeList) sorted() []models.Change {
	slices.SortFunc(l.first, func(a, b models.Change) int {
		return cmp.Or(strings.Compare(a.Store, b.Store), strings.Compare(a.Kind, b.Kind))
	})
	return l.first
}
