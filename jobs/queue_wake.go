package jobs

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/riverqueue/river/riverdriver"
)

// River would ask for jobs of every queue several times a second. It is told instead when
// there are some: by the transaction that inserted them in this process, by PostgreSQL where
// another one did, and by a look that finds those of which nobody told.

const (
	// livelyFor is how long looks are frequent after a job was inserted or put off here, or
	// PostgreSQL told of one: it may be due in a moment, another server may give it back, and
	// of several that are inserted at once River tells of the first only.
	livelyFor = rescueEvery
	// restFetch is how often River looks by itself.
	restFetch = time.Minute
	// scheduleAtOnce bounds how many jobs that are due a look makes available.
	scheduleAtOnce = 1000
)

// wakes tells River's workers in which queues there are jobs. It takes the place of the
// listener of River's driver, which would have a connection of its own and on SQLite a table
// that it asks twenty times a second.
type wakes struct {
	mu     sync.Mutex
	queues map[string]bool
	some   chan struct{} // has room for one, which says that there are queues
}

func newWakes() *wakes { return &wakes{queues: map[string]bool{}, some: make(chan struct{}, 1)} }

// wake has River look for jobs of a queue.
func (w *wakes) wake(queue string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queues[queue] = true
	w.signal()
}

func (w *wakes) signal() {
	select {
	case w.some <- struct{}{}:
	default:
	}
}

// next takes one of the queues.
func (w *wakes) next() (queue string, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for queue = range w.queues {
		delete(w.queues, queue)
		if len(w.queues) > 0 {
			w.signal()
		}
		return queue, true
	}
	return "", false
}

// WaitForNotification implements riverdriver.Listener.
func (w *wakes) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	for {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-w.some:
		}
		if queue, ok := w.next(); ok {
			return &riverdriver.Notification{Topic: insertTopic, Payload: fmt.Sprintf(`{"queue":%q}`, queue)}, nil
		}
	}
}

// Close implements riverdriver.Listener.
func (*wakes) Close(context.Context) error { return nil }

// Connect implements riverdriver.Listener.
func (*wakes) Connect(context.Context) error { return nil }

// Listen implements riverdriver.Listener.
func (*wakes) Listen(context.Context, string) error { return nil }

// Unlisten implements riverdriver.Listener.
func (*wakes) Unlisten(context.Context, string) error { return nil }

// Ping implements riverdriver.Listener.
func (*wakes) Ping(context.Context) error { return nil }

// Schema implements riverdriver.Listener.
func (*wakes) Schema() string { return "" }

// SetAfterConnectExec implements riverdriver.Listener.
func (*wakes) SetAfterConnectExec(string) {}

// wokenDriver is a driver of River whose listener is wakes.
type wokenDriver[T any] struct {
	riverdriver.Driver[T]
	wakes *wakes
}

// GetListener implements riverdriver.Driver.
func (d wokenDriver[T]) GetListener(*riverdriver.GetListenenerParams) riverdriver.Listener {
	return d.wakes
}

// SupportsListener implements riverdriver.Driver.
func (wokenDriver[T]) SupportsListener() bool { return true }

// SupportsListenNotify implements riverdriver.Driver. On SQLite River would write a row for
// every job, and nobody would read it.
func (d wokenDriver[T]) SupportsListenNotify() bool {
	return d.DatabaseName() != riverdriver.DatabaseNameSQLite && d.Driver.SupportsListenNotify()
}

// A pace says when to look for jobs between the looks of the schedule.
type pace struct {
	mu     sync.Mutex
	lively time.Time // since when looks are frequent
	due    time.Time // when a job is due; zero for none
	looked time.Time
	change chan struct{} // has room for one, which says that something of it changed
}

func newPace() *pace { return &pace{change: make(chan struct{}, 1)} }

// enliven makes looks frequent for a while, and then less and less so.
func (p *pace) enliven() {
	p.set(func() { p.lively = time.Now() })
}

// note records a look and when the next job is due by the clock.
func (p *pace) note(looked, due time.Time) {
	p.set(func() { p.looked, p.due = looked, due })
}

func (p *pace) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
	select {
	case p.change <- struct{}{}:
	default:
	}
}

// wait is how long to wait for the next look.
func (p *pace) wait(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := now.Add(lookAnyway)
	if since := now.Sub(p.lively); since < livelyFor {
		next = p.looked.Add(max(fetchEvery, since/2))
	}
	if soonest := p.looked.Add(fetchEvery / 10); !p.due.IsZero() && p.due.Before(next) {
		next = p.due
		if next.Before(soonest) {
			next = soonest // a due job that stays where it is needs no haste
		}
	}
	return max(0, next.Sub(now))
}

// jobsDue is what a look finds.
type jobsDue struct {
	queues string  // those with jobs to do now, separated by commas
	later  bool    // jobs that were put off are due
	next   float64 // seconds until the next job is due; negative where none is
}

const (
	dueOnPostgres = `SELECT COALESCE((SELECT string_agg(DISTINCT queue, ',') FROM river_job WHERE state = 'available' AND scheduled_at <= now()), ''),
		EXISTS (SELECT 1 FROM river_job WHERE state IN ('retryable', 'scheduled') AND scheduled_at <= now()),
		COALESCE(extract(epoch FROM (SELECT min(scheduled_at) FROM river_job WHERE state IN ('available', 'retryable', 'scheduled') AND scheduled_at > now()) - now())::float8, -1)`
	dueOnSQLite = `SELECT COALESCE((SELECT group_concat(DISTINCT queue) FROM river_job WHERE state = 'available' AND scheduled_at <= datetime('now', 'subsec')), ''),
		EXISTS (SELECT 1 FROM river_job WHERE state IN ('retryable', 'scheduled') AND scheduled_at <= datetime('now', 'subsec')),
		COALESCE(((SELECT julianday(min(scheduled_at)) FROM river_job WHERE state IN ('available', 'retryable', 'scheduled') AND scheduled_at > datetime('now', 'subsec')) - julianday('now', 'subsec')) * 86400.0, -1.0)`
)
