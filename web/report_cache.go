package web

import (
	"context"
	"slices"
	"sync"

	"lightson/models/reports"
	"lightson/models/uptime"
)

// A finishedReport is the content of a complete report, which never changes.
type finishedReport struct {
	id     string
	rows   []reports.Row
	sum    [3]uptime.Figures // of all its stores
	ranged uptime.Figures    // of its range, of all its stores
	orders orders
}

// reportCache keeps the few reports that were looked at last.
type reportCache struct {
	mu     sync.Mutex
	latest []*finishedReport
}

const cachedReports = 4

// finishedReport is the content of a complete report.
func (s *Server) finishedReport(ctx context.Context, id string) (*finishedReport, error) {
	c := &s.finished
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := slices.IndexFunc(c.latest, func(r *finishedReport) bool { return r.id == id }); n >= 0 {
		return c.latest[n], nil
	}
	r := &finishedReport{id: id}
	for row, err := range reports.Rows(ctx, s.db, id) {
		if err != nil {
			return nil, err
		}
		r.rows = append(r.rows, row)
		for n, f := range row.Figures {
			r.sum[n].Add(f)
		}
		r.ranged.Add(row.Range)
	}
	if len(c.latest) == cachedReports {
		c.latest = slices.Delete(c.latest, 0, 1)
	}
	c.latest = append(c.latest, r)
	return r, nil
}
