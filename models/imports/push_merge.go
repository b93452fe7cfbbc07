package imports

import (
	"context"
	"fmt"

	"golang.org/x/sync/semaphore"

	"lightson/models"
	"lightson/models/feed"
)

// Pushed is what became of a push. Its rows are durable.
type Pushed struct {
	models.Counts
	Version int64  // of the data, with the push in them
	Import  string // the id of the import that records it; empty where it changed nothing
	Answers []PushAnswer
}

// A Pusher merges pushes, one at a time. Merges wait for each other anyway: here
// they do so without a connection each, which others need.
type Pusher struct {
	db      *models.DB
	merging *semaphore.Weighted
}

// NewPusher merges pushes into a database.
func NewPusher(db *models.DB) *Pusher { return &Pusher{db, semaphore.NewWeighted(1)} }

// Merge merges the polls of a push, as an import merges those of its files, in
// one transaction with their record. Figures are not computed here.
func (r *Pusher) Merge(ctx context.Context, p *Push) (Pushed, error) {
	if err := r.merging.Acquire(ctx, 1); err != nil {
		return Pushed{}, fmt.Errorf("push: %w", err)
	}
	defer r.merging.Release(1)
	pushed := Pushed{Answers: p.answers}
	err := r.db.Update(ctx, func(tx *models.Tx) error { return mergePush(ctx, tx, p, &pushed) })
	if err != nil {
		return Pushed{}, fmt.Errorf("push: %w", err)
	}
	return pushed, nil
}

func mergePush(ctx context.Context, tx *models.Tx, p *Push, pushed *Pushed) error {
	began := models.Now()
	before, err := tx.LockDataVersion(ctx)
	if err != nil {
		return err
	}
	p.batch.Files = []models.ImportFile{p.file()}
	p.batch.known = p.answering()
	var conflicts []models.Conflict
	if pushed.Counts, conflicts, err = mergeBatch(ctx, tx, p.batch); err != nil {
		return err
	}
	after, err := tx.DataVersion(ctx)
	if err != nil {
		return err
	}
	if pushed.Version = after.Version; after.Version == before.Version {
		return nil
	}
	pushed.Import, err = recordPush(ctx, tx, p, began, pushed.Counts, conflicts)
	return err
}

// pushedName is what stands in an import's list of files instead of a file.
const pushedName = "pushed polls"

// file is the push as if it were a file.
func (p *Push) file() models.ImportFile {
	f := models.ImportFile{
		Number: 1, Name: pushedName, Size: p.Bytes, Kind: feed.Polls.String(), Columns: feed.PollColumns(),
		Rows: int64(len(p.answers)), Causes: p.log.causes,
	}
	for _, c := range f.Causes {
		f.Rejected += c.Count
	}
	return f
}
