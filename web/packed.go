package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/labstack/echo/v4"
)

// A packed page is ready to be sent again and again. It is kept compressed, in pieces
// between the slots for keys, so that a key can be put in without compressing anything anew.
// A part that many pages have in common is a piece of each.
//
// Compressing is most of what it takes to send a page that was not kept; putting the pieces
// together is little.
type packed struct {
	pieces []piece
	size   int               // of the page
	sum    [sha256.Size]byte // of the page with empty slots
}

// A piece is deflated and ends at a byte (RFC 1951), so that another can follow.
type piece struct {
	deflated []byte
	size     int
	crc      uint32
	keyed    bool // a key stands before it
}

// deflaters are used again: each takes most of a megabyte.
var deflaters = sync.Pool{New: func() any {
	w, err := flate.NewWriter(nil, compression)
	if err != nil {
		panic(err) // there is no such level
	}
	return w
}}

// pack keeps nothing of body. Parts are those whose slots body has, in their order.
func pack(body []byte, parts ...*part) *packed {
	p, sum := &packed{size: len(body)}, sha256.New()
	sum.Write(body)
	deflater := deflaters.Get().(*flate.Writer) //nolint:forcetypeassert // the pool has nothing else
	defer deflaters.Put(deflater)
	var deflated bytes.Buffer
	add := func(text []byte, keyed bool) {
		deflated.Reset()
		deflater.Reset(&deflated)
		_, _ = deflater.Write(text) // a buffer takes everything
		_ = deflater.Flush()
		p.pieces = append(p.pieces, piece{bytes.Clone(deflated.Bytes()), len(text), crc32.ChecksumIEEE(text), keyed})
	}
	keyed := false
	for text := range bytes.SplitSeq(body, []byte(keySlot)) {
		for len(parts) > 0 {
			before, after, some := bytes.Cut(text, []byte(partSlot))
			if !some {
				break
			}
			add(before, keyed)
			p.pieces = append(p.pieces, parts[0].packed)
			p.size += len(parts[0].html)
			sum.Write(parts[0].sum[:])
			text, parts, keyed = after, parts[1:], false
		}
		add(text, keyed)
		keyed = true
	}
	sum.Sum(p.sum[:0])
	return p
}

// keyed reports whether the page has slots for keys.
func (p *packed) keyed() bool {
	return slices.ContainsFunc(p.pieces, func(one piece) bool { return one.keyed })
}

// kept is how many bytes it takes to keep the page.
func (p *packed) kept() (bytes int) {
	for _, one := range p.pieces {
		bytes += cap(one.deflated) + pieceBytes
	}
	return bytes
}

// pieceBytes is what a piece takes beside what is deflated.
const pieceBytes = 40

// send sends the page with a key, compressed to clients that take it.
func (p *packed) send(c echo.Context, key string) error {
	h := c.Response().Header()
	varyBy(h, "Accept-Encoding")
	if !takesGzip(c.Request()) {
		body, err := p.plain(key)
		if err != nil {
			return err
		}
		return c.HTMLBlob(http.StatusOK, body)
	}
	body := p.gzip(key)
	h.Set("Content-Encoding", "gzip")
	h.Set(echo.HeaderContentLength, strconv.Itoa(len(body)))
	return c.HTMLBlob(http.StatusOK, body)
}

var (
	// gzipHeader begins a stream of one member without a name or a time (RFC 1952).
	gzipHeader = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff}
	// lastBlock is an empty block that is the last one (RFC 1951).
	lastBlock = []byte{1, 0, 0, 0xff, 0xff}
)

// gzip is the page as one gzip stream. A key is a block that is not compressed.
func (p *packed) gzip(key string) []byte {
	stored := []byte{0}
	stored = binary.LittleEndian.AppendUint16(stored, uint16(len(key)))  //nolint:gosec // a UUID is short
	stored = binary.LittleEndian.AppendUint16(stored, ^uint16(len(key))) //nolint:gosec // likewise
	stored = append(stored, key...)
	out := make([]byte, 0, len(gzipHeader)+p.kept()+len(p.pieces)*len(stored)+len(lastBlock)+8)
	out = append(out, gzipHeader...)
	var crc uint32
	size := 0
	for _, one := range p.pieces {
		if one.keyed {
			out = append(out, stored...)
			crc = crc32.Update(crc, crc32.IEEETable, []byte(key))
			size += len(key)
		}
		out = append(out, one.deflated...)
		crc = joinCRC(crc, one.crc, one.size)
		size += one.size
	}
	out = append(out, lastBlock...)
	out = binary.LittleEndian.AppendUint32(out, crc)
	return binary.LittleEndian.AppendUint32(out, uint32(size)) //nolint:gosec // by RFC 1952, modulo 2^32
}

// plain is the page as it was rendered, with the key.
func (p *packed) plain(key string) ([]byte, error) {
	out := make([]byte, 0, p.size)
	for _, one := range p.pieces {
		if one.keyed {
			out = append(out, key...)
		}
		from := len(out)
		out = append(out, make([]byte, one.size)...)
		if _, err := io.ReadFull(flate.NewReader(bytes.NewReader(one.deflated)), out[from:]); err != nil {
			return nil, fmt.Errorf("inflate a page that was kept: %w", err)
		}
	}
	return out, nil
}

// joinCRC is the checksum of two texts one after the other, from that of each and the length
// of the second. A checksum depends on where it starts in a linear way, so what zeros make of
// the start is added to the second.
func joinCRC(first, second uint32, length int) uint32 {
	from, zero := first, uint32(0)
	for length > 0 {
		some := zeros[:min(length, len(zeros))]
		from, zero = crc32.Update(from, crc32.IEEETable, some), crc32.Update(zero, crc32.IEEETable, some)
		length -= len(some)
	}
	return from ^ zero ^ second
}

var zeros [4 << 10]byte
