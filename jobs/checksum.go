package jobs

import (
	"crypto/sha256"
	"hash"
	"io"
)

// A checksumReader computes the checksum of what is read through it. It does so in
// a goroutine of its own, since that takes a good part of the time that reading
// the rows takes.
type checksumReader struct {
	src   io.Reader
	hash  hash.Hash
	full  chan []byte // blocks that were read
	empty chan []byte // blocks to be used again
	done  chan struct{}
}

// blocksAhead bounds how many blocks wait for the checksum.
const blocksAhead = 4

func newChecksumReader(src io.Reader) *checksumReader {
	r := &checksumReader{
		src: src, hash: sha256.New(),
		full: make(chan []byte, blocksAhead), empty: make(chan []byte, blocksAhead), done: make(chan struct{}),
	}
	go func() {
		defer close(r.done)
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

// sum waits for the checksum of what was read. Nothing can be read after it.
func (r *checksumReader) sum() string {
	close(r.full)
	<-r.done
	return checksumText(r.hash)
}
