package web

import (
	"context"
	"errors"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/names"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/views"
)

// A finishedReport is the content of a complete report, which never changes.
type finishedReport struct {
	rows   []reports.Row
	sum    [3]uptime.Figures // of all its stores
	ranged uptime.Figures    // of its range, of all its stores

	// The same with corrections, and how many stores these concern.
	correctedSum    [3]uptime.Figures
	correctedRanged uptime.Figures
	correctedStores int

	targets, judged, missed int   // how many stores have a target, for how many it was judged, and how many missed it
	bins                    []int // how many stores there are in each

	called  []names.Searchable
	orders  cache[struct{}, sortOrder, []int]
	printed cache[struct{}, struct{}, *views.OnPaper]
}

// reportCache keeps the few reports that were looked at last. It holds no lock
// while one is read: those who ask for the same report wait for it, those who ask
// for another do not.
type reportCache struct {
	latest *lru.Cache[cacheKey[string], *pending[*finishedReport]]
}

const cachedReports = 4

func newReportCache() reportCache {
	latest, err := lru.New[cacheKey[string], *pending[*finishedReport]](cachedReports)
	if err != nil {
		panic(err) // only a size below 1 is an error
	}
	return reportCache{latest}
}

// get returns the report with an id, and reads it where it is missing. Errors are
// not kept.
func (c reportCache) get(ctx context.Context, a audience, id string, read func(context.Context) (*finishedReport, error)) (*finishedReport, error) {
	key := cacheKey[string]{a, id}
	for {
		p, found := c.latest.Get(key)
		if !found {
			own := newPending[*finishedReport]()
			if p, found, _ = c.latest.PeekOrAdd(key, own); !found {
				own.run(ctx, read, func() {
					if own.err != nil {
						c.latest.Remove(key)
					}
				})
				return own.value, own.err
			}
		}
		r, err := p.wait(ctx)
		if !errors.Is(err, errAbandoned) || ctx.Err() != nil {
			return r, err
		}
	}
}

// finishedReport is the content of a complete report. The caller must know that
// the report still exists.
func (s *Server) finishedReport(c echo.Context, r models.Report) (*finishedReport, error) {
	return s.finished.get(c.Request().Context(), audienceOf(c.Request().Context()), r.ID, func(ctx context.Context) (*finishedReport, error) {
		return s.readReport(ctx, r)
	})
}

func (s *Server) readReport(ctx context.Context, of models.Report) (*finishedReport, error) {
	r := &finishedReport{bins: make([]int, len(bins)+2)}
	for row, err := range s.data.Rows(ctx, of) {
		if err != nil {
			return nil, err
		}
		row.Name, row.Group, row.City = names.Visible(row.Name), names.Visible(row.Group), names.Visible(row.City)
		if !row.Sure {
			withoutDoubt(&row)
		}
		r.add(row)
	}
	return r, nil
}

// add takes a row in.
func (r *finishedReport) add(row reports.Row) {
	r.rows = append(r.rows, row)
	r.called = append(r.called, names.NewSearchable(row.Store, row.Name, row.Group, row.City))
	r.bins[binOf(row.Main())]++
	if row.Target != 0 {
		r.targets++
		met, judged := rowMet(&row)
		if judged {
			r.judged++
		}
		if judged && !met {
			r.missed++
		}
	}
	corrected := row.Corrected()
	for n, f := range row.Figures {
		r.sum[n].Add(f)
		r.correctedSum[n].Add(corrected.Figures[n])
	}
	r.ranged.Add(row.Range)
	r.correctedRanged.Add(corrected.Range)
	if corrected.Main().Excused > 0 {
		r.correctedStores++
	}
}

// withoutDoubt takes all that was seen for certain and closely seen, so that figures of
// which nothing else is known are judged by their coverage alone, and show no bounds.
func withoutDoubt(row *reports.Row) {
	for n := range row.Figures {
		row.Figures[n] = unbounded(row.Figures[n])
	}
	row.Range = unbounded(row.Range)
}

func unbounded(f uptime.Figures) uptime.Figures {
	f.CertainUp, f.CertainDown, f.Close = f.Up, f.Down, f.Up+f.Down
	return f
}
