package access

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"lightson/models"
	"lightson/models/uptime"
)

// A mark is a column that says when something was last used.
type mark struct{ table, column, id string }

// marks writes in the background when things were last used, so that no request waits
// for whoever writes on SQLite. Of each mark at most one write waits.
type marks struct {
	db  *models.DB
	log *slog.Logger

	mu      sync.Mutex
	waiting map[mark]uptime.Instant // also those that are being written
	running bool
	closed  bool
	idle    chan struct{} // closed while nothing is being written
}

func newMarks(db *models.DB, log *slog.Logger) *marks {
	idle := make(chan struct{})
	close(idle)
	return &marks{db: db, log: log, waiting: map[mark]uptime.Instant{}, idle: idle}
}

// note has a mark written, unless its last value is recent.
func (m *marks) note(k mark, last, now uptime.Instant) {
	if age := time.Duration(now-last) * time.Microsecond; age < seenEvery && age >= 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed || now-m.waiting[k] < uptime.Instant(seenEvery.Microseconds()) {
		return
	}
	m.waiting[k] = now
	if !m.running {
		m.running, m.idle = true, make(chan struct{})
		go m.run()
	}
}

// marksWithin bounds the wait for a database that is written by others.
const marksWithin = time.Minute

// run writes marks until none waits. One that could not be written is dropped: it is
// noted again at the next use.
func (m *marks) run() {
	for {
		batch := m.take()
		if batch == nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), marksWithin)
		err := models.Caught(func() error { return m.write(ctx, batch) })
		cancel()
		if err != nil {
			m.log.Warn("when something was last used is not written", "marks", len(batch), "error", err)
		}
		m.mu.Lock()
		for k, written := range batch {
			if m.waiting[k] == written { // else it was noted again meanwhile
				delete(m.waiting, k)
			}
		}
		m.mu.Unlock()
	}
}

// take copies what waits; nil where nothing does, and then run ends.
func (m *marks) take() map[mark]uptime.Instant {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.waiting) == 0 {
		m.running = false
		close(m.idle)
		return nil
	}
	return maps.Clone(m.waiting)
}

// write writes each mark in a transaction of its own: one that locks several rows could
// lock those of somebody's sessions in another order than the end of all of them does.
func (m *marks) write(ctx context.Context, batch map[mark]uptime.Instant) error {
	for k, at := range batch {
		err := m.db.Update(ctx, func(tx *models.Tx) error {
			return tx.GORM(ctx).Table(k.table).Where("id = ?", k.id).Update(k.column, at).Error
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// flush waits until nothing waits to be written.
func (m *marks) flush(ctx context.Context) error {
	m.mu.Lock()
	idle := m.idle
	m.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close lets nothing more be noted, and waits for what waits.
func (m *marks) close(ctx context.Context) error {
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	return m.flush(ctx)
}
