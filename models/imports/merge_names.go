package imports

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightson/models"
	"lightson/models/feed"
)

// mergeNames replaces the name, group and city of the stores that have rows in
// names files.
func (m *merger) mergeNames(ctx context.Context) error {
	var renamed []models.Store
	for _, n := range slices.Sorted(maps.Keys(m.batch.names)) {
		rows := m.batch.names[n]
		chosen, conflicting := chooseNames(rows)
		m.counts.Conflicting += conflicting
		m.counts.Duplicate += int64(len(rows)) - conflicting
		store := chosen.applyTo(m.stores[n])
		if m.isNew[n] || store != m.stores[n] {
			m.counts.Kept++
			m.counts.Duplicate--
		}
		if store != m.stores[n] {
			renamed = append(renamed, store)
		}
		m.recordNames(n, store)
	}
	m.batch.names = nil
	if len(renamed) == 0 {
		return nil
	}
	m.changed = true
	if err := m.tx.StoreTable().SetNames(ctx, renamed); err != nil {
		return fmt.Errorf("set names of %d stores: %w", len(renamed), err)
	}
	return nil
}

// recordNames records what the import says of a store's names, for an undo and
// for people.
func (m *merger) recordNames(n uint32, after models.Store) {
	before := m.stores[n]
	switch {
	case m.isNew[n]:
		m.journal.recordChange(namesJournal, 0, before.ID, nil, packNames(after))
	case before == after:
		m.journal.recordConfirmed(namesJournal, 0, before.ID)
	default:
		m.journal.recordChange(namesJournal, 0, before.ID, packNames(before), packNames(after))
		m.changes.add(func() models.Change {
			return models.Change{Store: m.batch.stores.codes[n], Kind: feed.Names.String(), Before: namesText(before), After: namesText(after)}
		})
	}
}

// namesText is the name, group and city of a store in one line.
func namesText(s models.Store) string {
	texts := []string{s.Name, s.Group, s.City}
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), ", ")
}

// packNames packs the name, group and city of a store for the journal. The
// result is empty if the store has none of them.
func packNames(s models.Store) []byte {
	if s.Name+s.Group+s.City == "" {
		return nil
	}
	var packed []byte
	for _, text := range []string{s.Name, s.Group, s.City} {
		packed = binary.AppendUvarint(packed, uint64(len(text)))
		packed = append(packed, text...)
	}
	return packed
}

// unpackNames sets the name, group and city of a store to those that were packed.
func unpackNames(s *models.Store, packed []byte) error {
	s.Name, s.Group, s.City = "", "", ""
	if len(packed) == 0 {
		return nil
	}
	for _, text := range []*string{&s.Name, &s.Group, &s.City} {
		size, n := binary.Uvarint(packed)
		if n <= 0 || size > uint64(len(packed)-n) {
			return fmt.Errorf("%w: names of store %s", errCorruptJournal, s.Code)
		}
		*text, packed = string(packed[n:n+int(size)]), packed[n+int(size):]
	}
	return nil
}
