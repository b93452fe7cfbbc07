package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/words"
)

// keptPage is a route whose page is kept, and counts how often it is made.
type keptPage struct {
	t      *testing.T
	db     *models.DB
	server *Server
	site   http.Handler
	made   atomic.Int64
}

func newKeptPage(t *testing.T, until lifetime, answer echo.HandlerFunc) *keptPage {
	t.Helper()
	p := &keptPage{t: t, db: modelstest.Open(t, modelstest.SQLite)}
	p.server = New(p.db, modelstest.Figures(t, p.db), nil, nil, nil, nil, Settings{}, slog.New(slog.DiscardHandler))
	p.server.SetClock(func() time.Time { return time.Unix(1e9, 0) })
	e := echo.New()
	e.Use(p.server.identify(newRouter(echo.New(), nil)))
	e.GET("/page", func(c echo.Context) error {
		p.made.Add(1)
		return answer(c)
	}, p.server.keep(until))
	p.site = e
	return p
}

func (p *keptPage) ask(ctx context.Context) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	p.site.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/page", nil))
	return w
}

// wants asks for the page and checks how often it was made by then.
func (p *keptPage) wants(made int64) {
	p.t.Helper()
	if w := p.ask(p.t.Context()); w.Code != http.StatusOK || w.Body.String() != "the page" || p.made.Load() != made {
		p.t.Errorf("%d %q, made %d times, want %d", w.Code, w.Body, p.made.Load(), made)
	}
}

// write changes the database, but not the data that figures are made from.
func (p *keptPage) write() {
	p.t.Helper()
	if err := p.db.Update(p.t.Context(), func(*models.Tx) error { return nil }); err != nil {
		p.t.Fatal(err)
	}
}

func showPage(c echo.Context) error { return render(c, http.StatusOK, templ.Raw("the page")) }

func TestALivePageIsKeptUntilAnythingIsWritten(t *testing.T) {
	p := newKeptPage(t, live, showPage)
	p.wants(1)
	p.wants(1)
	p.write()
	p.wants(2)
	p.server.SetClock(func() time.Time { return time.Unix(1e9+60, 0) })
	p.wants(3)
}

func TestAPageOfFiguresOutlivesOtherWrites(t *testing.T) {
	for name, tt := range map[string]struct {
		versions []int64 // beside the one that the page was asked for
		kept     bool
	}{
		"of the data as they are":                       {[]int64{0}, true},
		"of the data as they are, asked for twice":      {[]int64{0, 0}, true},
		"of older data, while new figures are computed": {[]int64{-1}, false},
		"of both":                  {[]int64{-1, 0}, false},
		"of newer data":            {[]int64{1}, false},
		"of data nobody asked for": {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			var p *keptPage
			p = newKeptPage(t, onlyFigures, func(c echo.Context) error {
				version, err := p.db.DataVersion(c.Request().Context())
				if err != nil {
					return err
				}
				for _, older := range tt.versions {
					recordingOf(c.Request().Context()).shows(version.Version + older)
				}
				return showPage(c)
			})
			p.wants(1)
			p.wants(1) // kept in either case until something is written
			p.write()
			made := int64(2)
			if tt.kept {
				made = 1
			}
			p.wants(made)
		})
	}
}

func TestReadersOfOtherLanguagesLeaveAPageOfFiguresKept(t *testing.T) {
	var p *keptPage
	p = newKeptPage(t, onlyFigures, func(c echo.Context) error {
		version, err := p.db.DataVersion(c.Request().Context())
		if err != nil {
			return err
		}
		recordingOf(c.Request().Context()).shows(version.Version)
		return showPage(c)
	})
	modelstest.Load(t, p.db, modelstest.PollsFile("1,active,2001-09-08 12:00:00 UTC")) // the header says how old it is
	for range 2 {
		for _, l := range words.Languages {
			p.ask(words.With(t.Context(), words.In(l)))
		}
		p.write()
	}
	if made := p.made.Load(); made != int64(len(words.Languages)) {
		t.Errorf("the page was made %d times, want once in each of %d languages", made, len(words.Languages))
	}
}

func TestACrowdMakesAPageOnce(t *testing.T) {
	for _, until := range []lifetime{live, onlyFigures} {
		p := newKeptPage(t, until, func(c echo.Context) error {
			time.Sleep(50 * time.Millisecond) // so that the others come meanwhile
			return showPage(c)
		})
		var crowd sync.WaitGroup
		for range 20 {
			crowd.Go(func() { p.wants(1) })
		}
		crowd.Wait()
	}
}

func TestWhatIsNoPageIsAnsweredToEachOnHisOwn(t *testing.T) {
	for name, tt := range map[string]struct {
		answer echo.HandlerFunc
		want   int
	}{
		"a redirect": {func(c echo.Context) error { return c.Redirect(http.StatusSeeOther, "/") }, http.StatusSeeOther},
		"an error":   {func(echo.Context) error { return echo.ErrNotFound }, http.StatusNotFound},
		"a form with a problem": {func(c echo.Context) error {
			return render(c, http.StatusUnprocessableEntity, templ.Raw("the page"))
		}, http.StatusUnprocessableEntity},
	} {
		p := newKeptPage(t, live, func(c echo.Context) error {
			time.Sleep(50 * time.Millisecond) // so that the others come meanwhile
			return tt.answer(c)
		})
		var crowd sync.WaitGroup
		for range 20 {
			crowd.Go(func() {
				if w := p.ask(t.Context()); w.Code != tt.want {
					t.Errorf("%s: %d, want %d", name, w.Code, tt.want)
				}
			})
		}
		crowd.Wait()
		if p.made.Load() != 20 {
			t.Errorf("%s: answered %d times", name, p.made.Load())
		}
	}
}

func TestAPageIsNotMadeOnWhenItsVisitorLeft(t *testing.T) {
	making := make(chan struct{}, 1)
	p := newKeptPage(t, live, func(c echo.Context) error {
		select {
		case making <- struct{}{}:
			<-c.Request().Context().Done()
			return c.Request().Context().Err()
		default:
			return showPage(c)
		}
	})
	first, leave := context.WithCancelCause(t.Context())
	var both sync.WaitGroup
	both.Go(func() { p.ask(first) })
	for p.made.Load() == 0 {
		runtime.Gosched()
	}
	leave(errors.New("left"))
	both.Wait()
	p.wants(2)
	p.wants(2)
}

// A slowWriter is a visitor who does not read the answer until he may.
type slowWriter struct {
	*httptest.ResponseRecorder
	sending chan struct{}
	read    chan struct{}
}

func (w slowWriter) Write(p []byte) (int, error) {
	close(w.sending)
	<-w.read
	return w.ResponseRecorder.Write(p)
}

func TestAVisitorWhoReadsSlowlyKeepsNobodyWaiting(t *testing.T) {
	p := newKeptPage(t, live, showPage)
	w := slowWriter{httptest.NewRecorder(), make(chan struct{}), make(chan struct{})}
	var slow sync.WaitGroup
	slow.Go(func() { p.site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/page", nil)) })
	<-w.sending
	p.wants(1)
	close(w.read)
	slow.Wait()
	if w.Body.String() != "the page" {
		t.Errorf("he got %q", w.Body)
	}
}

func TestLongAddressesCountTowardsWhatIsKept(t *testing.T) {
	c := newPageCache[int]()
	address := strings.Repeat("a", cachedBytes/4)
	for n := range 6 {
		c.put(everybody, 1, pageKey{url: address, partial: strconv.Itoa(n)}, &packed{})
	}
	if kept := len(c.latest.values); kept > 4 {
		t.Errorf("%d pages with addresses of %d bytes are kept", kept, len(address))
	}
}

func TestOnlyKnownParametersAreKept(t *testing.T) {
	long := strings.Repeat("a", longestKey)
	for target, want := range map[string]string{ // "" where nothing is kept
		"/stores":                           "/stores",
		"/stores?":                          "/stores",
		"/stores?q=a%20b&page=2":            "/stores?page=2&q=a+b",
		"/stores?page=2&q=%61+b":            "/stores?page=2&q=a+b",
		"/stores/a%2Fb?day=2023-01-25":      "/stores/a%2Fb?day=2023-01-25",
		"/stores?q=":                        "/stores?q=",
		"/stores?x=1":                       "",
		"/stores?q=a&q=b":                   "",
		"/stores?q=a;page=2":                "",
		"/stores?q=%zz":                     "",
		"/stores?q=" + long:                 "",
		"/stores?" + long:                   "",
		"/stores/" + long:                   "",
		"/stores?q=a&utm_source=newsletter": "",
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		var err error
		if r.URL, err = url.Parse(target); err != nil {
			t.Fatal(err)
		}
		if key, keeps := newPageKey(r); keeps != (want != "") || keeps && key.url != want {
			t.Errorf("%.60s: key %.60q, kept: %v", target, key.url, keeps)
		}
		r.Header.Set("HX-Request", "true")
		r.Header.Set("HX-Target", long)
		if _, keeps := newPageKey(r); keeps {
			t.Errorf("%.60s: kept under a target of %d bytes", target, len(long))
		}
	}
}

// However many addresses a client makes up, what is kept for them is bounded, all of
// it: bodies, keys, and what belongs to each.
func TestWhatAClientCanHaveKeptIsBounded(t *testing.T) {
	c := newPageCache[int]()
	for n := range 3 * cachedBytes / entryBytes {
		c.put(everybody, n%2, pageKey{url: strconv.Itoa(n)}, &packed{})
	}
	kept := len(c.latest.values) + len(c.before.values)
	if most := cachedBytes / entryBytes; kept > most || kept == 0 || c.sum() > cachedBytes {
		t.Errorf("%d empty pages of %d bytes are kept, want at most %d", kept, c.sum(), most)
	}
}
