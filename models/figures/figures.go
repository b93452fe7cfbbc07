package figures

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/semaphore"

	"lightson/models"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// ErrClosed says that figures were asked for after Close.
var ErrClosed = errors.New("figures are no longer computed")

// Figures computes figures from a database and keeps the latest snapshot and trend.
// It is safe for use by several goroutines. A process has one for each database,
// because what it computes uses all processors and takes turns.
type Figures struct {
	db        *models.DB
	snapshots *cache[*Snapshot]
	trends    *cache[*Trend]
	computing *semaphore.Weighted // one snapshot, trend or range of many stores is computed at a time
	refreshes refresher
	past      pastRuns // used by whoever computes, one at a time

	forReports bool          // see ForReports
	pollEvery  uptime.Micros // how often stores are polled

	ctx    context.Context // of what runs in the background
	cancel context.CancelCauseFunc

	mu      sync.Mutex
	onNewer func(*Snapshot, *Trend) // see OnNewer; nil where nobody is to know
	closed  bool
	running sync.WaitGroup // goroutines that start began
}

// PollEvery is how often stores are polled unless a caller of New says otherwise.
const PollEvery = uptime.Hour

// An Option of New.
type Option func(*Figures)

// PolledEvery says how often stores are polled: time that is at most one and a half times
// that from its poll is closely seen.
func PolledEvery(every uptime.Micros) Option { return func(f *Figures) { f.pollEvery = every } }

// ForReports is for a process that makes reports and shows nothing else. Its snapshots are
// those of ReportSnapshotAt.
func ForReports() Option { return func(f *Figures) { f.forReports = true } }

// New returns Figures that have computed nothing yet. Close them before closing the
// database.
func New(db *models.DB, options ...Option) *Figures {
	f := &Figures{db: db, computing: semaphore.NewWeighted(1), pollEvery: PollEvery}
	for _, option := range options {
		option(f)
	}
	f.ctx, f.cancel = context.WithCancelCause(context.Background())
	f.snapshots = newCache(f, f.newestSnapshot)
	f.trends = newCache(f, f.computeTrend)
	return f
}

// PollEvery is how often stores are polled, as New was told.
func (f *Figures) PollEvery() uptime.Micros { return f.pollEvery }

// OnNewer has a function called whenever newer figures have been computed, with the latest ones,
// so that whoever keeps something of older ones lets it go: it would keep all of them in memory.
// Either may be nil where there is none yet.
func (f *Figures) OnNewer(forget func(*Snapshot, *Trend)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.onNewer = forget
}

// tellNewer tells whoever asked for it by OnNewer.
func (f *Figures) tellNewer() {
	f.mu.Lock()
	forget := f.onNewer
	f.mu.Unlock()
	if forget == nil {
		return
	}
	snapshot, _ := f.snapshots.known()
	trend, _ := f.trends.known()
	forget(snapshot, trend)
}

// Close ends what is computed in the background and waits for it. After it, figures
// that would have to be computed for the caches are ErrClosed.
func (f *Figures) Close() {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	f.cancel(ErrClosed)
	f.running.Wait()
}

// start runs work in a goroutine that Close waits for. After Close it runs nothing
// and reports false.
func (f *Figures) start(work func(ctx context.Context)) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return false
	}
	f.running.Go(func() { work(f.ctx) })
	return true
}

// Run runs work in a goroutine that Close ends and waits for, and then makes pages that were
// built before it out of date. After Close it runs nothing and reports false.
func (f *Figures) Run(work func(ctx context.Context)) bool {
	return f.start(func(ctx context.Context) {
		work(ctx)
		f.db.Touch()
	})
}

// Prepare begins to compute the trend, so that the first visitor need not wait. It
// does not wait and reports no error: the next caller of Trend tries again.
func (f *Figures) Prepare() {
	f.start(func(ctx context.Context) { _, _ = f.Trend(ctx) })
}

// Snapshot is the snapshot as of the newest poll, of the present version of the
// data or a later one. It is computed if the data have changed since the last one,
// and shared by all callers.
func (f *Figures) Snapshot(ctx context.Context) (*Snapshot, error) { return f.snapshots.current(ctx) }

// RecentSnapshot is Snapshot for pages: while a new snapshot is computed, it may
// return the previous one.
func (f *Figures) RecentSnapshot(ctx context.Context) (*Snapshot, error) {
	return f.snapshots.atLeastRecent(ctx)
}

// KnownSnapshot is the latest snapshot that was computed, of whatever version. It computes and
// reads nothing; some is false where there is none yet.
func (f *Figures) KnownSnapshot() (s *Snapshot, some bool) { return f.snapshots.known() }

// Trend is the trend of the present version of the data or a later one. It is
// computed if the data have changed since the last one, and shared by all callers.
func (f *Figures) Trend(ctx context.Context) (*Trend, error) { return f.trends.current(ctx) }

// RecentTrend is Trend for pages: while a new trend is computed, it may return the
// previous one, which has its own snapshot.
func (f *Figures) RecentTrend(ctx context.Context) (*Trend, error) {
	return f.trends.atLeastRecent(ctx)
}

// SnapshotWithin is Snapshot narrowed to a reach.
func (f *Figures) SnapshotWithin(ctx context.Context, r reach.Reach) (*Snapshot, error) {
	s, err := f.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return s.Within(r), nil
}

// RecentSnapshotWithin is RecentSnapshot narrowed to a reach.
func (f *Figures) RecentSnapshotWithin(ctx context.Context, r reach.Reach) (*Snapshot, error) {
	s, err := f.RecentSnapshot(ctx)
	if err != nil {
		return nil, err
	}
	return s.Within(r), nil
}

// TrendWithin is Trend narrowed to a reach.
func (f *Figures) TrendWithin(ctx context.Context, r reach.Reach) (*Trend, error) {
	t, err := f.Trend(ctx)
	if err != nil {
		return nil, err
	}
	return t.Within(r), nil
}

// RecentTrendWithin is RecentTrend narrowed to a reach.
func (f *Figures) RecentTrendWithin(ctx context.Context, r reach.Reach) (*Trend, error) {
	t, err := f.RecentTrend(ctx)
	if err != nil {
		return nil, err
	}
	return t.Within(r), nil
}
