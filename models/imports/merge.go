package imports

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"lightson/models"
	"lightson/models/uptime"
)

// conflictsKept bounds the list of conflicts of an import; all are counted.
const conflictsKept = 200

// merge writes a batch into the database, in the import's one transaction.
func mergeBatch(ctx context.Context, tx *models.Tx, b *Batch) (models.Counts, []models.Conflict, error) {
	m := newMerger(tx, b)
	err := m.run(ctx)
	return m.counts, m.conflicts, err
}

// mergeJournaled is a merge that can be undone.
func mergeJournaled(ctx context.Context, tx *models.Tx, b *Batch) (*merger, error) {
	m := newMerger(tx, b)
	if err := m.lock(ctx); err != nil {
		return nil, fmt.Errorf("merge: %w", err)
	}
	var err error
	if m.number, err = nextMerge(ctx, tx); err != nil {
		return nil, fmt.Errorf("merge: %w", err)
	}
	m.journal = newJournal(m.number)
	return m, m.run(ctx)
}

// changedKinds are the kinds of data that the merge changed, as JSON.
func (m *merger) changedKinds() string {
	list, _ := json.Marshal(m.journal.kinds()) // words can always be written
	return string(list)
}

func newMerger(tx *models.Tx, b *Batch) *merger {
	return &merger{tx: tx, batch: b, added: map[uint32]bool{}}
}

func (m *merger) run(ctx context.Context) error {
	for _, f := range m.batch.Files {
		m.counts.Rows += f.Rows
		m.counts.Rejected += f.Rejected
	}
	for _, step := range []func(context.Context) error{
		m.lock, m.resolveStores, m.mergeHours, m.mergeZones, m.mergeNames, m.mergePolls, m.bumpVersion,
	} {
		if err := step(ctx); err != nil {
			m.counts, m.conflicts = models.Counts{}, nil
			return fmt.Errorf("merge: %w", err)
		}
	}
	return m.journal.save(ctx, m.tx)
}

type merger struct {
	tx        *models.Tx
	batch     *Batch
	version   models.DataVersion
	ids       []int32        // database id of a store, by its number within the batch
	known     []models.Store // the store itself, likewise
	added     map[uint32]bool
	counts    models.Counts
	conflicts []models.Conflict
	changed   bool
	changes   changeList
	journal   *journal // nil where nothing is to be undone
	number    int64    // of the merge, where it has a journal
}

// lock lets one merge run at a time: merging a day reads it first, and two at
// once would each lose the other's polls. (SQLite's transaction has done it.)
func (m *merger) lock(ctx context.Context) error {
	var err error
	m.version, err = m.tx.LockDataVersion(ctx)
	return err
}

// resolveStores finds the ids of the batch's stores. Those that are new are
// added with their zone, names and first poll at once, which the later steps then find
// as they should be.
func (m *merger) resolveStores(ctx context.Context) error {
	known, err := m.tx.StoresByCode(ctx, m.batch.stores)
	if err != nil {
		return err
	}
	m.known = make([]models.Store, len(m.batch.stores))
	var added []models.Store
	var numbers []int // of the added, within the batch
	for n, code := range m.batch.stores {
		if store, ok := known[code]; ok {
			m.known[n] = store
			continue
		}
		store := models.Store{Code: code, FirstPollAt: m.batch.spans[n].first}
		if rows := m.batch.zones[uint32(n)]; rows != nil {
			store.Zone = rows.chosen()
		}
		if rows := m.batch.names[uint32(n)]; rows != nil {
			chosen, _ := chosenNaming(rows)
			store = chosen.of(store)
		}
		added, numbers = append(added, store), append(numbers, n)
	}
	if err := m.tx.AddStores(ctx, added); err != nil {
		return err
	}
	for i, n := range numbers {
		m.known[n] = added[i]
		m.added[uint32(n)] = true
		m.journal.wrote(storesJournal, 0, added[i].ID, nil, nil)
	}
	m.counts.NewStores = int64(len(added))
	m.changed = len(added) > 0
	m.ids = make([]int32, len(m.known))
	for n, store := range m.known {
		m.ids[n] = store.ID
	}
	return nil
}

// mergeHours replaces the hours of the stores that the batch names.
func (m *merger) mergeHours(ctx context.Context) error {
	if len(m.batch.hours) == 0 {
		return nil
	}
	numbers := slices.Sorted(maps.Keys(m.batch.hours))
	before, err := m.tx.HoursOf(ctx, m.idsOf(numbers))
	if err != nil {
		return err
	}
	var replace []int32
	var rows []models.Hours
	for _, n := range numbers {
		id, typed := m.ids[n], m.batch.hours[n]
		read := int64(len(typed))
		slices.SortFunc(typed, compareHours)
		typed = slices.Compact(typed)
		kept := int64(0)
		for _, h := range typed {
			if _, known := slices.BinarySearchFunc(before[id], h, compareHours); !known {
				kept++
			}
		}
		m.counts.Kept += kept
		m.counts.Duplicate += read - kept
		if slices.Equal(before[id], typed) {
			m.journal.confirmed(hoursJournal, 0, id)
			continue
		}
		m.journal.wrote(hoursJournal, 0, id, packHours(before[id]), packHours(typed))
		m.noteHours(n, before[id], typed)
		replace = append(replace, id)
		for _, h := range typed {
			rows = append(rows, models.Hours{StoreID: id, Day: h.Day, StartS: h.Start, EndS: h.End})
		}
	}
	m.changed = m.changed || len(replace) > 0
	return m.tx.ReplaceHours(ctx, replace, rows)
}

// mergeZones replaces the zones of the stores that the batch names.
func (m *merger) mergeZones(ctx context.Context) error {
	zones := map[int32]string{}
	for _, n := range slices.Sorted(maps.Keys(m.batch.zones)) {
		rows := m.batch.zones[n]
		zone, others := rows.chosen(), int64(len(rows.names)-1)
		m.counts.Conflicting += others
		m.counts.Duplicate += rows.rows - others
		if m.added[n] || zone != m.known[n].Zone {
			m.counts.Kept++
			m.counts.Duplicate--
		}
		if zone != m.known[n].Zone {
			zones[m.ids[n]] = zone
		}
		m.noteZone(n, zone)
	}
	m.changed = m.changed || len(zones) > 0
	return m.tx.SetZones(ctx, zones)
}

func (m *merger) idsOf(numbers []uint32) []int32 {
	ids := make([]int32, len(numbers))
	for i, n := range numbers {
		ids[i] = m.ids[n]
	}
	return ids
}

// bumpVersion tells readers that the data changed, unless nothing did.
func (m *merger) bumpVersion(ctx context.Context) error {
	if !m.changed {
		return nil
	}
	m.version.Version++
	return m.tx.SaveDataVersion(ctx, m.version)
}

func compareHours(a, b uptime.Hours) int {
	return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
}
