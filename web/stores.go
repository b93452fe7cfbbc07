package web

import (
	"cmp"
	"io"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

const storesPerPage = 50

// listStores serves GET /stores.
func (s *Server) listStores(c echo.Context) error {
	query, err := parseStoreList(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	trend, err := s.recentTrend(ctx)
	if err != nil {
		return err
	}
	page, at, err := s.pageOf(c, trend.Snapshot, spokenOf(ctx).Say("Stores"), views.NavStores)
	if err != nil {
		return err
	}
	query = query.duringDays(trend.Snapshot)
	of, err := s.periodOfList(ctx, trend, query)
	if err != nil {
		return err
	}
	if err := s.watch(c, &page, trend.Snapshot, ofFigures); err != nil {
		return err
	}
	choice, err := s.chooseStores(ctx, trend.Snapshot, trend, query, of)
	if err != nil {
		return err
	}
	list := newStoreList(trend, query, choice, at)
	of.addToList(at.w, &list, trend, query, choice.days)
	list.Can, page.Title, page.Period = page.Can, list.Title, query.Period.query()
	if err := s.addListTargets(ctx, &list, trend.Snapshot, query); err != nil {
		return err
	}
	return renderEither(c, views.StoresPage(page, list), views.StoresTable(list))
}

// downloadStores serves GET /stores.csv: all pages of a list as one file.
func (s *Server) downloadStores(c echo.Context) error {
	query, err := parseStoreList(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	trend, err := s.recentTrend(ctx)
	if err != nil {
		return err
	}
	query = query.duringDays(trend.Snapshot)
	of, err := s.periodOfFile(ctx, trend, query)
	if err != nil {
		return err
	}
	choice, err := s.chooseStores(ctx, trend.Snapshot, trend, query, of)
	if err != nil {
		return err
	}
	return csvFile{name: "stores.csv"}.sendToPeople(c, func(w io.Writer) error {
		if of != nil {
			return reports.WriteStoresOfPeriodCSV(w, trend, choice.stores, of.row)
		}
		return reports.WriteStoresCSV(w, trend, choice.stores)
	})
}

func newStoreList(t *figures.Trend, q storeQuery, choice storeChoice, at moment) views.StoreList {
	s, size := t.Snapshot, cmp.Or(q.Size, storesPerPage)
	pager, shown := paginate(at.w, choice.stores, q.Page, size, listedStores, func(page int) string {
		of := q
		of.Page = page
		return of.url()
	})
	searched := q.with(func(q *storeQuery) { q.Q, q.Zone, q.Group, q.Assumed = "", "", "", "" })
	list := views.StoreList{
		Title:    q.title(at),
		Search:   views.Search{Action: "/stores", Query: q.Q, Keep: hiddenParams(searched.values())},
		Views:    newStoreViews(q, at),
		View:     newNamedView(q),
		States:   newStateFilters(at.w, q, choice.states),
		Downtime: views.Filter{Text: at.w.Say("Only with downtime"), URL: q.with(func(q *storeQuery) { q.Down = !q.Down }).url(), Active: q.Down},
		Selects:  newStoreSelects(at.w, s, choice.called.zones, q),
		Pages:    views.Pages{Pager: pager},
		ClearURL: "/stores",
		Now:      at.title(time.UTC),
		Filtered: q.narrows(),
		Empty:    len(s.Stores) == 0,
		By:       q.Sort,
	}
	if on := q.filters(); on > 0 {
		list.FiltersOn = at.w.Count(int64(on), words.Plural{One: "{n} on|filters", Other: "{n} on|filters"})
	}
	if len(choice.stores) > 0 {
		all := q.with(func(q *storeQuery) { q.Size = 0 })
		list.Export = views.Download{
			Label: at.w.Count(int64(len(choice.stores)), words.Plural{One: "Export {n} store as CSV", Other: "Export {n} stores as CSV"}),
			URL:   withQuery("/stores.csv", all.values()),
		}
		addStorePages(at.w, &list.Pages, q, len(choice.stores), size)
	}
	list.Sort = newStoreSort(q)
	for _, n := range shown {
		list.Rows = append(list.Rows, newStoreRow(t, n, at))
	}
	return list
}

func newStoreSort(q storeQuery) views.StoreSort {
	sorted := func(column string, worstFirst bool) views.SortLink {
		return sortLink(q.Sort == column, q.Desc, worstFirst, func(desc bool) string {
			return q.with(func(q *storeQuery) { q.Sort, q.Desc = column, desc }).url()
		})
	}
	return views.StoreSort{
		Store: sorted(byStore, false), State: sorted(byState, false), Zone: sorted(byZone, false),
		Hour: sorted(byHour, true), Day: sorted(byDay, true), Week: sorted(byWeek, true), Change: sorted(byChange, true), Period: sorted(byPeriod, true),
	}
}

func newStateFilters(w spoken, q storeQuery, states map[views.StoreKind]int) []views.Filter {
	all := 0
	for _, n := range states {
		all += n
	}
	filter := func(text words.Text, kind views.StoreKind, count int) views.Filter {
		return views.Filter{
			Text: w.Say(text), Count: w.Number(int64(count)), Active: q.State == string(kind),
			URL: q.with(func(q *storeQuery) { q.State = string(kind) }).url(),
		}
	}
	return []views.Filter{
		filter("All|stores", "", all),
		filter("Offline|of a store", views.Offline, states[views.Offline]),
		filter("Online|of a store", views.Online, states[views.Online]),
		filter("Closed|of a store", views.Closed, states[views.Closed]),
		filter("No data|of a store", views.NoData, states[views.NoData]),
	}
}

// newStoreSelects are the filters with too many choices to stand side by side.
func newStoreSelects(w spoken, s *figures.Snapshot, zones map[string]int, q storeQuery) []views.Select {
	selects := []views.Select{{Name: "zone", Label: w.Say("Zone"), Options: newZoneOptions(w, zones, q.Zone)}}
	if groups := s.Groups(); len(groups) > 0 {
		selects = append(selects, newGroupSelect(w, groups, w.Say("Any group"), q.Group))
	}
	assumed := views.Select{Name: "assumed", Label: w.Say("Assumed|hours or zone")}
	for _, choice := range []views.Option{
		{Text: w.Say("Any|hours and zones")}, {Value: assumedAny, Text: w.Say("Hours or zone assumed")},
		{Value: assumedHours, Text: w.Say("Hours assumed")}, {Value: assumedZone, Text: w.Say("Zone assumed")},
	} {
		choice.Selected = choice.Value == q.Assumed
		assumed.Options = append(assumed.Options, choice)
	}
	return append(selects, assumed)
}

// countZones counts the stores in each zone.
func countZones(s *figures.Snapshot) map[string]int {
	count := map[string]int{}
	for n := range s.Stores {
		count[s.Stores[n].ZoneName()]++
	}
	return count
}

func newZoneOptions(w spoken, count map[string]int, chosen string) []views.Option {
	options := []views.Option{{Text: w.Say("Any zone"), Selected: chosen == ""}}
	names := make([]string, 0, len(count))
	for name := range count {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		options = append(options, views.Option{
			Value: name, Text: name + " (" + w.Number(int64(count[name])) + ")", Selected: name == chosen,
		})
	}
	return options
}

func newStoreRow(t *figures.Trend, n int, at moment) views.StoreRow {
	s, store := t.Snapshot, t.Stores[n]
	windows := newWindows(at.w, s.Figures[n], s.AsOf, s.Location(n))
	addCorrected(at.w, windows, s.Corrected(n)[:])
	row := views.StoreRow{
		ID: store.Code, URL: storeURL(store.Code), Name: store.Name, City: store.City,
		State: newStoreState(s, n, at),
		Zone:  store.ZoneName(), ZoneAssumed: !store.ZoneKnown(), HoursAssumed: len(s.Hours(n)) == 0,
		Hour: windows[uptime.LastHour], Day: windows[uptime.LastDay], Week: windows[uptime.LastWeek],
		Change: newWeekChange(at.w, t, n),
	}
	if store.Group != "" {
		row.Group = views.Link{Text: store.Group, URL: groupURL(store.Group)}
	}
	return row
}

// storeURL is the page of a store.
func storeURL(code string) string { return models.StorePath(code) }
