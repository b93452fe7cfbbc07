package imports

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"lightson/models"
)

// mergeNames replaces what the stores are called that the batch names.
func (m *merger) mergeNames(ctx context.Context) error {
	var renamed []models.Store
	for _, n := range slices.Sorted(maps.Keys(m.batch.names)) {
		rows := m.batch.names[n]
		chosen, contrary := chosenNaming(rows)
		m.counts.Conflicting += contrary
		m.counts.Duplicate += int64(len(rows)) - contrary
		store := chosen.of(m.known[n])
		if m.added[n] || store != m.known[n] {
			m.counts.Kept++
			m.counts.Duplicate--
		}
		if store != m.known[n] {
			renamed = append(renamed, store)
		}
		m.noteNames(n, store)
	}
	if len(renamed) == 0 {
		return nil
	}
	m.changed = true
	if err := m.tx.StoreTable().SetNames(ctx, renamed); err != nil {
		return fmt.Errorf("set names of %d stores: %w", len(renamed), err)
	}
	return nil
}
