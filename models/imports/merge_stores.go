package imports

import (
	"context"

	"lightson/models"
)

// resolveStores finds the batch's stores in the database. It adds those that are
// new, with their zone, names and first poll at once; the later steps then find
// nothing to change in them.
func (m *merger) resolveStores(ctx context.Context) error {
	known, err := m.tx.StoresByCode(ctx, m.batch.stores.codes)
	if err != nil {
		return err
	}
	m.stores = make([]models.Store, len(m.batch.stores.codes))
	var added []models.Store
	var numbers []int // of the added, within the batch
	for n, code := range m.batch.stores.codes {
		if store, ok := known[code]; ok {
			m.stores[n] = store
			continue
		}
		added, numbers = append(added, m.batch.newStore(uint32(n))), append(numbers, n)
	}
	if err := m.tx.AddStores(ctx, added); err != nil {
		return err
	}
	for i, n := range numbers {
		m.stores[n] = added[i]
		m.isNew[uint32(n)] = true
		m.journal.recordChange(storesJournal, 0, added[i].ID, nil, nil)
	}
	m.counts.NewStores = int64(len(added))
	m.changed = len(added) > 0
	return nil
}

// newStore is a store of the batch as it is added, without an id.
func (b *Batch) newStore(n uint32) models.Store {
	store := models.Store{Code: b.stores.codes[n], FirstPollAt: b.stores.firstPoll(n)}
	if rows := b.zones[n]; rows != nil {
		store.Zone = rows.chosen()
	}
	if rows := b.names[n]; rows != nil {
		chosen, _ := chooseNames(rows)
		store = chosen.applyTo(store)
	}
	return store
}
