package web

import (
	"errors"
	"io"
	"iter"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/feed"
	"lightson/models/unpack"
)

// errNoFiles says that a form was sent without any file chosen.
var errNoFiles = problem{http.StatusUnprocessableEntity, "No file was sent", "Choose one or several CSV files.", nil}

// uploadPatience is how long a sender of files may be silent.
const uploadPatience = 30 * time.Second

// uploadWishes are the fields of the form that are no files. A browser sends the
// button that was pressed after the files, so they are known in the end.
type uploadWishes struct {
	preview bool // first tell what an import would do
	force   bool // read files even if the same bytes were taken in before
}

func (w *uploadWishes) take(name string) {
	switch name {
	case "preview":
		w.preview = true
	case "force":
		w.force = true
	}
}

// clientAddress is who asks. A header could say anything, so none is believed.
func clientAddress(c echo.Context) string {
	host, _, err := net.SplitHostPort(c.Request().RemoteAddr)
	if err != nil {
		return c.Request().RemoteAddr
	}
	return host
}

// uploads iterates over the files of a multipart form as they arrive: nothing is
// held in memory or written down here.
func (s *Server) uploads(c echo.Context, wishes *uploadWishes) iter.Seq2[unpack.File, error] {
	return func(yield func(unpack.File, error) bool) {
		c.Request().Body = &patientBody{c.Request().Body, http.NewResponseController(c.Response())}
		form, err := c.Request().MultipartReader()
		if err != nil {
			yield(unpack.File{}, problem{http.StatusBadRequest, "No form with files",
				"Expected multipart/form-data with one or several fields called files.", err})
			return
		}
		some := false
		for {
			part, err := form.NextPart()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				yield(unpack.File{}, brokenUpload(err))
				return
			}
			name := fileName(part.FileName())
			wishes.take(part.FormName())
			if part.FileName() == "" || part.FormName() != "files" && part.FormName() != "file" {
				continue
			}
			some = true
			if !yield(unpack.File{Name: name, Body: partBody{part}}, nil) {
				return
			}
		}
		if !some {
			yield(unpack.File{}, errNoFiles)
		}
	}
}

// partBody is one file of an upload. What breaks off is the upload's fault, not
// the file's.
type partBody struct{ io.Reader }

func (b partBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = brokenUpload(err)
	}
	return n, err
}

// fileName is the name of a file as we show and keep it: without its folders, and
// without bytes that are no text.
func fileName(sent string) string {
	return feed.FileName(filepath.Base(strings.ReplaceAll(sent, `\`, "/")))
}

// brokenUpload words an upload that ended too early.
func brokenUpload(err error) error {
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) {
		return err
	}
	return problem{http.StatusBadRequest, "The upload broke off", "The upload broke off before its end. Nothing was imported; please try again.", err}
}

// patientBody lets a large upload take its time as long as bytes arrive.
type patientBody struct {
	io.ReadCloser
	control *http.ResponseController
}

func (b *patientBody) Read(p []byte) (int, error) {
	deadline := time.Now().Add(uploadPatience)
	_ = b.control.SetReadDeadline(deadline) // where it is not supported, the server's own holds
	_ = b.control.SetWriteDeadline(deadline.Add(uploadPatience))
	return b.ReadCloser.Read(p)
}

// drain reads what is left of a refused upload. A browser shows no answer that
// comes while it is still sending.
func (s *Server) drain(c echo.Context) {
	_, _ = io.Copy(io.Discard, c.Request().Body) // bounded by limitBody and by its deadline
}
