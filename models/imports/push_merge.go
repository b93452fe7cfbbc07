package imports

import (
	"context"
	"fmt"

	"golang.org/x/sync/semaphore"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/reach"
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
	facts   *pushFacts // of the latest push; only whoever has merging uses it
}

// NewPusher returns a Pusher for a database, of which a process needs only one.
func NewPusher(db *models.DB) *Pusher { return &Pusher{db: db, merging: semaphore.NewWeighted(1)} }

// MergeWithin merges the polls of a push as an import merges those of its files, and
// records them, in one transaction. It does not compute figures. Polls of stores outside
// the sender's reach are rejected, and so are those of stores that do not exist: the
// answer to both is the same, and only the reach of all adds stores.
func (r *Pusher) MergeWithin(ctx context.Context, p *Push, within reach.Reach) (Pushed, error) {
	if err := r.merging.Acquire(ctx, 1); err != nil {
		return Pushed{}, fmt.Errorf("push: %w", err)
	}
	defer r.merging.Release(1)
	var pushed Pushed
	facts := r.facts
	r.facts = nil // until it is known that the push was committed
	err := r.db.Update(ctx, func(tx *models.Tx) (err error) {
		facts, err = mergePush(ctx, tx, p, within, facts, &pushed)
		return err
	})
	if err != nil {
		return Pushed{}, fmt.Errorf("push: %w", err)
	}
	r.facts, pushed.Answers = facts, p.answers
	return pushed, nil
}

// mergePush merges a push and records it in its import. It returns the facts that
// the journal of that import has as changed, as far as they are known: given are
// those of the push before.
func mergePush(ctx context.Context, tx *models.Tx, p *Push, within reach.Reach, facts *pushFacts, pushed *Pushed) (*pushFacts, error) {
	began := models.Now()
	if _, err := tx.LockDataVersion(ctx); err != nil {
		return nil, err
	}
	if err := p.rejectOutside(ctx, tx, within); err != nil {
		return nil, err
	}
	i, err := importOfPush(ctx, tx, began)
	if err != nil {
		return nil, fmt.Errorf("record push: %w", err)
	}
	facts = facts.of(i)
	p.batch.Files = []models.ImportFile{p.file()}
	p.batch.onStoreDay = p.fillAnswers()
	m := newMerger(tx, p.batch)
	if m.journal, err = (journals{tx}).goOn(ctx, i, facts); err != nil {
		return nil, err
	}
	if err := m.run(ctx); err != nil {
		return nil, err
	}
	pushed.Counts, pushed.Version = m.counts, m.version.Version
	if !m.changed {
		return facts, nil
	}
	i, err = recordPush(ctx, tx, i, p, m, began)
	pushed.Import = i.ID
	facts.pushes = i.Attempt
	return facts, err
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
