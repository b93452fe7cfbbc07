package feed

import (
	"bytes"
	"time"
)

// A Poll is one observation of one store.
type Poll struct {
	Store  []byte // only valid during the call
	At     int64  // microseconds since 1970-01-01 00:00 UTC
	Active bool
}

const maxStoreID = 128 // bytes

func (r *reader) takePoll() error {
	poll, wrong, expected := r.horizon.parsePoll(r.value(storeID), r.value(status), r.value(timestamp))
	if expected != "" {
		return r.rejectValue(wrong, expected)
	}
	return r.accepted(r.sink.Poll(poll))
}

// parsePoll reads the three values of a poll. Where one of them is bad it says
// which, and what was expected instead.
func (h horizon) parsePoll(store, state, instant []byte) (p Poll, wrong column, expected string) {
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
		return p, timestamp, h.expected
	}
	return p, 0, ""
}

// The parsers of values take them without blanks around them. They return what
// was expected instead, which is empty where the value is good.

func parseStore(text []byte) (store []byte, expected string) {
	if len(text) == 0 || len(text) > maxStoreID {
		return nil, "a store id of 1 to 128 bytes"
	}
	return text, ""
}

func parseStatus(text []byte) (active bool, expected string) {
	switch {
	case bytes.EqualFold(text, []byte("active")):
		return true, ""
	case bytes.EqualFold(text, []byte("inactive")):
		return false, ""
	default:
		return false, "active or inactive"
	}
}

// A horizon is how far ahead of the clock a poll may be: pollers' clocks may
// be wrong by a little, or by a zone.
type horizon struct {
	last     int64 // the last good instant, in microseconds since 1970-01-01 UTC
	expected string
}

func newHorizon(now time.Time) horizon {
	const ahead = 24 * time.Hour
	return horizon{
		last:     now.Add(ahead).UnixMicro(),
		expected: "a time at most 24 hours ahead of now, " + now.UTC().Format("2006-01-02 15:04:05 UTC"),
	}
}

func (h horizon) isBefore(at int64) bool { return at > h.last }
