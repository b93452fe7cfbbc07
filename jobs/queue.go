package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"lightson/models"
	"lightson/models/logs"
)

// queue is what we use of River, the same on both databases.
type queue interface {
	migrate(ctx context.Context) error
	// insert adds a job in the transaction that writes the row which it names.
	insert(ctx context.Context, tx *models.Tx, args river.JobArgs, opts *river.InsertOpts) error
	// running lists the jobs of some kinds that a server works on, or worked on when
	// it died.
	running(ctx context.Context, kinds ...string) ([]*rivertype.JobRow, error)
	// ahead lists the jobs of some kinds that are to be done later than at an instant.
	ahead(ctx context.Context, than time.Time, kinds ...string) ([]*rivertype.JobRow, error)
	// forgetAhead deletes the records of jobs of some kinds that ended later than at an
	// instant.
	forgetAhead(ctx context.Context, than time.Time, kinds ...string) error
	// look has jobs fetched that are due, if there are any.
	look(ctx context.Context) error
	// enliven makes looks frequent for a while, since a job is about to be put off.
	enliven()
	// leave lets other servers have the jobs of a queue first, for leaveFor.
	leave(queue string)
	// clean deletes the records of jobs that ended, and tries those again whose server died.
	clean(ctx context.Context) error
	start(ctx context.Context) error
	// stop lets running jobs finish until ctx ends, then cancels them.
	stop(ctx context.Context) error
}

// riverQueue is River over one kind of transaction.
type riverQueue[T any] struct {
	driver riverdriver.Driver[T]
	client *river.Client[T]
	txOf   func(*models.Tx) T
	log    *slog.Logger
	keep   time.Duration // records of jobs that are complete
	stuck  time.Duration // after how long a job that runs has no server any more

	commits *commits
	wakes   *wakes
	pace    *pace
	halt    func() // ends what goes on beside River, and waits for it

	left    sync.Map   // when each queue was last left to other servers
	looking sync.Mutex // guards what follows
	seen    string     // commits at the latest look that left nothing to fetch
	found   time.Time  // when a look last asked for jobs
	due     time.Time  // when the next job is due by the clock; zero for none
}

func newQueue(db *models.DB, c *commits, log *slog.Logger, workers *river.Workers, settings Settings) (queue, error) {
	if pool := db.Postgres(); pool != nil {
		return newRiverQueue[pgx.Tx](riverpgxv5.New(pool), c, log, workers, settings, (*models.Tx).PGX)
	}
	return newRiverQueue[*sql.Tx](riversqlite.New(db.SQLite()), c, log, workers, settings, (*models.Tx).SQL)
}

const (
	reportQueue   = "reports"
	importQueue   = "imports"
	shardQueue    = "shards" // of reports
	deliveryQueue = "deliveries"
	mailQueue     = "mail"
	failingQueue  = "failing" // deliveries to channels that did not take the last one
	sourceQueue   = "sources" // of its own, so that a slow server does not hold up the inbox

	// fetchEvery is how often the queue looks for jobs while there are new ones, and how
	// soon a job that another server must do is offered again.
	fetchEvery = 200 * time.Millisecond
	// leaveFor is for how long a server that cannot do a job lets others have it. Another
	// that rests looks at least once in this time, with some to spare for a busy machine;
	// otherwise the two would race for the job, and the wrong one may win for a minute.
	leaveFor = 2 * rescueEvery
	// jobSlack is how much more time River gives to a job than Limits give to the
	// attempt in it, so that an attempt ends by our limit, which says so to people.
	jobSlack = time.Hour
	// deliveriesAtOnce is how many messages are sent at a time to channels that do not
	// fail. Each may take sendTimeout, once, before its channel is one that fails.
	deliveriesAtOnce = 12
	// failingAtOnce is the same for the others, of which nobody waits for another.
	failingAtOnce = 8
	// mailsAtOnce bounds the connections to the server of mail, which count them.
	mailsAtOnce = 4
	// jobAttempts is how often River tries a job that returned an error. Attempts at
	// work are none of these: what is tried again is to clean up after them.
	jobAttempts = 3
)

func newRiverQueue[T any](bare riverdriver.Driver[T], c *commits, log *slog.Logger, workers *river.Workers, settings Settings, txOf func(*models.Tx) T) (queue, error) {
	told := newWakes()
	driver := wokenDriver[T]{bare, told}
	timeout := settings.Limits.longest() + jobSlack
	client, err := river.NewClient[T](driver, &river.Config{
		Logger:  logs.Quieter(log).With("part", "queue"),
		Workers: workers,
		Queues: map[string]river.QueueConfig{
			reportQueue:   {MaxWorkers: 2},
			shardQueue:    {MaxWorkers: max(1, runtime.GOMAXPROCS(0)-1)}, // who makes the report computes as well
			importQueue:   {MaxWorkers: 1},                               // merges exclude each other in the database
			sourceQueue:   {MaxWorkers: 1},
			deliveryQueue: {MaxWorkers: deliveriesAtOnce},
			mailQueue:     {MaxWorkers: mailsAtOnce},
			failingQueue:  {MaxWorkers: failingAtOnce},
		},
		FetchPollInterval:      restFetch,
		JobTimeout:             timeout,
		MaxAttempts:            jobAttempts,
		LeaderElectionDisabled: true, // what a leader would do, look and clean do
	})
	if err != nil {
		return nil, fmt.Errorf("job queue: %w", err)
	}
	return &riverQueue[T]{
		driver: driver, client: client, txOf: txOf, log: log, commits: c, wakes: told, pace: newPace(), halt: func() {},
		// A look into the inbox is one per interval as long as the job of the last one is there.
		keep:  max(time.Hour, settings.IngestEvery, settings.PullEvery),
		stuck: timeout + time.Hour,
	}, nil
}

func (q *riverQueue[T]) migrate(ctx context.Context) error {
	m, err := rivermigrate.New(q.driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("migrate job queue: %w", err)
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate job queue: %w", err)
	}
	return nil
}

func (q *riverQueue[T]) insert(ctx context.Context, tx *models.Tx, args river.JobArgs, opts *river.InsertOpts) error {
	if _, err := q.client.InsertTx(ctx, q.txOf(tx), args, opts); err != nil {
		return fmt.Errorf("queue %s: %w", args.Kind(), err)
	}
	tx.OnCommit(func() {
		q.wakes.wake(opts.Queue)
		q.pace.enliven()
	})
	return nil
}

func (q *riverQueue[T]) enliven() { q.pace.enliven() }

func (q *riverQueue[T]) leave(queue string) { q.left.Store(queue, time.Now()) }

// isLeft reports whether other servers are to have the jobs of a queue first.
func (q *riverQueue[T]) isLeft(queue string) bool {
	since, left := q.left.Load(queue)
	return left && time.Since(since.(time.Time)) < leaveFor
}

func (q *riverQueue[T]) running(ctx context.Context, kinds ...string) ([]*rivertype.JobRow, error) {
	list, err := q.client.JobList(ctx, river.NewJobListParams().
		States(rivertype.JobStateRunning).Kinds(kinds...).OrderBy(river.JobListOrderByID, river.SortOrderDesc).First(1000))
	if err != nil {
		return nil, fmt.Errorf("list running jobs: %w", err)
	}
	return list.Jobs, nil
}

func (q *riverQueue[T]) ahead(ctx context.Context, than time.Time, kinds ...string) ([]*rivertype.JobRow, error) {
	list, err := q.client.JobList(ctx, river.NewJobListParams().
		States(rivertype.JobStateAvailable, rivertype.JobStateScheduled, rivertype.JobStateRetryable).Kinds(kinds...).
		OrderBy(river.JobListOrderByScheduledAt, river.SortOrderDesc).First(100))
	if err != nil {
		return nil, fmt.Errorf("list waiting jobs: %w", err)
	}
	return slices.DeleteFunc(list.Jobs, func(job *rivertype.JobRow) bool { return !job.ScheduledAt.After(than) }), nil
}

func (q *riverQueue[T]) forgetAhead(ctx context.Context, than time.Time, kinds ...string) error {
	list, err := q.client.JobList(ctx, river.NewJobListParams().
		States(rivertype.JobStateCompleted).Kinds(kinds...).OrderBy(river.JobListOrderByFinalizedAt, river.SortOrderDesc).First(1000))
	if err != nil {
		return fmt.Errorf("list ended jobs: %w", err)
	}
	for _, job := range list.Jobs {
		if job.FinalizedAt == nil || !job.FinalizedAt.After(than) {
			continue
		}
		if _, err := q.client.JobDelete(ctx, job.ID); err != nil && !errors.Is(err, rivertype.ErrNotFound) {
			return fmt.Errorf("delete job %d: %w", job.ID, err)
		}
	}
	return nil
}

func (q *riverQueue[T]) start(ctx context.Context) error {
	if err := q.client.Start(ctx); err != nil {
		return err
	}
	beside, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { q.keepLooking(beside) })
	if q.commits.ears != nil {
		running.Go(func() { q.commits.ears.listen(beside, q.hear, q.log) })
	}
	q.halt = func() {
		cancel()
		running.Wait()
	}
	return nil
}

// hear is told of a queue into which another process may have inserted a job.
func (q *riverQueue[T]) hear(queue string) {
	q.wakes.wake(queue)
	q.pace.enliven()
}

func (q *riverQueue[T]) stop(ctx context.Context) error {
	defer q.halt()
	if err := q.client.Stop(ctx); err == nil {
		return nil
	}
	final, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return q.client.StopAndCancel(final)
}
