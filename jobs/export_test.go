package jobs

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"iter"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/go-co-op/gocron/v2"

	"lightson/jobs/notify"
	"lightson/models"
	"lightson/models/figures"
	"lightson/models/unpack"
	"lightson/models/uptime"
)

// Ingest looks into the inbox here and now, as the schedule's job does.
func (j *Jobs) Ingest(ctx context.Context) error { return j.ingest(ctx) }

// AskIngest is what the schedule does at every tick.
func (j *Jobs) AskIngest(ctx context.Context) error { return j.askIngest(ctx) }

// AskImport queues an import whose files are where they should be.
func (j *Jobs) AskImport(ctx context.Context, i *models.Import) error { return j.askImport(ctx, i) }

// SetClock sets the clock of everything that has one.
func (j *Jobs) SetClock(now func() time.Time) { j.worker.now, j.inbox.now = now, now }

// SendBy has messages sent by another sender.
func (j *Jobs) SendBy(s sender) { j.sends = s }

// NewSchedule is the schedule with one piece of work in it.
func NewSchedule(log *slog.Logger, name string, every time.Duration, run func(context.Context) error) (gocron.Scheduler, error) {
	return newSchedule(log, []periodic{{name, every, run}})
}

// CleanStage looks for files that no import wants.
func (j *Jobs) CleanStage(ctx context.Context) error { return j.cleanStage(ctx) }

// DiscardOldPreviews does it now.
func (j *Jobs) DiscardOldPreviews(ctx context.Context) error { return j.discardOldPreviews(ctx) }

// Pull looks at the sources here and now, as the schedule's job does.
func (j *Jobs) Pull(ctx context.Context) error { return j.pull(ctx) }

// AskPull is what the schedule does at every tick.
func (j *Jobs) AskPull(ctx context.Context) error { return j.askPull(ctx) }

// TellSources is what a start does about the sources.
func (j *Jobs) TellSources(ctx context.Context) error { return j.tellSources(ctx, *j.sources.Load()) }

// FetchFrom trusts servers with these certificates, and has no patience.
func (j *Jobs) FetchFrom(trusted *x509.CertPool, patience time.Duration) {
	j.fetch.TLS = &tls.Config{RootCAs: trusted}
	j.fetch.Limits.Connect, j.fetch.Limits.Header = 5*time.Second, patience
	j.fetch.Limits.Stall, j.fetch.Limits.StallBytes = patience, 1000
}

var (
	RetryAfter     = retryAfter
	SourceFileName = sourceFileName
)

// TakeIn takes files as an import of which no more is known than its source.
func (j *Jobs) TakeIn(ctx context.Context, from models.Source, uploads iter.Seq2[unpack.File, error]) (id string, err error) {
	i := models.NewImport(from)
	if err := j.Take(ctx, i, uploads, nil); err != nil {
		return "", err
	}
	return i.ID, nil
}

// Prune deletes what is old here and now, as the schedule does.
func (j *Jobs) Prune(ctx context.Context) error { return j.prune(ctx) }

// SchedulesPruning reports whether the schedule deletes anything, ever.
func (j *Jobs) SchedulesPruning() bool {
	return slices.ContainsFunc(j.periodic(), func(p periodic) bool { return p.name == "delete old data" })
}

// OpenFrom opens files of the inbox by other means.
func (j *Jobs) OpenFrom(open func(string) (*os.File, error)) { j.inbox.open = open }

// RenameBy moves files of the inbox by other means.
func (j *Jobs) RenameBy(rename func(from, to string) error) { j.inbox.rename = rename }

var (
	OpenRegular   = openRegular
	ShownName     = shownName
	PlaceName     = placeName
	RejectsBeside = rejectsBeside
)

// WorkOff does a queued import here and now, as a job of the queue does.
func (j *Jobs) WorkOff(ctx context.Context, id string) error {
	return j.work(ctx, models.ImportWork, id, func(a models.Attempt) error { return j.worker.Import(ctx, a, j.pathOf, nil) })
}

// SetDisk makes the disk of the data folder as large and as empty as it says.
func (j *Jobs) SetDisk(space func() (free, total int64)) {
	j.space = func(string) (int64, int64, bool) {
		free, total := space()
		return free, total, true
	}
	j.worker.room.space = j.space
}

// KeepPreviews sets how many previews may wait for a decision.
func (j *Jobs) KeepPreviews(most int64) { j.previewsKept = most }

// HoldPreviews takes all turns to make a preview, until release is called, and sets
// how long others wait for theirs.
func (j *Jobs) HoldPreviews(patience time.Duration) (release func()) {
	j.previewPatience = patience
	_ = j.previews.Acquire(context.Background(), previewsAtOnce)
	return func() { j.previews.Release(previewsAtOnce) }
}

// LayReserve and WithReserve are what the schedule does, and what cancels and
// discards.
func (j *Jobs) LayReserve(ctx context.Context) error { return j.layReserve(ctx) }

// WithReserve does a change of the database.
func (j *Jobs) WithReserve(change func() error) error { return j.withReserve(change) }

var (
	NewSteadyClock = newSteadyClock
	Instant        = uptime.At
)

// Attempt makes an attempt at an import whose work is do.
func (j *Jobs) Attempt(ctx context.Context, a models.Attempt, do func(context.Context) error) error {
	return j.worker.attempt(ctx, a, func(ctx context.Context, _ figures.Progress) error { return do(ctx) })
}

// ForgetLooksAhead does it now.
func (j *Jobs) ForgetLooksAhead(ctx context.Context) error { return j.forgetLooksAhead(ctx) }

// DiskName is the name of the file of an inbox folder that is shown so.
func DiskName(dir, shown string) string { return (&inbox{dir: dir}).diskName(shown) }

// Asking counts the asks that are not recorded yet.
func (j *Jobs) Asking() int64 { return j.asks.waiting() }

// Promise is what becomes of an ask for which SQLite is too busy, as the only one.
func (j *Jobs) Promise(ctx context.Context, r models.Report) bool {
	a, key := &ask{}, askKeyOf(&r)
	set := func(change func()) {
		j.asks.mu.Lock()
		defer j.asks.mu.Unlock()
		change()
	}
	set(func() { j.asks.pending[key] = a })
	defer set(func() { delete(j.asks.pending, key) })
	_, ok := j.promise(ctx, r)
	return ok
}

// AskedWithOthersKey is an ask for a report that is answered, at once or when it is called, with
// another report, because its key is that of the other one. It stays for as long as it may.
func (j *Jobs) AskedWithOthersKey(r, other models.Report, atOnce bool) (answer func()) {
	a := &ask{answered: make(chan struct{})}
	j.asks.mu.Lock()
	defer j.asks.mu.Unlock()
	j.asks.pending[askKeyOf(&r)] = a
	answer = func() { a.answer(other, nil) }
	if atOnce {
		answer()
	}
	return answer
}

// SendDigests looks for digests that are due, as the schedule does.
func (j *Jobs) SendDigests(ctx context.Context) error {
	_, err := j.sendDigests(ctx)
	return err
}

// Attach reads the files of a mail, as a try does.
func (j *Jobs) Attach(ctx context.Context, out *notify.Outgoing) error { return j.attach(ctx, out) }

// TellAlerts looks for what alert rules have to judge and to tell, as the schedule does.
func (j *Jobs) TellAlerts(ctx context.Context) error {
	_, err := j.tellAlerts(ctx)
	return err
}

// Tasks are the names of what the schedule does.
func (j *Jobs) Tasks() (names []string) {
	for _, p := range j.periodic() {
		names = append(names, p.name)
	}
	return names
}

// CleanQueue deletes records of jobs as the schedule does.
func (j *Jobs) CleanQueue(ctx context.Context) error { return j.queue.clean(ctx) }
