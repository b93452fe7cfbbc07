package web

import (
	"net/url"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/views"
)

const storesPerPage = 50

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
	list := newStoreList(snapshot, query, s.chooseStores(snapshot, query))
	return renderEither(c, views.StoresPage(page, list), views.StoresTable(list))
}

func newStoreList(s *models.Snapshot, q storeQuery, choice storeChoice) views.StoreList {
	pager, shown := paginate(choice.stores, q.Page, storesPerPage, "store", func(page int) string {
		q.Page = page
		return q.url()
	})
	list := views.StoreList{
		Search:   views.Search{Action: "/stores", Query: q.Q, Keep: keep(q.with(func(q *storeQuery) { q.Q = "" }).values())},
		States:   newStateFilters(q, choice.states),
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
