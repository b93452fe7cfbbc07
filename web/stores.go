package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/views"
)

const storesPerPage = 50

// storeQuery is the whole state of the list of stores, as its URL has it.
type storeQuery struct {
	Q     string // part of an id
	State string // one of the four states; empty for all
	Down  bool   // only stores with downtime in the last week
	Sort  string // a column; empty for the week, worst first
	Desc  bool
	Page  int // from 1; 0 is 1
}

// The columns that stores can be sorted by.
const (
	byStore = "store"
	byState = "state"
	byHour  = "hour"
	byDay   = "day"
	byWeek  = "week"
)

func parseStoreQuery(c echo.Context) (storeQuery, error) {
	var q storeQuery
	var order string
	err := echo.QueryParamsBinder(c).String("q", &q.Q).String("state", &q.State).
		Bool("down", &q.Down).String("sort", &q.Sort).String("order", &order).Int("page", &q.Page).BindError()
	if err != nil {
		return q, err
	}
	q.Q = strings.TrimSpace(q.Q)
	q.Page = max(q.Page, 1)
	q.Desc = order == "desc"
	if !slices.Contains([]string{"", "asc", "desc"}, order) {
		return q, badInput("order: expected asc or desc, found " + order)
	}
	if q.State == "no_data" { // as the API calls it
		q.State = string(views.NoData)
	}
	if !slices.Contains([]string{"", string(views.Offline), string(views.Online), string(views.Closed), string(views.NoData)}, q.State) {
		return q, badInput("state: expected offline, online, closed or no_data, found " + q.State)
	}
	if q.Sort == "" {
		q.Sort, q.Desc = byWeek, order != "asc"
	}
	if !slices.Contains([]string{byStore, byState, byHour, byDay, byWeek}, q.Sort) {
		return q, badInput("sort: expected store, state, hour, day or week, found " + q.Sort)
	}
	return q, nil
}

// values is the query as a URL carries it; what is as usual is left out.
func (q storeQuery) values() url.Values {
	v := url.Values{}
	if q.Q != "" {
		v.Set("q", q.Q)
	}
	if q.State != "" {
		v.Set("state", q.State)
	}
	if q.Down {
		v.Set("down", "true")
	}
	addSort(v, q.Sort, q.Desc, byWeek, true)
	addPage(v, q.Page)
	return v
}

func (q storeQuery) url() string { return withQuery("/stores", q.values()) }

// with is the query changed, and back on the first page.
func (q storeQuery) with(change func(*storeQuery)) storeQuery {
	change(&q)
	q.Page = 1
	return q
}

// listStores serves GET /stores.
func (s *Server) listStores(c echo.Context) error {
	query, err := parseStoreQuery(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	page, err := s.page(ctx, "Stores", views.NavStores)
	if err != nil {
		return err
	}
	snapshot, err := s.db.RecentSnapshot(ctx)
	if err != nil {
		return err
	}
	showsOnlyFigures(c, snapshot.Version)
	chosen, states := s.chooseStores(snapshot, query)
	list := newStoreList(snapshot, query, chosen, states)
	return renderEither(c, views.StoresPage(page, list), views.StoresTable(list))
}

// chooseStores are the stores that the query leaves, in its order. States count
// those that its other filters leave.
func (s *Server) chooseStores(snapshot *models.Snapshot, q storeQuery) (chosen []int, states map[views.StoreKind]int) {
	states = map[views.StoreKind]int{}
	part := strings.ToLower(q.Q)
	sorted := s.storeOrders.of(snapshot).by(fmt.Sprint(q.Sort, q.Desc), len(snapshot.Stores), storeOrder(snapshot, q))
	for _, n := range sorted {
		if part != "" && !strings.Contains(strings.ToLower(snapshot.Stores[n].Code), part) {
			continue
		}
		if q.Down && snapshot.Figures[n][models.LastWeek].Down == 0 {
			continue
		}
		kind := kindOf(snapshot.Now[n].State)
		states[kind]++
		if q.State == "" || q.State == string(kind) {
			chosen = append(chosen, n)
		}
	}
	return chosen, states
}

// storeOrder compares stores by the query's column. Stores of which nothing is
// known come last whichever way the column is sorted.
func storeOrder(s *models.Snapshot, q storeQuery) func(a, b int) int {
	sign := 1
	if q.Desc {
		sign = -1
	}
	byDowntime := func(window int) func(a, b int) int {
		return func(a, b int) int {
			x, y := &s.Figures[a][window], &s.Figures[b][window]
			return cmp.Or(compareBools(x.Up+x.Down == 0, y.Up+y.Down == 0), sign*cmp.Compare(x.Down, y.Down))
		}
	}
	switch q.Sort {
	case byHour:
		return byDowntime(models.LastHour)
	case byDay:
		return byDowntime(models.LastDay)
	case byWeek:
		return byDowntime(models.LastWeek)
	case byState:
		return func(a, b int) int { return sign * cmp.Compare(urgency(s.Now[a].State), urgency(s.Now[b].State)) }
	default:
		return func(a, b int) int { return sign * cmp.Compare(a, b) } // they are sorted by id
	}
}

// urgency orders states by how much they want to be looked at.
func urgency(state uptime.State) int {
	return slices.Index([]uptime.State{uptime.Down, uptime.NoData, uptime.Up, uptime.Closed}, state)
}

func newStoreList(s *models.Snapshot, q storeQuery, chosen []int, states map[views.StoreKind]int) views.StoreList {
	pager, shown := paginate(chosen, q.Page, storesPerPage, "store", func(page int) string {
		q.Page = page
		return q.url()
	})
	list := views.StoreList{
		Search:   views.Search{Action: "/stores", Query: q.Q, Keep: keep(q.with(func(q *storeQuery) { q.Q = "" }).values())},
		States:   newStateFilters(q, states),
		Downtime: views.Filter{Text: "Only with downtime", URL: q.with(func(q *storeQuery) { q.Down = !q.Down }).url(), Active: q.Down},
		Pager:    pager,
		ClearURL: "/stores",
		Empty:    len(s.Stores) == 0,
	}
	sorted := func(column string, worstFirst bool) views.SortLink {
		return sortLink(q.Sort == column, q.Desc, worstFirst, func(desc bool) string {
			return q.with(func(q *storeQuery) { q.Sort, q.Desc = column, desc }).url()
		})
	}
	list.Sort = views.StoreSort{
		Store: sorted(byStore, false), State: sorted(byState, false),
		Hour: sorted(byHour, true), Day: sorted(byDay, true), Week: sorted(byWeek, true),
	}
	for _, n := range shown {
		list.Rows = append(list.Rows, newStoreRow(s, n))
	}
	return list
}

func newStateFilters(q storeQuery, states map[views.StoreKind]int) []views.Filter {
	all := 0
	for _, n := range states {
		all += n
	}
	filter := func(text string, kind views.StoreKind, count int) views.Filter {
		return views.Filter{
			Text: text, Count: countText(count), Active: q.State == string(kind),
			URL: q.with(func(q *storeQuery) { q.State = string(kind) }).url(),
		}
	}
	return []views.Filter{
		filter("All", "", all),
		filter("Offline", views.Offline, states[views.Offline]),
		filter("Online", views.Online, states[views.Online]),
		filter("Closed", views.Closed, states[views.Closed]),
		filter("No data", views.NoData, states[views.NoData]),
	}
}

func newStoreRow(s *models.Snapshot, n int) views.StoreRow {
	store := s.Stores[n]
	windows := newWindows(s.Figures[n], s.AsOf, s.Location(n))
	return views.StoreRow{
		ID: store.Code, URL: storeURL(store.Code),
		State: newStoreState(s.Now[n], s.AsOf, s.Location(n)),
		Zone:  store.ZoneName(), ZoneAssumed: store.Zone == "", HoursAssumed: len(s.Hours[n]) == 0,
		Hour: windows[models.LastHour], Day: windows[models.LastDay], Week: windows[models.LastWeek],
	}
}

// storeURL is the page of a store. Ids are whatever the feeds say, slashes and
// dots included.
func storeURL(code string) string {
	escaped := url.PathEscape(code)
	if code == "." || code == ".." {
		// A browser would walk up the path, even where the dots are escaped.
		return "/stores?q=" + escaped
	}
	return "/stores/" + escaped
}
