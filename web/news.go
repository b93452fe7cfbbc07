package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

// A newsOf is the list that a page shows beside figures, whose new rows are news.
type newsOf string

const (
	ofFigures newsOf = ""
	ofReports newsOf = "reports"
	ofImports newsOf = "imports"
)

// An edition is what a page was made from. Editions have no order: two are the same or not.
type edition struct {
	data string // of the data, as far as whoever looks sees them
	asOf string // of the newest poll
	row  string // the newest row of the list
}

func (e edition) String() string { return e.asOf + "." + e.data + "." + e.row }

// parseEdition reads what a page sends. What is no edition is older than any.
func parseEdition(text string) (e edition) {
	e.asOf, text, _ = strings.Cut(text, ".")
	e.data, e.row, _ = strings.Cut(text, ".")
	return e
}

// watch has a page of a snapshot say how many stores are offline, and ask for news. It is for
// answers to GET: Show loads the page again.
func (s *Server) watch(c echo.Context, page *views.Page, snapshot *figures.Snapshot, of newsOf) error {
	if method := c.Request().Method; method != http.MethodGet && method != http.MethodHead || wantsPartial(c.Request()) {
		return nil
	}
	ctx := c.Request().Context()
	e, err := s.editionOf(ctx, snapshot, of)
	if err != nil {
		return err
	}
	query := ""
	if of != ofFigures {
		query = "of=" + string(of) + "&"
	}
	page.Live = views.Live{URL: "/news?" + query + "than=", Edition: e.String()}
	page.Live.Offline, err = s.offlineText(ctx, snapshot)
	return err
}

// watchImports is watch for the list of imports, which shows no figures and does not wait for new
// ones.
func (s *Server) watchImports(c echo.Context, page *views.Page) error {
	if !may(c.Request().Context(), access.ReadFigures) {
		return nil // a program
	}
	snapshot, some, err := s.data.KnownSnapshot(c.Request().Context())
	if err == nil && !some {
		snapshot, err = s.recentSnapshot(c.Request().Context())
	}
	if err != nil {
		return err
	}
	return s.watch(c, page, snapshot, ofImports)
}

// showNews serves GET /news?of=reports&than=EDITION: 204 where the page is of the present
// edition. It computes no figures. Where those of the present data are not known yet, it says
// that there are newer data, and leaves the number of stores until they are.
func (s *Server) showNews(c echo.Context) error {
	ctx, of, than := c.Request().Context(), newsOf(c.QueryParam("of")), parseEdition(c.QueryParam("than"))
	if of != ofFigures && of != ofReports && of != ofImports {
		return echo.ErrBadRequest // pages send no other
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	mark, err := s.data.ChangeMark(ctx)
	if err != nil {
		return err
	}
	frame, err := s.frame(ctx)
	if err != nil {
		return err
	}
	snapshot, some, err := s.data.KnownSnapshot(ctx)
	if err != nil {
		return err
	}
	asOf := asOfToken(frame.at.known, frame.at.asOf)
	if !some || snapshot.Version != mark.Data {
		if than.asOf == asOf {
			return c.NoContent(http.StatusNoContent)
		}
		return render(c, http.StatusOK, views.NewsLine(views.News{AsOf: newsTime(frame.at)}))
	}
	now, err := s.editionOf(ctx, snapshot, of)
	if err != nil {
		return err
	}
	if now == than {
		return c.NoContent(http.StatusNoContent)
	}
	news := views.News{Edition: now.String(), Counted: true}
	if news.Offline, err = s.offlineText(ctx, snapshot); err != nil {
		return err
	}
	switch {
	case now.asOf != than.asOf:
		news.AsOf = newsTime(frame.at)
	case now.data == than.data && of == ofReports:
		news.Kind, news.Row = views.NewReports, "report-"+now.row
	case now.data == than.data && of == ofImports:
		news.Kind, news.Row = views.NewImports, "import-"+now.row
	}
	return render(c, http.StatusOK, views.NewsLine(news))
}

// editionOf is the edition of a page that shows a snapshot.
func (s *Server) editionOf(ctx context.Context, snapshot *figures.Snapshot, of newsOf) (e edition, err error) {
	e.asOf = asOfToken(snapshot.AsOfKnown, snapshot.AsOf)
	if e.data, err = s.dataEdition(ctx, snapshot); err != nil {
		return e, err
	}
	switch of {
	case ofReports:
		newest, err := s.data.Reports(ctx, 0, 1)
		if err != nil || len(newest) == 0 {
			return e, err
		}
		e.row = newest[0].ID
	case ofImports:
		newest, err := s.data.Imports(ctx, 0, 1)
		if err != nil || len(newest) == 0 {
			return e, err
		}
		e.row = newest[0].ID
	}
	return e, nil
}

func asOfToken(known bool, at uptime.Instant) string {
	if !known {
		return ""
	}
	return strconv.FormatInt(int64(at), 36)
}

// dataEdition is the version of the data to those who see all stores. To others it is a hash of
// what they see: what others enter about their stores is neither news to them nor their business.
func (s *Server) dataEdition(ctx context.Context, snapshot *figures.Snapshot) (string, error) {
	p, err := access.Of(ctx)
	if err != nil || p.Reach.IsAll() {
		return strconv.FormatInt(snapshot.Version, 36), err
	}
	return s.editions.get(ctx, readersOf(ctx), snapshot.Whole(), struct{}{}, func(context.Context) (string, error) {
		hash := sha256.New()
		for n, store := range snapshot.Stores {
			store.ID = 0 // it tells of the stores beside it
			fmt.Fprintln(hash, store, snapshot.Figures[n], *snapshot.Corrected(n), snapshot.Now[n])
		}
		return hex.EncodeToString(hash.Sum(nil)[:9]), nil
	})
}

// offlineText is how many stores of a snapshot are offline: nothing where none is, or where the
// data are too old to speak of now.
func (s *Server) offlineText(ctx context.Context, snapshot *figures.Snapshot) (string, error) {
	w := spokenOf(ctx)
	offline, err := s.offline.get(ctx, readersOf(ctx), snapshot.Whole(), struct{}{}, func(context.Context) (offline int, _ error) {
		for _, now := range snapshot.Now {
			if now.State == uptime.Down {
				offline++
			}
		}
		return offline, nil
	})
	if offline == 0 || newMoment(w, snapshot.KnownAsOf(), s.now(), snapshot.PollEvery).old() {
		return "", err
	}
	return w.Number(int64(offline)), err
}

// newsTime is as of when data are: by the clock on the same day.
func newsTime(m moment) views.Time {
	if !m.known {
		return views.Time{}
	}
	if sameDate(m.asOf.Time().In(time.UTC), m.now.In(time.UTC)) {
		return m.w.time(m.asOf, time.UTC, clock)
	}
	return m.w.time(m.asOf, time.UTC, dayAndClock)
}
