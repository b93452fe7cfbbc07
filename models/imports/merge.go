package imports

import (
	"context"
	"encoding/json"
	"fmt"

	"lightson/models"
	"lightson/models/polls"
)

// conflictsKept bounds the list of conflicts of an import; all are counted.
const conflictsKept = 200

// A merger merges one batch into the database, in one transaction.
type merger struct {
	tx      *models.Tx
	batch   *Batch
	version models.DataVersion
	before  models.DataVersion // the version before the merge

	// Of the batch's stores, by their number within it.
	stores []models.Store // as they were before the merge; new ones as they were added
	isNew  map[uint32]bool
	order  []uint32 // numbers, by the place of the store in the sort of polls; see orderPolls

	changed   bool              // whether the data become others
	oldest    int32             // the oldest day of which polls changed; LastDay where none did
	change    models.DataChange // what became others, as readers are told
	counts    models.Counts
	conflicts []models.Conflict
	changes   changeList
	hours     changedHours
	zones     []zoneChange
	matches   int64 // damaged ids that are matched, or could be

	mergeNumber int64    // 0 where nothing changed, or nothing is recorded for an undo
	journal     *journal // nil where nothing is recorded for an undo
}

func newMerger(tx *models.Tx, b *Batch) *merger {
	return &merger{tx: tx, batch: b, isNew: map[uint32]bool{}, oldest: polls.LastDay, change: models.DataChange{Polls: polls.Changed{}}}
}

// mergeBatch merges a batch without a journal: it cannot be undone.
func mergeBatch(ctx context.Context, tx *models.Tx, b *Batch) (*merger, error) {
	m := newMerger(tx, b)
	return m, m.run(ctx)
}

// mergeJournaled merges a batch with a journal, so that it can be undone.
func mergeJournaled(ctx context.Context, tx *models.Tx, b *Batch) (*merger, error) {
	m := newMerger(tx, b)
	if err := m.lock(ctx); err != nil {
		return nil, fmt.Errorf("merge: %w", err)
	}
	last, err := journals{tx}.lastMerge(ctx)
	if err != nil {
		return nil, fmt.Errorf("merge: %w", err)
	}
	m.journal = newJournal(last + 1)
	if err := m.run(ctx); err != nil {
		return nil, err
	}
	if m.changed {
		m.mergeNumber = last + 1
	}
	return m, nil
}

func (m *merger) run(ctx context.Context) error {
	for _, f := range m.batch.Files {
		m.counts.Rows += f.Rows
		m.counts.Rejected += f.Rejected
	}
	for _, step := range []func(context.Context) error{
		m.lock, m.matchIDs, m.resolveStores, m.mergeHours, m.mergeZones, m.mergeNames, m.mergeSpecial, m.mergePolls, m.mergeReasons, m.bumpVersion,
	} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("merge: %w", err)
		}
	}
	if !m.changed {
		return nil // a journal of nothing but confirmed facts is not kept
	}
	return m.journal.flush(ctx, m.tx)
}

// lock makes other merges wait until the transaction ends: merging a day reads it
// first, and of two merges at once each would lose the other's polls. A
// transaction of SQLite that writes is alone anyway.
func (m *merger) lock(ctx context.Context) error {
	var err error
	m.version, err = m.tx.LockDataVersion(ctx)
	m.before = m.version
	return err
}

// bumpVersion tells readers that the data changed, if they did.
func (m *merger) bumpVersion(ctx context.Context) error {
	if !m.changed {
		return nil
	}
	m.version.RenewBy(m.change)
	if m.oldest < polls.LastDay {
		m.version.PollsChanged(m.before, m.oldest)
	}
	return m.tx.SaveDataVersion(ctx, m.version)
}

// changedKinds are the kinds of data that the merge changed, as JSON.
func (m *merger) changedKinds() string {
	list, _ := json.Marshal(m.journal.changedKinds()) // a list of strings can always be encoded
	return string(list)
}
