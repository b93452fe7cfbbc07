package feed

import "lightson/models/words"

// A Poll is one observation of one store.
type Poll struct {
	Store  []byte // only valid during the call
	At     int64  // microseconds since 1970-01-01 00:00 UTC
	Active bool
	Reason []byte // why it is not active, on one line, at most 200 bytes; empty = not said; only valid during the call
}

const (
	maxStoreID = 128 // bytes
	maxReason  = 200 // bytes
)

func (r *reader) takePoll() error {
	poll, wrong, expected := r.horizon.parsePoll(r.value(storeID), r.value(status), r.value(timestamp))
	if expected != "" {
		return r.rejectPoll(poll, wrong, expected)
	}
	if r.has(reason) && !poll.Active {
		poll.Reason = parseReason(r.value(reason))
	}
	r.countStatus()
	return r.accepted(r.sink.Poll(poll))
}

// rejectPoll rejects a poll for one of its values, and says of one that is ahead how
// far.
func (r *reader) rejectPoll(p Poll, wrong column, expected words.Text) error {
	if expected != aheadExpected {
		return r.rejectValue(wrong, expected)
	}
	found := r.horizon.found(shorten(r.value(wrong)), p.At)
	return r.giveReject(Reject{Column: r.Columns[r.at[wrong]], Found: found, Expected: r.horizon.expected})
}

// parsePoll reads the three values of a poll. Where one of them is bad it says
// which, and what was expected instead. A poll that is ahead of the clock is whole.
func (h horizon) parsePoll(store, state, instant []byte) (p Poll, wrong column, expected words.Text) {
	if p.Store, expected = parseStore(store); expected != "" {
		return p, storeID, expected
	}
	if p.Active, expected = parseStatus(state); expected != "" {
		return p, status, expected
	}
	if p.At, expected = parseTimestamp(instant); expected != "" {
		return p, timestamp, expected
	}
	if h.isBefore(p.At) {
		return p, timestamp, aheadExpected
	}
	return p, 0, ""
}

// parseReason reads why a store is not active. A reason is never bad: what is too long is
// cut.
func parseReason(text []byte) []byte { return cutText(cleanText(text), maxReason) }

// The parsers of values take them without blanks around them. They return what
// was expected instead, which is empty where the value is good.

func parseStore(text []byte) (store []byte, expected words.Text) {
	if len(text) == 0 || len(text) > maxStoreID {
		return nil, "a store id of 1 to 128 bytes"
	}
	return text, ""
}
