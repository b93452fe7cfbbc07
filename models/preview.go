package models

import (
	"context"
	"fmt"

	"lightson/models/polls"
	"lightson/models/uptime"
)

// A Preview is what an import would do to the data as they are. Its numbers are
// those of the import itself, unless the data change before it.
type Preview struct {
	Version int64 `json:"data_version"` // of the data it was made with
	Counts  `json:"counts"`

	Stores    int64          `json:"stores"`     // that the files name
	NewCodes  []string       `json:"new_stores"` // the first few of those that nobody named before
	From      uptime.Instant `json:"from"`       // the oldest and the newest poll; both 0 = no polls
	To        uptime.Instant `json:"to"`
	Changed   int64          `json:"changed"` // hours, zones and names that would become others
	Changes   []Change       `json:"changes"` // the first of them
	Conflicts []Conflict     `json:"conflicts"`
	Files     []PreviewFile  `json:"files"`

	// SameAs is the import that had the same bytes already; nothing would be read.
	SameAs   string         `json:"same_as"`
	SameAsAt uptime.Instant `json:"same_as_at"` // when it was done
}

// A PreviewFile is one file of a preview.
type PreviewFile struct {
	ImportFile
	Encoding  string     // UTF-8, say; empty where it was not read
	Delimiter string     // what stands between its columns: commas, say
	First     [][]string // its header and first rows, as they stand in it
}

// newCodesKept bounds the list of stores that nobody named before.
const newCodesKept = 10

// Preview is what a batch would do. It is the merge itself, in a transaction
// that can only read and over tables that discard what is written, so it waits
// for nobody and nobody waits for it. The batch cannot be used again.
func (db *DB) Preview(ctx context.Context, b *Batch) (*Preview, error) {
	p := &Preview{Conflicts: []Conflict{}, NewCodes: []string{}, Stores: int64(len(b.stores))}
	for n, file := range b.Files {
		look := b.looks[n]
		look.ImportFile = file
		p.Files = append(p.Files, look)
	}
	var err error
	if p.From, p.To, err = b.pollSpan(); err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	err = db.View(ctx, func(tx *Tx) error {
		version, err := tx.dataVersion(ctx)
		if err != nil {
			return err
		}
		p.Version = version.Version
		m := newMerger(tx.discarding(), b)
		if err := m.run(ctx); err != nil {
			return err
		}
		p.Counts = m.counts
		p.Conflicts = append(p.Conflicts, m.conflicts...)
		p.Changed, p.Changes = m.changes.total, orEmpty(m.changes.sorted())
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
func (r *pollRuns) marksOf(day int32) (first, last uint64, err error) {
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
