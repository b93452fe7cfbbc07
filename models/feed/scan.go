package feed

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"lightson/models/words"
)

const (
	blockSize  = 256 << 10 // read at once
	maxRowSize = 64 << 10  // of one row, its line end included
)

// A scanner cuts a file into rows, in UTF-8 or in bytes of Windows-1252. It holds one block and one row at most.
type scanner struct {
	src      io.Reader
	buf      []byte
	from, to int  // buf[from:to] is not yet cut
	ended    bool // src has no more
	line     int  // physical line at from, 1 = the first
	size     int  // of the row before from, its line end included
	maxRow   int
}

func newScanner(src io.Reader, block, maxRow int) *scanner {
	return &scanner{src: src, buf: make([]byte, block+maxRow), line: 1, maxRow: maxRow}
}

// next cuts the next row that is not blank. It is false at the end of the
// file. The row is valid until the next call.
func (s *scanner) next(r *row) (bool, error) {
	for {
		if err := s.fill(); err != nil {
			return false, err
		}
		text := s.unread()
		if len(text) == 0 {
			return false, nil
		}
		last := s.ended && len(text) <= s.maxRow
		text = text[:min(len(text), s.maxRow)]

		r.line = s.line
		size, ends := r.cut(text, last)
		if !ends {
			return false, s.tooLong(r)
		}
		s.size = size
		s.skip(size, bytes.Count(text[:size], []byte{'\n'}))
		if !r.blank() {
			return true, nil
		}
	}
}

// unread is what was read and not yet cut.
func (s *scanner) unread() []byte { return s.buf[s.from:s.to] }

// skip goes on by size bytes, in which lines line feeds stand.
func (s *scanner) skip(size, lines int) {
	s.from += size
	s.line += lines
}

// back goes back to the start of the row that was cut last, on its line.
func (s *scanner) back(line int) { s.from, s.line = s.from-s.size, line }

// fill reads on unless a whole row is in the buffer already. After it, unread
// is longer than a row may be or is all the rest of the file.
func (s *scanner) fill() error {
	if s.ended || s.to-s.from > s.maxRow {
		return nil
	}
	s.to = copy(s.buf, s.unread())
	s.from = 0
	// Not io.ReadFull: it cannot tell the end of the file from a source that
	// itself says io.ErrUnexpectedEOF, as an upload does that was cut off.
	for idle := 0; s.to < len(s.buf); {
		n, err := s.src.Read(s.buf[s.to:])
		s.to += n
		if err == io.EOF { // not errors.Is: a wrapped EOF is somebody's failure
			s.ended = true
			return nil
		}
		if idle++; n > 0 {
			idle = 0
		}
		if err == nil && idle == 100 {
			err = io.ErrNoProgress
		}
		if err != nil {
			return s.failed(err)
		}
	}
	return nil
}

// failed is what an error of the source means. One that has to unpack or to
// decode the file may find only on the way that it is no good.
func (s *scanner) failed(err error) error {
	var refused *RefusedError
	if errors.As(err, &refused) {
		return refused
	}
	return fmt.Errorf("read on from line %d: %w", s.line, err)
}

// tooLong refuses the file for a row that does not end in time.
func (s *scanner) tooLong(r *row) error {
	size := fmt.Sprintf("%d KiB", s.maxRow>>10)
	found := words.Later("a row longer than {size}", "size", size)
	if r.open {
		found = words.Later("a row longer than {size}, with a quote that is never closed", "size", size)
	}
	return &RefusedError{Line: s.line, Found: found, Expected: words.Later("at most {size} in a row", "size", size)}
}
