package jobs_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lightson/jobs"
	"lightson/jobs/fetch"
	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/words"
)

// A host is a server from which files are fetched.
type host struct {
	*httptest.Server
	mu      sync.Mutex
	handler http.HandlerFunc
	asked   atomic.Int64
	last    *http.Request
}

func newHost(t *testing.T, handler http.HandlerFunc) *host {
	t.Helper()
	h := &host{handler: handler}
	h.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.asked.Add(1)
		h.mu.Lock()
		handler := h.handler
		h.last = r.Clone(context.WithoutCancel(r.Context()))
		h.mu.Unlock()
		handler(w, r)
	}))
	h.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	t.Cleanup(h.Close)
	return h
}

// serves changes what the server does.
func (h *host) serves(handler http.HandlerFunc) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.handler = handler
}

func (h *host) lastAsked() *http.Request {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.last
}

// text serves a file as it is, with an ETag if there is one.
func text(file, etag string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if etag != "" {
			w.Header().Set("ETag", etag)
			if r.Header.Get("If-None-Match") == etag {
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		_, _ = io.WriteString(w, file)
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// A puller is a desk with sources and a clock of its own.
type puller struct {
	*desk
	mu  sync.Mutex
	now time.Time
}

const pullEvery = 15 * time.Minute

// newPuller prepares sources at addresses of h, whose host stands for %s in them.
func newPuller(t *testing.T, db *models.DB, h *host, addresses ...string) *puller {
	t.Helper()
	for n, address := range addresses {
		addresses[n] = strings.ReplaceAll(address, "%s", h.Listener.Addr().String())
	}
	sources, err := fetch.ParseSources(strings.Join(addresses, ","))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	p := &puller{
		desk: newDeskIn(t, db, jobs.Settings{
			Dir: filepath.Join(dir, "files"), Inbox: filepath.Join(dir, "inbox"), IngestEvery: never,
			Sources: sources, PullEvery: pullEvery, PullLimit: 100_000,
		}),
		now: time.Date(2026, time.November, 22, 15, 0, 0, 0, time.UTC),
	}
	p.SetClock(func() time.Time {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.now
	})
	p.FetchFrom(trusted(h), 1500*time.Millisecond)
	if err := p.TellSources(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// trusted are the certificates of a host.
func trusted(h *host) *x509.CertPool {
	return h.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
}

func (p *puller) later(by time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = p.now.Add(by)
}

// look looks at the sources, and returns them.
func (p *puller) look() []models.RemoteSource {
	p.t.Helper()
	if err := p.Pull(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
	list, err := p.db.Sources(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	return list
}

// lookOnce is look where there is one source, at the next tick.
func (p *puller) lookOnce() models.RemoteSource {
	p.t.Helper()
	p.later(pullEvery)
	return p.look()[0]
}

// work does the import that a source asked for.
func (p *puller) work(id string) models.Import {
	p.t.Helper()
	a, err := p.db.Claim(p.t.Context(), models.ImportWork, id)
	if err != nil {
		p.t.Fatal(err)
	}
	path := filepath.Join(p.settings.Dir, "imports", id, "1.csv")
	if err := p.worker().Import(p.t.Context(), a, at(path), nil); err != nil {
		p.t.Fatal(err)
	}
	return p.theImport(id)
}

func wantOutcome(t *testing.T, s models.RemoteSource, state models.SourceState, outcome string) {
	t.Helper()
	if s.State != state || s.Outcome.String() != outcome {
		t.Errorf("%s is %s: %q\nwant %s: %q", s.URL, s.State, s.Outcome, state, outcome)
	}
}

func TestASourceIsTakenInWhenItChanges(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		h := newHost(t, text(polls, `"one"`))
		p := newPuller(t, db, h, "https://%s/feeds/polls.csv?day=today")
		s := p.look()[0]
		wantOutcome(t, s, models.SourceTakenIn, "Imported: import "+s.ImportID+".")
		if s.ETag != `"one"` || s.Bytes != int64(len(polls)) || s.CheckedAt == 0 || s.CheckedAt != s.ChangedAt || s.NextAt.Time() != p.now.Add(pullEvery) {
			t.Errorf("%+v", s)
		}
		// While it is being taken in, it is let alone.
		if p.lookOnce(); h.asked.Load() != 1 {
			t.Errorf("asked %d times", h.asked.Load())
		}
		i := p.work(s.ImportID)
		if i.State != models.Complete || i.Source != models.FromSource || i.Kept != 3 || i.Files[0].Name != "polls.csv" || i.Files[0].Size != int64(len(polls)) {
			t.Errorf("import %+v", i)
		}
		for range 2 {
			s = p.lookOnce()
			wantOutcome(t, s, models.SourceUnchanged, "Not changed since 22 Nov 2026, 15:00 UTC.")
		}
		if s.CheckedAt.Time() != p.now || s.ImportID != i.ID {
			t.Errorf("%+v", s)
		}
		h.serves(text(zones, `"two"`))
		s = p.lookOnce()
		wantOutcome(t, s, models.SourceTakenIn, "Imported: import "+s.ImportID+".")
		if list := p.imports(); len(list) != 2 || list[1].ID != s.ImportID {
			t.Errorf("%d imports", len(list))
		}
		// It is not asked before its time.
		p.work(s.ImportID)
		before := h.asked.Load()
		if p.look(); h.asked.Load() != before {
			t.Error("asked before its time")
		}
	})
}

func TestASourceIsRememberedByItsDateOrItsContent(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		const date = "Sun, 22 Nov 2026 14:05:00 GMT"
		h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Last-Modified", date)
			if r.Header.Get("If-Modified-Since") == date {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			_, _ = io.WriteString(w, polls)
		})
		p := newPuller(t, db, h, "https://%s/")
		s := p.look()[0]
		if i := p.work(s.ImportID); s.LastModified != date || i.Files[0].Name != "127.0.0.1" {
			t.Errorf("%+v %+v", s, i.Files)
		}
		wantOutcome(t, p.lookOnce(), models.SourceUnchanged, "Not changed since 22 Nov 2026, 15:00 UTC.")
		h.serves(text(polls, "")) // a server that says nothing of its file
		wantOutcome(t, p.lookOnce(), models.SourceUnchanged, "Not changed since 22 Nov 2026, 15:00 UTC.")
		if n := len(p.imports()); n != 1 || len(entries(t, filepath.Join(p.settings.Dir, "imports"))) != 1 {
			t.Errorf("%d imports, and staged %v", n, entries(t, filepath.Join(p.settings.Dir, "imports")))
		}
	})
}

func TestWhatIsNoFeedIsRefusedAndNotFetchedAgain(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		h := newHost(t, text("<!DOCTYPE html><title>Sign in</title>", `"page"`))
		p := newPuller(t, db, h, "https://%s/polls.csv")
		const refused = "Refused: this is an HTML page; expected a CSV file with a header line such as store_id,status,timestamp_utc. It is checked again when it changes."
		wantOutcome(t, p.look()[0], models.SourceRefused, refused)
		wantOutcome(t, p.lookOnce(), models.SourceRefused, refused)
		if h.lastAsked().Header.Get("If-None-Match") != `"page"` {
			t.Error("the page was fetched again")
		}
		h.serves(status(http.StatusBadGateway))
		p.lookOnce()
		h.serves(text("<!DOCTYPE html><title>Sign in</title>", `"page"`))
		wantOutcome(t, p.lookOnce(), models.SourceRefused, "Not changed since 22 Nov 2026, 15:00 UTC, when it was refused.")
		h.serves(text(polls, `"polls"`))
		if s := p.lookOnce(); s.State != models.SourceTakenIn || len(p.imports()) != 1 {
			t.Errorf("%+v, %d imports", s, len(p.imports()))
		}
	})
}

func TestAFailingSourceIsPutOffAndStopsNoOther(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/bad.csv" {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			text(polls, `"good"`)(w, r)
		})
		p := newPuller(t, db, h, "https://%s/bad.csv", "https://%s/good.csv")
		list := p.look()
		wantOutcome(t, list[0], models.SourceFailed, "Failed: expected 200 OK, found 503 Service Unavailable; next try at 15:15 UTC.")
		if list[1].State != models.SourceTakenIn {
			t.Errorf("%+v", list[1])
		}
		p.work(list[1].ImportID)
		tries := []int{}
		for tick := 1; tick <= 16; tick++ {
			p.later(pullEvery)
			before := p.mustSources()[0].Failures
			if p.look()[0].Failures > before {
				tries = append(tries, tick)
			}
		}
		if fmt.Sprint(tries) != "[1 3 7 15]" {
			t.Errorf("tried again at the ticks %v", tries)
		}
		h.serves(text(polls, `"better"`))
		p.later(24 * time.Hour)
		if s := p.look()[0]; s.State != models.SourceTakenIn || s.Failures != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func (p *puller) mustSources() []models.RemoteSource {
	p.t.Helper()
	list, err := p.db.Sources(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	return list
}

func TestPuttingOffEndsAtADay(t *testing.T) {
	for failures, want := range map[int]time.Duration{1: pullEvery, 2: 2 * pullEvery, 5: 16 * pullEvery, 8: 24 * time.Hour, 1 << 40: 24 * time.Hour} {
		if got := jobs.RetryAfter(pullEvery, failures); got != want {
			t.Errorf("after %d failures: %s, want %s", failures, got, want)
		}
	}
	if got := jobs.RetryAfter(48*time.Hour, 3); got != 48*time.Hour {
		t.Errorf("with an interval of two days: %s", got)
	}
}

// The ways in which a server can be bad are tested with the client. Here they are
// told in a sentence, and nothing of the file stays behind.
func TestAFetchThatFailsLeavesNothingButASentence(t *testing.T) {
	const header = "store_id,status,timestamp_utc\n"
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"before the file": {status(http.StatusNotFound), "expected 200 OK, found 404 Not Found"},
		"too large": {func(w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush() // so that the length is not told
			_, _ = io.WriteString(w, header+strings.Repeat("one,active,2023-01-23 16:14:00 UTC\n", 4000))
		}, "expected at most 100,000 bytes, found more"},
		"not packed at all": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, polls)
		}, "the download broke off: gzip: invalid header"},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, polls)
		}, "the download broke off"},
		"silent in the middle": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, header)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, "expected at least 1,000 bytes in 1.5s, found 30"},
		"silent in a row": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, header+"one,acti")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, "expected at least 1,000 bytes in 1.5s, found 38"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPuller(t, openSQLite(t), newHost(t, test.handler), "https://%s/polls.csv")
			wantOutcome(t, p.look()[0], models.SourceFailed, "Failed: "+test.want+"; next try at 15:15 UTC.")
			if n := len(p.imports()); n != 0 || len(files(t, p.settings.Dir)) != 0 {
				t.Errorf("%d imports, and staged %v", n, files(t, p.settings.Dir))
			}
		})
	}
}

func TestAPackedFileIsTakenInUnpacked(t *testing.T) {
	h := newHost(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, polls)
		_ = z.Close()
	})
	p := newPuller(t, openSQLite(t), h, "https://%s/polls.csv")
	s := p.look()[0]
	if i := p.work(s.ImportID); s.Bytes != int64(len(polls)) || i.Kept != 3 {
		t.Errorf("%+v %+v", s, i.Counts)
	}
}

func TestTheNameOfAFetchedFile(t *testing.T) {
	for address, want := range map[string]string{
		"https://example.com/feeds/polls.csv?x=1":                          "polls.csv",
		"https://example.com/":                                             "example.com",
		"https://example.com/a%00%ff%0ab":                                  "a\ufffd\ufffd\ufffdb",
		"https://example.com/" + strings.Repeat("a", 300):                  strings.Repeat("a", 220) + "…" + strings.Repeat("a", 32),
		"https://example.com/" + strings.Repeat("%E2%82%AC", 300) + ".csv": strings.Repeat("€", 73) + "…" + strings.Repeat("€", 9) + ".csv",
	} {
		sources, err := fetch.ParseSources(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := jobs.SourceFileName(sources[0]); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

// What is secret in an address is not shown, logged or kept.
func TestSecretsOfAnAddressStaySecret(t *testing.T) {
	h := newHost(t, status(http.StatusForbidden))
	db := openSQLite(t)
	var log bytes.Buffer
	sources, err := fetch.ParseSources(fmt.Sprintf("https://owner:geheim@%s/polls.csv?sig=vertraulich&raw#privat", h.Listener.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	j, err := jobs.New(db, modelstest.Figures(t, db), jobs.Settings{Dir: t.TempDir(), Sources: sources, PullEvery: pullEvery, PullLimit: 1000}, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if err := j.TellSources(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := j.Pull(t.Context()); err != nil {
		t.Fatal(err)
	}
	list, err := db.Sources(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	want := fmt.Sprintf("https://xxxxx@%s/polls.csv?sig=xxxxx&xxxxx", h.Listener.Addr())
	if list[0].URL != want {
		t.Errorf("shown as %s, want %s", list[0].URL, want)
	}
	said := fmt.Sprint(list, log.String())
	if log.Len() == 0 {
		t.Error("nothing was logged")
	}
	for _, secret := range []string{"owner", "geheim", "vertraulich", "raw", "privat"} {
		if strings.Contains(said, secret) {
			t.Errorf("%s is told: %s", secret, said)
		}
	}
}

func TestAnImportThatFailedIsFetchedAgain(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		h := newHost(t, text(polls, `"one"`))
		p := newPuller(t, db, h, "https://%s/polls.csv")
		first := p.look()[0]
		a, err := db.Claim(t.Context(), models.ImportWork, first.ImportID)
		if err == nil {
			err = db.Fail(t.Context(), a, words.Said("The server stopped in the middle of it 3 times."))
		}
		if err != nil {
			t.Fatal(err)
		}
		s := p.lookOnce()
		wantOutcome(t, s, models.SourceFailed, "Import "+first.ImportID+" failed: The server stopped in the middle of it 3 times. The next try is at 15:30 UTC.")
		s = p.lookOnce()
		if s.State != models.SourceTakenIn || s.ImportID == first.ImportID || s.Failures != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// Two servers look at the same time; one of them fetches.
func TestTwoServersNeverPullTheSameTwice(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		arrived := make(chan bool, 10)
		goOn := make(chan bool)
		h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
			arrived <- true
			<-goOn
			text(polls, "")(w, r)
		})
		one, two := newPuller(t, db, h, "https://%s/polls.csv"), newPuller(t, db, h, "https://%s/polls.csv")
		one.FetchFrom(trusted(h), time.Minute)
		ended := make(chan error)
		go func() { ended <- one.Pull(context.WithoutCancel(t.Context())) }()
		<-arrived
		two.later(pullEvery)
		if err := two.Pull(t.Context()); err != nil {
			t.Error(err)
		}
		close(goOn)
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if n := h.asked.Load(); n != 1 || len(one.imports()) != 1 {
			t.Errorf("asked %d times, %d imports", n, len(one.imports()))
		}
	})
}

func TestTheScheduleLooksAtTheSources(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		h := newHost(t, text(polls, `"one"`))
		p := newPuller(t, db, h, "https://%s/polls.csv")
		p.start()
		until(t, "the source was taken in", func() bool {
			list := p.mustSources()
			if list[0].ImportID == "" {
				return false
			}
			i, err := db.Import(t.Context(), list[0].ImportID)
			return err == nil && i.State == models.Complete && i.Kept == 3
		})
		for range 3 {
			if err := p.AskPull(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if n := query(t, db, "SELECT count(*) FROM river_job WHERE kind = 'pull'"); n > 2 { // the tick may fall between two intervals
			t.Errorf("%d jobs in one interval", n)
		}
	})
}

// A stop does not wait for a slow server, and does not blame it.
func TestAStopEndsAFetch(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		arrived := make(chan bool, 10)
		h := newHost(t, func(_ http.ResponseWriter, r *http.Request) {
			arrived <- true
			<-r.Context().Done()
		})
		p := newPuller(t, db, h, "https://%s/polls.csv")
		p.FetchFrom(trusted(h), time.Hour)
		if err := p.Start(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
		<-arrived
		began := time.Now()
		p.stop(time.Minute)
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("the stop took %s", took)
		}
		if s := p.mustSources()[0]; s.State != models.SourceNew || s.Failures != 0 || s.NextAt != 0 {
			t.Errorf("%+v", s)
		}
	})
}
