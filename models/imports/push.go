package imports

import (
	"bytes"
	"encoding/csv"
	"time"

	"lightson/models/feed"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// MaxPush is how many polls can be pushed at once.
const MaxPush = 10_000

// A Push holds polls that a program sent, checked but not yet merged. A Pusher can
// merge it once. It is not safe for concurrent use. Call Close when done.
type Push struct {
	Bytes int64 // size of the request's body, for the record

	now        time.Time
	check      feed.PollCheck
	batch      *Batch
	rows       []pushRow
	answers    []PushAnswer
	rejectLog  *rejectLog
	rejectsCSV bytes.Buffer // what rejectLog writes
}

// A pushRow is a row that was not rejected.
type pushRow struct {
	answer int    // index of its answer
	store  uint32 // number within the batch
	day    int32
	mark   uint64
	reason string
}

// An Outcome says what became of a row that was pushed.
type Outcome string

// Every row has exactly one outcome.
const (
	KeptRow        Outcome = "kept"        // new to the database
	DuplicateRow   Outcome = "duplicate"   // already known, or earlier in the same push
	ConflictingRow Outcome = "conflicting" // the instant has the other state as well; inactive wins
	RejectedRow    Outcome = "rejected"
)

// A PushAnswer tells the sender what became of a row.
type PushAnswer struct {
	Outcome Outcome
	Reject  feed.Reject // why it was rejected, if it was
}

// NewPush is a push without rows. now is the clock by which polls from the future
// are rejected.
func NewPush(now time.Time) *Push {
	p := &Push{now: now, check: feed.NewPollCheck(now), batch: NewBatch("", now)}
	p.rejectLog = &rejectLog{out: csv.NewWriter(&p.rejectsCSV)}
	p.rejectLog.setHeader(feed.Header{Columns: feed.PollColumns()})
	return p
}

// Rows is the number of rows so far, rejected ones included.
func (p *Push) Rows() int { return len(p.answers) }

// Add adds a poll by its values as text, under the same rules as a row of a polls
// file. A bad poll is no error: it is rejected, as its answer will say.
// The reason may be empty.
func (p *Push) Add(store, status, timestamp, reason string) error {
	poll, reject := p.check.Poll(store, status, timestamp, reason)
	if reject != nil {
		reject.Fields = []string{store, status, timestamp}
		return p.Reject(*reject)
	}
	number, err := p.batch.number(poll.Store)
	if err != nil {
		return err
	}
	if err := p.batch.addPoll(poll.Store, poll.At, poll.Active, poll.Reason); err != nil {
		return err
	}
	day, micro := polls.Split(uptime.Instant(poll.At))
	p.rows = append(p.rows, pushRow{len(p.answers), number, day, polls.MarkOf(micro, poll.Active), string(poll.Reason)})
	p.answers = append(p.answers, PushAnswer{})
	return nil
}

// Reject adds a row from which no poll can be read. r says why.
func (p *Push) Reject(r feed.Reject) error {
	p.answers = append(p.answers, PushAnswer{Outcome: RejectedRow, Reject: r})
	return p.rejectLog.add(r)
}

// Close removes the temporary file that a push of very many days needs.
func (p *Push) Close() error { return p.batch.Close() }
