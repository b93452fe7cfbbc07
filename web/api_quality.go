package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models/figures"
)

type apiQuality struct {
	AsOf        *apiTime   `json:"as_of"`
	DataVersion int64      `json:"data_version"`
	Hours       int        `json:"hours"` // what counts as silence
	Checks      []apiCheck `json:"checks"`
}

type apiCheck struct {
	Check   figures.Check `json:"check"`
	Title   string        `json:"title"`
	Count   int64         `json:"count"`
	Meaning string        `json:"meaning"`
}

// apiShowQuality serves GET /api/v1/quality?hours=.
func (s *Server) apiShowQuality(c echo.Context) error {
	query, err := parseQualityQuery(c)
	if err != nil {
		return err
	}
	quality, err := s.currentQuality(c)
	if err != nil {
		return err
	}
	conflicts, err := s.conflictSum(c.Request().Context())
	if err != nil {
		return err
	}
	shown := apiQuality{AsOf: optionalTime(quality.KnownAsOf()), DataVersion: quality.Version, Hours: query.Hours}
	for _, query.Check = range checksFor(c.Request().Context()) {
		count := int64(countOf(quality, query))
		if query.Check == figures.CheckConflicting {
			count = conflicts.Polls
		}
		w, said := spokenOf(c.Request().Context()), checkWords[query.Check]
		shown.Checks = append(shown.Checks, apiCheck{query.Check, w.Say(said.title), count, said.saidBy(w)})
	}
	return c.JSON(http.StatusOK, shown)
}

// currentQuality is what is found in the data as they are now.
func (s *Server) currentQuality(c echo.Context) (*figures.Quality, error) {
	snapshot, err := s.snapshot(c.Request().Context())
	if err != nil {
		return nil, err
	}
	return s.qualityOf(c, snapshot)
}

// apiListFound serves GET /api/v1/quality/:check?hours=&limit=&cursor=. A client
// that accepts CSV gets all of it as one file.
func (s *Server) apiListFound(c echo.Context) error {
	varies(c, echo.HeaderAccept)
	query, err := parseQualityQuery(c)
	if err != nil {
		return err
	}
	query.Page = 1
	quality, err := s.currentQuality(c)
	if err != nil {
		return err
	}
	if acceptsCSV(c) {
		return s.sendCheck(c, quality, query)
	}
	from, limit, err := parseCursor(c, query.url())
	if err != nil {
		return err
	}
	list := apiFound{AsOf: optionalTime(quality.KnownAsOf()), DataVersion: quality.Version, Check: query.Check}
	if query.Check == figures.CheckConflicting {
		return s.sendConflicts(c, list, from, limit)
	}
	return list.sendFound(c, quality, query, from, limit)
}
