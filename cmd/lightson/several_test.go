package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"lightson/models/modelstest"
)

// reportAt asks the balancer for a report of a minute that nobody else asks for.
// Where the server died that was asked, it asks again by the same key.
func (c *cluster) reportAt(n int) (id string, err error) {
	path := fmt.Sprintf("/trigger_report?as_of=2023-01-25T%02d:%02d:00Z", n/60, n%60)
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		var a answer
		if a, err = c.send(http.MethodPost, path, nil, header("Idempotency-Key", path)); err != nil || a.StatusCode != http.StatusOK {
			err = fmt.Errorf("%s: %v %s", path, err, a.body)
			continue
		}
		var asked struct {
			ID string `json:"report_id"`
		}
		return asked.ID, json.Unmarshal([]byte(a.body), &asked)
	}
	return "", err
}

// uploadTo sends a file by the balancer, again where the server died that had it.
func (c *cluster) uploadTo(path string) (id string, err error) {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		body, contentType := form(path)
		var a answer
		if a, err = c.send(http.MethodPost, "/api/v1/imports", body, header("Content-Type", contentType)); err != nil || a.StatusCode != http.StatusAccepted {
			err = fmt.Errorf("upload: %v %s", err, a.body)
			continue
		}
		var w work
		return w.ID, json.Unmarshal([]byte(a.body), &w)
	}
	return "", err
}

func TestSeveralServersShareTheWork(t *testing.T) {
	data := newCourse(t, 300, 3)
	c := newCluster(t, 3)
	id := c.server.upload(data.first...)
	until(t, "the import is final", func() bool { return c.theImport(id).final() })
	for n, part := range data.parts {
		arriving := filepath.Join(t.TempDir(), fmt.Sprintf("part-%d.csv", n))
		if err := errors.Join(os.Link(part, arriving), os.Rename(arriving, filepath.Join(c.inbox, filepath.Base(arriving)))); err != nil {
			t.Fatal(err)
		}
		until(t, "the file is done", func() bool { return len(fileNames(t, filepath.Join(c.inbox, "done"))) == n+1 })
	}
	seen := map[string]int{}
	for _, i := range getJSON[struct {
		Imports []struct {
			Source, State string
			Files         []struct{ Name string }
		}
	}](c.server, "/api/v1/imports").Imports {
		for _, f := range i.Files {
			if i.Source == "inbox" {
				seen[f.Name]++
			}
		}
	}
	for n := range data.parts {
		if name := fmt.Sprintf("part-%d.csv", n); seen[name] != 1 {
			t.Errorf("%s was taken in %d times", name, seen[name])
		}
	}

	const reports = 60
	ids := make([]string, reports)
	var g errgroup.Group
	g.SetLimit(8)
	for n := range ids {
		g.Go(func() (err error) { ids[n], err = c.reportAt(n); return err })
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, s := range c.servers { // whoever was asked, all can tell
		if w := s.theReport(ids[reports-1]); w.State == "failed" || w.State == "cancelled" || w.Progress.Done > w.Progress.Total {
			t.Errorf("%s says of a report: %+v", s.url, w)
		}
	}
	for _, id := range ids {
		want := c.csv(id)
		for _, s := range c.servers {
			if got := s.csv(id); got != want {
				t.Errorf("%s shows another report %s", s.url, id)
			}
		}
	}
	if last := c.trigger(query("as_of", asOf)); c.csv(last) != data.after[len(data.parts)] {
		t.Error("the report is not the one of the data")
	}
	checkShares(t, c.db, reports+1)
}

// checkShares checks that each report was made once, and not all by one server.
func checkShares(t *testing.T, url string, reports int64) {
	t.Helper()
	pool := modelstest.OpenURL(t, url, t.TempDir()).Postgres()
	var made, jobs, workers int64
	until(t, "the queue has noted that all jobs are done", func() bool {
		err := pool.QueryRow(t.Context(), "SELECT count(*) FROM river_job WHERE kind = 'report' AND state = 'completed'").Scan(&jobs)
		return err != nil || jobs >= reports
	})
	err := errors.Join(
		pool.QueryRow(t.Context(), "SELECT count(*) FROM reports WHERE state = 'complete' AND attempt = 1").Scan(&made),
		pool.QueryRow(t.Context(), "SELECT count(*), count(DISTINCT attempted_by[1]) FROM river_job WHERE kind = 'report' AND attempt = 1").Scan(&jobs, &workers))
	if err != nil || made != reports || jobs != reports || workers < 2 {
		t.Errorf("%d reports and %d jobs by %d servers, want %d of each by several; %v", made, jobs, workers, reports, err)
	}
}

func TestAServerThatDiesAgainAndAgainLosesNothing(t *testing.T) {
	const kills = 4
	data := newCourse(t, 300, kills)
	c := newCluster(t, 3)
	id := c.server.upload(data.first...)
	until(t, "the import is final", func() bool { return c.theImport(id).final() })

	var stopped atomic.Bool
	var mu sync.Mutex
	var imports, reports []string
	var g errgroup.Group
	g.Go(func() error {
		for n := 0; !stopped.Load() || n < len(data.parts); n++ {
			id, err := c.uploadTo(data.parts[n%len(data.parts)])
			if err != nil {
				return err
			}
			mu.Lock()
			imports = append(imports, id)
			mu.Unlock()
			time.Sleep(200 * time.Millisecond) // the load is steady, not a flood
		}
		return nil
	})
	g.Go(func() error {
		for n := 0; !stopped.Load(); n++ {
			id, err := c.reportAt(n)
			if err != nil {
				return err
			}
			mu.Lock()
			reports = append(reports, id)
			mu.Unlock()
			time.Sleep(50 * time.Millisecond)
		}
		return nil
	})
	for range kills {
		time.Sleep(300*time.Millisecond + rand.N(600*time.Millisecond))
		c.servers[0].kill()
		c.restart(0)
	}
	stopped.Store(true)
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, id := range imports {
		until(t, "import "+id+" is final", func() bool { return c.theImport(id).final() })
		if w := c.theImport(id); w.State != "complete" {
			t.Errorf("import is %s: %v", w.State, w.Error)
		}
	}
	for _, id := range reports {
		until(t, "report "+id+" is final", func() bool { return c.theReport(id).final() })
		if w := c.theReport(id); w.State != "complete" {
			t.Errorf("report is %s: %v", w.State, w.Error)
		}
	}
	if last := c.trigger(query("as_of", asOf)); c.csv(last) != data.after[kills] {
		t.Error("the report afterwards is not the one of the data")
	}
	t.Logf("%d imports and %d reports; %d requests met a dead server", len(imports), len(reports), c.unanswered.Load())
}

func TestARollingRestartFailsNoRequest(t *testing.T) {
	data := newCourse(t, 300, 1)
	c := newCluster(t, 3, "--drain=300ms")
	id := c.server.upload(data.first...)
	until(t, "the import is final", func() bool { return c.theImport(id).final() })

	var stopped atomic.Bool
	var sent atomic.Int64
	var g errgroup.Group
	for worker := range 4 {
		g.Go(func() error {
			for n := worker; !stopped.Load(); n++ {
				sent.Add(1)
				a, err := answer{}, error(nil)
				switch n % 4 {
				case 0:
					a, err = c.send(http.MethodPost, "/trigger_report?as_of="+asOf, nil)
				case 1:
					body, contentType := form(data.parts[0])
					a, err = c.send(http.MethodPost, "/api/v1/imports", body, header("Content-Type", contentType))
				case 2:
					a, err = c.send(http.MethodGet, "/stores", nil)
				default:
					a, err = c.send(http.MethodGet, "/api/v1/imports/"+id, nil)
				}
				if err != nil || a.StatusCode >= 400 && a.StatusCode != http.StatusTooManyRequests {
					return fmt.Errorf("request %d: %v %+v", n, err, a)
				}
				time.Sleep(10 * time.Millisecond)
			}
			return nil
		})
	}
	for n := range c.servers {
		before := sent.Load()
		if err := c.servers[n].child.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if code := c.servers[n].exit(); code != 0 {
			t.Errorf("exit status %d", code)
		}
		c.restart(n)
		if sent.Load() == before {
			t.Error("no request was sent meanwhile: nothing was tested")
		}
	}
	stopped.Store(true)
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	if failed := c.unanswered.Load(); failed > 0 {
		t.Errorf("%d of %d requests were not answered", failed, sent.Load())
	}
	t.Logf("%d requests", sent.Load())
}

func TestAServerThatStopsSaysSoBeforeItStopsListening(t *testing.T) {
	s := serve(t, "", t.TempDir(), "--drain=1s")
	if a := s.get("/readyz"); a.StatusCode != http.StatusOK || a.Close {
		t.Fatalf("%s, closing %v", a.Status, a.Close)
	}
	if err := s.child.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	until(t, "it is not ready any more", func() bool { return s.get("/readyz").StatusCode == http.StatusServiceUnavailable })
	if a := s.get("/healthz"); a.StatusCode != http.StatusOK || !a.Close {
		t.Errorf("a request meanwhile: %s, and the connection is to be closed: %v", a.Status, a.Close)
	}
	if code := s.exit(); code != 0 {
		t.Errorf("exit status %d", code)
	}
}

func TestAServerThatNobodyBalancesStopsAtOnce(t *testing.T) {
	s := serve(t, "", t.TempDir(), "--drain=1h", "--stop-after=1h")
	s.get("/healthz")
	if code := s.terminate(); code != 0 { // which has less patience
		t.Errorf("exit status %d", code)
	}
}
