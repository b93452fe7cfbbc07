package jobs

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"

	"lightson/models"
)

// asks are the asks for reports on SQLite that are not recorded yet.
type asks struct {
	files promiseFiles

	mu      sync.Mutex
	pending map[askKey]*ask
	working sync.WaitGroup
}

func newAsks(dir string) *asks {
	return &asks{files: promiseFiles(filepath.Join(dir, "reports")), pending: map[askKey]*ask{}}
}

// An askKey is equal for asks of which a report says the same, by the rules of
// models.Tx.AskReport.
type askKey struct {
	idempotencyKey string // of one asker and reach

	// Where there is no key, or a page's, which changes with each form:
	scope           models.ReportScope
	askedBy, within string
}

func askKeyOf(r *models.Report) askKey {
	if r.IdempotencyKey != nil && r.Source != models.FromPage {
		return askKey{idempotencyKey: *r.IdempotencyKey}
	}
	return askKey{scope: r.Scope(), askedBy: r.AskedBy, within: r.ReachKey}
}

// An ask is one or several callers who wait for the same report.
type ask struct {
	answered chan struct{} // closed when report and err are known
	report   models.Report // recorded or promised
	err      error
}

func (a *ask) answer(r models.Report, err error) {
	a.report, a.err = r, err
	close(a.answered)
}

// answers reports whether the ask is answered for whoever asks for the same, or not answered yet.
// The key of the form that asked may be that of a report about something else.
func (a *ask) answers(k askKey) bool {
	select {
	case <-a.answered:
		return a.err != nil || k.idempotencyKey != "" || a.report.Scope() == k.scope
	default:
		return true
	}
}

// askOrPromise is AskReport on SQLite. The report is recorded even where the caller
// leaves: others may have joined.
func (j *Jobs) askOrPromise(ctx context.Context, r *models.Report) error {
	for {
		a, own := j.joinAsk(context.WithoutCancel(ctx), *r)
		select {
		case <-a.answered:
		case <-ctx.Done():
			return fmt.Errorf("ask for a report: %w", ctx.Err())
		}
		switch {
		case a.err != nil:
			return a.err
		case own || a.answers(askKeyOf(r)):
			*r = a.report
			return nil
		}
	}
}

// joinAsk returns the ask for the same report, or begins one of the caller's own.
func (j *Jobs) joinAsk(ctx context.Context, r models.Report) (a *ask, own bool) {
	key := askKeyOf(&r)
	j.asks.mu.Lock()
	defer j.asks.mu.Unlock()
	if a := j.asks.pending[key]; a != nil && a.answers(key) {
		return a, false
	}
	a = &ask{answered: make(chan struct{})}
	j.asks.pending[key] = a
	j.asks.working.Go(func() {
		j.record(ctx, a, r)
		j.asks.mu.Lock()
		defer j.asks.mu.Unlock()
		if j.asks.pending[key] == a {
			delete(j.asks.pending, key)
		}
	})
	return a, true
}

// waiting counts the asks that are not recorded yet.
func (a *asks) waiting() int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return int64(len(a.pending))
}

// stopAsks waits until nobody records a report any more, or ctx ends. What is promised
// by then is on disk.
func (j *Jobs) stopAsks(ctx context.Context) {
	if j.asks == nil {
		return
	}
	ended := make(chan struct{})
	go func() {
		j.asks.working.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-ctx.Done():
	}
}
