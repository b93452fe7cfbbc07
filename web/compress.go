package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/labstack/echo/v4"
)

// leastCompressed is how long an answer must be to be compressed. A shorter one fits into
// one packet as it is.
const leastCompressed = 1 << 10

// compression is a level that costs little: a page that nobody has asked for before is compressed
// while its visitor waits.
const compression = 3

// gzipWriters are used again: each takes most of a megabyte.
var gzipWriters = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, compression)
	if err != nil {
		panic(err) // there is no such level
	}
	return w
}}

// compress sends answers in gzip to clients that take it, where that makes them smaller. It
// is around everything, so that refusals and error pages are sent alike.
//
// Echo's middleware takes "gzip;q=0" for a wish for gzip, compresses pictures, and ends an
// answer that broke off as if it were whole.
func compress(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		answer := c.Response()
		plain := answer.Writer
		compressed := newCompressor(plain, c.Request())
		answer.Writer = compressed
		defer func() { answer.Writer = plain }()
		err := next(c)
		brokeOff := err != nil && answer.Committed
		if err != nil {
			c.Error(err)
		}
		compressed.end(brokeOff)
		return nil
	}
}

// A compressor is the ResponseWriter of one request. It decides whether to compress once it
// knows the header and enough of the body.
type compressor struct {
	http.ResponseWriter
	takes encodings
	head  bool // nobody reads the body

	status   int // 0 until the header was written to it
	promised int64
	written  int64

	decided bool
	held    []byte       // of the body, until it is decided
	gzip    *gzip.Writer // nil where the body is sent as it is
}

func newCompressor(w http.ResponseWriter, r *http.Request) *compressor {
	return &compressor{ResponseWriter: w, takes: encodingsOf(r), head: r.Method == http.MethodHead, promised: unknownSize}
}

// Unwrap lets http.ResponseController find the connection.
func (c *compressor) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (c *compressor) WriteHeader(status int) {
	if c.status != 0 || status < http.StatusOK {
		c.ResponseWriter.WriteHeader(status)
		return
	}
	c.status = status
	h := c.Header()
	if length, err := strconv.ParseInt(h.Get("Content-Length"), 10, 64); err == nil {
		c.promised = length
	}
	switch {
	case status == http.StatusNotModified:
		varyBy(h, "Accept-Encoding")
		c.decide(false)
	case status == http.StatusNoContent, status == http.StatusPartialContent, c.promised == 0:
		c.decide(false)
	case h.Get("Content-Type") != "": // else the body tells
		c.judge()
	}
}

// judge decides as soon as the type of the body is known, where it can be decided then.
func (c *compressor) judge() {
	h := c.Header()
	compressible := isCompressible(h.Get("Content-Type"))
	if compressible {
		varyBy(h, "Accept-Encoding")
	}
	switch {
	case !c.takes.gzip || h.Get("Content-Encoding") != "" || !compressible && c.takes.plain:
		c.decide(false)
	case c.promised != unknownSize:
		c.decide(c.promised >= leastCompressed || !c.takes.plain)
	}
}

// decide sends the header, and what is held of the body.
func (c *compressor) decide(compressed bool) {
	c.decided = true
	if h := c.Header(); compressed {
		h.Set("Content-Encoding", "gzip")
		h.Del("Content-Length")
		h.Del("Accept-Ranges")
		if tag := h.Get("ETag"); strings.HasPrefix(tag, `"`) {
			h.Set("ETag", "W/"+tag) // other bytes, the same meaning
		}
	}
	c.ResponseWriter.WriteHeader(c.status)
	if compressed && !c.head {
		c.gzip = gzipWriters.Get().(*gzip.Writer) //nolint:forcetypeassert // the pool has nothing else
		c.gzip.Reset(c.ResponseWriter)
	}
	held := c.held
	c.held = nil
	if len(held) > 0 {
		_, _ = c.send(held) // whoever writes on learns of a lost connection
	}
}

// Write implements http.ResponseWriter.
func (c *compressor) Write(p []byte) (int, error) {
	if c.status == 0 {
		c.WriteHeader(http.StatusOK)
	}
	if h := c.Header(); !c.decided && h.Get("Content-Type") == "" {
		h.Set("Content-Type", http.DetectContentType(p))
		c.judge()
	}
	c.written += int64(len(p))
	if c.decided {
		return c.send(p)
	}
	c.held = append(c.held, p...)
	if len(c.held) >= leastCompressed {
		c.decide(true)
	}
	return len(p), nil
}

func (c *compressor) send(p []byte) (int, error) {
	switch {
	case c.gzip != nil:
		return c.gzip.Write(p)
	case c.head:
		return len(p), nil
	default:
		return c.ResponseWriter.Write(p)
	}
}

// FlushError sends everything written so far, for http.ResponseController.
func (c *compressor) FlushError() error {
	if c.status == 0 {
		c.WriteHeader(http.StatusOK)
	}
	if !c.decided {
		c.decide(c.takes.gzip && isCompressible(c.Header().Get("Content-Type")))
	}
	if c.gzip != nil {
		if err := c.gzip.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(c.ResponseWriter).Flush()
}

// end sends the rest. Of an answer that broke off, or is shorter than it promised to be, the
// end is left out and the connection ended, so that nobody takes it for whole.
func (c *compressor) end(brokeOff bool) {
	if brokeOff || c.written < c.promised && !c.head && c.gzip != nil {
		endConnection(c.ResponseWriter)
		return
	}
	if c.status != 0 && !c.decided {
		compressed := !c.takes.plain && len(c.held) > 0
		if !compressed && (!c.head || len(c.held) > 0) {
			c.Header().Set("Content-Length", strconv.Itoa(len(c.held)))
		}
		c.decide(compressed)
	}
	if c.gzip == nil {
		return
	}
	_ = c.gzip.Close() // the client has left, or has everything
	c.gzip.Reset(nil)
	gzipWriters.Put(c.gzip)
}

// varyBy says in an answer that it depends on a header of the request, once.
func varyBy(h http.Header, name string) {
	if !slices.Contains(h.Values("Vary"), name) {
		h.Add("Vary", name)
	}
}
