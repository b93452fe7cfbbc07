package web

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

type apiGroups struct {
	AsOf        *apiTime   `json:"as_of"`
	DataVersion int64      `json:"data_version"`
	Groups      []apiGroup `json:"groups"` // sorted by name
}

// apiGroup is the sum of the stores of a group.
type apiGroup struct {
	Name    string     `json:"name"`
	Stores  int        `json:"stores"`
	Offline int        `json:"offline"` // now
	Windows apiWindows `json:"windows"`
	Before  apiWindows `json:"before"` // the hour, day and week before those
}

// apiListGroups serves GET /api/v1/groups.
func (s *Server) apiListGroups(c echo.Context) error {
	ctx := c.Request().Context()
	trend, err := s.trend(ctx)
	if err != nil {
		return err
	}
	sums, err := s.groupSums(ctx, audienceOf(c), trend)
	if err != nil {
		return err
	}
	list := apiGroups{AsOf: optionalTime(trend.KnownAsOf()), DataVersion: trend.Version, Groups: []apiGroup{}}
	for _, g := range sums {
		list.Groups = append(list.Groups, newAPIGroup(g))
	}
	return c.JSON(http.StatusOK, list)
}

func newAPIGroup(g groupSum) apiGroup {
	return apiGroup{
		Name: g.name, Stores: len(g.stores), Offline: g.offline,
		Windows: newAPIWindows(g.windows), Before: newAPIWindows(g.before),
	}
}
