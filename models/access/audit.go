package access

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"lightson/models"
	"lightson/models/uptime"
)

// A Record says who did what. Records are added and never changed.
type Record struct {
	ID         int64 // of its row; 0 before it is written
	At         uptime.Instant
	WhoKind    Kind
	WhoID      string
	Who        string // the name as it was then
	Action     Action
	TargetKind string // such as "person", "import"
	Target     string
	Detail     string
	Outcome    Outcome
	Address    string // from where
}

// TableName implements GORM's Tabler.
func (Record) TableName() string { return "audit" }

// Outcome says how an action ended. Its text is stored.
type Outcome string

// The outcomes.
const (
	Done    Outcome = "done"
	Refused Outcome = "refused"
	Failed  Outcome = "failed"
)

// RecordOf begins a record of what a principal does.
func RecordOf(p Principal, action Action) Record {
	return Record{WhoKind: p.Kind, WhoID: p.ID, Who: p.Name, Action: action, Outcome: Done}
}

// cleaned is the record as it may be kept: much of it comes from requests.
func (r Record) cleaned(now uptime.Instant) Record {
	r.ID = 0
	if r.At == 0 {
		r.At = now
	}
	r.WhoID, r.Who, r.Action = short(r.WhoID, 100), short(r.Who, 300), Action(short(string(r.Action), 100))
	r.TargetKind, r.Target, r.Detail, r.Address = short(r.TargetKind, 50), short(r.Target, 300), short(r.Detail, 1000), short(r.Address, 100)
	return r
}

// logged is the record for the log, where it could not be kept.
func (r Record) logged() slog.Attr {
	return slog.Group("record", "at", r.At.Time(), "who_kind", r.WhoKind, "who_id", r.WhoID, "who", r.Who, "action", r.Action,
		"target_kind", r.TargetKind, "target", r.Target, "detail", r.Detail, "outcome", r.Outcome, "address", r.Address)
}

// An Audit writes and reads the audit log. One goroutine writes, in the order in which
// records came; whoever records waits a moment for it, and no longer: on SQLite an import
// may be writing.
type Audit struct {
	db  *models.DB
	log *slog.Logger
	now func() time.Time

	queue chan entry
	done  chan struct{} // closed when all is written after Close

	mu     sync.RWMutex // held for writing to close the queue
	closed bool
}

// entry is a record that waits, or nothing but somebody who waits for those before it.
type entry struct {
	record  Record
	written chan struct{} // closed when it is written
	flush   bool
}

const (
	// recordWait is how long a request waits for its record to be written.
	recordWait = 50 * time.Millisecond
	// queuedRecords may wait in memory. Beyond them requests wait.
	queuedRecords = 1024
	// recordsPerWrite bounds one transaction.
	recordsPerWrite = 100
	// recordWithin bounds the tries to write a record. After that it goes to the log.
	recordWithin = 2 * time.Minute
	// recordAgain is the pause between two tries.
	recordAgain = time.Second
)

// NewAudit opens the audit log of a migrated database. Close it before the database.
// What cannot be written goes to the log.
func NewAudit(db *models.DB, log *slog.Logger) *Audit {
	a := &Audit{db: db, log: log, now: time.Now, queue: make(chan entry, queuedRecords), done: make(chan struct{})}
	go a.run()
	return a
}

// Record adds a record. It returns when it is written, or a moment later: then it is
// written in the background, also where ctx has ended.
func (a *Audit) Record(ctx context.Context, r Record) {
	written := a.add(ctx, r)
	patience := time.NewTimer(recordWait)
	defer patience.Stop()
	select {
	case <-written:
	case <-patience.C:
	}
}

// RecordLater adds a record that is written in the background. It is for requests that
// are answered at once, whatever the database does meanwhile.
func (a *Audit) RecordLater(ctx context.Context, r Record) { a.add(ctx, r) }

// add adds a record to the queue. The channel is closed when it is written, or when it
// never will be.
func (a *Audit) add(ctx context.Context, r Record) (written <-chan struct{}) {
	e := entry{record: r.cleaned(uptime.At(a.now())), written: make(chan struct{})}
	if !a.enqueue(e) {
		a.log.ErrorContext(ctx, "an action came after the audit log was closed", e.record.logged())
		close(e.written)
	}
	return e.written
}

// enqueue waits for a place in the queue. It reports whether the queue is open.
func (a *Audit) enqueue(e entry) bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if a.closed {
		return false
	}
	a.queue <- e
	return true
}

// Flush waits until everything is written that was recorded before.
func (a *Audit) Flush(ctx context.Context) error {
	e := entry{flush: true, written: make(chan struct{})}
	if !a.enqueue(e) {
		return nil
	}
	select {
	case <-e.written:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close takes no more records, and waits until those are written that wait. Where ctx
// ends before, they are still being written.
func (a *Audit) Close(ctx context.Context) error {
	a.mu.Lock()
	if !a.closed {
		a.closed = true
		close(a.queue)
	}
	a.mu.Unlock()
	select {
	case <-a.done:
		return nil
	case <-ctx.Done():
		return errors.Join(errors.New("records of the audit log are still to be written"), ctx.Err())
	}
}

// run writes what waits, until the queue is closed and empty.
func (a *Audit) run() {
	defer close(a.done)
	for first := range a.queue {
		batch := []entry{first}
		for more := true; more && len(batch) < recordsPerWrite; {
			select {
			case e, open := <-a.queue:
				if more = open; open {
					batch = append(batch, e)
				}
			default:
				more = false
			}
		}
		a.keep(batch)
	}
}

// keep writes a batch, or puts it into the log.
func (a *Audit) keep(batch []entry) {
	var records []Record
	for _, e := range batch {
		if !e.flush {
			records = append(records, e.record)
		}
	}
	if len(records) > 0 {
		if err := models.Caught(func() error { return a.persist(records) }); err != nil {
			for _, r := range records {
				a.log.Error("a record of the audit log could not be written", r.logged(), "error", err)
			}
		}
	}
	for _, e := range batch {
		close(e.written)
	}
}

// persist writes records, and tries again for as long as the database is away or busy.
func (a *Audit) persist(records []Record) error {
	ctx, cancel := context.WithTimeout(context.Background(), recordWithin)
	defer cancel()
	for {
		err := a.db.Update(ctx, func(tx *models.Tx) error {
			for n := range records {
				records[n].ID = 0 // of a try that failed
			}
			return tx.GORM(ctx).Create(&records).Error
		})
		if err == nil || ctx.Err() != nil || !models.Away(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("tried for %s: %w", recordWithin, err)
		case <-time.After(recordAgain):
		}
	}
}
