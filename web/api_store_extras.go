package web

import (
	"cmp"
	"slices"

	"github.com/labstack/echo/v4"

	"lightson/models/figures"
)

// apiStoreExtras is what is said of a store only where it is asked for, because it takes more
// than the snapshot.
type apiStoreExtras struct {
	Before *apiWindows `json:"before,omitempty"` // the hour, day and week before those of windows
	Period *apiPeriod  `json:"period,omitempty"`
}

// storeExtras are the extras of some stores.
type storeExtras struct {
	before   bool
	period   period
	compares bool // the stores are sorted by their change

	trend *figures.Trend
	of    *periodFigures
}

func parseStoreExtras(c echo.Context) (e storeExtras, err error) {
	if e.period, err = parsePagePeriod(c); err != nil {
		return e, err
	}
	return e, echo.QueryParamsBinder(c).Bool("before", &e.before).BindError()
}

// parseAPIStoreQuery is the query of a list of stores, which may be about a period.
func parseAPIStoreQuery(c echo.Context) (storeQuery, error) {
	chosen, err := parsePagePeriod(c)
	if err != nil {
		return storeQuery{}, err
	}
	columns := []string{byStore, byState, byZone, byHour, byDay, byWeek, byChange}
	if chosen.some() {
		columns = append(columns, byPeriod)
	}
	query, err := parseStoreColumns(c, columns...)
	query.Page = 0
	return query.during(chosen), err
}

// snapshotWith is the snapshot of the data as they are now, with what the extras of some of its
// stores need: of all stores where no function chooses them.
func (s *Server) snapshotWith(c echo.Context, e *storeExtras, choose func(*figures.Snapshot) ([]int, error)) (snapshot *figures.Snapshot, err error) {
	ctx := c.Request().Context()
	if !e.before && !e.period.some() && !e.compares {
		snapshot, err = s.snapshot(ctx)
	} else if e.trend, err = s.trend(ctx); err == nil {
		snapshot = e.trend.Snapshot
	}
	if err != nil {
		return nil, err
	}
	stores := []int(nil)
	if choose != nil {
		if stores, err = choose(snapshot); err != nil {
			return nil, err
		}
	} else if e.period.some() {
		stores = sortedIndexes(len(snapshot.Stores), cmp.Compare[int])
	}
	if e.period.some() && snapshot.AsOfKnown && len(stores) > 0 {
		e.of, err = s.measureAPIPeriod(c, e.trend, stores, e.period)
	}
	return snapshot, err
}

// addTo adds the extras of store n.
func (e storeExtras) addTo(store *apiStore, n int) {
	if e.before {
		before := newAPIWindows(e.trend.Before(n))
		store.Before = &before
	}
	if e.of != nil {
		place, _ := slices.BinarySearch(e.of.stores, n) // there are all that are shown
		store.Period = e.of.of(place)
	}
}

// placeOf is the place of a store in the order that a query asks for.
func (e storeExtras) placeOf(s *figures.Snapshot, q storeQuery) func(n int) place {
	change := func(n int) (int64, bool) {
		longer, known := e.trend.Change(n)
		return int64(longer), known
	}
	if e.of != nil {
		change = e.of.moved
	}
	switch {
	case q.Sort == byChange:
		return func(n int) place {
			changed, known := change(n)
			return place{falsesFirst(!known), byNumber(changed).falling(q.Desc), byText(s.Stores[n].Code)}
		}
	case q.Sort == byPeriod && e.of != nil:
		return func(n int) place {
			f := &e.of.now.Figures[n]
			return place{falsesFirst(f.Up+f.Down == 0), byNumber(f.Down).falling(q.Desc), byText(s.Stores[n].Code)}
		}
	default:
		return storePlace(s, q)
	}
}
