package main

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lightson/models/modelstest"
)

// Three servers on one PostgreSQL make each report together, and one of them, whichever, dies
// while they do.
func TestReportsInShardsOutliveTheServersThatMakeThem(t *testing.T) {
	const kills = 2
	data := newCourse(t, 300, 1)
	c := newCluster(t, 3, "--shard-stores=10")
	id := c.server.upload(data.first...)
	until(t, "the import is final", func() bool { return c.theImport(id).final() })
	for range kills {
		ids := []string{c.trigger(query("as_of", asOf)), c.trigger("")}
		time.Sleep(rand.N(60 * time.Millisecond))
		n := rand.N(len(c.servers))
		c.servers[n].kill()
		c.restart(n)
		for _, id := range ids {
			until(t, "report "+id+" is final", func() bool { return c.theReport(id).final() })
			if w := c.theReport(id); w.State != "complete" {
				t.Errorf("report is %s: %v", w.State, w.Error)
			}
		}
		if c.csv(ids[0]) != data.after[0] {
			t.Error("the report in shards is not the one that a command makes")
		}
	}
	db := modelstest.OpenURL(t, c.db, t.TempDir())
	var by []string
	err := db.GORM(t.Context()).Raw("SELECT DISTINCT attempted_by[1] FROM river_job WHERE kind = 'report_shards' AND attempted_by IS NOT NULL").Scan(&by).Error
	if err != nil || len(by) < 2 {
		t.Errorf("helped by %s: %v", strings.Join(by, ", "), err)
	}
	var left int64
	if err := db.GORM(t.Context()).Raw("SELECT count(*) FROM report_shards").Scan(&left).Error; err != nil || left != 0 {
		t.Errorf("%d shards are left, %v", left, err)
	}
}
