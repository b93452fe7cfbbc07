package feed

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"
)

// A Summary counts the rows of a file: Rows = Accepted + Rejected.
type Summary struct {
	Header
	Rows, Accepted, Rejected int64

	HeadersAgain    int64        // rows that were the header once more; they count as no rows
	HeaderAgainLine int          // of the first of them; 0 where there is none
	Statuses        []StatusWord // words other than active and inactive, in a fixed order
}

// Read reads one feed file to its end and gives its rows to sink. now is the
// clock: polls more than MostAhead ahead of it are rejected.
//
// A file that as a whole is not a feed gives a *RefusedError, perhaps after
// some of its rows. Other errors are those of src and of sink, wrapped. With
// an error, the summary counts what was read before it.
func Read(src io.Reader, now time.Time, sink Sink) (Summary, error) {
	return newReader(newScanner(src, blockSize, maxRowSize), now, sink).read()
}

// A reader reads one file.
type reader struct {
	scan    *scanner
	sink    Sink
	horizon horizon
	plainly bool // without the fast path, for tests
	decided bool // whether the encoding can still change
	ascii   bool // the row is ASCII
	clock   fastClock

	statuses [len(statusWords)]int64    // how often each word was read; the usual ones are not counted
	days     struct{ zero, seven bool } // which days occur in a file of hours

	at       places
	surplus  []int // see SurplusColumns
	row      row
	rejected []string // room for Reject.Fields
	Summary
}

func newReader(scan *scanner, now time.Time, sink Sink) *reader {
	return &reader{scan: scan, sink: sink.orDiscard(), horizon: newHorizon(now)}
}

func (r *reader) read() (Summary, error) {
	err := r.readHeader()
	if err == nil {
		err = r.readRows()
	}
	if err == nil && r.days.seven && !r.days.zero && !r.FromRejects {
		err = errDaysFromOne
	}
	r.Statuses = r.statusesRead()
	return r.Summary, err
}

func (r *reader) readHeader() error {
	if err := r.scan.fill(); err != nil {
		return err
	}
	if err := r.tellEncoding(); err != nil {
		return err
	}
	if refused := sniffText(r.scan.unread()); refused != nil {
		return refused
	}
	if bytes.HasPrefix(r.scan.unread(), []byte(ByteOrderMark)) {
		r.scan.skip(len(ByteOrderMark), 0)
	}
	if err := r.tellHeader(); err != nil {
		return err
	}
	r.surplus = SurplusColumns(r.Columns)
	return r.given(r.sink.Header(r.Header), r.row.line)
}

func (r *reader) readRows() error {
	fast := r.isPlainPolls() && !r.plainly
	for {
		if fast && (r.Rows >= firstRows || r.sink.First == nil) {
			if err := r.takePlainPolls(); err != nil {
				return err
			}
		}
		found, err := r.nextRow()
		if err != nil || !found {
			return err
		}
		if err := r.takeRow(); err != nil {
			return err
		}
	}
}

// takeRow gives the row to the sink, as what it says or as a reject.
func (r *reader) takeRow() error {
	if r.isHeaderAgain() {
		if r.HeadersAgain++; r.HeadersAgain == 1 {
			r.HeaderAgainLine = r.row.line
		}
		return nil
	}
	if r.Rows < firstRows && r.sink.First != nil {
		if err := r.showFirst(); err != nil {
			return err
		}
	}
	r.Rows++
	if r.FromRejects {
		unguardAll(r.row.fields)
	}
	if r.row.fault != "" {
		return r.rejectRow(shorten(r.row.text), string(r.row.fault))
	}
	if found, expected := len(r.row.fields), len(r.Columns); found != expected {
		return r.rejectRow(fieldCount(found), fieldCount(expected))
	}
	if r.FromRejects && r.hasSurplus() {
		return r.rejectRow("fields beyond the column "+rejectColumns[2], string(noneThere))
	}
	if !r.ascii || bytes.IndexByte(r.row.text, 0) >= 0 {
		for i, field := range r.row.fields {
			if !utf8.Valid(field) || bytes.IndexByte(field, 0) >= 0 {
				return r.reject(i, r.Encoding.wellEncoded())
			}
		}
	}
	switch r.Kind {
	case Polls:
		return r.takePoll()
	case Hours:
		return r.takeHours()
	case Zones:
		return r.takeZone()
	case SpecialDays:
		return r.takeSpecial()
	default:
		return r.takeNames()
	}
}

func fieldCount(n int) string {
	if n == 1 {
		return "1 field"
	}
	return strconv.Itoa(n) + " fields"
}

// value is what the row says in a column.
func (r *reader) value(c column) []byte { return bytes.TrimSpace(r.row.fields[r.at[c]]) }

// accepted counts the row, which the sink took unless it gave an error.
func (r *reader) accepted(err error) error {
	r.Accepted++
	return r.given(err, r.row.line)
}

// given wraps what the sink answered to the row at line.
func (r *reader) given(err error, line int) error {
	if err != nil {
		return fmt.Errorf("hand on line %d: %w", line, err)
	}
	return nil
}
