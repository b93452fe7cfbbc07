package main

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

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
