package logs

import (
	"io"
	"sync"
	"time"
)

// A Buffer writes the lines of [Line] some at a time, for each of which the system would be
// called otherwise. Whatever else is logged is written at once, after the lines before it. A
// process that is killed loses lines of the last gatherFor; use Flush before one ends.
type Buffer struct {
	mu    sync.Mutex
	w     io.Writer
	lines []byte
	due   *time.Timer
}

const (
	// gatherFor is how long a line waits for others. Whoever follows the log sees no delay.
	gatherFor = 100 * time.Millisecond
	// gatherUpTo is how many bytes of lines are written together at most.
	gatherUpTo = 32 << 10
)

// NewBuffer makes a Buffer in front of a writer, which is written to by one goroutine at a time.
func NewBuffer(w io.Writer) *Buffer {
	b := &Buffer{w: w, lines: make([]byte, 0, gatherUpTo)}
	b.due = time.AfterFunc(gatherFor, b.Flush)
	return b
}

// Write implements io.Writer.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.flush()
	return b.w.Write(p)
}

// Flush writes the lines that wait. Errors are ignored, as slog ignores them: there is nobody
// to tell.
func (b *Buffer) Flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.flush()
}

func (b *Buffer) flush() {
	if len(b.lines) > 0 {
		_, _ = b.w.Write(b.lines)
		b.lines = b.lines[:0]
	}
}

// gather keeps a line until it is written with others.
func (b *Buffer) gather(line []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case len(b.lines) == 0:
		b.due.Reset(gatherFor)
	case len(b.lines)+len(line) > gatherUpTo:
		b.flush()
	}
	b.lines = append(b.lines, line...)
}
