package models

import (
	"context"
	"sync"
	"time"
)

// shared keeps what was computed last of the data as a whole. It is computed
// when it is asked for and the data have changed.
type shared[T ofVersion] struct {
	db      *DB
	compute func(context.Context) (T, error)

	mu     sync.Mutex
	latest T
	has    bool       // latest is something
	coming *coming[T] // nil while none is being computed
}

// ofVersion is what was computed of one version of the data.
type ofVersion interface {
	version() int64
	empty() bool // of stores
}

// coming is something that is being computed. ready is closed when it is done.
type coming[T any] struct {
	ready chan struct{}
	value T
	err   error
}

// patience is how long a page waits for new figures before it shows those it
// had: an import of this process has made them before it says Complete, and one
// of another process is no reason for pages to hang.
const patience = 50 * time.Millisecond

func newShared[T ofVersion](db *DB, compute func(context.Context) (T, error)) *shared[T] {
	return &shared[T]{db: db, compute: compute}
}

// present is of the data as they are now, or newer.
func (s *shared[T]) present(ctx context.Context) (none T, err error) {
	asked, err := s.db.DataVersion(ctx)
	if err != nil {
		return none, err
	}
	for {
		latest, _, coming := s.of(ctx, asked.Version)
		if coming == nil {
			return latest, nil
		}
		// It may have begun before what the caller knows of was committed: then
		// ask once more. What is committed from now on need not be in it, or
		// there might never be one.
		if value, err := coming.wait(ctx); err != nil || value.version() >= asked.Version {
			return value, err
		}
	}
}

// recent is of the data as they were a while ago, where newer ones take long.
func (s *shared[T]) recent(ctx context.Context) (none T, err error) {
	mark, err := s.db.Mark(ctx)
	if err != nil {
		return none, err
	}
	latest, has, coming := s.of(ctx, mark.Data)
	if coming == nil {
		return latest, nil
	}
	if !has || latest.empty() { // nothing is not worth showing
		return coming.wait(ctx)
	}
	enough := time.NewTimer(patience)
	defer enough.Stop()
	select {
	case <-coming.ready:
		return coming.value, coming.err
	case <-enough.C:
		return latest, nil
	}
}

// of is what there is of a version or a later one, or else of the one before it,
// if any, and what is coming.
func (s *shared[T]) of(ctx context.Context, version int64) (latest T, has bool, next *coming[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.has && s.latest.version() >= version {
		return s.latest, true, nil
	}
	if s.coming == nil {
		s.coming = &coming[T]{ready: make(chan struct{})}
		// A visitor who leaves must not spoil it for those who wait.
		go s.computeOne(context.WithoutCancel(ctx), s.coming)
	}
	return s.latest, s.has, s.coming
}

func (s *shared[T]) computeOne(ctx context.Context, next *coming[T]) {
	next.value, next.err = s.compute(ctx)
	if next.err == nil {
		s.offer(next.value)
	}
	s.mu.Lock()
	s.coming = nil
	s.mu.Unlock()
	s.db.marks.wrote() // what was made from the one before is out of date
	close(next.ready)
}

// offer keeps a value, unless there is one of newer data.
func (s *shared[T]) offer(value T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.has || s.latest.version() < value.version() {
		s.latest, s.has = value, true
	}
}

func (c *coming[T]) wait(ctx context.Context) (none T, err error) {
	select {
	case <-c.ready:
		return c.value, c.err
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
}
