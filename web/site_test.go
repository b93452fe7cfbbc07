package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"

	"lightson/jobs"
	"lightson/models"
	"lightson/models/demo"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/web"
)

// now is what the clocks of all sites show: 22 minutes after the demo's newest
// poll.
var now = time.Date(2023, time.January, 25, 18, 35, 30, 0, time.UTC)

// uploadLimit is that of every site.
const uploadLimit = 2 << 20

// A site is the whole web side over a database of its own, with the real queue
// behind it. The queue is not started, so that what is asked for stays queued
// until a test works it off.
type site struct {
	t       *testing.T
	db      *models.DB
	figures *figures.Figures
	jobs    *jobs.Jobs
	dir     string
	log     *bytes.Buffer // errors that were logged; not for use while requests run at once
	server  *web.Server
	handler http.Handler
}

// The tables of the queue are part of every database.
func init() {
	modelstest.Prepare(func(ctx context.Context, db *models.DB) error {
		j, err := jobs.New(db, nil, jobs.Settings{Dir: os.TempDir()}, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		return j.Migrate(ctx)
	})
}

func newSite(t *testing.T, db *models.DB) *site {
	t.Helper()
	return newSiteWith(t, db, jobs.Settings{})
}

func newSiteWith(t *testing.T, db *models.DB, settings jobs.Settings) *site {
	t.Helper()
	s := &site{t: t, db: db, figures: modelstest.Figures(t, db), dir: t.TempDir(), log: &bytes.Buffer{}}
	log := s.logger()
	var err error
	settings.Dir = s.dir
	if s.jobs, err = jobs.New(db, s.figures, settings, log); err != nil {
		t.Fatal(err)
	}
	if err := s.jobs.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	server := web.New(db, s.figures, s.jobs, s.jobs, s.jobs, s.jobs, web.Settings{UploadLimit: uploadLimit, Version: "v1.2.3", Currency: "$"}, log)
	t.Cleanup(func() {
		if err := server.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	server.SetClock(func() time.Time { return now })
	server.WaitForStrips(time.Minute) // a page says the same when it is asked for again
	s.server, s.handler = server, server.Handler()
	return s
}

func (s *site) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelError}))
}

// onSQLite is an empty site where the kind of database does not matter.
func onSQLite(t *testing.T) *site {
	t.Helper()
	return newSite(t, modelstest.Open(t, modelstest.SQLite))
}

// eachSite runs body on an empty site over each kind of database.
func eachSite(t *testing.T, body func(*testing.T, *site)) {
	t.Helper()
	modelstest.Each(t, func(t *testing.T, db *models.DB) { body(t, newSite(t, db)) })
}

// An answer is a response whose body was read.
type answer struct {
	*http.Response
	body string
}

// ask sends a request to the real router. As a browser does, it keeps the fragment
// of an address to itself.
func (s *site) ask(method, target string, changes ...func(*http.Request)) answer {
	s.t.Helper()
	target, _, _ = strings.Cut(target, "#")
	r := httptest.NewRequest(method, target, nil)
	r.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	for _, change := range changes {
		change(r)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	a := answer{w.Result(), w.Body.String()}
	// A recorder takes any length; a server cuts off what is longer.
	if length := a.ContentLength; method != http.MethodHead && length >= 0 && length != int64(len(a.body)) {
		s.t.Errorf("%s %s: %d bytes, but a length of %d is promised", method, target, len(a.body), length)
	}
	a.body = a.withoutID(a.body)
	a.Header.Del("X-Request-Id") // each has another
	return a
}

// noID stands in bodies for the id of their request, which is another for each.
const noID = "{id of the request}"

// requestIDs are ids of requests, as the server makes them.
var requestIDs = regexp.MustCompile(`\b[A-Z2-7]{26}\b`)

// withoutID is a body without the id of its request, so that answers which say the same are the
// same.
func (a answer) withoutID(body string) string {
	if id := a.Header.Get("X-Request-Id"); id != "" {
		return strings.ReplaceAll(body, id, noID)
	}
	return body
}

// get fetches and parses a page.
func (s *site) get(target string, changes ...func(*http.Request)) (status int, page *goquery.Document) {
	s.t.Helper()
	a := s.ask(http.MethodGet, target, changes...)
	return a.StatusCode, a.page(s.t)
}

// open is a page that must be there.
func (s *site) open(target string) *goquery.Document {
	s.t.Helper()
	status, page := s.get(target)
	if status != http.StatusOK {
		s.t.Fatalf("GET %s: status %d, %q", target, status, text(page.Find("main")))
	}
	return page
}

// page parses the body. A row of a table needs a table around it to be parsed. A whole page
// that asks for something by htmx must load htmx.
func (a answer) page(t *testing.T) *goquery.Document {
	t.Helper()
	html := a.body
	if strings.HasPrefix(html, "<tr") {
		html = "<table>" + html + "</table>"
	}
	page, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	if page.Find("head script[src*='app.']").Length() > page.Find("head script[src*='htmx.']").Length() && page.Find("[hx-get], [hx-post]").Length() > 0 {
		t.Errorf("%s: the page uses htmx and does not load it", text(page.Find("title")))
	}
	return page
}

// header sets a header of a request, or removes it.
func header(name, value string) func(*http.Request) {
	return func(r *http.Request) {
		if value == "" {
			r.Header.Del(name)
			return
		}
		r.Header.Set(name, value)
	}
}

// asHTMX is what htmx says of itself.
func asHTMX(r *http.Request) { r.Header.Set("HX-Request", "true") }

// asScript is a client that says of itself what curl does.
func asScript(r *http.Request) { r.Header.Set("Accept", "*/*") }

// body gives a request a body.
func body(contentType, text string) func(*http.Request) {
	return func(r *http.Request) {
		r.Body = io.NopCloser(strings.NewReader(text))
		r.ContentLength = int64(len(text))
		r.Header.Set("Content-Type", contentType)
	}
}

func form(pairs ...string) func(*http.Request) {
	values := url.Values{}
	for n := 0; n < len(pairs); n += 2 {
		values.Set(pairs[n], pairs[n+1])
	}
	return body("application/x-www-form-urlencoded", values.Encode())
}

// A file is one that is uploaded.
type file struct{ name, text string }

func files(list ...file) func(*http.Request) {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for _, f := range list {
		part, err := form.CreateFormFile("files", f.name)
		if err != nil {
			panic(err) // a buffer takes everything
		}
		_, _ = io.WriteString(part, f.text)
	}
	_ = form.Close()
	return body(form.FormDataContentType(), b.String())
}

// text is the text of a selection with its white space folded.
func text(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

// texts are the texts of the elements of a selection.
func texts(s *goquery.Selection) []string {
	return s.Map(func(_ int, e *goquery.Selection) string { return text(e) })
}

// cells are the texts of rows, cell by cell.
func cells(rows *goquery.Selection) []string {
	return rows.Map(func(_ int, row *goquery.Selection) string { return strings.Join(texts(row.Children()), " | ") })
}

// load imports files at once.
func (s *site) load(list ...file) models.Import {
	s.t.Helper()
	ctx := s.t.Context()
	dir := s.t.TempDir()
	i := models.NewImport(models.FromPage)
	for _, f := range list {
		if err := os.WriteFile(filepath.Join(dir, f.name), []byte(f.text), 0o600); err != nil {
			s.t.Fatal(err)
		}
		i.Add(f.name, int64(len(f.text)))
	}
	a, err := s.db.BeginImport(ctx, i)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.take(a, func(_ models.Import, f models.ImportFile) string { return filepath.Join(dir, f.Name) })
}

// dataVersion is the present version of the data.
func (s *site) dataVersion() int64 { return modelstest.DataVersion(s.t, s.db) }

// workOffImport does a queued import of uploaded files.
func (s *site) workOffImport(id string) models.Import {
	s.t.Helper()
	a, err := s.db.Claim(s.t.Context(), models.ImportWork, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.take(a, func(i models.Import, f models.ImportFile) string {
		return filepath.Join(s.dir, "imports", i.ID, fmt.Sprintf("%d.csv", f.Number)) // where jobs stages it
	})
}

func (s *site) take(a models.Attempt, pathOf func(models.Import, models.ImportFile) string) models.Import {
	s.t.Helper()
	if err := s.worker().Import(s.t.Context(), a, pathOf, nil); err != nil {
		s.t.Fatal(err)
	}
	s.snapshot() // while it is being computed, pages may show the one before
	done, err := s.db.Import(s.t.Context(), a.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return done
}

// catchUp waits for the figures of the present data: while they are being computed, pages
// may show those before.
func (s *site) catchUp() {
	s.t.Helper()
	if _, err := s.figures.Trend(context.WithoutCancel(s.t.Context())); err != nil {
		s.t.Fatal(err)
	}
	s.snapshot()
}

func (s *site) worker() *jobs.Worker {
	return jobs.NewWorker(s.db, s.figures, s.dir, slog.New(slog.DiscardHandler))
}

// askReport asks for a report, as a script does, and returns its id.
func (s *site) askReport() string {
	s.t.Helper()
	r := models.NewReport(models.FromAPI, models.ReportScope{}, uuid.NewString()) // one of its own
	if err := s.jobs.AskReport(s.t.Context(), r); err != nil {
		s.t.Fatal(err)
	}
	return r.ID
}

// claim begins a queued report, so that it is running. One that was promised on a busy
// machine is recorded first.
func (s *site) claim(id string) models.Attempt {
	s.t.Helper()
	a, err := s.db.Claim(s.t.Context(), models.ReportWork, id)
	for end := time.Now().Add(patience); errors.Is(err, models.ErrNotClaimable) && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
		a, err = s.db.Claim(s.t.Context(), models.ReportWork, id)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	// What was promised while SQLite was busy is shown as queued until it is known to be recorded.
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if r, err := s.db.Report(s.t.Context(), id); err == nil && r.State == models.Running {
			return a
		}
	}
	s.t.Fatalf("report %s is claimed and not shown as running", id)
	return a
}

// report is a complete report.
func (s *site) report() models.Report {
	s.t.Helper()
	id := s.askReport()
	return s.finish(s.claim(id))
}

// finish works off a running report.
func (s *site) finish(a models.Attempt) models.Report {
	s.t.Helper()
	if err := s.worker().Report(s.t.Context(), a, nil); err != nil {
		s.t.Fatal(err)
	}
	r, err := s.db.Report(s.t.Context(), a.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// finishAll works off every report that waits.
func (s *site) finishAll() {
	s.t.Helper()
	list, err := s.db.Reports(s.t.Context(), 0, 100)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, r := range list {
		if r.State == models.Queued {
			s.finish(s.claim(r.ID))
		}
	}
}

// demoOptions are small, and yet have every kind of store and three pages of
// them.
func demoOptions() demo.Options {
	o := demo.DefaultOptions()
	o.Stores = 120
	return o
}

// demoFiles are the feeds of the demo that figures are made of.
func demoFiles(t *testing.T) []file {
	t.Helper()
	var polls, hours, zones strings.Builder
	o := demoOptions()
	_, err1 := demo.WritePolls(&polls, o, nil)
	_, err2 := demo.WriteHours(&hours, o)
	_, err3 := demo.WriteZones(&zones, o)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return []file{{demo.PollsName, polls.String()}, {demo.HoursName, hours.String()}, {demo.ZonesName, zones.String()}}
}

// withDemo loads the demo's feeds.
func (s *site) withDemo() *site {
	s.t.Helper()
	s.load(demoFiles(s.t)...)
	return s
}

// snapshot is what every page is made of.
func (s *site) snapshot() *figures.Snapshot {
	s.t.Helper()
	snapshot, err := s.figures.Snapshot(context.WithoutCancel(s.t.Context()))
	if err != nil {
		s.t.Fatal(err)
	}
	return snapshot
}
