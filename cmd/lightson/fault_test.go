package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"lightson/models/modelstest"
)

// A blow is what happens to a PostgreSQL server. It is over when it returns.
var blows = map[string]func(*testing.T, *server, *modelstest.Server){
	"restarted": func(t *testing.T, s *server, p *modelstest.Server) {
		p.Stop()
		s.saysItIsAway()
		p.Start()
	},
	"cut off": func(_ *testing.T, _ *server, p *modelstest.Server) { p.CutOff() },
	"hanging": func(_ *testing.T, s *server, p *modelstest.Server) {
		p.Pause()
		defer p.Resume()
		s.saysItIsAway()
	},
}

// saysItIsAway waits until the server tells everyone that its database is away.
func (s *server) saysItIsAway() {
	s.t.Helper()
	until(s.t, "/readyz says so", func() bool { return s.get("/readyz").StatusCode == http.StatusServiceUnavailable })
	if a := s.get("/readyz"); !strings.Contains(a.body, "does not answer") || a.Header.Get("Retry-After") == "" {
		s.t.Errorf("/readyz: %d %q", a.StatusCode, a.body)
	}
	if a := s.get("/healthz"); a.StatusCode != http.StatusOK {
		s.t.Errorf("/healthz: %s", a.Status)
	}
	page := s.do(http.MethodGet, "/", nil, header("Accept", "text/html"))
	if page.StatusCode != http.StatusServiceUnavailable || !strings.Contains(page.body, "Please try again in a moment.") || page.Header.Get("Refresh") == "" {
		s.t.Errorf("the overview: %s, Refresh %q\n%.500s", page.Status, page.Header.Get("Refresh"), page.body)
	}
	if strings.Contains(page.body, "pgconn") || strings.Contains(page.body, "dial") || strings.Contains(page.body, "SQLSTATE") {
		s.t.Errorf("the page tells of our insides: %s", page.body)
	}
}

// openFiles counts the connections and files that the program has open.
func (s *server) openFiles() int {
	s.t.Helper()
	list, err := os.ReadDir(filepath.Join("/proc", strconv.Itoa(s.child.Process.Pid), "fd"))
	if err != nil {
		s.t.Skip("no /proc to count open files in")
	}
	return len(list)
}

func TestTheServerOutlivesItsPostgreSQL(t *testing.T) {
	postgres := modelstest.NewServer(t)
	data := newCourse(t, 3000, len(blows))
	dir := t.TempDir()
	runChild(t, append(append([]string{"load"}, data.first...), on(postgres.URL, dir)...)...)
	s := serve(t, postgres.URL, dir)
	s.csv(s.trigger("")) // everything is warm
	part := 0
	for name, strike := range blows {
		t.Run(name, func(t *testing.T) {
			s.t = t
			before, after := data.after[part], data.after[part+1]
			imported := s.upload(data.parts[part])
			part++
			asked := s.trigger(query("as_of", asOf))
			until(t, "the import runs", func() bool { w := s.theImport(imported); return w.State == "running" || w.final() })
			strike(t, s, postgres)
			until(t, "/readyz is well again", func() bool { return s.get("/readyz").StatusCode == http.StatusOK })
			until(t, "the pages come back", func() bool { return s.get("/").StatusCode == http.StatusOK })
			until(t, "the import is final", func() bool {
				a, err := s.send(http.MethodGet, "/api/v1/imports/"+imported, nil)
				return err == nil && a.StatusCode == http.StatusOK && s.theImport(imported).final()
			})
			if i := s.theImport(imported); i.State != "complete" {
				t.Errorf("import is %s: %v", i.State, i.Error)
			}
			if csv := s.csv(asked); csv != before && csv != after {
				t.Errorf("the report is neither of the data before nor after:\n%.2000s", csv)
			}
			if s.csv(s.trigger(query("as_of", asOf))) != after {
				t.Error("the report after the import is not the one of its data")
			}
		})
	}
	s.t = t
	nothingLeft(t, dir)
	const mostConnections = 16 + 4 // of the pool, and what the queue listens by
	if n := postgres.Connections(); n > mostConnections {
		t.Errorf("%d connections are open", n)
	}
	files := s.openFiles()
	for range 3 {
		postgres.CutOff()
		until(t, "the pages come back", func() bool { return s.get("/").StatusCode == http.StatusOK })
	}
	time.Sleep(time.Second)
	if now := s.openFiles(); now > files+5 {
		t.Errorf("%d files are open, and were %d before connections broke", now, files)
	}
	if code := s.terminate(); code != 0 {
		t.Errorf("exit status %d", code)
	}
	tellAttempts(t, postgres.URL, dir, len(blows))
}

func TestAServerWhosePostgreSQLIsGoneStopsInTime(t *testing.T) {
	postgres := modelstest.NewServer(t)
	for name, strike := range map[string]func(){"hanging": postgres.Pause, "stopped": postgres.Stop} {
		s := serve(t, postgres.URL, t.TempDir(), "--stop-after=2s")
		s.trigger("")
		strike()
		began := time.Now()
		s.terminate() // whatever its status: what it could not say, it could not say
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("%s: the stop took %s", name, took)
		}
		if postgres.Resume(); name == "stopped" {
			postgres.Start()
		}
	}
}
