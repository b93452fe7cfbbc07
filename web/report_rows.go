package web

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/names"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

const reportStoresPerPage = 50

// reportQuery is the state of a report's table, as its URL carries it.
type reportQuery struct {
	page  string // address of the report's page
	usual string // column that a report is sorted by, the most first, unless another was asked for
	Q     string
	Down  bool // only stores with downtime in what the report is about
	Sort  string
	Desc  bool
	Page  int

	Bin    int  // only stores in this bin of the distribution
	binned bool // Bin was given
}

// reportColumns are the columns of a report's table, and how each compares rows.
var reportColumns = map[string]func(a, b *reports.Row) int{
	byStore:      func(a, b *reports.Row) int { return strings.Compare(a.Store, b.Store) },
	"up_hour":    byFigure(uptime.LastHour, func(f *uptime.Figures) uptime.Micros { return f.Up }),
	"up_day":     byFigure(uptime.LastDay, func(f *uptime.Figures) uptime.Micros { return f.Up }),
	"up_week":    byFigure(uptime.LastWeek, func(f *uptime.Figures) uptime.Micros { return f.Up }),
	"down_hour":  byFigure(uptime.LastHour, func(f *uptime.Figures) uptime.Micros { return f.Down }),
	"down_day":   byFigure(uptime.LastDay, func(f *uptime.Figures) uptime.Micros { return f.Down }),
	"down_week":  byFigure(uptime.LastWeek, func(f *uptime.Figures) uptime.Micros { return f.Down }),
	"up_range":   func(a, b *reports.Row) int { return cmp.Compare(a.Range.Up, b.Range.Up) },
	"down_range": func(a, b *reports.Row) int { return cmp.Compare(a.Range.Down, b.Range.Down) },
	"availability": func(a, b *reports.Row) int {
		x, _ := a.Main().Availability()
		y, _ := b.Main().Availability()
		return cmp.Compare(x, y)
	},
}

func byFigure(window int, of func(*uptime.Figures) uptime.Micros) func(a, b *reports.Row) int {
	return func(a, b *reports.Row) int { return cmp.Compare(of(&a.Figures[window]), of(&b.Figures[window])) }
}

// usualReportQuery is the query of a page whose address has none.
func usualReportQuery(r models.Report, page string) reportQuery {
	q := reportQuery{page: page, usual: "down_week"}
	if r.Ranged() {
		q.usual = "down_range"
	}
	return q
}

func parseReportQuery(c echo.Context, r models.Report, page string) (reportQuery, error) {
	q := usualReportQuery(r, page)
	var order string
	err := echo.QueryParamsBinder(c).String("q", &q.Q).Bool("down", &q.Down).
		String("sort", &q.Sort).String("order", &order).Int("page", &q.Page).BindError()
	if err != nil {
		return q, err
	}
	q.Q, q.Page, q.Desc = strings.TrimSpace(q.Q), max(q.Page, 1), order == "desc"
	if q.Sort == "" { // the worst first
		q.Sort, q.Desc = q.usual, order != "asc"
	}
	if text := c.QueryParam("bin"); text != "" {
		bin, err := strconv.Atoi(text)
		if err != nil || bin < 0 || bin > littleDataBin {
			return q, badParam("bin", words.Later("0 to {most}", "most", strconv.Itoa(littleDataBin)), text)
		}
		q.Bin, q.binned = bin, true
	}
	if !slices.Contains([]string{"", "asc", "desc"}, order) {
		return q, badParam("order", words.Later("asc or desc"), order)
	}
	if reportColumns[q.Sort] == nil {
		return q, badParam("sort", words.Later("a column of the table"), q.Sort)
	}
	return q, nil
}

func (q reportQuery) values() url.Values {
	v := url.Values{}
	if q.Q != "" {
		v.Set("q", q.Q)
	}
	if q.Down {
		v.Set("down", "true")
	}
	if q.binned {
		v.Set("bin", strconv.Itoa(q.Bin))
	}
	addSort(v, q.Sort, q.Desc, q.usual, true)
	addPage(v, q.Page)
	return v
}

func (q reportQuery) url() string { return withQuery(q.page, q.values()) }

// with is the query with a change, on the first page.
func (q reportQuery) with(change func(*reportQuery)) reportQuery {
	change(&q)
	q.Page = 1
	return q
}

// choose returns the rows that pass the query's filters, in its order.
func (q reportQuery) choose(ctx context.Context, r *finishedReport) ([]*reports.Row, error) {
	sorted, err := r.orders.get(ctx, everybody, struct{}{}, sortOrder{q.Sort, q.Desc}, func(context.Context) ([]int, error) {
		return sortedIndexes(len(r.rows), q.order(r.rows)), nil
	})
	if err != nil {
		return nil, err
	}
	var chosen []*reports.Row
	search := names.NewSearch(q.Q)
	for _, n := range sorted {
		if row := &r.rows[n]; search.FindsIn(r.called[n]) && (!q.Down || row.Main().Down > 0) && (!q.binned || binOf(row.Main()) == q.Bin) {
			chosen = append(chosen, row)
		}
	}
	return chosen, nil
}

// order compares rows by the query's column. Stores without data come last in both
// directions.
func (q reportQuery) order(rows []reports.Row) func(a, b int) int {
	compare := reportColumns[q.Sort]
	return func(a, b int) int {
		x, y := &rows[a], &rows[b]
		if q.Sort != byStore {
			if known := compareBools(unknown(x), unknown(y)); known != 0 {
				return known
			}
		}
		if q.Desc {
			return compare(y, x)
		}
		return compare(x, y)
	}
}

func unknown(r *reports.Row) bool {
	f := r.Main()
	return f.Up+f.Down == 0
}

func newReportRows(ctx context.Context, r *finishedReport, q reportQuery, ranged models.Report) (*views.ReportRows, error) {
	chosen, err := q.choose(ctx, r)
	if err != nil {
		return nil, err
	}
	w := spokenOf(ctx)
	pager, shown := paginate(w, chosen, q.Page, reportStoresPerPage, listedStores, func(page int) string {
		q.Page = page
		return q.url()
	})
	list := &views.ReportRows{
		Search:  views.Search{Action: q.page, Query: q.Q, Keep: hiddenParams(q.with(func(q *reportQuery) { q.Q = "" }).values())},
		Filters: newReportFilters(w, q),
		Sort:    newReportSort(q),
		Pager:   pager, ClearURL: q.page,
	}
	if ranged.Ranged() {
		list.Range = rangeText(w, ranged.Scope().Range)
	}
	list.Targets = r.targets > 0
	for _, row := range shown {
		list.Rows = append(list.Rows, newReportStore(w, row))
	}
	return list, nil
}

func newReportSort(q reportQuery) views.ReportSort {
	sorted := func(column string) views.SortLink {
		return sortLink(q.Sort == column, q.Desc, strings.HasPrefix(column, "down"), func(desc bool) string {
			return q.with(func(q *reportQuery) { q.Sort, q.Desc = column, desc }).url()
		})
	}
	return views.ReportSort{
		Store: sorted(byStore), UpHour: sorted("up_hour"), UpDay: sorted("up_day"), UpWeek: sorted("up_week"),
		DownHour: sorted("down_hour"), DownDay: sorted("down_day"), DownWeek: sorted("down_week"),
		UpRange: sorted("up_range"), DownRange: sorted("down_range"), Availability: sorted("availability"),
	}
}

func newReportFilters(w spoken, q reportQuery) []views.Filter {
	filters := []views.Filter{
		{Text: w.Say("All stores"), URL: q.with(func(q *reportQuery) { q.Down, q.binned = false, false }).url(), Active: !q.Down && !q.binned},
		{Text: w.Say("Only with downtime"), URL: q.with(func(q *reportQuery) { q.Down = !q.Down }).url(), Active: q.Down},
	}
	if q.binned {
		filters = append(filters, views.Filter{
			Text: binText(w, q.Bin), URL: q.with(func(q *reportQuery) { q.binned = false }).url(), Active: true,
		})
	}
	return filters
}

func newReportStore(w spoken, r *reports.Row) views.ReportStore {
	hour, day, week, main := r.Figures[uptime.LastHour], r.Figures[uptime.LastDay], r.Figures[uptime.LastWeek], r.Main()
	known := func(f uptime.Figures) bool { return f.Up+f.Down > 0 }
	store := views.ReportStore{
		ID: r.Store, URL: storeURL(r.Store), Name: r.Name,
		UpHour: w.Figure(hour.Up.Minutes()), UpDay: w.Figure(day.Up.Hours()), UpWeek: w.Figure(week.Up.Hours()), UpRange: w.Figure(r.Range.Up.Hours()),
		DownHour: w.Figure(hour.Down.Minutes()), DownDay: w.Figure(day.Down.Hours()), DownWeek: w.Figure(week.Down.Hours()), DownRange: w.Figure(r.Range.Down.Hours()),
		Hour: known(hour), Day: known(day), Week: known(week), Range: known(r.Range),
		Known: known(main), Availability: w.percent(main.Up, main.Down), Thin: main.Confidence() == uptime.Thin,
		Downtime: views.DownShare{Hour: hour.Down > 0, Day: day.Down > 0, Week: week.Down > 0, Range: r.Range.Down > 0},
	}
	store.Bounds = views.DownBounds{Hour: figureBounds(w, hour), Day: figureBounds(w, day), Week: figureBounds(w, week), Range: figureBounds(w, r.Range)}
	if main.NoData() > 0 {
		store.NoData = w.percent(main.NoData(), main.Up+main.Down)
	}
	corrected := r.Corrected()
	store.Corrected = newCorrected(w, corrected.Main())
	store.Target, store.Missed = rowTargetText(w, r)
	return store
}
