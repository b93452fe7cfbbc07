package unpack

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"

	"lightson/models/feed"
	"lightson/models/words"
)

// A gzipReader reads all members of a gzip archive as one file. Zeros may follow the
// last one, as tapes and some programs pad files; compress/gzip takes them for a
// damaged member.
type gzipReader struct {
	src  *bufio.Reader
	z    *gzip.Reader
	name string // in the header of the first member; may be empty
}

func newGzipReader(src io.Reader) (*gzipReader, error) {
	r := &gzipReader{src: bufio.NewReader(src)}
	var err error
	if r.z, err = gzip.NewReader(r.src); err != nil {
		return nil, err
	}
	r.name = r.z.Name
	r.z.Multistream(false)
	return r, nil
}

// Read implements io.Reader.
func (r *gzipReader) Read(p []byte) (int, error) {
	for {
		n, err := r.z.Read(p)
		if !errors.Is(err, io.EOF) {
			return n, err
		}
		if more, err := r.nextMember(); !more {
			return n, err
		}
		if n > 0 {
			return n, nil
		}
	}
}

// nextMember goes on with the next member. It is false at the end, with the error that
// a reader ends with.
func (r *gzipReader) nextMember() (bool, error) {
	start, err := r.src.Peek(len(gzipStart))
	switch {
	case string(start) == gzipStart:
		if err := r.z.Reset(r.src); err != nil {
			return false, err
		}
		r.z.Multistream(false)
		return true, nil
	case err != nil && !errors.Is(err, io.EOF):
		return false, err
	default:
		return false, r.endPadding()
	}
}

var errGzipJunk = &feed.RefusedError{
	Found:    words.Later("a gzip archive with something after its end"),
	Expected: words.Later("nothing after it but zeros"),
}

// endPadding reads the zeros behind the last member. It returns io.EOF where nothing
// else is there.
func (r *gzipReader) endPadding() error {
	zeros := make([]byte, 4<<10)
	for {
		n, err := r.src.Read(zeros)
		if len(bytes.Trim(zeros[:n], "\x00")) > 0 {
			return errGzipJunk
		}
		clear(zeros[:n])
		if err != nil {
			return err
		}
	}
}
