package figures

import (
	"context"
	"maps"
	"slices"

	"lightson/models"
	"lightson/models/names"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// explainOutages completes outages with when they were first seen, also where that is
// before all polls that were read, and with what pollers said then. An outage whose
// first inactive poll is no longer kept has none.
func (f *Figures) explainOutages(ctx context.Context, s *Snapshot, outages []StoreOutage) error {
	if len(outages) == 0 {
		return nil
	}
	return f.db.View(ctx, func(tx *models.Tx) error {
		if err := tx.RequireVersion(ctx, s.Version); err != nil {
			return err
		}
		if err := s.findSeen(ctx, tx, outages); err != nil {
			return err
		}
		return s.readReasons(ctx, tx, outages)
	})
}

// findSeen looks for the beginnings of outages that began long before their range.
func (s *Snapshot) findSeen(ctx context.Context, tx *models.Tx, outages []StoreOutage) error {
	search := s.newSearch(ctx, tx, 0)
	began := map[int]*storeSince{} // by index of the outage
	for i, o := range outages {
		if o.before.opening.Empty() {
			continue
		}
		store := &s.Stores[o.Store]
		first, _ := polls.Split(max(o.before.opening.From, store.FirstPollAt.At))
		began[i] = &storeSince{uptime.NewRunSearch(o.before.opening), o.Store, o.before.opening, first}
		began[i].Before([]uptime.Poll{{At: o.Seen}})
		search.pending[store.ID], search.from = began[i], o.before.readDay // all of a range have one day
	}
	if len(began) == 0 {
		return nil
	}
	if err := search.run(ctx); err != nil {
		return err
	}
	for i, store := range began {
		first, found := store.First()
		opened := max(store.opening.From, s.Stores[store.n].FirstPollAt.At)
		deleted := s.KeptFrom.Known && opened < s.KeptFrom.At // polls of the opening, perhaps
		outages[i].Seen, outages[i].SeenKnown = first.At, found || !deleted
	}
	return nil
}

// readReasons reads what pollers said of why outages began.
func (s *Snapshot) readReasons(ctx context.Context, tx *models.Tx, outages []StoreOutage) error {
	days := map[int32]map[int32][]*StoreOutage{} // by day and id of the store
	for n := range outages {
		o := &outages[n]
		if !o.SeenKnown {
			continue
		}
		day, _ := polls.Split(o.Seen)
		if days[day] == nil {
			days[day] = map[int32][]*StoreOutage{}
		}
		id := s.Stores[o.Store].ID
		days[day][id] = append(days[day][id], o)
	}
	for _, day := range slices.Sorted(maps.Keys(days)) {
		stores := days[day]
		err := tx.ReasonTable().ReadDay(ctx, day, slices.Sorted(maps.Keys(stores)), func(store int32, packed polls.Reasons) error {
			for _, o := range stores[store] {
				_, micro := polls.Split(o.Seen)
				reason, err := packed.At(micro)
				if err != nil {
					return err
				}
				o.Reason = names.Visible(reason)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
