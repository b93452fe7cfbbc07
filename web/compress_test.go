package web

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

func TestWhetherAnAnswerIsCompressedIsReadFromTheRequest(t *testing.T) {
	for sent, want := range map[string]encodings{
		"":                              {false, true},
		"gzip":                          {true, true},
		"GZIP":                          {true, true},
		"x-gzip":                        {true, true},
		"br, zstd, gzip, deflate":       {true, true},
		"br":                            {false, true},
		"deflate":                       {false, true},
		"gzip;q=0":                      {false, true},
		"gzip; q=0.000":                 {false, true},
		"gzip ; Q=0.5":                  {true, true},
		"gzip;q=0.5, identity":          {false, true},
		"gzip;q=0.5, identity;q=0.5":    {true, true},
		"gzip;q=0.2, identity;q=0.1":    {true, true},
		"*":                             {true, true},
		"*;q=0":                         {false, true},
		"gzip, *;q=0":                   {true, false},
		"gzip;q=0, *":                   {false, true},
		"*;q=0, identity":               {false, true},
		"identity;q=0":                  {false, true}, // nothing that we have, so it is sent as it is
		"identity;q=0, gzip":            {true, false},
		"identity;q=0, *":               {true, false},
		"identity;q=0, gzip;q=0":        {false, true},
		"gzip;q=2":                      {false, true},
		"gzip;q=abc":                    {false, true},
		"gzip;level=9":                  {false, true},
		"notgzip":                       {false, true},
		"gzip-not, deflate;q=1.0, *q=0": {false, true},
		",,;,=,;q=1":                    {false, true},
	} {
		r := httptest.NewRequest(http.MethodGet, "/stores?q=a", nil)
		if sent != "" {
			r.Header.Set("Accept-Encoding", sent)
		}
		if got := encodingsOf(r); got != want {
			t.Errorf("%q: %+v, want %+v", sent, got, want)
		}
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header["Accept-Encoding"] = []string{"br", "gzip"}
	if !encodingsOf(r).gzip {
		t.Error("the second header is not read")
	}
}

func TestNoAnswerToAGuessOfAnotherSiteIsCompressed(t *testing.T) {
	for _, tt := range []struct {
		target, site string
		want         bool
	}{
		{"/stores?q=guess", "cross-site", false},
		{"/stores?q=guess", "same-site", false},
		{"/stores?q=guess", "same-origin", true},
		{"/stores?q=guess", "none", true},
		{"/stores?q=guess", "", true},
		{"/stores", "cross-site", true}, // a link in a mail
	} {
		r := httptest.NewRequest(http.MethodGet, tt.target, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		r.Header.Set("Sec-Fetch-Site", tt.site)
		if got := encodingsOf(r).gzip; got != tt.want {
			t.Errorf("%s from %q: compressed is %t, want %t", tt.target, tt.site, got, tt.want)
		}
	}
}

// compressed is a handler behind the middleware.
func compressed(h http.HandlerFunc) http.Handler {
	e := echo.New()
	e.Pre(compress)
	e.Any("/", func(c echo.Context) error {
		h(c.Response(), c.Request())
		return nil
	})
	return e
}

var long = strings.Repeat("a line of text\n", 1000)

// send answers with a text, of a type and a length that may be promised.
func send(contentType, text string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		for n := 0; n < len(headers); n += 2 {
			w.Header().Set(headers[n], headers[n+1])
		}
		for part := range strings.SplitAfterSeq(text, "\n") {
			_, _ = io.WriteString(w, part)
		}
	}
}

func TestWhatBecomesSmallerIsCompressedAndNothingElse(t *testing.T) {
	length := strconv.Itoa(len(long))
	for name, tt := range map[string]struct {
		handler    http.HandlerFunc
		accept     string
		compressed bool
		varies     bool
	}{
		"a page":                           {send("text/html; charset=utf-8", long), "gzip", true, true},
		"a page for others":                {send("text/html; charset=utf-8", long), "br", false, true},
		"a page of promised length":        {send("text/html", long, "Content-Length", length), "gzip", true, true},
		"a CSV":                            {send("text/csv", long), "gzip", true, true},
		"JSON":                             {send("application/json", long), "gzip", true, true},
		"a problem":                        {send("application/problem+json", long), "gzip", true, true},
		"an Atom feed":                     {send("application/atom+xml; charset=utf-8", long), "gzip", true, true},
		"a calendar":                       {send("text/calendar", long), "gzip", true, true},
		"a manifest":                       {send("application/manifest+json", long), "gzip", true, true},
		"a drawing":                        {send("image/svg+xml", long), "gzip", true, true},
		"a picture":                        {send("image/png", long), "gzip", false, false},
		"a font":                           {send("font/woff2", long), "gzip", false, false},
		"an archive":                       {send("application/zip", long), "gzip", false, false},
		"a gzip file":                      {send("application/gzip", long), "gzip", false, false},
		"a workbook":                       {send("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", long), "gzip", false, false},
		"bytes":                            {send("application/octet-stream", long), "gzip", false, false},
		"events":                           {send("text/event-stream", long), "gzip", false, false},
		"a short text":                     {send("text/plain", "ok\n"), "gzip", false, true},
		"a short text, promised":           {send("text/plain", "ok\n", "Content-Length", "3"), "gzip", false, true},
		"a short text in gzip or not":      {send("text/plain", "ok\n"), "gzip, identity;q=0", true, true},
		"a picture in gzip or not":         {send("image/png", long), "gzip, identity;q=0", true, false},
		"what is in gzip already":          {send("text/csv", long, "Content-Encoding", "br"), "gzip", false, true},
		"a text of which the type is seen": {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, long) }, "gzip", true, true},
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			r := httptest.NewRequest(method, "/", nil)
			r.Header.Set("Accept-Encoding", tt.accept)
			w := httptest.NewRecorder()
			compressed(tt.handler).ServeHTTP(w, r)
			h := w.Result().Header
			if got := h.Get("Content-Encoding") == "gzip"; got != tt.compressed {
				t.Errorf("%s %s: compressed is %t", method, name, got)
			}
			if got := h.Get("Vary") == "Accept-Encoding"; got != tt.varies {
				t.Errorf("%s %s: Vary = %q", method, name, h.Values("Vary"))
			}
			if method == http.MethodHead {
				continue
			}
			said, body := w.Result().ContentLength, w.Body.Len()
			if said >= 0 && said != int64(body) {
				t.Errorf("%s: %d bytes, but %d are promised", name, body, said)
			}
			text := w.Body.String()
			if tt.compressed {
				text = unzip(t, w.Body.Bytes())
				if len(text) >= leastCompressed && body > len(text)/2 {
					t.Errorf("%s: %d of %d bytes", name, body, len(text))
				}
			}
			if text != long && text != "ok\n" {
				t.Errorf("%s: it says %.50q", name, text)
			}
		}
	}
}

func TestAnswersWithoutABodyStayWithoutOne(t *testing.T) {
	for _, status := range []int{http.StatusNoContent, http.StatusNotModified, http.StatusSeeOther} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Encoding", "gzip, identity;q=0")
		w := httptest.NewRecorder()
		compressed(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }).ServeHTTP(w, r)
		if w.Code != status || w.Body.Len() > 0 || w.Header().Get("Content-Encoding") != "" {
			t.Errorf("%d: %d with %d bytes in %q", status, w.Code, w.Body.Len(), w.Header().Get("Content-Encoding"))
		}
	}
}

func TestAStrongTagBecomesWeakWhereTheBytesBecomeOthers(t *testing.T) {
	for sent, want := range map[string]string{"gzip": `W/"one"`, "": `"one"`} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Encoding", sent)
		w := httptest.NewRecorder()
		compressed(send("text/plain", long, "ETag", `"one"`)).ServeHTTP(w, r)
		if got := w.Header().Get("ETag"); got != want {
			t.Errorf("%q: %s, want %s", sent, got, want)
		}
	}
}

// serve answers over a connection, as in earnest, and returns what comes, still compressed.
func serve(t *testing.T, handler http.Handler) (*http.Response, error) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip") // said by ourselves, so that it is not undone
	answer, err := server.Client().Do(r)
	if err == nil {
		t.Cleanup(func() { _ = answer.Body.Close() })
	}
	return answer, err
}

func TestWhatIsFlushedArrivesBeforeTheRest(t *testing.T) {
	for _, contentType := range []string{"text/html", "text/event-stream"} {
		read := make(chan struct{})
		answer, err := serve(t, compressed(func(w http.ResponseWriter, _ *http.Request) { //nolint:bodyclose // serve does
			w.Header().Set("Content-Type", contentType)
			_, _ = io.WriteString(w, "first\n")
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
			<-read
			_, _ = io.WriteString(w, "second\n")
		}))
		if err != nil {
			t.Fatal(err)
		}
		body := io.Reader(answer.Body)
		if answer.Header.Get("Content-Encoding") == "gzip" {
			var err error
			if body, err = gzip.NewReader(body); err != nil {
				t.Fatal(err)
			}
		}
		lines := bufio.NewReader(body)
		first, err := lines.ReadString('\n')
		close(read)
		second, err2 := lines.ReadString('\n')
		if err := errors.Join(err, err2); err != nil || first != "first\n" || second != "second\n" {
			t.Errorf("%s: %q, %q, %v", contentType, first, second, err)
		}
	}
}

// A CSV of which the rest cannot be read from the database must not look whole.
func TestAnAnswerThatBreaksOffIsNotTakenForWhole(t *testing.T) {
	for name, answer := range map[string]echo.HandlerFunc{
		"shorter than promised": func(c echo.Context) error {
			c.Response().Header().Set("Content-Length", strconv.Itoa(2*len(long)))
			return c.Blob(http.StatusOK, "text/csv", []byte(long))
		},
		"an error after the beginning": func(c echo.Context) error {
			return errors.Join(c.Blob(http.StatusOK, "text/csv", []byte(long)), errors.New("the database is gone"))
		},
		"an error after all that was promised": func(c echo.Context) error {
			c.Response().Header().Set("Content-Length", strconv.Itoa(len(long)))
			return errors.Join(c.Blob(http.StatusOK, "text/csv", []byte(long)), errors.New("the database is gone"))
		},
		"aborted": func(c echo.Context) error {
			_ = c.Blob(http.StatusOK, "text/csv", []byte(long))
			c.Response().Flush()
			panic(http.ErrAbortHandler)
		},
	} {
		e := echo.New()
		e.Pre(compress)
		e.GET("/", answer)
		err := func() error {
			came, err := serve(t, e) //nolint:bodyclose // serve does
			if err != nil {
				return err
			}
			r, err := gzip.NewReader(came.Body)
			if err != nil {
				return fmt.Errorf("no beginning: %w", err)
			}
			_, err = io.Copy(io.Discard, r)
			return err
		}()
		if err == nil {
			t.Errorf("%s: it looks whole", name)
		}
	}
}
