package jobs

import "io"

// A countingReader counts the bytes that are read through it, and tells how many
// there were so far. tell may be nil.
type countingReader struct {
	src   io.Reader
	bytes int64
	tell  func(bytes int64)
}

func (r *countingReader) Read(p []byte) (int, error) {
	n, err := r.src.Read(p)
	r.bytes += int64(n)
	if r.tell != nil {
		r.tell(r.bytes)
	}
	return n, err
}
