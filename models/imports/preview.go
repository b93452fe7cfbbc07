package imports

import (
	"context"
	"fmt"

	"lightson/models"
	"lightson/models/polls"
)

// newCodesKept bounds the list of new stores; all are counted.
const newCodesKept = 10

// Preview computes what merging a batch would do. It is the merge itself, in a
// read-only transaction and over tables that discard what is written to them. It
// takes no lock: it neither waits for writers nor makes them wait. The batch
// cannot be used again.
func Preview(ctx context.Context, db *models.DB, b *Batch) (*models.Preview, error) {
	p := &models.Preview{Conflicts: []models.Conflict{}, NewCodes: []string{}, MatchIDs: b.matchIDs, HoursFrom: b.HoursFrom}
	var err error
	if p.From, p.To, err = b.pollRange(); err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	err = db.View(ctx, func(tx *models.Tx) error {
		version, err := tx.DataVersion(ctx)
		if err != nil {
			return err
		}
		p.Version = version.Version
		m, err := mergeBatch(ctx, tx.DryRun(), b)
		if err != nil {
			return err
		}
		if p.Hours, p.Zones, err = m.countDays(ctx); err != nil {
			return err
		}
		if p.AllStores, err = tx.CountStores(ctx); err != nil {
			return err
		}
		p.Counts, p.Stores, p.Matches = m.counts, int64(len(b.stores.codes)), m.matches
		for n, file := range b.Files {
			previewed := b.previewFiles[n]
			previewed.ImportFile = file
			previewed.Stores, previewed.Known = m.countKnown(n)
			p.Files = append(p.Files, previewed)
		}
		p.Conflicts = append(p.Conflicts, m.conflicts...)
		p.Changed, p.Changes = m.changes.total, models.OrEmpty(m.changes.sorted())
		for n, code := range b.stores.codes {
			if m.isNew[uint32(n)] && len(p.NewCodes) < newCodesKept {
				p.NewCodes = append(p.NewCodes, code)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	return p, nil
}

// pollRange is the oldest and the newest poll of the batch, if it has any.
func (b *Batch) pollRange() (from, to models.OptionalInstant, err error) {
	days := b.polls.allDays()
	if len(days) == 0 {
		return from, to, nil
	}
	first, last := days[0], days[len(days)-1]
	oldest, _, err := b.polls.ends(first)
	if err != nil {
		return from, to, err
	}
	_, newest, err := b.polls.ends(last)
	return models.InstantAt(polls.InstantOf(first, oldest)), models.InstantAt(polls.InstantOf(last, newest)), err
}

// filesCompared is of how many files of a batch it is remembered which stores they name.
const filesCompared = 64

// listStores remembers the stores of the file that was just read.
func (b *Batch) listStores() {
	var stores []uint32
	if file := b.reading(); file <= filesCompared {
		for n, store := range b.stores.lines {
			if store.named == file {
				stores = append(stores, uint32(n))
			}
		}
	}
	b.storesOf = append(b.storesOf, stores)
}

// countKnown counts the stores that a file names, and those of them that were known
// before.
func (m *merger) countKnown(file int) (stores, known int64) {
	seen := map[uint32]bool{} // two ids may stand for one store by now
	for _, n := range m.batch.storesOf[file] {
		if seen[n] {
			continue
		}
		seen[n] = true
		if stores++; !m.isNew[n] {
			known++
		}
	}
	return stores, known
}
