package web

import (
	"errors"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/names"
	"lightson/models/uptime"
)

type apiGroups struct {
	AsOf        *apiTime   `json:"as_of"`
	DataVersion int64      `json:"data_version"`
	Total       int        `json:"total"`  // in all pieces of the list
	Groups      []apiGroup `json:"groups"` // sorted by name
	NextCursor  *string    `json:"next_cursor"`
}

// apiGroup is the sum of the stores of a group.
type apiGroup struct {
	Name    string           `json:"name"`
	Stores  int              `json:"stores"`
	Offline int              `json:"offline"` // now
	NoData  int              `json:"no_data"` // now: open, and could not be checked
	Windows apiWindows       `json:"windows"`
	Before  apiWindows       `json:"before"` // the hour, day and week before those, without corrections
	Target  *apiTargetResult `json:"target"` // of its stores together; null where it has none
}

// apiListGroups serves GET /api/v1/groups?q=&sort=&order=&limit=&cursor=.
func (s *Server) apiListGroups(c echo.Context) error {
	query, err := parseGroupQuery(c)
	if err != nil {
		return err
	}
	if query.Page = 0; c.QueryParam("sort") == "" {
		query.Sort, query.Desc = "name", c.QueryParam("order") == "desc"
	}
	from, limit, err := parseCursor(c, query.url())
	if err != nil {
		return err
	}
	for {
		err := s.sendAPIGroups(c, query, from, limit)
		if !errors.Is(err, models.ErrDataMoved) {
			return err
		}
	}
}

func (s *Server) sendAPIGroups(c echo.Context, query groupQuery, from cursor, limit int) error {
	ctx := c.Request().Context()
	trend, err := s.trend(ctx)
	if err != nil {
		return err
	}
	sums, err := s.groupSums(ctx, trend)
	if err != nil {
		return err
	}
	months, err := s.monthsOf(ctx, trend.Snapshot)
	if err != nil {
		return err
	}
	targets, err := s.targets(ctx)
	if err != nil {
		return err
	}
	sums = query.choose(sums)
	sortGroups(sums, query.Sort, query.Desc)
	placeOf := groupPlace(query)
	piece, more := cutAfter(sums, from, limit, placeOf)
	list := apiGroups{
		AsOf: optionalTime(trend.KnownAsOf()), DataVersion: trend.Version, Total: len(sums), Groups: []apiGroup{},
		NextCursor: nextAfter(from, piece, more, placeOf),
	}
	for _, g := range piece {
		group := newAPIGroup(g)
		if target, known := targets.OfGroup(g.name); known && months != nil {
			group.Target = newAPITarget(target, correctedSum(trend.Snapshot, g.stores), months.sum(g.stores))
		}
		list.Groups = append(list.Groups, group)
	}
	return sendAPIList(c, list, list.Groups, list.NextCursor)
}

// groupPlace is the place of a group in the order of sortGroups.
func groupPlace(q groupQuery) func(g groupSum) place {
	return func(g groupSum) place {
		name, text := byText(names.SortKey(g.name)), byText(g.name)
		switch q.Sort {
		case "stores":
			return place{byNumber(len(g.stores)).falling(q.Desc), name, text}
		case "offline":
			return place{byNumber(g.states[uptime.Down]).falling(q.Desc), name, text}
		case byWeek:
			return place{byNumber(g.windows[uptime.LastWeek].Down).falling(q.Desc), name, text}
		case byChange:
			return place{byNumber(g.weekChange()).falling(q.Desc), name, text}
		default:
			return place{name.falling(q.Desc), text.falling(q.Desc)}
		}
	}
}

func newAPIGroup(g groupSum) apiGroup {
	return apiGroup{
		Name: g.name, Stores: len(g.stores), Offline: g.states[uptime.Down], NoData: g.states[uptime.NoData],
		Windows: newAPIWindows(g.windows).with(g.corrected), Before: newAPIWindows(g.before),
	}
}
