package feed

import (
	"io"
	"time"
)

// MaxRowSize and BufferSize are what a reader holds at most.
const (
	MaxRowSize = maxRowSize
	BufferSize = blockSize + maxRowSize
)

// ReadPlainly is Read without the fast path.
func ReadPlainly(src io.Reader, now time.Time, sink Sink) (Summary, error) {
	r := newReader(newScanner(src, blockSize, maxRowSize), now, sink)
	r.plainly = true
	return r.read()
}

// FastRows is how many rows the fast path takes before it leaves one.
func FastRows(src io.Reader, now time.Time) (int64, error) {
	r := newReader(newScanner(src, blockSize, maxRowSize), now, Sink{})
	if err := r.readHeader(); err != nil {
		return 0, err
	}
	err := r.takePlainPolls()
	return r.Rows, err
}

// ReadBlocks is Read with other sizes, so that small files have many blocks.
func ReadBlocks(src io.Reader, now time.Time, sink Sink, block, maxRow int) (Summary, error) {
	return newReader(newScanner(src, block, maxRow), now, sink).read()
}

var (
	ParseTimestamp = parseTimestamp
	ParseClock     = parseClock
	Shorten        = shorten
	IsDigits       = isDigits
)

// IsSafe reports whether no part of a text is a formula.
func IsSafe(text string) bool {
	for p := range parts(text) {
		if isFormula(p) {
			return false
		}
	}
	return true
}

// Unguard takes the guards off a text.
func Unguard(text string) string { return string(unguard([]byte(text))) }

// FastTimestamps reads timestamps the way that only saves time, one after another.
func FastTimestamps() func(text []byte) (at int64, ok bool) {
	var c fastClock
	return c.read
}
