package web

import (
	"github.com/labstack/echo/v4"

	"lightson/models"
)

type apiSources struct {
	Sources []apiSource `json:"sources"` // in the order of the settings
}

type apiSource struct {
	URL       string             `json:"url"`
	State     models.SourceState `json:"state"`
	Outcome   string             `json:"outcome"`
	Import    *string            `json:"import"` // the last that took something in
	Bytes     int64              `json:"bytes"`  // of it
	Failures  int                `json:"failures"`
	CheckedAt *apiTime           `json:"checked_at"`
	ChangedAt *apiTime           `json:"changed_at"`
	NextAt    *apiTime           `json:"next_at"`
}

// apiListSources serves GET /api/v1/sources. It needs no pieces: there are only as
// many sources as the settings name.
func (s *Server) apiListSources(c echo.Context) error {
	sources, err := s.data.Sources(c.Request().Context())
	if err != nil {
		return err
	}
	list := apiSources{Sources: make([]apiSource, len(sources))}
	for n, source := range sources {
		list.Sources[n] = apiSource{
			URL: source.URL, State: source.State, Outcome: source.Outcome.String(),
			Import: orNull(source.ImportID), Bytes: source.Bytes, Failures: source.Failures,
			CheckedAt: workTime(source.CheckedAt), ChangedAt: workTime(source.ChangedAt), NextAt: workTime(source.NextAt),
		}
	}
	return sendAPIList(c, list, list.Sources, nil)
}
