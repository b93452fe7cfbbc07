package jobs

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"github.com/riverqueue/river"
	"golang.org/x/sync/errgroup"

	"lightson/jobs/fetch"
	"lightson/models"
	"lightson/models/feed"
	"lightson/models/unpack"
	"lightson/models/uptime"
)

// pullArgs is the job of one look at all sources.
type pullArgs struct{}

// Kind implements river.JobArgs.
func (pullArgs) Kind() string { return "pull" }

// maxConcurrentPulls is how many sources are fetched at the same time, so that a
// slow one does not hold up the others.
const maxConcurrentPulls = 4

// askPull queues a look at the sources. However many servers keep the schedule,
// there is one look per interval.
func (j *Jobs) askPull(ctx context.Context) error {
	if len(*j.sources.Load()) == 0 {
		return nil
	}
	return j.db.Update(ctx, func(tx *models.Tx) error {
		return j.queue.insert(ctx, tx, pullArgs{}, &river.InsertOpts{
			Queue: sourceQueue, MaxAttempts: 1,
			UniqueOpts: river.UniqueOpts{ByPeriod: j.settings.PullEvery},
		})
	})
}

// SetSources puts other sources in the place of those of the settings, as a server reads its
// settings again. A fetch that runs ends as it began.
func (j *Jobs) SetSources(ctx context.Context, sources []fetch.Source) error {
	if err := j.tellSources(ctx, sources); err != nil {
		return err
	}
	j.sources.Store(&sources)
	return nil
}

// tellSources tells the database which sources there are.
func (j *Jobs) tellSources(ctx context.Context, sources []fetch.Source) error {
	var rows []models.RemoteSource
	for n, s := range sources {
		rows = append(rows, models.RemoteSource{ID: s.ID(), Number: n + 1, URL: s.String()})
	}
	return j.db.SetSources(ctx, rows)
}

// pull looks at all sources that are due. A failure of one does not stop the
// others.
func (j *Jobs) pull(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(j.stopping, cancel)() // a stop does not wait for a fetch
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
	for _, s := range *j.sources.Load() {
		if row, is := known[s.ID()]; is {
			group.Go(func() error { return j.pullOne(ctx, s, row) })
		}
	}
	return group.Wait()
}

// pullOne looks at one source, unless it is not due or its last import is not final.
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
	// Other servers find it not due while we fetch. If we die, it is due again when
	// the fetch would have ended.
	until := uptime.At(now.Add(j.fetch.Limits.Total + j.settings.PullEvery))
	if first, err := j.db.ClaimSource(ctx, known, until); err != nil || !first {
		return err
	}
	found := j.takeInFrom(ctx, s, known)
	after := context.WithoutCancel(ctx)
	if ctx.Err() != nil && found.err != nil { // this server stops, which is no failure of the source
		return j.db.SaveSource(after, known)
	}
	return j.db.SaveSource(after, j.outcome(after, known, found, j.worker.now()))
}

// isDue reports whether it is time for a source. Ticks come a little early or late,
// so the tick that is nearest to the time counts.
//
// A source that was checked in the future, or is put off for longer than ever happens,
// was written by a server whose clock was ahead.
func (j *Jobs) isDue(known models.RemoteSource, now time.Time) bool {
	const slack = time.Minute
	wait := known.NextAt.Time().Sub(now)
	longest := max(j.fetch.Limits.Total+j.settings.PullEvery, retryAfter(j.settings.PullEvery, known.Failures))
	return wait <= j.settings.PullEvery/2 || wait > longest+slack || known.CheckedAt.Time().After(now.Add(slack))
}

// importOf is the import of the file that was fetched last, or none. importFailed
// forgets the file, so that a failure is told once.
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

// A pullResult is what a look at a source found.
type pullResult struct {
	fetch.Validators
	digest   string
	bytes    int64
	importID string
	err      error // fetch.ErrUnchanged, a unpack.RefusedError, a fetch.Error, or an error on our side
}

// takeInFrom fetches the file of a source and takes it in like an upload, unless it
// is the file that was taken in last.
func (j *Jobs) takeInFrom(ctx context.Context, s fetch.Source, known models.RemoteSource) (f pullResult) {
	file, err := j.fetch.Get(ctx, s, fetch.Validators{ETag: known.ETag, LastModified: known.LastModified})
	if err != nil {
		return pullResult{err: err}
	}
	defer file.Body.Close()
	f.Validators = file.Validators
	counted := &countingReader{src: file.Body}
	i := models.NewImport(models.FromSource)
	i.By, i.HoursFrom = known.URL, j.settings.HoursFrom
	f.err = j.Take(ctx, i, func(yield func(unpack.File, error) bool) {
		if !yield(unpack.File{Name: sourceFileName(s), Body: counted}, nil) {
			return
		}
		// Not every server knows whether a file changed.
		if f.digest = contentDigest(i.Files); f.digest == known.Digest {
			yield(unpack.File{}, fetch.ErrUnchanged)
		}
	}, nil)
	if f.err == nil {
		f.importID = i.ID
	}
	f.bytes = counted.bytes
	return f
}

// contentDigest is a checksum of what is in the files of an import, in whichever order
// they came. A server that packs a file anew at each request sends other bytes with the
// same files inside.
func contentDigest(files []models.ImportFile) string {
	if len(files) == 1 {
		return files[0].SHA256 // of a plain file too, so that it may be packed from now on
	}
	var sums []string
	for _, f := range files {
		sums = append(sums, f.SHA256)
	}
	slices.Sort(sums)
	hash := sha256.New()
	for _, sum := range sums {
		hash.Write([]byte(sum))
	}
	return checksumText(hash)
}

// sourceFileName names the file of a source as the imports show it.
func sourceFileName(s fetch.Source) string { return feed.FileName(s.FileName()) }
