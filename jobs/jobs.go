package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/riverqueue/river"
	"golang.org/x/sync/semaphore"

	"lightson/jobs/fetch"
	"lightson/jobs/notify"
	"lightson/models"
	"lightson/models/access"
	"lightson/models/deliveries"
	"lightson/models/figures"
	"lightson/models/materialized"
)

// Settings of the background work.
type Settings struct {
	Dir         string         // files wait here for their import
	Inbox       string         // files found here are imported; empty for no inbox
	IngestEvery time.Duration  // interval between looks into the inbox
	UnpackLimit int64          // bytes that the archives of one import may unpack to; 0 = 10 GiB
	Sources     []fetch.Source // files are fetched from here
	PullEvery   time.Duration  // interval between looks at a source
	PullLimit   int64          // bytes of one fetched file
	HoursFrom   string         // of the imports of both, see models.Import
	Keep        models.Keep    // how long data are kept
	Limits      Limits         // nil = the defaults; of deliveries always DeliveryTimeout
	QueueLimit  int            // reports that may wait at a time; 0 = DefaultQueueLimit
	Reserve     string         // path of a file to give up when the disk is full; empty for none
	ShardStores int            // of a shard of a report; 0 = DefaultShardStores
	StageLimit  int64          // bytes of all files that wait for their import; 0 = DefaultStageLimit
	ReportsDir  string         // files of scheduled reports are put below it; empty for nowhere

	RefreshEvery time.Duration // interval between refreshes of the tables for SQL; 0 = they are not refreshed

	PublicURL string          // without a slash at its end, for links in messages; empty for none
	Mail      notify.Mail     // how mail is sent; the zero value: not at all
	Allow     notify.Networks // that are not public, and to which messages may be sent nevertheless

	Watch Watch // is told what the background work does; nil: nobody
}

// A sender is notify.Client. Tests have others.
type sender interface {
	notify.Sender
	// Expected says what an address would have to be for the settings to allow it, and
	// what it is. Both are empty where they do.
	Expected(c deliveries.Channel) (expected, found string)
	// Mails reports whether it sends mail.
	Mails() bool
}

// Jobs is the background side of a server: the queue, its workers and the
// schedule.
type Jobs struct {
	db           *models.DB
	log          *slog.Logger
	settings     Settings
	sources      atomic.Pointer[[]fetch.Source] // may change while the server runs
	worker       *Worker
	inbox        *inbox
	queue        queue
	commits      *commits
	schedule     gocron.Scheduler
	tables       *materialized.Refresher
	requeuedJobs sync.Map            // ids of River jobs that rescueUnclaimed has replaced
	missedFiles  sync.Map            // id of an import -> when its files were first looked for here
	askTurn      *semaphore.Weighted // lets one caller at a time ask for a report
	previews     *semaphore.Weighted // how many are made at a time

	previewsKept    int64
	previewPatience time.Duration

	space func(dir string) (free, total int64, known bool)

	fetch     *fetch.Client
	stopping  context.Context // ends when the server begins to stop
	beginStop func()

	accounts *access.Accounts // who may be told what now
	sends    sender
	woken    wokenList
	alerted  alertLook // of the one task that tells alerts

	asks *asks // nil on PostgreSQL, whose writers do not wait for each other
}

// New prepares the background work; nothing runs before Start.
func New(db *models.DB, f *figures.Figures, settings Settings, log *slog.Logger) (*Jobs, error) {
	if err := os.MkdirAll(settings.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of jobs: %w", err)
	}
	if settings.Limits == nil {
		settings.Limits = Limits{models.ReportWork: DefaultReportTimeout, models.ImportWork: DefaultImportTimeout}
	}
	if settings.Watch == nil {
		settings.Watch = unwatched{}
	}
	settings.Limits = maps.Clone(settings.Limits)
	settings.Limits[deliveries.Work] = DeliveryTimeout
	settings.QueueLimit = cmp.Or(settings.QueueLimit, DefaultQueueLimit)
	j := &Jobs{
		db: db, log: log, settings: settings, worker: NewWorker(db, f, settings.Dir, log),
		askTurn: semaphore.NewWeighted(1), previews: semaphore.NewWeighted(previewsAtOnce),
		previewsKept: previewsKept, previewPatience: previewPatience, space: diskSpace,
	}
	j.worker.room = newStageRoom(j.worker.stagesDir(), settings.StageLimit)
	j.worker.showsPages, j.worker.hasQueue, j.worker.limits = true, true, settings.Limits
	j.worker.shareShards = j.shareShards
	j.worker.SetShardStores(settings.ShardStores)
	if settings.UnpackLimit > 0 {
		j.worker.unpack = settings.UnpackLimit
	}
	j.tables = materialized.New(db, f)
	j.accounts = access.NewAccounts(db, access.Options{})
	j.commits = newCommits(db)
	j.sends = notify.NewClient(settings.Mail, settings.Allow)
	j.inbox = newInbox(settings.Inbox, j.worker.now)
	j.fetch = fetch.NewClient(fetch.UsualLimits(settings.PullLimit))
	j.stopping, j.beginStop = context.WithCancel(context.Background())
	if db.Postgres() == nil {
		j.asks = newAsks(settings.Dir)
	}

	workers := river.NewWorkers()
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, job *river.Job[reportArgs]) error {
		return j.follow(ctx, models.ReportWork, job.Args.ID, job.Metadata, func(ctx context.Context) error {
			return j.work(ctx, models.ReportWork, job.Args.ID, func(a models.Attempt) error {
				return j.worker.Report(ctx, a, nil)
			})
		})
	}))
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, job *river.Job[reportShardsArgs]) error {
		j.helpWithReport(ctx, job.Args.Sharing)
		return nil
	}))
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, job *river.Job[importArgs]) error {
		return j.follow(ctx, models.ImportWork, job.Args.ID, job.Metadata, func(ctx context.Context) error {
			return j.work(ctx, models.ImportWork, job.Args.ID, func(a models.Attempt) error {
				return j.worker.Import(ctx, a, j.pathOf, nil)
			})
		})
	}))
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, _ *river.Job[ingestArgs]) error {
		return j.loggedLook(ctx, "inbox", j.ingest(ctx))
	}))
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, _ *river.Job[pullArgs]) error {
		return j.loggedLook(ctx, "sources", j.pull(ctx))
	}))
	j.addDeliveryWorker(workers)
	var err error
	if j.queue, err = newQueue(db, j.commits, log, workers, settings); err != nil {
		return nil, err
	}
	j.sources.Store(&settings.Sources)
	if j.schedule, err = newSchedule(log, j.periodic()); err != nil {
		return nil, err
	}
	return j, nil
}

// Migrate brings the queue's tables to the form that this version needs.
func (j *Jobs) Migrate(ctx context.Context) error { return j.db.MigrateAlone(ctx, j.queue.migrate) }

// Start begins to work and to keep the schedule. ctx must not end before Stop
// returns.
func (j *Jobs) Start(ctx context.Context) error {
	j.stopping, j.beginStop = context.WithCancel(ctx)
	if err := j.tellSources(ctx, *j.sources.Load()); err != nil {
		return err
	}
	j.keepOldPromises()
	if err := j.queue.start(ctx); err != nil {
		return fmt.Errorf("start job queue: %w", err)
	}
	_ = os.MkdirAll(j.inbox.dir, 0o700) // so that it is there once the server is ready; a look says what is wrong
	if dir := j.settings.ReportsDir; dir != "" {
		if err := os.MkdirAll(dir, 0o755); err != nil { // runs say so, too
			j.log.WarnContext(ctx, "no folder for files of scheduled reports", "error", err)
		}
	}
	j.schedule.Start()
	return nil
}

// Stop ends the schedule and lets running work finish until ctx ends. It requeues
// what is still running then.
func (j *Jobs) Stop(ctx context.Context) error {
	j.beginStop()
	err := errors.Join(j.schedule.Shutdown(), j.queue.stop(ctx))
	j.stopAsks(ctx)
	return err
}

// loggedLook logs why a look failed. River would say so at the level of information.
func (j *Jobs) loggedLook(ctx context.Context, at string, err error) error {
	if err != nil && ctx.Err() == nil {
		j.log.ErrorContext(ctx, "look failed", "at", at, "error", err)
	}
	return err
}

// work is what a River job does: it claims the row that the job names, and does
// the work. The package documentation says why River hears of no failure.
func (j *Jobs) work(ctx context.Context, kind models.WorkKind, id string, do func(models.Attempt) error) error {
	if j.filesElsewhere(ctx, kind, id) {
		j.queue.leave(importQueue) // another server has them
		return river.JobSnooze(fetchEvery)
	}
	a, err := j.db.Claim(ctx, kind, id)
	if errors.Is(err, models.ErrNotClaimable) {
		return j.cleanUp(ctx, kind, id) // it may have been cancelled while it was queued
	}
	if err != nil {
		j.log.WarnContext(ctx, "claim failed", "kind", kind, "id", id, "error", err)
		return j.snooze(time.Second) // River counts failures, and gives up; it does not count these
	}
	// A stop must not interrupt what follows the attempt.
	return j.afterAttempt(context.WithoutCancel(ctx), a, do(a))
}

// snooze has River offer the job again after a moment, to any server.
func (j *Jobs) snooze(moment time.Duration) error {
	j.queue.enliven()
	return river.JobSnooze(moment)
}

// afterAttempt requeues work that was interrupted, and cleans up after what has ended.
func (j *Jobs) afterAttempt(ctx context.Context, a models.Attempt, err error) error {
	switch {
	case errors.Is(err, errInterrupted):
		return j.requeue(ctx, a, 0)
	case errors.Is(err, errDatabaseLost):
		return j.requeueOnceBack(ctx, a)
	}
	j.tellEnd(ctx, a)
	return j.cleanUp(ctx, a.Kind, a.ID)
}

// requeue ends an attempt without a result and wakes the next one after a delay,
// here or on another server.
func (j *Jobs) requeue(ctx context.Context, a models.Attempt, delay time.Duration) error {
	err := j.db.Update(ctx, func(tx *models.Tx) error {
		if err := tx.Release(ctx, a); err != nil {
			return err
		}
		return j.insertLater(ctx, tx, a.Kind, a.ID, delay)
	})
	if errors.Is(err, models.ErrAttemptLost) {
		return nil
	}
	return err
}

// insert adds the River job that wakes a worker for a row. It belongs in the
// transaction that makes the row queued.
func (j *Jobs) insert(ctx context.Context, tx *models.Tx, kind models.WorkKind, id string) error {
	return j.insertLater(ctx, tx, kind, id, 0)
}

// insertLater does the same for a worker that is to be woken after a delay.
func (j *Jobs) insertLater(ctx context.Context, tx *models.Tx, kind models.WorkKind, id string, delay time.Duration) error {
	opts := &river.InsertOpts{Metadata: carried(j.settings.Watch.Carry(ctx))}
	if delay > 0 {
		opts.ScheduledAt = time.Now().Add(delay)
	}
	if kind == models.ReportWork {
		opts.Queue = reportQueue
		return j.queue.insert(ctx, tx, reportArgs{id}, opts)
	}
	if kind == deliveries.Work {
		var err error
		if opts.Queue, err = deliveryLane(ctx, tx, id); err != nil {
			return err
		}
		return j.queue.insert(ctx, tx, deliveryArgs{id}, opts)
	}
	opts.Queue = importQueue
	return j.queue.insert(ctx, tx, importArgs{id}, opts)
}
