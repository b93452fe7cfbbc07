package web

import (
	"iter"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/unpack"
)

// apiPreview is what an import would do.
type apiPreview struct {
	DataVersion  int64              `json:"data_version"`
	Counts       apiCounts          `json:"counts"`
	Stores       int64              `json:"stores"`     // that the files name
	NewStores    []string           `json:"new_stores"` // the first few
	FirstPollAt  *apiTime           `json:"first_poll_at"`
	LastPollAt   *apiTime           `json:"last_poll_at"`
	ChangesTotal int64              `json:"changes_total"`
	Changes      []models.Change    `json:"changes"` // the first of them
	Conflicts    []apiConflict      `json:"conflicts"`
	MatchIDs     bool               `json:"match_ids"`
	HoursFrom    *string            `json:"hours_from"`
	Hours        models.HoursChange `json:"hours"`
	Zones        models.ZoneChange  `json:"zones"`
	Matches      int64              `json:"matches"` // damaged ids that are matched, or could be
	SameAs       *string            `json:"same_as"`
	SameAsAt     *apiTime           `json:"same_as_at"`
	Files        []apiPreviewFile   `json:"files"`
}

type apiPreviewFile struct {
	apiImportFile
	Encoding  *string    `json:"encoding"`
	Delimiter *string    `json:"delimiter"`
	FirstRows [][]string `json:"first_rows"` // below the header
	Match     apiIDMatch `json:"match"`
}

// apiPreview answers with what an import of the files would do.
func (s *Server) apiPreview(c echo.Context, i *models.Import, files iter.Seq2[unpack.File, error]) error {
	p, err := s.imports.DryRun(c.Request().Context(), i, files)
	if err != nil {
		s.discardBody(c)
		return problemOf(err)
	}
	return c.JSON(http.StatusOK, newAPIPreview(p))
}

func newAPIPreview(p *models.Preview) apiPreview {
	shown := apiPreview{
		DataVersion: p.Version, Counts: newAPICounts(p.Counts), Stores: p.Stores, NewStores: p.NewCodes,
		FirstPollAt: optionalTime(p.From), LastPollAt: optionalTime(p.To),
		ChangesTotal: p.Changed, Changes: p.Changes, Conflicts: newAPIConflicts(p.Conflicts),
		MatchIDs: p.MatchIDs, Matches: p.Matches, HoursFrom: orNull(p.HoursFrom), Hours: p.Hours, Zones: p.Zones,
		SameAs: orNull(p.SameAs), SameAsAt: workTime(p.SameAsAt), Files: make([]apiPreviewFile, len(p.Files)),
	}
	for n, file := range p.Files {
		shown.Files[n] = apiPreviewFile{
			apiImportFile: newAPIImportFile(models.Import{}, file.ImportFile),
			Encoding:      orNull(file.Encoding), Delimiter: orNull(file.Delimiter), FirstRows: [][]string{},
			Match: newAPIIDMatch(file.Match),
		}
		shown.Files[n].RejectsURL = nil // the rejects of a dry run are not kept
		if len(file.First) > 1 {
			shown.Files[n].FirstRows = file.First[1:]
		}
	}
	return shown
}
