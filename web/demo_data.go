package web

import (
	"cmp"
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/demo"
	"lightson/models/imports"
	"lightson/models/unpack"
	"lightson/models/words"
	"lightson/views"
)

// demoDays is how far demo data reach back: the history of a store shows ninety days.
const demoDays = 95

// notEmpty words models.ErrNotEmpty.
func notEmpty() error {
	return problem{http.StatusConflict, words.Later("Demo data need an empty database"),
		words.Later("There are already stores, or an import is running. Demo data are never mixed with real data."), models.ErrNotEmpty}
}

// loadDemo serves POST /demo. It imports demo data like any other files.
func (s *Server) loadDemo(c echo.Context) error {
	i, err := s.takeDemo(c)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, importURL(i.ID))
}

func (s *Server) takeDemo(c echo.Context) (*models.Import, error) {
	ctx := c.Request().Context()
	if untouched, err := s.data.Untouched(ctx); err != nil || !untouched { // before they are made for nothing
		return nil, cmp.Or(err, notEmpty())
	}
	i := models.NewImport(models.FromDemo)
	i.By = whoAsks(c)
	err := s.imports.Take(ctx, i, demoFiles(s.now()), nil)
	if errors.Is(err, models.ErrNotEmpty) { // the other of two clicks was first
		return nil, notEmpty()
	}
	if err != nil {
		return nil, err
	}
	noteOf(c).about("import", i.ID)
	return i, nil
}

// removeDemo serves POST /demo/remove.
func (s *Server) removeDemo(c echo.Context) error {
	removed, err := s.removeDemoData(c)
	if err != nil {
		return err
	}
	for _, i := range removed {
		noteOf(c).about("import", i.ID)
	}
	return c.Redirect(http.StatusSeeOther, "/")
}

// removeDemoData undoes the imports of demo data, and nothing else. One that is not done
// yet is cancelled.
func (s *Server) removeDemoData(c echo.Context) (removed []models.Import, err error) {
	list, err := s.data.DemoImports(c.Request().Context())
	if err != nil {
		return nil, err
	}
	for _, i := range list {
		if err := s.removeDemoImport(c, i); err != nil {
			return nil, err
		}
		removed = append(removed, i)
	}
	return removed, nil
}

func (s *Server) removeDemoImport(c echo.Context, i models.Import) (err error) {
	ctx := c.Request().Context()
	if !i.State.Final() {
		if _, err := s.work.Cancel(ctx, models.ImportWork, i.ID); err != nil {
			return err
		}
		if i, err = s.data.Import(ctx, i.ID); err != nil {
			return err
		}
	}
	if i.MergeNumber == 0 {
		return nil
	}
	_, err = s.data.Undo(ctx, i.ID, whoAsks(c))
	var refused imports.UndoError
	if !errors.As(err, &refused) {
		return err
	}
	if now, err := s.data.Import(ctx, i.ID); err != nil || now.UndoneAt != 0 { // the other of two clicks was first
		return err
	}
	return problem{http.StatusConflict, words.Later("The demo data were not removed"), words.Later("{why} Their import is {id}.", "why", refused.ForPeople(), "id", i.ShortID()), err}
}

// withoutDemo has demo data removed once all files have come, if the form says so: a
// preview then shows what the import does to an empty database. It removes nothing where
// an error ends the files.
func (s *Server) withoutDemo(c echo.Context, files iter.Seq2[unpack.File, error], options *uploadOptions) iter.Seq2[unpack.File, error] {
	return func(yield func(unpack.File, error) bool) {
		for file, err := range files {
			if !yield(file, err) || err != nil {
				return
			}
		}
		if !options.withoutDemo {
			return
		}
		removed, err := s.removeDemoData(c)
		if err != nil {
			yield(unpack.File{}, err)
		} else if len(removed) > 0 {
			noteOf(c).detail = "in place of demo data"
		}
	}
}

// demoFiles are demo data whose newest poll is of this minute.
func demoFiles(now time.Time) iter.Seq2[unpack.File, error] {
	o := demo.DefaultOptions()
	o.Days, o.Until = demoDays, now.UTC().Truncate(time.Minute)
	return func(yield func(unpack.File, error) bool) {
		for _, sample := range samples {
			if sample.name == demo.SpecialDaysName { // it shows its columns: stores of the demo have no special days
				continue
			}
			r, w := io.Pipe()
			go func() {
				_, err := sample.write(w, o)
				_ = w.CloseWithError(err) // it gives no error
			}()
			more := yield(unpack.File{Name: sample.name, Body: r}, nil)
			_ = r.Close() // so that the writer ends, whatever was read
			if !more {
				return
			}
		}
	}
}

// newDemoNote says on every page that the data are made up.
func (s *Server) newDemoNote(ctx context.Context) (views.DemoNote, error) {
	list, err := s.data.DemoImports(ctx)
	if err != nil || len(list) == 0 {
		return views.DemoNote{}, err
	}
	return views.DemoNote{There: true, Loading: !list[0].State.Final() && list[0].MergeNumber == 0}, nil
}
