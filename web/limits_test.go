package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/labstack/echo/v4"
	"golang.org/x/sync/errgroup"

	"lightson/models"
)

// receiving are the routes that are sent files, polls or many special days.
var receiving = []string{"POST /imports", "POST /api/v1/imports", "POST /api/v1/polls", "POST /api/v1/special-days", "POST /api/v1/hours", "POST /api/v1/zones", "POST /api/v1/names"}

func TestOnlyRoutesThatReceiveFilesTakeLargeBodies(t *testing.T) {
	s := onSQLite(t)
	large := strings.Repeat("x", 100_000)
	taken := map[string]bool{}
	send := func(method, path string) {
		t.Helper()
		a := s.ask(method, path, form("as_of", large))
		// What the principal may not do is refused before anything is read.
		if a.StatusCode != http.StatusRequestEntityTooLarge && a.StatusCode != http.StatusForbidden {
			taken[method+" "+path] = true
		}
	}
	routes := s.handler.(*echo.Echo).Routes()
	if len(routes) < 50 {
		t.Fatalf("%d routes", len(routes))
	}
	for _, route := range routes {
		if strings.HasPrefix(route.Path, "/shared/") || strings.HasPrefix(route.Path, "/feeds/:token") {
			continue // a link that does not work is nothing at all, whatever is sent there
		}
		send(route.Method, strings.NewReplacer(":", "", "*", "app.css").Replace(route.Path))
	}
	send(http.MethodPost, "/nowhere")
	send(http.MethodPost, "/stores")         // which is there, but not for POST
	send(http.MethodGet, "/reports/imports") // which only ends as one does that takes files
	for _, route := range receiving {
		if !taken[route] {
			t.Errorf("%s takes no more than a form", route)
		}
		delete(taken, route)
	}
	for route := range taken {
		t.Errorf("%s takes a body of 100 kB", route)
	}
}

// Of a body without a length it is known only at its end that it is too long. Nothing
// is done before that, also where nobody would look at the body.
func TestALongBodyOfUnknownLengthDoesNothing(t *testing.T) {
	s := onSQLite(t)
	imported, report := s.load(file{"zones.csv", goodZones}), s.askReport()
	preview := s.ask(http.MethodPost, "/imports", filesWith("preview", file{"more.csv", "store_id,timezone_str\nb,Europe/Berlin\n"})).Header.Get("Location")
	if preview == "" {
		t.Fatal("no preview")
	}
	large := strings.Repeat("x", 100_000)
	unknownLength := func(r *http.Request) { r.ContentLength = -1 }
	for _, path := range []string{
		"/reports", "/stores/a/sales", "/sales", "/trigger_report", "/api/v1/reports",
		"/imports/" + imported.ID + "/undo", "/api/v1/imports/" + imported.ID + "/undo",
		preview + "/confirm", preview + "/discard", preview + "/preview",
		"/reports/" + report + "/cancel", "/api/v1/reports/" + report + "/cancel",
	} {
		for _, changes := range [][]func(*http.Request){
			{form("group", large), unknownLength},
			{body("application/json", large), unknownLength},
			{body("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"anyway\"\r\n\r\n1\r\n--b--\r\n"+large), unknownLength},
		} {
			if a := s.ask(http.MethodPost, path, changes...); a.StatusCode != http.StatusRequestEntityTooLarge {
				t.Errorf("POST %s: %d, %s", path, a.StatusCode, a.body)
			}
		}
	}
	undone, err := s.db.Import(t.Context(), imported.ID)
	if err != nil || undone.UndoneAt != 0 {
		t.Errorf("the import was undone: %v, %v", undone.UndoneAt, err)
	}
	waiting, err := s.db.Import(t.Context(), strings.TrimPrefix(preview, "/imports/"))
	if err != nil || waiting.State != models.Previewed {
		t.Errorf("the preview is %s, %v", waiting.State, err)
	}
	wantWork(t, s, []string{report}, models.Queued, 2)
}

// occupied runs body while nobody else can write imports or reports.
func (s *site) occupied(body func()) {
	s.t.Helper()
	began, end := make(chan bool), make(chan bool)
	var holding errgroup.Group
	holding.Go(func() error {
		return s.db.Update(s.t.Context(), func(tx *models.Tx) error { // on SQLite nobody else can write now
			var err error
			if pg := tx.PGX(); pg != nil {
				_, err = pg.Exec(s.t.Context(), "LOCK TABLE imports, reports, sales_rates IN ACCESS EXCLUSIVE MODE")
			}
			close(began)
			<-end
			return err
		})
	})
	<-began
	defer func() { // also where body ends the test
		close(end)
		if err := holding.Wait(); err != nil {
			s.t.Error(err)
		}
	}()
	body()
}

func TestASlowDatabaseEndsOrdinaryRequestsAndNoUploads(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		imported := s.load(onePoll)
		s.askReport()
		const limit = 200 * time.Millisecond
		s.server.LimitAnswers(limit)
		s.handler = s.server.Handler()
		uploads := map[string]func() answer{
			"an upload":            func() answer { return s.ask(http.MethodPost, "/imports", files(file{"zones.csv", goodZones})) },
			"an upload to the API": func() answer { return s.call(http.MethodPost, "/api/v1/imports", files(file{"zones.csv", goodZones})) },
			"a push": func() answer {
				return s.push("application/json", "["+pushOf("a", "active", "2023-01-25T10:00:00Z")+"]")
			},
		}
		answers := make(chan answer, len(uploads))
		s.occupied(func() {
			for _, upload := range uploads {
				go func() { answers <- upload() }()
			}
			ordinary := map[string]answer{
				"a form":       s.ask(http.MethodPost, "/stores/a/sales", form("per_hour", "60")),
				"an htmx form": s.ask(http.MethodPost, "/stores/a/sales", asHTMX, form("per_hour", "60")),
				"the API":      s.call(http.MethodPost, "/api/v1/imports/"+imported.ID+"/undo"),
			}
			asks := []answer{
				s.ask(http.MethodPost, "/reports", form("as_of", "2023-01-25T07:00")),
				s.ask(http.MethodPost, "/trigger_report", asScript, form("as_of", "2023-01-25T08:00")),
				s.call(http.MethodPost, "/api/v1/reports", form("as_of", "2023-01-25T09:00")),
				s.ask(http.MethodPost, "/reports", asHTMX, form("as_of", "2023-01-25T10:00")),
			}
			if s.db.Postgres() != nil {
				for n, a := range asks {
					ordinary[fmt.Sprintf("ask %d for a report", n)] = a
				}
				ordinary["a page"] = s.ask(http.MethodGet, "/reports")
				ordinary["a file"] = s.ask(http.MethodGet, "/reports/01a20937-0000-7000-8000-000000000001/report.csv")
			} else { // readers of SQLite wait for nobody, and reports are promised
				for n, a := range asks {
					if a.StatusCode >= http.StatusBadRequest {
						t.Errorf("ask %d for a report: %d %.300s", n, a.StatusCode, a.body)
					}
				}
				for where, list := range map[string]*goquery.Document{"the page": s.open("/reports"), "the answer": asks[3].page(t)} {
					if n := list.Find("#reports tbody tr").Length(); n != 5 {
						t.Errorf("%s lists %d reports, want those that wait and those that are promised, 5", where, n)
					}
				}
			}
			for name, a := range ordinary {
				if a.StatusCode != http.StatusServiceUnavailable || !strings.Contains(a.body, "The database did not answer in time") {
					t.Errorf("%s: %d %.300s", name, a.StatusCode, a.body)
				}
			}
			if len(answers) > 0 {
				a := <-answers
				t.Errorf("an upload ended while nobody could write: %d %.300s", a.StatusCode, a.body)
			}
		})
		for range uploads {
			if a := <-answers; a.StatusCode >= http.StatusBadRequest {
				t.Errorf("an upload: %d %.300s", a.StatusCode, a.body)
			}
		}
		if a := s.ask(http.MethodGet, "/reports"); a.StatusCode != http.StatusOK {
			t.Errorf("afterwards: %d", a.StatusCode)
		}
	})
}

// The server ends the context of a request whose body does not come in time.
func TestARequestThatIsSentTooSlowlyIsToldSo(t *testing.T) {
	s := onSQLite(t).withDemo()
	for _, target := range []string{"/reports", "/imports", "/stores/1/sales", "/sales", "/imports/x/confirm", "/trigger_report", "/api/v1/reports", "/api/v1/polls", "/nowhere", "/stores"} {
		for cause, want := range map[error]int{os.ErrDeadlineExceeded: http.StatusRequestTimeout, context.Canceled: http.StatusRequestTimeout, io.ErrUnexpectedEOF: http.StatusBadRequest} {
			a := s.ask(http.MethodPost, target, header("Content-Type", "multipart/form-data; boundary=x"), func(r *http.Request) {
				ctx, end := context.WithCancel(r.Context())
				*r = *r.WithContext(ctx)
				r.Body, r.ContentLength = io.NopCloser(readerFunc(func([]byte) (int, error) {
					end()
					return 0, cause
				})), -1
			})
			if a.StatusCode != want || !errors.Is(cause, context.Canceled) && len(a.body) == 0 {
				t.Errorf("POST %s, %v: status %d and %d bytes, want %d", target, cause, a.StatusCode, len(a.body), want)
			}
		}
	}
	if s.log.Len() > 0 {
		t.Errorf("logged: %s", s.log)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestAPanicIsAnsweredWithAnErrorPage(t *testing.T) {
	s := onSQLite(t)
	s.handler.(*echo.Echo).GET("/broken", func(echo.Context) error { panic("broken") })
	if a := s.ask(http.MethodGet, "/broken"); a.StatusCode != http.StatusInternalServerError || a.page(t).Find("main h1").Length() == 0 {
		t.Errorf("status %d, %q; expected an error page of status 500", a.StatusCode, a.body)
	}
}
