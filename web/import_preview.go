package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/words"
	"lightson/views"
)

// previewAgain serves POST /imports/:id/preview, also with another choice about damaged
// ids, or about from when hours hold.
func (s *Server) previewAgain(c echo.Context) error {
	match, given, err := matchChoice(c)
	if err != nil {
		return err
	}
	hours, chosen, err := hoursChoice(c)
	if err != nil {
		return err
	}
	return s.decide(c, func(ctx context.Context, id string) error {
		var newMatch *bool
		var newHours *string
		if given {
			newMatch = &match
		}
		if chosen {
			newHours = &hours
		}
		return s.renewPreview(ctx, id, newMatch, newHours)
	}, importURL)
}

// renewPreview makes a preview anew. A choice that is nil stays as it is.
func (s *Server) renewPreview(ctx context.Context, id string, match *bool, hours *string) error {
	if hours != nil {
		if err := s.imports.ChooseHoursFrom(ctx, id, *hours); err != nil {
			return err
		}
	}
	if match != nil {
		if err := s.imports.ChooseMatch(ctx, id, *match); err != nil {
			return err
		}
	}
	return s.imports.PreviewAgain(ctx, id)
}

// confirmImport serves POST /imports/:id/confirm. If the data changed since the
// preview, the import may do something else than it shows, so the page says so and
// asks again.
func (s *Server) confirmImport(c echo.Context) error {
	i, err := s.importOf(c)
	if err != nil {
		return err
	}
	version, err := s.data.DataVersion(c.Request().Context())
	if err != nil {
		return err
	}
	if previewOutdated(i, version) && c.FormValue("anyway") == "" {
		return c.Redirect(http.StatusSeeOther, importURL(i.ID))
	}
	match, given, err := matchChoice(c)
	if err != nil {
		return err
	}
	return s.decide(c, func(ctx context.Context, id string) error {
		if given && match != i.MatchIDs {
			if err := s.imports.ChooseMatch(ctx, id, match); err != nil {
				return err
			}
		}
		return s.imports.Confirm(ctx, id)
	}, importURL)
}

// discardImport serves POST /imports/:id/discard.
func (s *Server) discardImport(c echo.Context) error {
	return s.decide(c, s.imports.Discard, func(string) string { return "/imports" })
}

// decide carries out a decision about a preview and redirects to the next page.
func (s *Server) decide(c echo.Context, do func(context.Context, string) error, next func(id string) string) error {
	if err := s.decideOn(c, do); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, next(c.Param("id")))
}

// decideOn carries out a decision about a preview.
func (s *Server) decideOn(c echo.Context, do func(context.Context, string) error) error {
	i, err := s.importOf(c)
	if err != nil {
		return err
	}
	switch err := do(c.Request().Context(), i.ID); {
	case errors.Is(err, models.ErrNotPreview):
		return notPreview(i, err)
	case errors.Is(err, models.ErrElsewhere):
		return problem{http.StatusConflict, words.Later("The files are on another server"),
			words.Later("Only the server that received them can read them again. Confirm the import, or upload the files again."), err}
	default:
		return err
	}
}

func notPreview(i models.Import, err error) error {
	return problem{http.StatusConflict, words.Later("This preview is no longer open"),
		words.Later("It was already confirmed or discarded. Its state is: {state}.", "state", imports.StateWords(i.State)), err}
}

// previewOutdated reports whether the data changed since a preview, or something else was
// chosen than it was made with.
func previewOutdated(i models.Import, version models.DataVersion) bool {
	return i.Preview != nil && (i.Preview.Version != version.Version || i.Preview.MatchIDs != i.MatchIDs || i.Preview.HoursFrom != i.HoursFrom)
}

// showPreview shows what an import would do.
func (s *Server) showPreview(ctx context.Context, i models.Import, shown *views.Import) error {
	version, err := s.data.DataVersion(ctx)
	if err != nil {
		return err
	}
	w, p, url := spokenOf(ctx), i.Preview, importURL(i.ID)
	shown.ConfirmURL, shown.DiscardURL = url+"/confirm", url+"/discard"
	if previewOutdated(i, version) {
		shown.AgainURL = url + "/preview"
	}
	shown.Counts, shown.Conflicts = newRowCounts(w, p.Counts), newConflicts(w, p.Conflicting, p.Conflicts)
	if shown.Already, err = s.newAlready(ctx, p.SameAs, p.SameAsAt); err != nil {
		return err
	}
	if p.SameAs == "" {
		shown.Facts = append(shown.Facts, views.Fact{Name: w.Say("Stores"), Value: w.Number(p.Stores)})
	}
	if p.From.Known {
		shown.Facts = append(shown.Facts,
			views.Fact{Name: w.Say("First poll"), At: w.time(p.From.At, time.UTC, dayAndYear)},
			views.Fact{Name: w.Say("Last poll"), At: w.time(p.To.At, time.UTC, dayAndYear)})
	}
	shown.Facts = append(shown.Facts, pastFacts(w, p)...)
	shown.Hours, shown.Doubts = newHoursChoice(i), doubtsOf(w, p)
	shown.NewStores, shown.Changes, shown.Match = newStoresOf(w, p), newChanges(w, p), newMatch(w, i)
	for _, file := range p.Files {
		row := newImportFile(w, i, file.ImportFile)
		row.First = file.First
		if file.Encoding != "" {
			row.Form = w.form(file)
		}
		shown.Files = append(shown.Files, row)
		shown.RejectGroups = append(shown.RejectGroups, newRejectGroups(w, i, file.ImportFile)...)
	}
	return nil
}

func newStoresOf(w spoken, p *models.Preview) views.NewStores {
	if p.NewStores == 0 {
		return views.NewStores{}
	}
	shown := views.NewStores{Count: w.newStores(p.NewStores), Codes: p.NewCodes}
	if more := p.NewStores - int64(len(p.NewCodes)); more > 0 {
		shown.More = w.more(more)
	}
	return shown
}

func newChanges(w spoken, p *models.Preview) views.Changes {
	if p.Changed == 0 {
		return views.Changes{}
	}
	shown := views.Changes{Count: w.Count(p.Changed, words.Plural{One: "{n} change", Other: "{n} changes"})}
	for _, change := range p.Changes {
		shown.List = append(shown.List, views.Change{
			Store: change.Store, URL: storeURL(change.Store), Kind: upperFirst(w.kind(change.Kind)),
			Before: change.Before, After: change.After, From: changeFromText(w, change),
		})
	}
	if more := p.Changed - int64(len(shown.List)); more > 0 {
		shown.More = w.more(more)
	}
	return shown
}
