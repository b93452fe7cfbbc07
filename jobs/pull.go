package jobs

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"time"

	"github.com/riverqueue/river"
	"golang.org/x/sync/errgroup"

	"lightson/jobs/fetch"
	"lightson/models"
	"lightson/models/feed"
	"lightson/models/uptime"
)

// pullArgs asks for one look at all sources.
type pullArgs struct{}

// Kind implements river.JobArgs.
func (pullArgs) Kind() string { return "pull" }

// maxConcurrentPulls is how many sources are fetched at a time: a slow one must not hold
// up the others.
const maxConcurrentPulls = 4

// askPull queues a look at the sources, one per interval however many servers
// keep the schedule.
func (j *Jobs) askPull(ctx context.Context) error {
	return j.db.Update(ctx, func(tx *models.Tx) error {
		return j.queue.insert(ctx, tx, pullArgs{}, &river.InsertOpts{
			Queue: sourceQueue, MaxAttempts: 1,
			UniqueOpts: river.UniqueOpts{ByPeriod: j.settings.PullEvery},
		})
	})
}

// setSources tells the database which sources there are.
func (j *Jobs) setSources(ctx context.Context) error {
	var rows []models.RemoteSource
	for n, s := range j.settings.Sources {
		rows = append(rows, models.RemoteSource{ID: s.ID(), Number: n + 1, URL: s.String()})
	}
	return j.db.SetSources(ctx, rows)
}

// pull looks at all sources that are due. One that fails does not stop the
// others.
func (j *Jobs) pull(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(j.stopping, cancel)() // nobody waits for a fetch
	list, err := j.db.Sources(ctx)
	if err != nil {
		return err
	}
	known := map[string]models.RemoteSource{}
	for _, row := range list {
		known[row.ID] = row
	}
	var group errgroup.Group
	group.SetLimit(maxConcurrentPulls)
	for _, s := range j.settings.Sources {
		if row, is := known[s.ID()]; is {
			group.Go(func() error { return j.pullOne(ctx, s, row) })
		}
	}
	return group.Wait()
}

// pullOne looks at one source, unless it is not due, or still being taken in.
func (j *Jobs) pullOne(ctx context.Context, s fetch.Source, known models.RemoteSource) error {
	now := j.worker.now()
	if !j.isDue(known, now) {
		return nil
	}
	i, err := j.importOf(ctx, known)
	switch {
	case err != nil:
		return err
	case i.State == models.Failed:
		return j.db.SaveSource(ctx, j.importFailed(ctx, known, i, now))
	case i.State != "" && !i.State.Final():
		return nil
	}
	// Whoever else looks at it now finds that it is not due. Should we die, it is
	// again once the fetch would have been over.
	until := uptime.At(now.Add(j.fetch.Limits.Total + j.settings.PullEvery))
	if first, err := j.db.ClaimSource(ctx, known, until); err != nil || !first {
		return err
	}
	found := j.takeInFrom(ctx, s, known)
	after := context.WithoutCancel(ctx)
	if ctx.Err() != nil && found.err != nil { // the server stops: that is not the source's fault
		return j.db.SaveSource(after, known)
	}
	return j.db.SaveSource(after, j.outcome(after, known, found, j.worker.now()))
}

// isDue tells whether it is time for a source. Ticks come a little early or late:
// the one that is nearest to the time is meant.
func (j *Jobs) isDue(known models.RemoteSource, now time.Time) bool {
	return !known.NextAt.Time().After(now.Add(j.settings.PullEvery / 2))
}

// importOf is the import that took in what a source had last, if any; one that
// has failed is told of once, by importFailed.
func (j *Jobs) importOf(ctx context.Context, known models.RemoteSource) (i models.Import, err error) {
	if known.Digest == "" {
		return i, nil
	}
	i, err = j.db.Import(ctx, known.ImportID)
	if errors.Is(err, models.ErrNotFound) {
		return models.Import{}, nil
	}
	return i, err
}

// A found is what a look at a source found.
type found struct {
	fetch.Validators
	digest   string
	bytes    int64
	importID string
	err      error // fetch.ErrUnchanged, a models.RefusedError, a fetch.Error or one of ours
}

// takeInFrom fetches the file of a source and takes it in, as uploads are, unless
// it is the one that was taken in before.
func (j *Jobs) takeInFrom(ctx context.Context, s fetch.Source, known models.RemoteSource) (f found) {
	file, err := j.fetch.Get(ctx, s, fetch.Validators{ETag: known.ETag, LastModified: known.LastModified})
	if err != nil {
		return found{err: err}
	}
	defer file.Body.Close()
	f.Validators = file.Validators
	counted, digest := &countingReader{src: file.Body}, sha256.New()
	i := models.NewImport(models.FromSource)
	i.By = known.URL
	f.err = j.Take(ctx, i, func(yield func(models.Upload, error) bool) {
		if !yield(models.Upload{Name: sourceFileName(s), Body: io.TeeReader(counted, digest)}, nil) {
			return
		}
		// Not every server says whether a file changed.
		if f.digest = checksumText(digest); f.digest == known.Digest {
			yield(models.Upload{}, fetch.ErrUnchanged)
		}
	}, nil)
	if f.err == nil {
		f.importID = i.ID
	}
	f.bytes = counted.bytes
	return f
}

// sourceFileName names the file of a source as the imports show it.
func sourceFileName(s fetch.Source) string {
	const maxLength = 200
	name := feed.FileName(s.FileName())
	if runes := []rune(name); len(runes) > maxLength {
		name = string(runes[len(runes)-maxLength:]) // the end tells more
	}
	return name
}
