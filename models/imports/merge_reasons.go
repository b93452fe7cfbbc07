package imports

import (
	"cmp"
	"context"
	"slices"

	"lightson/models"
	"lightson/models/polls"
)

// mergeReasons merges what the files say of why stores were inactive. A poll that was
// known before keeps the reason of the import that first gave one, unless another comes
// first in byte order, so that the order of imports does not matter.
func (m *merger) mergeReasons(ctx context.Context) error {
	for _, day := range m.batch.reasons.allDays() {
		if err := m.mergeReasonDay(ctx, day); err != nil {
			return err
		}
	}
	return nil
}

// storeReasons are the reasons that the import has of one store and day.
type storeReasons struct {
	id      int32 // of the store in the database
	reasons []polls.Reason
}

func (m *merger) mergeReasonDay(ctx context.Context, day int32) error {
	stores, err := m.reasonsOf(day)
	if err != nil {
		return err
	}
	ids := make([]int32, len(stores))
	for n, s := range stores {
		ids[n] = s.id
	}
	known := make(map[int32]polls.Reasons, len(ids))
	err = m.tx.ReasonTable().ReadDay(ctx, day, ids, func(store int32, packed polls.Reasons) error {
		known[store] = slices.Clone(packed)
		return nil
	})
	if err != nil {
		return err
	}
	var rows []models.ReasonRow
	for _, s := range stores {
		var before []polls.Reason
		if packed := known[s.id]; packed != nil {
			if before, err = packed.AppendReasons(nil); err != nil {
				return err
			}
		}
		after, changed := polls.MergeReasons(nil, before, s.reasons)
		if !changed {
			m.journal.recordConfirmed(reasonsJournal, day, s.id)
			continue
		}
		packed := polls.PackReasons(nil, after)
		m.journal.recordChange(reasonsJournal, day, s.id, known[s.id], packed)
		rows = append(rows, models.ReasonRow{Day: day, Store: s.id, Reasons: packed})
	}
	if len(rows) == 0 {
		return nil
	}
	m.changed, m.oldest = true, min(m.oldest, day)
	if err := m.tx.ReasonTable().Upsert(ctx, rows); err != nil {
		return err
	}
	return m.journal.flush(ctx, m.tx)
}

// reasonsOf are the reasons of a day by store, in order of database id.
func (m *merger) reasonsOf(day int32) (stores []storeReasons, err error) {
	for r, err := range m.batch.reasons.day(day) {
		if err != nil {
			return nil, err
		}
		id := m.stores[r.store].ID
		if n := len(stores); n == 0 || stores[n-1].id != id {
			stores = append(stores, storeReasons{id: id})
		}
		last := &stores[len(stores)-1]
		last.reasons = append(last.reasons, polls.Reason{Micro: r.micro, Text: r.text})
	}
	slices.SortFunc(stores, func(a, b storeReasons) int { return cmp.Compare(a.id, b.id) })
	return stores, nil
}
