package jobs

import (
	"context"
	"time"

	"lightson/models"
	"lightson/models/uptime"
)

// POST /trigger_report must be answered within a tenth of a second, and its id must be
// durable. SQLite has one writer at a time, and a large import writes for a second or
// longer. An ask that is not recorded after promiseAfter is therefore promised: the
// report is written to a file of its own, which is durable at once, its id is given
// away, and it is recorded as soon as the database lets us. A server that died in
// between records it when it starts again. PostgreSQL has no need of this.

const (
	// promiseAfter is how long an ask waits for the database before it is promised.
	promiseAfter = 15 * time.Millisecond
	// promiseAgain is the pause before another try to record a promised report.
	promiseAgain = time.Second
)

// record records a report, and answers the ask before that where it takes too long.
func (j *Jobs) record(ctx context.Context, a *ask, r models.Report) {
	recorded, own := make(chan error, 1), r
	go func() { recorded <- j.ask(ctx, &own) }()
	select {
	case err := <-recorded:
		a.answer(own, err)
		return
	case <-time.After(promiseAfter):
	}
	given, ok := j.promise(ctx, r)
	if ok {
		a.answer(given, nil)
	}
	err := <-recorded
	switch {
	case !ok:
		a.answer(own, err)
	case given.ID != r.ID: // another report says the same
	case err == nil && own.ID == r.ID:
		j.settle(r.ID)
	default:
		j.keepPromise(r)
	}
}

// promise makes a report durable without the database, or finds one that says the
// same. ok is false where the asker must wait for the database: it may yet refuse.
func (j *Jobs) promise(ctx context.Context, r models.Report) (given models.Report, ok bool) {
	known, err := j.db.LookAsked(ctx, &r)
	switch {
	case err != nil:
		return given, false
	case known.Same != nil:
		return *known.Same, true
	case known.Waiting+j.asks.waiting() > int64(j.settings.QueueLimit), known.Own+j.asks.waiting() > int64(r.WaitingLimit(j.settings.QueueLimit)):
		return given, false
	}
	r.State, r.CreatedAt, r.DataVersion = models.Queued, uptime.At(j.worker.now()), known.Version
	if err := j.asks.files.write(r); err != nil {
		j.log.WarnContext(ctx, "a report cannot be promised", "id", r.ID, "error", err)
		return given, false
	}
	j.db.Promise(r)
	return r, true
}

// keepPromise records a promised report under the id that was given away. It tries
// again until that succeeds or the server stops; the next start finds the file then.
func (j *Jobs) keepPromise(r models.Report) {
	ctx := context.WithoutCancel(j.stopping)
	for {
		err := j.db.Update(ctx, func(tx *models.Tx) error {
			added, err := tx.RecordPromised(ctx, r)
			if err != nil || !added {
				return err
			}
			return j.insert(ctx, tx, models.ReportWork, r.ID)
		})
		if err == nil {
			j.settle(r.ID)
			return
		}
		j.log.WarnContext(ctx, "a promised report is not recorded yet", "id", r.ID, "error", err)
		select {
		case <-j.stopping.Done():
			return
		case <-time.After(promiseAgain):
		}
	}
}

// settle forgets a promise that was kept.
func (j *Jobs) settle(id string) {
	j.db.Recorded(id)
	if err := j.asks.files.remove(id); err != nil {
		j.log.Warn("a promise is left on disk", "id", id, "error", err)
	}
}

// keepOldPromises takes up what a server promised that died.
func (j *Jobs) keepOldPromises() {
	if j.asks == nil {
		return
	}
	left, err := j.asks.files.left()
	if err != nil { // the next start tries again; it keeps no server from starting
		j.log.Error("promised reports cannot be read", "error", err)
	}
	for _, r := range left {
		j.db.Promise(r)
		j.asks.working.Go(func() { j.keepPromise(r) })
	}
}
