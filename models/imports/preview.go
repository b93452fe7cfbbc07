package imports

import (
	"context"
	"fmt"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// newCodesKept bounds the list of stores that nobody named before.
const newCodesKept = 10

// Preview is what a batch would do. It is the merge itself, in a transaction
// that can only read and over tables that discard what is written, so it waits
// for nobody and nobody waits for it. The batch cannot be used again.
func Preview(ctx context.Context, db *models.DB, b *Batch) (*models.Preview, error) {
	p := &models.Preview{Conflicts: []models.Conflict{}, NewCodes: []string{}, Stores: int64(len(b.stores))}
	for n, file := range b.Files {
		look := b.looks[n]
		look.ImportFile = file
		p.Files = append(p.Files, look)
	}
	var err error
	if p.From, p.To, err = b.pollSpan(); err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	err = db.View(ctx, func(tx *models.Tx) error {
		version, err := tx.DataVersion(ctx)
		if err != nil {
			return err
		}
		p.Version = version.Version
		m := newMerger(tx.DryRun(), b)
		if err := m.run(ctx); err != nil {
			return err
		}
		p.Counts = m.counts
		p.Conflicts = append(p.Conflicts, m.conflicts...)
		p.Changed, p.Changes = m.changes.total, models.OrEmpty(m.changes.sorted())
		for n, code := range b.stores {
			if m.added[uint32(n)] && len(p.NewCodes) < newCodesKept {
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

// pollSpan is the oldest and the newest poll of the batch.
func (b *Batch) pollSpan() (from, to uptime.Instant, err error) {
	days := b.polls.allDays()
	if len(days) == 0 {
		return 0, 0, nil
	}
	first, last := days[0], days[len(days)-1]
	oldest, _, err := b.polls.marksOf(first)
	if err != nil {
		return 0, 0, err
	}
	_, newest, err := b.polls.marksOf(last)
	return polls.InstantOf(first, oldest), polls.InstantOf(last, newest), err
}

// marksOf are the first and the last mark of a day that has some.
func (r *batchSort) marksOf(day int32) (first, last uint64, err error) {
	keys, err := r.day(day)
	if err != nil || len(keys) == 0 {
		return 0, 0, err
	}
	first = keys[0] & polls.MarkMask
	for _, key := range keys {
		first, last = min(first, key&polls.MarkMask), max(last, key&polls.MarkMask)
	}
	return first, last, nil
}
