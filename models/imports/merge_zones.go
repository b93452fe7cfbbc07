package imports

import (
	"context"
	"maps"
	"slices"

	"lightson/models"
	"lightson/models/feed"
)

// mergeZones replaces the zones of the stores that have rows in zones files.
func (m *merger) mergeZones(ctx context.Context) error {
	zones := map[int32]string{}
	for _, n := range slices.Sorted(maps.Keys(m.batch.zones)) {
		rows := m.batch.zones[n]
		zone, others := rows.chosen(), int64(len(rows.zones)-1)
		m.counts.Conflicting += others
		m.counts.Duplicate += rows.count - others
		if m.isNew[n] || zone != m.stores[n].Zone {
			m.counts.Kept++
			m.counts.Duplicate--
		}
		if zone != m.stores[n].Zone {
			zones[m.stores[n].ID] = zone
		}
		m.recordZone(n, zone)
	}
	m.batch.zones = nil
	m.changed = m.changed || len(zones) > 0
	return m.tx.SetZones(ctx, zones)
}

// recordZone records what the import says of a store's zone, for an undo and for
// people.
func (m *merger) recordZone(n uint32, after string) {
	id, before := m.stores[n].ID, m.stores[n].Zone
	switch {
	case m.isNew[n]:
		m.journal.recordChange(zonesJournal, 0, id, nil, []byte(after))
	case before == after:
		m.journal.recordConfirmed(zonesJournal, 0, id)
	default:
		m.journal.recordChange(zonesJournal, 0, id, []byte(before), []byte(after))
		m.zones = append(m.zones, zoneChange{n, before, after})
		m.changes.add(func() models.Change {
			return models.Change{Store: m.batch.stores.codes[n], Kind: feed.Zones.String(), Before: before, After: after}
		})
	}
}

// zoneChange is a change of the zone of a store that was known before.
type zoneChange struct {
	store         uint32 // number within the batch
	before, after string
}
