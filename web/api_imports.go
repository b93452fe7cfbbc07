package web

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models"
)

type apiImports struct {
	Imports    []apiImport `json:"imports"` // newest first
	NextCursor *string     `json:"next_cursor"`
}

type apiImport struct {
	ID         string          `json:"id"`
	State      models.State    `json:"state"`
	Error      *string         `json:"error"`
	Source     models.Source   `json:"source"`
	CreatedAt  apiTime         `json:"created_at"`
	StartedAt  apiTime         `json:"started_at"`
	FinishedAt apiTime         `json:"finished_at"`
	Progress   progress        `json:"progress"` // in bytes
	Counts     *apiCounts      `json:"counts"`   // once it is complete
	Conflicts  []apiConflict   `json:"conflicts"`
	Files      []apiImportFile `json:"files"`
}

// apiCounts say what became of the rows: each is one of new, duplicate,
// conflicting and rejected.
type apiCounts struct {
	Rows        int64 `json:"rows"`
	New         int64 `json:"new"`
	Duplicate   int64 `json:"duplicate"`
	Conflicting int64 `json:"conflicting"`
	Rejected    int64 `json:"rejected"`
	NewStores   int64 `json:"new_stores"`
}

type apiConflict struct {
	Store string  `json:"store"`
	At    apiTime `json:"at"`
}

type apiImportFile struct {
	Number     int            `json:"number"`
	Name       string         `json:"name"`
	Size       int64          `json:"size"`
	Kind       *string        `json:"kind"` // once it was read
	Rows       int64          `json:"rows"`
	Rejected   int64          `json:"rejected"`
	Columns    []string       `json:"columns"`
	Ignored    []string       `json:"ignored_columns"`
	Causes     []models.Cause `json:"causes"`
	RejectsURL *string        `json:"rejects_url"` // where any row was rejected
}

// apiListImports serves GET /api/v1/imports?limit=&cursor=.
func (s *Server) apiListImports(c echo.Context) error {
	from, limit, err := parseCursor(c, "imports")
	if err != nil {
		return err
	}
	imports, err := s.db.ImportsBelow(c.Request().Context(), from.Below, limit+1)
	if err != nil {
		return err
	}
	piece, more := cut(imports, 0, limit)
	list := apiImports{Imports: make([]apiImport, len(piece))}
	for n, i := range piece {
		list.Imports[n] = newAPIImport(i)
	}
	if more {
		list.NextCursor = cursor{List: from.List, Below: piece[limit-1].Place()}.next(more)
	}
	return c.JSON(http.StatusOK, list)
}

// apiTakeIn serves POST /api/v1/imports. A file that is no feed is refused here
// and now, and then nothing is imported.
func (s *Server) apiTakeIn(c echo.Context) error {
	ctx := c.Request().Context()
	id, err := s.imports.TakeIn(ctx, models.FromAPI, s.uploads(c))
	if err != nil {
		s.drain(c)
		return problemOf(err)
	}
	i, err := s.db.Import(ctx, id)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, apiImportURL(id))
	c.Response().Header().Set(echo.HeaderRetryAfter, "1")
	return c.JSON(http.StatusAccepted, newAPIImport(i))
}

// apiShowImport serves GET /api/v1/imports/:id.
func (s *Server) apiShowImport(c echo.Context) error {
	i, err := s.importOf(c)
	if err != nil {
		return err
	}
	if !i.State.Final() {
		c.Response().Header().Set(echo.HeaderRetryAfter, "1")
	}
	return c.JSON(http.StatusOK, newAPIImport(i))
}

func apiImportURL(id string) string { return "/api/v1/imports/" + id }

func newAPIImport(i models.Import) apiImport {
	shown := apiImport{
		ID: i.ID, State: i.State, Error: orNull(i.Error), Source: i.Source,
		CreatedAt: apiTime(i.CreatedAt), StartedAt: apiTime(i.StartedAt), FinishedAt: apiTime(i.FinishedAt),
		Progress:  progress{i.Done, i.Total},
		Conflicts: make([]apiConflict, len(i.Conflicts)), Files: make([]apiImportFile, len(i.Files)),
	}
	if i.State == models.Complete {
		shown.Counts = &apiCounts{i.Rows, i.Kept, i.Duplicate, i.Conflicting, i.Rejected, i.NewStores}
	}
	for n, conflict := range i.Conflicts {
		shown.Conflicts[n] = apiConflict{conflict.Store, apiTime(conflict.At)}
	}
	for n, file := range i.Files {
		shown.Files[n] = newAPIImportFile(i, file)
	}
	return shown
}

func newAPIImportFile(i models.Import, file models.ImportFile) apiImportFile {
	shown := apiImportFile{
		Number: file.Number, Name: file.Name, Size: file.Size, Kind: orNull(file.Kind),
		Rows: file.Rows, Rejected: file.Rejected,
		Columns: file.Columns, Ignored: file.Ignored, Causes: file.Causes,
	}
	if file.Rejected > 0 {
		shown.RejectsURL = orNull(fmt.Sprintf("%s/files/%d/rejects", apiImportURL(i.ID), file.Number))
	}
	return shown
}
