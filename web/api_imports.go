package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/imports"
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
	By         *string         `json:"by"`      // an address, a user, a folder
	SameAs     *string         `json:"same_as"` // the import that had the same bytes
	MatchIDs   bool            `json:"match_ids"`
	HoursFrom  *string         `json:"hours_from"` // from when hours hold that do not say so
	CreatedAt  apiTime         `json:"created_at"`
	StartedAt  *apiTime        `json:"started_at"`
	FinishedAt *apiTime        `json:"finished_at"`
	UndoneAt   *apiTime        `json:"undone_at"`
	UndoneBy   *string         `json:"undone_by"`
	CanUndo    bool            `json:"can_undo"`
	WhyNotUndo *string         `json:"undo_reason"`   // why it cannot be undone, as a sentence
	Blocking   *string         `json:"undo_blocking"` // the import that stands in the way
	Progress   progress        `json:"progress"`      // in bytes
	Counts     *apiCounts      `json:"counts"`        // once it is complete
	Conflicts  []apiConflict   `json:"conflicts"`
	Files      []apiImportFile `json:"files"`
}

// apiCounts says what became of the rows. Each row is new, duplicate, conflicting
// or rejected.
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
	SHA256     *string        `json:"sha256"`
	Kind       *string        `json:"kind"` // once it was read
	Rows       int64          `json:"rows"`
	Rejected   int64          `json:"rejected"`
	Columns    []string       `json:"columns"`
	Ignored    []string       `json:"ignored_columns"`
	Causes     []models.Cause `json:"causes"`
	Notes      []apiNote      `json:"notes"`
	RejectsURL *string        `json:"rejects_url"` // where any row was rejected
}

// apiListImports serves GET /api/v1/imports?limit=&cursor=.
func (s *Server) apiListImports(c echo.Context) error {
	from, limit, err := parseCursor(c, "imports")
	if err != nil {
		return err
	}
	found, err := s.data.ImportsAfter(c.Request().Context(), from.Below, limit+1)
	if err != nil {
		return err
	}
	piece, more := cut(found, limit)
	list := apiImports{}
	if list.Imports, err = s.newAPIImports(c.Request().Context(), piece); err != nil {
		return err
	}
	if more {
		list.NextCursor = cursor{List: from.List, Below: piece[limit-1].ListPlace()}.next(more)
	}
	return sendAPIList(c, list, list.Imports, list.NextCursor)
}

// apiTakeIn serves POST /api/v1/imports?dry_run=&preview=&force=&match_ids=&hours_from=. If any
// file is no feed, the request is refused and nothing is imported.
func (s *Server) apiTakeIn(c echo.Context) error {
	take, err := s.parseTake(c)
	if err != nil {
		return err
	}
	i, options := take.i, &take.options
	options.match, options.hours.from = i.MatchIDs, i.HoursFrom
	options.known = []string{"files", "file", matchField, hoursField, hoursDateField}
	if _, err := options.hours.choice(); err != nil {
		return err
	}
	return s.apiTake(c, take, andThen(s.uploads(c, options), func() {
		i.MatchIDs = options.match
		i.HoursFrom, _ = options.hours.choice() // a bad one has ended the upload
	}))
}

// apiShowImport serves GET /api/v1/imports/:id.
func (s *Server) apiShowImport(c echo.Context) error {
	i, err := s.importOf(c)
	if err != nil {
		return err
	}
	if !i.State.Final() && i.State != models.Previewed {
		c.Response().Header().Set(echo.HeaderRetryAfter, "1")
	}
	return s.sendImport(c, http.StatusOK, i)
}

func (s *Server) sendImport(c echo.Context, status int, i models.Import) error {
	shown, err := s.newAPIImports(c.Request().Context(), []models.Import{i})
	if err != nil {
		return err
	}
	return c.JSON(status, shown[0])
}

func apiImportURL(id string) string { return "/api/v1/imports/" + id }

func (s *Server) newAPIImports(ctx context.Context, list []models.Import) ([]apiImport, error) {
	states, err := s.data.UndoStates(ctx, list)
	if err != nil {
		return nil, err
	}
	shown := make([]apiImport, len(list))
	for n, i := range list {
		shown[n] = newAPIImport(i, states[n])
	}
	return shown, nil
}

// newAPIImport takes what imports.UndoStates says of the import.
func newAPIImport(i models.Import, undo error) apiImport {
	shown := apiImport{
		ID: i.ID, State: i.State, Error: orNull(i.Error.String()), Source: i.Source,
		By: orNull(i.By), SameAs: orNull(i.SameAs), MatchIDs: i.MatchIDs, HoursFrom: orNull(i.HoursFrom), UndoneAt: workTime(i.UndoneAt), UndoneBy: orNull(i.UndoneBy),
		CanUndo:   undo == nil,
		CreatedAt: apiTime(i.CreatedAt), StartedAt: workTime(i.StartedAt), FinishedAt: workTime(i.FinishedAt),
		Progress:  progress{i.Done, i.Total},
		Conflicts: newAPIConflicts(i.Conflicts), Files: make([]apiImportFile, len(i.Files)),
	}
	if i.State == models.Complete {
		counts := newAPICounts(i.Counts)
		shown.Counts = &counts
	}
	var refused imports.UndoError
	if errors.As(undo, &refused) {
		shown.WhyNotUndo, shown.Blocking = orNull(refused.Error()), orNull(refused.Blocking)
	}
	for n, file := range i.Files {
		shown.Files[n] = newAPIImportFile(i, file)
	}
	return shown
}

func newAPICounts(c models.Counts) apiCounts {
	return apiCounts{c.Rows, c.Kept, c.Duplicate, c.Conflicting, c.Rejected, c.NewStores}
}

func newAPIConflicts(list []models.Conflict) []apiConflict {
	shown := make([]apiConflict, len(list))
	for n, conflict := range list {
		shown[n] = apiConflict{conflict.Store, apiTime(conflict.At)}
	}
	return shown
}

// An apiNote is something about a file that people should look at.
type apiNote struct {
	Kind  string `json:"kind"`
	Count int64  `json:"count"` // rows or stores that it is about
	Text  string `json:"text"`
}

// newAPINotes are notes in English.
func newAPINotes(notes []models.Note) []apiNote {
	shown := make([]apiNote, len(notes))
	for n, note := range notes {
		shown[n] = apiNote{note.Kind, note.Count, note.Text.String()}
	}
	return shown
}

func newAPIImportFile(i models.Import, file models.ImportFile) apiImportFile {
	shown := apiImportFile{
		Number: file.Number, Name: file.Name, Size: file.Size, SHA256: orNull(file.SHA256), Kind: orNull(file.Kind),
		Rows: file.Rows, Rejected: file.Rejected,
		Columns: append([]string{}, file.Columns...), Ignored: append([]string{}, file.Ignored...),
		Causes: append([]models.Cause{}, file.Causes...), Notes: newAPINotes(file.Notes),
	}
	if file.Rejected > 0 {
		shown.RejectsURL = orNull(fmt.Sprintf("%s/files/%d/rejects", apiImportURL(i.ID), file.Number))
	}
	return shown
}
