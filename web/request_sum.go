package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
)

// A requestSum stands for what a request asks for: its address and its body, which is summed
// while it is read. A form with files is summed by its parts, since clients choose another
// boundary each time they send it.
type requestSum struct {
	hash  hash.Hash
	parts *io.PipeWriter // of a form, or nil
	done  chan struct{}  // closed once the parts were read
}

func newRequestSum(r *http.Request) *requestSum {
	s := &requestSum{hash: sha256.New()}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		kind = r.Header.Get("Content-Type")
	}
	fmt.Fprintf(s.hash, "%s\x00%s\x00%s\x00", r.URL.EscapedPath(), r.URL.Query().Encode(), kind)
	if boundary := params["boundary"]; strings.HasPrefix(kind, "multipart/") && boundary != "" {
		parts, into := io.Pipe()
		s.parts, s.done = into, make(chan struct{})
		go s.sumParts(parts, boundary)
	}
	return s
}

// sumParts adds the parts of a form, and reads it to its end whatever it is.
func (s *requestSum) sumParts(body io.Reader, boundary string) {
	defer close(s.done)
	defer func() { _, _ = io.Copy(io.Discard, body) }()
	form := multipart.NewReader(body, boundary)
	for {
		part, err := form.NextRawPart()
		if err != nil {
			return // a form that breaks off is refused by whoever reads it for its content
		}
		fmt.Fprintf(s.hash, "%q %q %q\x00", part.FormName(), part.FileName(), part.Header.Get("Content-Type"))
		size, err := io.Copy(s.hash, part)
		fmt.Fprintf(s.hash, "\x00%d %t\x00", size, err == nil)
	}
}

// Write implements io.Writer.
func (s *requestSum) Write(p []byte) (int, error) {
	if s.parts != nil {
		return s.parts.Write(p)
	}
	return s.hash.Write(p)
}

// reading is a body that is summed while it is read.
func (s *requestSum) reading(body io.ReadCloser) io.ReadCloser {
	return struct {
		io.Reader
		io.Closer
	}{io.TeeReader(body, s), body}
}

// close ends the sum of a body of which nothing more comes.
func (s *requestSum) close() {
	if s.parts != nil {
		_ = s.parts.Close()
		<-s.done
	}
}

// sum is the sum of all that was read.
func (s *requestSum) sum() string {
	s.close()
	return hex.EncodeToString(s.hash.Sum(nil))
}
