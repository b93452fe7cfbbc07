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
	"lightson/models/figures"
	"lightson/models/reports"
	"lightson/views"
)

const (
	outagesPerPage = 50
	// mostOutagePages bounds how many outages are held to show a page of them. The CSV
	// file and the API have all.
	mostOutagePages = 200
)

// listOutages serves GET /outages.
func (s *Server) listOutages(c echo.Context) error {
	query, err := s.parseOutageQuery(c)
	w := spokenOf(c.Request().Context())
	wrong, err := formRefusal(w, err)
	if err != nil {
		return err
	}
	return s.withSnapshot(c, s.recentSnapshot, func(snapshot *figures.Snapshot) error {
		page, _, err := s.pageOf(c, snapshot, w.Say("Outages"), views.NavOutages)
		if err != nil {
			return err
		}
		log := newOutageLog(w, snapshot, query)
		if wrong.Text == "" {
			wrong, err = formRefusal(w, keptProblem(s.fillOutageLog(c, &log, snapshot, query)))
		}
		if err != nil {
			return err
		}
		log.Range.Problem, log.Can = wrong, page.Can
		return sendForm(c, wrong, views.OutagesPage(page, log), views.OutagesTable(log))
	})
}

// withSnapshot shows a snapshot. Where the data have moved on while it was shown, it
// begins again with that of the data as they are now.
func (s *Server) withSnapshot(c echo.Context, first func(context.Context) (*figures.Snapshot, error), show func(*figures.Snapshot) error) error {
	snapshot, err := first(c.Request().Context())
	for err == nil {
		err = show(snapshot)
		if !errors.Is(err, models.ErrDataMoved) || c.Response().Committed {
			return err
		}
		snapshot, err = s.snapshot(c.Request().Context())
	}
	return err
}

// readOutages reads a page of the log. A page past the end is the last one.
func (s *Server) readOutages(ctx context.Context, snapshot *figures.Snapshot, q *outageQuery) (figures.OutageQuery, figures.OutageList, error) {
	asked, err := s.figuresQuery(ctx, snapshot, *q)
	if err != nil {
		return asked, figures.OutageList{}, err
	}
	for {
		q.Page = min(q.Page, mostOutagePages)
		asked.Skip, asked.Limit = (q.Page-1)*outagesPerPage, outagesPerPage
		list, err := s.data.Outages(ctx, snapshot, asked)
		if err != nil || len(list.Outages) > 0 || q.Page == 1 {
			return asked, list, err
		}
		q.Page = max(1, (list.Sum.Outages+outagesPerPage-1)/outagesPerPage)
	}
}

// downloadOutages serves GET /outages.csv: the whole log as one file.
func (s *Server) downloadOutages(c echo.Context) error {
	query, err := s.parseOutageQuery(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	sales, err := s.sales(ctx)
	if err != nil {
		return err
	}
	return s.withSnapshot(c, s.recentSnapshot, func(snapshot *figures.Snapshot) error {
		asked, err := s.figuresQuery(ctx, snapshot, query)
		if err != nil {
			return err
		}
		// The header is sent with the first row: until then it can still be refused.
		first, rest, err := peek(s.eachOutage(ctx, snapshot, asked))
		if err != nil {
			return keptProblem(err)
		}
		defer rest.stop()
		return csvFile{name: "outages.csv"}.sendToPeople(c, func(w io.Writer) error {
			err := reports.WriteOutagesCSV(w, snapshot, sales, rest.after(first))
			if err != nil {
				breakOff(c)
			}
			return err
		})
	})
}

// eachOutage are the outages that a query asks for.
func (s *Server) eachOutage(ctx context.Context, snapshot *figures.Snapshot, q figures.OutageQuery) iter.Seq2[*figures.StoreOutage, error] {
	return func(yield func(*figures.StoreOutage, error) bool) {
		err := s.data.EachOutage(ctx, snapshot, q, func(o *figures.StoreOutage) error {
			if !yield(o, nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(nil, err)
		}
	}
}

// errEnough ends reading: nobody wants more.
var errEnough = errors.New("enough")

// breakOff ends the connection, so that who saves an answer of which the rest is missing
// does not take it for all.
func breakOff(c echo.Context) {
	endConnection(c.Response())
}

// endConnection has nothing more sent.
func endConnection(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Unix(1, 0)) // it fails where there is no connection
}

// A pulled is a sequence that is read one by one.
type pulled[T any] struct {
	next func() (T, error, bool)
	stop func()
}

// peek reads the first of a sequence. Where there is none, first is the zero value.
func peek[T any](list iter.Seq2[T, error]) (first T, rest pulled[T], err error) {
	next, stop := iter.Pull2(list)
	rest = pulled[T]{next, stop}
	first, err, some := next()
	if !some {
		rest.next = nil
	}
	if err != nil {
		stop()
	}
	return first, rest, err
}

// after is the sequence again, of which first was read.
func (p pulled[T]) after(first T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if p.next == nil || !yield(first, nil) {
			return
		}
		for v, err, some := p.next(); some && yield(v, err); v, err, some = p.next() {
		}
	}
}
