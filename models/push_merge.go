package models

import (
	"context"
	"fmt"

	"golang.org/x/sync/semaphore"

	"lightson/models/feed"
)

// Pushed is what became of a push. Its rows are durable.
type Pushed struct {
	Counts
	Version int64  // of the data, with the push in them
	Import  string // the id of the import that records it; empty where it changed nothing
	Answers []PushAnswer
}

// A Pusher merges pushes, one at a time. Merges wait for each other anyway: here
// they do so without a connection each, which others need.
type Pusher struct {
	db      *DB
	merging *semaphore.Weighted
}

// NewPusher merges pushes into a database.
func NewPusher(db *DB) *Pusher { return &Pusher{db, semaphore.NewWeighted(1)} }

// Merge merges the polls of a push, as an import merges those of its files, in
// one transaction with their record. Figures are not computed here.
func (r *Pusher) Merge(ctx context.Context, p *Push) (Pushed, error) {
	if err := r.merging.Acquire(ctx, 1); err != nil {
		return Pushed{}, fmt.Errorf("push: %w", err)
	}
	defer r.merging.Release(1)
	pushed := Pushed{Answers: p.answers}
	err := r.db.Update(ctx, func(tx *Tx) error { return tx.push(ctx, p, &pushed) })
	if err != nil {
		return Pushed{}, fmt.Errorf("push: %w", err)
	}
	return pushed, nil
}

func (tx *Tx) push(ctx context.Context, p *Push, pushed *Pushed) error {
	began := now()
	before, err := tx.lockDataVersion(ctx)
	if err != nil {
		return err
	}
	p.batch.Files = []ImportFile{p.file()}
	p.batch.known = p.answering()
	var conflicts []Conflict
	if pushed.Counts, conflicts, err = tx.merge(ctx, p.batch); err != nil {
		return err
	}
	after, err := tx.dataVersion(ctx)
	if err != nil {
		return err
	}
	if pushed.Version = after.Version; after.Version == before.Version {
		return nil
	}
	pushed.Import, err = tx.recordPush(ctx, p, began, pushed.Counts, conflicts)
	return err
}

// pushedName is what stands in an import's list of files instead of a file.
const pushedName = "pushed polls"

// file is the push as if it were a file.
func (p *Push) file() ImportFile {
	f := ImportFile{
		Number: 1, Name: pushedName, Size: p.Bytes, Kind: feed.Polls.String(), Columns: feed.PollColumns(),
		Rows: int64(len(p.answers)), Causes: p.log.causes,
	}
	for _, c := range f.Causes {
		f.Rejected += c.Count
	}
	return f
}
