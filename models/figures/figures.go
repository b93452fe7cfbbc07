package figures

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/semaphore"

	"lightson/models"
)

// ErrClosed is returned for figures that were asked for after Close.
var ErrClosed = errors.New("no figures are computed any more")

// Figures computes figures from a database and keeps the latest of them. It is
// safe for use by several goroutines. A process has one for each database: it
// computes one thing at a time, because each uses all processors and some hold
// one connection while they wait for another.
type Figures struct {
	db        *models.DB
	snapshots *cache[*Snapshot]
	trends    *cache[*Trend]
	computing *semaphore.Weighted // lets one snapshot, trend or long range be computed at a time
	refreshes refresher

	ctx    context.Context // of everything that is computed in the background
	cancel context.CancelCauseFunc

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup // goroutines begun by start
}

// New computes nothing yet. Close must be called before the database is
// closed.
func New(db *models.DB) *Figures {
	f := &Figures{db: db, computing: semaphore.NewWeighted(1)}
	f.ctx, f.cancel = context.WithCancelCause(context.Background())
	f.snapshots = newCache(f, func(ctx context.Context) (*Snapshot, error) { return f.SnapshotAt(ctx, 0, nil) })
	f.trends = newCache(f, f.computeTrend)
	return f
}

// Close ends what is being computed in the background and waits for it.
func (f *Figures) Close() {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	f.cancel(ErrClosed)
	f.running.Wait()
}

// start runs work in a goroutine that Close waits for. It reports false, and
// runs nothing, after Close.
func (f *Figures) start(work func(ctx context.Context)) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return false
	}
	f.running.Go(func() { work(f.ctx) })
	return true
}

// Prepare begins to compute the trend, so that the first visitor need not wait.
// It does not wait itself, and reports no error: whoever asks next tries again.
func (f *Figures) Prepare() {
	f.start(func(ctx context.Context) { _, _ = f.Trend(ctx) })
}

// Snapshot is what is known of every store as of the newest poll, computed from
// the data as they are now or newer. It is computed when the data have changed,
// by whoever asks first, and shared.
func (f *Figures) Snapshot(ctx context.Context) (*Snapshot, error) { return f.snapshots.current(ctx) }

// RecentSnapshot is Snapshot for pages. It may return the previous snapshot,
// which is of one version of the data too, while a new one is computed.
func (f *Figures) RecentSnapshot(ctx context.Context) (*Snapshot, error) {
	return f.snapshots.atLeastRecent(ctx)
}

// Trend is the trend of the data as they are now or newer. It is computed when
// the data have changed, by whoever asks first, and shared. A process that never
// asks for one never pays for one.
func (f *Figures) Trend(ctx context.Context) (*Trend, error) { return f.trends.current(ctx) }

// RecentTrend is Trend for pages. It may return the previous trend, with its own
// snapshot, while a new one is computed.
func (f *Figures) RecentTrend(ctx context.Context) (*Trend, error) {
	return f.trends.atLeastRecent(ctx)
}
