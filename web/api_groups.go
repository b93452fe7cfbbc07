package web

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

type apiGroups struct {
	AsOf        apiTime    `json:"as_of"`
	DataVersion int64      `json:"data_version"`
	Groups      []apiGroup `json:"groups"` // sorted by name
}

// apiGroup is what the stores of a group add up to.
type apiGroup struct {
	Name    string     `json:"name"`
	Stores  int        `json:"stores"`
	Offline int        `json:"offline"` // now
	Windows apiWindows `json:"windows"`
	Before  apiWindows `json:"before"` // the hour, day and week before those
}

// apiListGroups serves GET /api/v1/groups.
func (s *Server) apiListGroups(c echo.Context) error {
	trend, err := s.figures.Trend(c.Request().Context())
	if err != nil {
		return err
	}
	list := apiGroups{AsOf: apiTime(trend.AsOf), DataVersion: trend.Version, Groups: []apiGroup{}}
	for _, g := range s.groupFigures.all(trend) {
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
