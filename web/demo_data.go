package web

import (
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
	"lightson/views"
)

// demoDays is how far demo data reach back: the history of a store shows ninety days.
const demoDays = 95

// errNotEmpty says that demo data would stand among other data.
var errNotEmpty = problem{http.StatusConflict, "Demo data are for an empty database only",
	"There are stores already, or files are on their way in. Demo data never come beside real ones.", nil}

// loadDemo serves POST /demo. It imports demo data like any other files.
func (s *Server) loadDemo(c echo.Context) error {
	s.demoTurn.Lock() // the second of two clicks finds the import of the first
	defer s.demoTurn.Unlock()
	ctx := c.Request().Context()
	if err := s.wantUntouched(ctx); err != nil {
		return err
	}
	i := models.NewImport(models.FromDemo)
	i.By = whoAsks(c)
	files := checkedAtEnd(demoFiles(s.now()), func() error { return s.wantUntouched(ctx) })
	if err := s.imports.Take(ctx, i, files, nil); err != nil {
		return err
	}
	noteOf(c).about("import", i.ID)
	return c.Redirect(http.StatusSeeOther, importURL(i.ID))
}

func (s *Server) wantUntouched(ctx context.Context) error {
	untouched, err := s.data.Untouched(ctx)
	if err == nil && !untouched {
		err = errNotEmpty
	}
	return err
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
	s.demoTurn.Lock()
	defer s.demoTurn.Unlock()
	ctx := c.Request().Context()
	list, err := s.data.DemoImports(ctx)
	if err != nil {
		return nil, err
	}
	for _, i := range list {
		if !i.State.Final() {
			if _, err := s.work.Cancel(ctx, models.ImportWork, i.ID); err != nil {
				return nil, err
			}
			if i, err = s.data.Import(ctx, i.ID); err != nil {
				return nil, err
			}
		}
		if i.MergeNumber > 0 {
			if _, err := s.data.Undo(ctx, i.ID, whoAsks(c)); err != nil {
				return nil, demoStays(i, err)
			}
		}
		removed = append(removed, i)
	}
	return removed, nil
}

// demoStays words why demo data cannot be removed.
func demoStays(i models.Import, err error) error {
	var refused imports.UndoError
	if errors.As(err, &refused) {
		return problem{http.StatusConflict, "The demo data were not removed", refused.ForPeople() + " Their import is " + i.ShortID() + ".", err}
	}
	return err
}

// withoutDemo has demo data removed once all files have come, if the form says so: a
// preview then shows what the import does to an empty database.
func (s *Server) withoutDemo(c echo.Context, files iter.Seq2[unpack.File, error], options *uploadOptions) iter.Seq2[unpack.File, error] {
	return checkedAtEnd(files, func() error {
		if !options.withoutDemo {
			return nil
		}
		_, err := s.removeDemoData(c)
		return err
	})
}

// checkedAtEnd are the files, and an error at their end if check gives one. It does not
// check where an error ended them before.
func checkedAtEnd(files iter.Seq2[unpack.File, error], check func() error) iter.Seq2[unpack.File, error] {
	return func(yield func(unpack.File, error) bool) {
		for file, err := range files {
			if !yield(file, err) || err != nil {
				return
			}
		}
		if err := check(); err != nil {
			yield(unpack.File{}, err)
		}
	}
}

// demoFiles are demo data whose newest poll is of this minute.
func demoFiles(now time.Time) iter.Seq2[unpack.File, error] {
	o := demo.DefaultOptions()
	o.Days, o.Until = demoDays, now.UTC().Truncate(time.Minute)
	return func(yield func(unpack.File, error) bool) {
		for _, sample := range demoFeeds {
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

// demoFeeds are the files of the demo data.
var demoFeeds = []struct {
	name  string
	write func(io.Writer, demo.Options) (int64, error)
}{
	{demo.HoursName, demo.WriteHours},
	{demo.ZonesName, demo.WriteZones},
	{demo.NamesName, demo.WriteNames},
	{demo.PollsName, func(w io.Writer, o demo.Options) (int64, error) { return demo.WritePolls(w, o, nil) }},
}

// newDemoNote says on every page that the data are made up.
func (s *Server) newDemoNote(ctx context.Context) (views.DemoNote, error) {
	list, err := s.data.DemoImports(ctx)
	if err != nil || len(list) == 0 {
		return views.DemoNote{}, err
	}
	return views.DemoNote{ImportURL: importURL(list[0].ID), Loading: !list[0].State.Final() && list[0].MergeNumber == 0}, nil
}
