package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lightson/jobs/fetch"
)

func TestAFileIsFetchedWithWhatItsServerCallsIt(t *testing.T) {
	const date = "Sun, 22 Nov 2026 14:05:00 GMT"
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"one"`)
		w.Header().Set("Last-Modified", date)
		if r.Header.Get("If-None-Match") == `"one"` || r.Header.Get("If-Modified-Since") == date {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = io.WriteString(w, polls)
	})
	c, from := newClient(s), source(t, s.URL+"/polls.csv")
	text, found, err := get(t.Context(), c, from, fetch.Validators{})
	if err != nil || text != polls || found != (fetch.Validators{ETag: `"one"`, LastModified: date}) {
		t.Fatalf("%q, %+v, %v", text, found, err)
	}
	for _, known := range []fetch.Validators{found, {ETag: `"one"`}, {LastModified: date}} {
		if _, err := c.Get(t.Context(), from, known); !errors.Is(err, fetch.ErrUnchanged) {
			t.Errorf("known by %+v: %v", known, err)
		}
	}
	if text, _, err := get(t.Context(), c, from, fetch.Validators{ETag: `"old"`}); err != nil || text != polls {
		t.Errorf("%q, %v", text, err)
	}
}

func TestAValidatorThatIsTooLongIsNotKept(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"`+strings.Repeat("e", 999)+`"`)
		_, _ = io.WriteString(w, polls)
	})
	if _, found, err := get(t.Context(), newClient(s), source(t, s.URL), fetch.Validators{}); err != nil || found.ETag != "" {
		t.Errorf("%+v, %v", found, err)
	}
}

func gzipped(content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(content)
	}
}

func pack(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return b.Bytes()
}

func TestAPackedFileIsUnpacked(t *testing.T) {
	s := newServer(t, gzipped(pack(polls)))
	if text, _, err := get(t.Context(), newClient(s), source(t, s.URL), fetch.Validators{}); err != nil || text != polls {
		t.Errorf("%q, %v", text, err)
	}
}

// Every way in which a server can be bad is told in a sentence.
func TestBadServers(t *testing.T) {
	var asked atomic.Int64
	elsewhere := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		serving(polls)(w, r)
	})
	_, otherPort, _ := strings.Cut(elsewhere.Listener.Addr().String(), ":")
	large := header + strings.Repeat("one,active,2023-01-23 16:14:00 UTC\n", 4000)
	const private = "expected a redirect to a public address, found one to "
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"not found":             {status(http.StatusNotFound), "expected 200 OK, found 404 Not Found"},
		"a part":                {status(http.StatusPartialContent), "expected 200 OK, found 206 Partial Content"},
		"not asked whether":     {status(http.StatusNotModified), "expected 200 OK, found 304 Not Modified"},
		"a redirect to nowhere": {status(http.StatusFound), "expected 200 OK, found 302 Found"},
		"another port":          {redirect(elsewhere.URL), private + "127.0.0.1"},
		"by name":               {redirect("https://localhost:" + otherPort), private},
		"in IPv6":               {redirect("https://[::1]:" + otherPort), private + "::1"},
		"IPv4 in IPv6":          {redirect("https://[::ffff:127.0.0.1]:" + otherPort), private},
		"the machine's network": {redirect("https://10.0.0.1/"), private + "10.0.0.1"},
		"metadata of a cloud":   {redirect("https://169.254.169.254/latest"), private + "169.254.169.254"},
		"without TLS":           {redirect("http://127.0.0.1:" + otherPort), "expected a redirect to https, found one to http"},
		"a file":                {redirect("file:///etc/passwd"), "expected a redirect to https, found one to file"},
		"in circles":            {redirect("/"), "expected at most 5 redirects, found more"},
		"too large, and says so": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "140030")
			_, _ = io.WriteString(w, large)
		}, "expected at most 100,000 bytes, found 140,030"},
		"too large": {func(w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush() // so that the length is not told
			_, _ = io.WriteString(w, large)
		}, "expected at most 100,000 bytes, found more"},
		"too large once unpacked": {gzipped(pack(large)), "expected at most 100,000 bytes, found more"},
		"packed otherwise": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			_, _ = io.WriteString(w, polls)
		}, "expected plain or gzip content, found Content-Encoding br"},
		"not packed at all": {gzipped([]byte(polls)), "the download broke off: gzip: invalid header"},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, polls)
		}, "the download broke off"},
		"silent": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "its server does not answer in time"},
		"silent in the middle": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, header)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, "expected at least 1,000 bytes in 1.5s, found 30"},
		"a drop now and then": {func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, "\n")
				w.(http.Flusher).Flush()
				time.Sleep(20 * time.Millisecond)
			}
		}, "expected at least 1,000 bytes in 1.5s, found "},
		"endless": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, header)
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, "one,active,2023-01-23 16:14:00 UTC\n")
			}
		}, "expected at most 100,000 bytes, found more"},
		"steady, but too slow in all": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, header)
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, strings.Repeat("\n", 500))
				w.(http.Flusher).Flush()
				time.Sleep(20 * time.Millisecond)
			}
		}, "it took longer than 4s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, test.handler)
			_, _, err := get(t.Context(), newClient(s), source(t, s.URL+"/polls.csv"), fetch.Validators{})
			if told := (fetch.Error{}); !errors.As(err, &told) || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("%v\nwant %q", err, test.want)
			}
		})
	}
	t.Cleanup(func() {
		if n := asked.Load(); n != 0 {
			t.Errorf("the other server was asked %d times", n)
		}
	})
}

func TestAServerThatIsGoneOrNotTrusted(t *testing.T) {
	s := newServer(t, serving(polls))
	c, from := newClient(s), source(t, s.URL)
	c.TLS = nil // the system's certificates do not have this one
	if _, err := c.Get(t.Context(), from, fetch.Validators{}); err == nil || !strings.HasPrefix(err.Error(), "its server cannot be reached: tls: ") {
		t.Error(err)
	}
	s.Close()
	if _, err := c.Get(t.Context(), from, fetch.Validators{}); err == nil || err.Error() != "its server does not answer: connection refused" {
		t.Error(err)
	}
}

// Nobody can tell that the server is to blame where it was us who hung up.
func TestAFetchThatIsGivenUpBlamesNobody(t *testing.T) {
	arrived := make(chan bool, 1)
	s := newServer(t, func(_ http.ResponseWriter, r *http.Request) {
		arrived <- true
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	_, err := newClient(s).Get(ctx, source(t, s.URL), fetch.Validators{})
	if !errors.Is(err, context.Canceled) || errors.As(err, new(fetch.Error)) {
		t.Error(err)
	}
}

func TestThisMachineMayServeWithoutTLS(t *testing.T) {
	s := httptest.NewServer(serving(polls))
	t.Cleanup(s.Close)
	c := fetch.NewClient(fetch.UsualLimits(1000))
	if text, _, err := get(t.Context(), c, source(t, s.URL), fetch.Validators{}); err != nil || text != polls {
		t.Errorf("%q, %v", text, err)
	}
}

// A redirect to the very same server is as good as the address itself.
func TestARedirectToTheSameServerIsFollowed(t *testing.T) {
	var last atomic.Pointer[http.Request]
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/4" {
			http.Redirect(w, r, fmt.Sprintf("https://%s/%d", r.Host, r.URL.Path[1]-'0'+1), http.StatusMovedPermanently)
			return
		}
		last.Store(r)
		serving(polls)(w, r)
	})
	from := source(t, fmt.Sprintf("https://owner:geheim@%s/0?token=abc", s.Listener.Addr()))
	if text, _, err := get(t.Context(), newClient(s), from, fetch.Validators{}); err != nil || text != polls {
		t.Fatalf("%q, %v", text, err)
	}
	if user, password, _ := last.Load().BasicAuth(); user != "owner" || password != "geheim" || last.Load().Referer() != "" {
		t.Errorf("asked as %q, %q, referred by %q", user, password, last.Load().Referer())
	}
}

// The password is for one server, not for those it sends us to.
func TestAPasswordIsNotSentOn(t *testing.T) {
	var last atomic.Pointer[http.Request]
	other := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		last.Store(r)
		serving(polls)(w, r)
	})
	s := newServer(t, redirect(other.URL+"/x"))
	c := newClient(s)
	c.TrustAllAddresses()
	from := source(t, fmt.Sprintf("https://owner:geheim@%s/0?token=abc", s.Listener.Addr()))
	if text, _, err := get(t.Context(), c, from, fetch.Validators{}); err != nil || text != polls {
		t.Fatalf("%q, %v", text, err)
	}
	if asked := last.Load(); asked.Header.Get("Authorization") != "" || asked.Referer() != "" {
		t.Errorf("the other server was told %v", asked.Header)
	}
}

func TestErrorsDoNotRepeatAnAddress(t *testing.T) {
	s := newServer(t, serving(polls))
	from := source(t, fmt.Sprintf("https://owner:geheim@%s/polls.csv?sig=vertraulich", s.Listener.Addr()))
	s.Close()
	_, err := newClient(s).Get(t.Context(), from, fetch.Validators{})
	if err == nil || strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "vertraulich") || strings.Contains(err.Error(), "127.0.0.1") {
		t.Error(err)
	}
}
