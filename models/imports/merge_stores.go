package imports

import (
	"context"
	"fmt"

	"lightson/models"
)

// resolveStores finds the batch's stores in the database. It adds those that are
// new, with their zone, names and first poll at once; the later steps then find
// nothing to change in them.
func (m *merger) resolveStores(ctx context.Context) error {
	if err := m.findStores(ctx); err != nil {
		return err
	}
	var added []models.Store
	var numbers []int // of the added, within the batch
	for n, store := range m.stores {
		if store.Code == "" {
			added, numbers = append(added, m.batch.newStore(uint32(n))), append(numbers, n)
		}
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

// findStores sets the stores that the database has. Where files have nothing but polls, only what
// these need of a store is read.
func (m *merger) findStores(ctx context.Context) error {
	codes := m.batch.stores.codes
	m.stores = make([]models.Store, len(codes))
	if len(codes) <= models.StoresPerStatement {
		known, err := m.tx.StoresByCode(ctx, codes)
		for n, code := range codes {
			m.stores[n] = known[code]
		}
		return err
	}
	// Most of the table: reading all of it is quicker.
	needsAll := m.batch.saysMoreThanPolls()
	err := m.tx.EachStore(ctx, func(s models.Store) {
		n, some := m.batch.stores.find([]byte(s.Code))
		if !some {
			return
		}
		m.stores[n] = models.Store{ID: s.ID, Code: codes[n], FirstPollAt: s.FirstPollAt} // the code is in memory already
		if needsAll {
			m.stores[n].Zone, m.stores[n].Name, m.stores[n].Group, m.stores[n].City = s.Zone, s.Name, s.Group, s.City
		}
	})
	if err != nil {
		return fmt.Errorf("find %d stores: %w", len(codes), err)
	}
	return nil
}

// saysMoreThanPolls reports whether the files have anything else of any store.
func (b *Batch) saysMoreThanPolls() bool {
	return len(b.hours)+len(b.dated)+len(b.special)+len(b.zones)+len(b.names) > 0
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
