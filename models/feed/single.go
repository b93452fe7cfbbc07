package feed

import (
	"bytes"
	"time"
	"unicode/utf8"

	"lightson/models/words"
)

// A PollCheck holds polls that come by another way than a file to the rules for
// the rows of a file.
type PollCheck struct{ horizon horizon }

// NewPollCheck is a check by the clock, now: polls more than MostAhead ahead of
// it are rejected.
func NewPollCheck(now time.Time) PollCheck { return PollCheck{newHorizon(now)} }

// PollColumns are what the values of a poll are called.
func PollColumns() []string {
	return namesOf(Polls.columns())
}

// Poll reads the values of a poll, as they stand in the columns. Where one is
// bad, reject says why. The reason of the poll, why, may be empty.
func (c PollCheck) Poll(store, state, instant, why string) (p Poll, reject *Reject) {
	var values [columnCount][]byte
	values[storeID], values[status], values[timestamp], values[reason] = []byte(store), []byte(state), []byte(instant), []byte(why)
	for n, value := range values {
		if !utf8.Valid(value) || bytes.IndexByte(value, 0) >= 0 {
			return p, NewReject(columnNames[n][0], value, UTF8.wellEncoded())
		}
		values[n] = bytes.TrimSpace(value)
	}
	p, wrong, expected := c.horizon.parsePoll(values[storeID], values[status], values[timestamp])
	if expected != "" {
		reject := NewReject(columnNames[wrong][0], values[wrong], expected)
		if expected == aheadExpected {
			reject.Found, reject.Expected = c.horizon.found(reject.Found, p.At), c.horizon.expected
		}
		return p, reject
	}
	if !p.Active {
		p.Reason = parseReason(values[reason])
	}
	return p, nil
}

// NewReject rejects a row that is of no file for what was found in a column, or
// as a whole where column is empty.
func NewReject(column string, found []byte, expected words.Text) *Reject {
	return &Reject{Column: column, Found: shorten(bytes.TrimSpace(found)), Expected: string(expected)}
}
