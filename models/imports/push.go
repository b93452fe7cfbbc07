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

// A Push is polls that a program sends, checked but not yet merged. It can be
// merged once, by a Pusher.
type Push struct {
	Bytes int64 // as they were sent, for the record

	check   feed.PollCheck
	batch   *Batch
	rows    []pushRow
	answers []PushAnswer
	log     *rejectLog
	rejects bytes.Buffer // as CSV
}

// pushRow is a row that was not rejected.
type pushRow struct {
	answer int // its place among the answers
	store  uint32
	day    int32
	mark   uint64
}

// Outcome is what became of a row that was pushed.
type Outcome string

// Every row is exactly one of them.
const (
	KeptRow        Outcome = "kept"        // new to the database
	DuplicateRow   Outcome = "duplicate"   // already known, or before it in the same push
	ConflictingRow Outcome = "conflicting" // another row says otherwise of the same instant; inactive wins
	RejectedRow    Outcome = "rejected"
)

// A PushAnswer is what its sender is told of a row.
type PushAnswer struct {
	Outcome Outcome
	Reject  feed.Reject // where it was rejected
}

// NewPush is a push without polls yet. now is the clock that tells polls from
// the future.
func NewPush(now time.Time) *Push {
	p := &Push{check: feed.NewPollCheck(now), batch: NewBatch("", now)}
	p.log = &rejectLog{out: csv.NewWriter(&p.rejects)}
	p.log.header(feed.Header{Columns: feed.PollColumns()})
	return p
}

// Rows is how many rows there are, bad ones included.
func (p *Push) Rows() int { return len(p.answers) }

// Add adds a poll by its values as text, under the rules for the rows of a
// file. A bad one is rejected, which the answers will say.
func (p *Push) Add(store, status, timestamp string) error {
	poll, reject := p.check.Poll(store, status, timestamp)
	if reject != nil {
		reject.Fields = []string{store, status, timestamp}
		return p.Reject(*reject)
	}
	number, err := p.batch.store(poll.Store)
	if err != nil {
		return err
	}
	if err := p.batch.addPoll(poll.Store, poll.At, poll.Active); err != nil {
		return err
	}
	day, micro := polls.Split(uptime.Instant(poll.At))
	p.rows = append(p.rows, pushRow{len(p.answers), number, day, polls.MarkOf(micro, poll.Active)})
	p.answers = append(p.answers, PushAnswer{})
	return nil
}

// Reject adds a row from which no poll can be read.
func (p *Push) Reject(r feed.Reject) error {
	p.answers = append(p.answers, PushAnswer{Outcome: RejectedRow, Reject: r})
	return p.log.add(r)
}

// Close removes what a push of very many days has put aside.
func (p *Push) Close() error { return p.batch.Close() }
