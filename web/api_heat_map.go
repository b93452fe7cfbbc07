package web

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/models/words"
)

// apiHeatMap is the last week of some stores together, by the hour of the week that each
// store's clocks showed.
type apiHeatMap struct {
	AsOf        *apiTime      `json:"as_of"`
	DataVersion int64         `json:"data_version"`
	Group       *string       `json:"group"`
	Hours       []apiHeatHour `json:"hours"` // Monday 0:00 first
}

type apiHeatHour struct {
	ID      string    `json:"id"`  // monday-21
	Day     int       `json:"day"` // 0 = Monday
	Hour    int       `json:"hour"`
	Figures apiWindow `json:"figures"`
}

// apiShowHeatMap serves GET /api/v1/heat-map?group=.
func (s *Server) apiShowHeatMap(c echo.Context) error {
	group := names.Asked(c.QueryParam("group"))
	t, g, err := s.apiFiguresOf(c.Request().Context(), group)
	if err != nil {
		return err
	}
	heat := apiHeatMap{AsOf: optionalTime(t.KnownAsOf()), DataVersion: t.Version, Group: orNull(group), Hours: []apiHeatHour{}}
	if t.AsOfKnown && g.heatMap != nil {
		for day := range g.heatMap {
			for hour, f := range g.heatMap[day] {
				heat.Hours = append(heat.Hours, apiHeatHour{weekHour{day, hour}.slug(), day, hour, newAPIWindow(f)})
			}
		}
	}
	return sendAPIList(c, heat, heat.Hours, nil)
}

// apiHourStores is which stores make up an hour of the heat map.
type apiHourStores struct {
	AsOf        *apiTime       `json:"as_of"`
	DataVersion int64          `json:"data_version"`
	Group       *string        `json:"group"`
	ID          string         `json:"id"`
	Together    apiWindow      `json:"together"` // of all stores, also of those that were never offline
	Total       int            `json:"total"`    // in all pieces of the list
	Stores      []apiHourStore `json:"stores"`   // that were offline, the worst first
	NextCursor  *string        `json:"next_cursor"`
}

type apiHourStore struct {
	apiNamedStore
	State   string    `json:"state"` // now
	Figures apiWindow `json:"figures"`
}

// apiListHourStores serves GET /api/v1/heat-map/:hour?group=&limit=&cursor=.
func (s *Server) apiListHourStores(c echo.Context) error {
	when, known := parseWeekHour(c.Param("hour"))
	if !known {
		return problem{http.StatusNotFound, words.Said("There is no such hour"), words.Said("Expected a weekday and an hour, such as monday-21."), nil}
	}
	ctx, group := c.Request().Context(), names.Asked(c.QueryParam("group"))
	from, limit, err := parseCursor(c, hourURL(when, group, 1))
	if err != nil {
		return err
	}
	snapshot, err := s.snapshot(ctx)
	if err != nil {
		return err
	}
	stores := reports.About(snapshot, group).Stores
	if group != "" && len(stores) == 0 {
		return noSuchGroup(group)
	}
	found, err := snapshot.HourOf(ctx, stores, when.weekday, when.hour)
	if err != nil {
		return err
	}
	all, offline := offlineIn(found)
	placeOf := func(i int) place {
		return place{byNumber(found[i].Down).falling(true), byText(snapshot.Stores[stores[i]].Code)}
	}
	piece, more := cutAfter(offline, from, limit, placeOf)
	list := apiHourStores{
		AsOf: optionalTime(snapshot.KnownAsOf()), DataVersion: snapshot.Version, Group: orNull(group), ID: when.slug(),
		Together: newAPIWindow(all), Total: len(offline), Stores: []apiHourStore{},
		NextCursor: nextAfter(from, piece, more, placeOf),
	}
	for _, i := range piece {
		list.Stores = append(list.Stores, newAPIHourStore(snapshot, stores[i], found[i]))
	}
	return sendAPIList(c, list, list.Stores, list.NextCursor)
}

func newAPIHourStore(s *figures.Snapshot, n int, f uptime.Figures) apiHourStore {
	return apiHourStore{newAPINamedStore(s, n), reports.StateName(s.Now[n].State), newAPIWindow(f)}
}

// offlineIn are the sum of the figures of an hour and the places of those with downtime, the
// worst first.
func offlineIn(found []uptime.Figures) (all uptime.Figures, offline []int) {
	for i, f := range found {
		all.Add(f)
		if f.Down > 0 {
			offline = append(offline, i)
		}
	}
	slices.SortStableFunc(offline, func(a, b int) int { return cmp.Compare(found[b].Down, found[a].Down) })
	return all, offline
}
