package jobs

import (
	"crypto/sha256"
	"hash"
	"io"
)

// A checksumReader sums up what is read through it, in a goroutine of its own:
// it takes a good part of the time that reading the rows takes.
type checksumReader struct {
	src    io.Reader
	hash   hash.Hash
	full   chan []byte
	empty  chan []byte
	summed chan struct{}
}

// blocksAhead bounds what waits to be summed up.
const blocksAhead = 4

func newChecksumReader(src io.Reader) *checksumReader {
	r := &checksumReader{
		src: src, hash: sha256.New(),
		full: make(chan []byte, blocksAhead), empty: make(chan []byte, blocksAhead), summed: make(chan struct{}),
	}
	go func() {
		defer close(r.summed)
		for block := range r.full {
			r.hash.Write(block)
			select {
			case r.empty <- block:
			default:
			}
		}
	}()
	return r
}

func (r *checksumReader) Read(p []byte) (int, error) {
	n, err := r.src.Read(p)
	if n > 0 {
		var block []byte
		select {
		case block = <-r.empty:
		default:
		}
		r.full <- append(block[:0], p[:n]...)
	}
	return n, err
}

// sum waits for what was read to be summed up. Nothing can be read after it.
func (r *checksumReader) sum() string {
	close(r.full)
	<-r.summed
	return checksumText(r.hash)
}
