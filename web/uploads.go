package web

import (
	"errors"
	"io"
	"iter"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/feed"
	"lightson/models/unpack"
	"lightson/models/words"
)

// noFiles says that a form was sent without a file.
func noFiles() problem {
	return problem{http.StatusUnprocessableEntity, words.Later("No file was sent"), words.Later("Choose one or several CSV files."), nil}
}

// uploadOptions are the fields of the form other than files. A browser sends the
// button that was pressed after the files, so they are known only at the end.
type uploadOptions struct {
	preview bool // only tell what the import would do
	force   bool // read the files even if the same bytes were taken in before
	match   bool // match damaged ids
	hours   hoursForm

	withoutDemo bool // remove the demo data first

	known []string // the only fields that there may be; any, where it is nil
}

// check refuses a field that is not known.
func (o *uploadOptions) check(name string) error {
	if o.known != nil && !slices.Contains(o.known, name) {
		return unknownFormField(name, o.known)
	}
	return nil
}

func (o *uploadOptions) set(name string) {
	switch name {
	case "preview":
		o.preview = true
	case "force":
		o.force = true
	case "remove_demo":
		o.withoutDemo = true
	}
}

// uploads iterates over the files of a multipart form while they arrive. It neither
// buffers nor stores them.
func (s *Server) uploads(c echo.Context, options *uploadOptions) iter.Seq2[unpack.File, error] {
	return func(yield func(unpack.File, error) bool) {
		end, err := s.beginUpload(c)
		if err != nil {
			yield(unpack.File{}, err)
			return
		}
		defer end()
		control := http.NewResponseController(c.Response())
		c.Request().Body = &patientBody{ReadCloser: c.Request().Body, control: control}
		defer func() { _ = control.SetWriteDeadline(time.Now().Add(workPatience)) }()
		form, err := c.Request().MultipartReader()
		if err != nil {
			yield(unpack.File{}, problem{http.StatusBadRequest, words.Later("No form with files"),
				words.Later("Expected multipart/form-data with one or several fields called files."), err})
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
			if err := options.check(part.FormName()); err != nil {
				yield(unpack.File{}, err)
				return
			}
			name := fileName(part.FileName())
			options.set(part.FormName())
			if part.FileName() == "" && part.FormName() == matchField {
				if options.match, err = readMatchChoice(part); err != nil {
					yield(unpack.File{}, err)
					return
				}
			}
			if part.FileName() == "" {
				if err := options.hours.read(part); err != nil {
					yield(unpack.File{}, err)
					return
				}
			}
			if part.FileName() == "" || part.FormName() != "files" && part.FormName() != "file" {
				continue
			}
			some = true
			if !yield(unpack.File{Name: name, Body: partBody{part}}, nil) {
				return
			}
		}
		if _, err := options.hours.choice(); err != nil {
			yield(unpack.File{}, err)
			return
		}
		if !some {
			yield(unpack.File{}, noFiles())
		}
	}
}

// partBody is the content of one file of an upload. An error of reading it is one of
// the upload, not of the file.
type partBody struct{ io.Reader }

func (b partBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = brokenUpload(err)
	}
	return n, err
}

// fileName is the name of a file without its folders. Control characters and bytes
// that are not text are replaced.
func fileName(sent string) string {
	return feed.FileName(filepath.Base(strings.ReplaceAll(sent, `\`, "/")))
}

// brokenUpload is the problem of an upload that ended too early.
func brokenUpload(err error) error {
	var p problem
	var tooLong *http.MaxBytesError
	if errors.As(err, &p) || errors.As(err, &tooLong) {
		return err
	}
	return problem{http.StatusBadRequest, words.Later("The upload broke off"), words.Later("The connection was lost. Nothing was imported; please try again."), err}
}

// discardBody reads the rest of a refused upload. A browser that is still sending
// would not show the answer.
func (s *Server) discardBody(c echo.Context) {
	_, _ = io.Copy(io.Discard, c.Request().Body) // bounded by the limits of the route and by patientBody
}

// beginUpload takes a turn for an upload, of its account and of the server, until end is called.
func (s *Server) beginUpload(c echo.Context) (end func(), err error) {
	giveBack, err := s.takeQuota(c, words.Plural{One: "{n} upload", Other: "{n} uploads"}, uploadsEach)
	if err != nil {
		return nil, err
	}
	if !s.arriving.TryAcquire(1) {
		giveBack()
		return nil, tooManyUploads()
	}
	return func() {
		s.arriving.Release(1)
		giveBack()
	}, nil
}
