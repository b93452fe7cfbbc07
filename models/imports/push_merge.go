package imports

import (
	"context"
	"fmt"

	"golang.org/x/sync/semaphore"

	"lightson/models"
	"lightson/models/feed"
)

// Pushed is the result of a push that was merged. Its rows are durable.
type Pushed struct {
	models.Counts
	Version int64        // of the data, with the push in them
	Import  string       // id of the import that records the push; empty if it changed nothing
	Answers []PushAnswer // one per row, in order
}

// A Pusher merges pushes, one at a time. It is safe for concurrent use. Merges
// would wait for each other anyway, but each would hold a connection meanwhile.
type Pusher struct {
	db      *models.DB
	merging *semaphore.Weighted
}

// NewPusher returns a Pusher for a database, of which a process needs only one.
func NewPusher(db *models.DB) *Pusher { return &Pusher{db, semaphore.NewWeighted(1)} }

// Merge merges the polls of a push as an import merges those of its files, and
// records them, in one transaction. It does not compute figures.
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
	p.batch.onStoreDay = p.fillAnswers()
	m, err := mergeBatch(ctx, tx, p.batch)
	if err != nil {
		return err
	}
	pushed.Counts = m.counts
	after, err := tx.DataVersion(ctx)
	if err != nil {
		return err
	}
	if pushed.Version = after.Version; after.Version == before.Version {
		return nil
	}
	pushed.Import, err = recordPush(ctx, tx, p, m, began)
	return err
}

// pushedName stands for the name of a file in the import of pushes.
const pushedName = "pushed polls"

// file is the push as a file of an import.
func (p *Push) file() models.ImportFile {
	f := models.ImportFile{
		Number: 1, Name: pushedName, Size: p.Bytes, Kind: feed.Polls.String(), Columns: feed.PollColumns(),
		Rows: int64(len(p.answers)), Causes: p.rejectLog.causes,
	}
	for _, c := range f.Causes {
		f.Rejected += c.Count
	}
	return f
}
