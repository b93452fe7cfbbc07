package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
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
			err = errors.Join(err, fmt.Errorf("%s: %d %s", path, a.StatusCode, a.body))
			time.Sleep(50 * time.Millisecond)
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
			err = errors.Join(err, fmt.Errorf("upload: %d %s", a.StatusCode, a.body))
			time.Sleep(50 * time.Millisecond)
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
