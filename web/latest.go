package web

import (
	"bytes"
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/feed"
	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/reports"
	"lightson/models/words"
)

// The newest figures as files, for spreadsheets that ask for them again and again: the same
// bytes as those of a report that is made at that moment, without making one.

// A latestFile is one of the files of the newest figures.
type latestFile struct {
	workbook  bool
	group     string // empty for all stores within reach
	details   bool   // of a CSV
	corrected bool   // of a CSV without details; all others have both figures
}

// A latestEpoch stands for what the files are made from: the data, and the targets.
type latestEpoch struct {
	whole   *figures.Snapshot
	entered int64
}

// latestBytes is the room for such files. Those of 14,000 stores are 0.8 MB, and 8 MB with
// details.
const latestBytes = 32 << 20

func newLatestCache() cache[latestEpoch, latestFile, []byte] {
	return cache[latestEpoch, latestFile, []byte]{
		most: func(latestEpoch) int { return latestBytes }, size: func(f latestFile, body []byte) int { return len(f.group) + len(body) },
	}
}

// sendLatestCSV serves GET /reports/latest.csv?group=&details=&corrected= and the same below
// the address of a feed.
func (s *Server) sendLatestCSV(c echo.Context) (err error) {
	f := latestFile{group: names.Asked(c.QueryParam("group"))}
	if f.details, err = said(c.QueryParams()["details"]).parse("details"); err != nil {
		return err
	}
	if f.corrected, err = said(c.QueryParams()["corrected"]).parse("corrected"); err != nil {
		return err
	}
	f.corrected = f.corrected && !f.details
	return s.sendLatest(c, f, "latest.csv", "text/csv; charset=utf-8")
}

// sendLatestWorkbook serves GET /reports/latest.xlsx?group= and the same below the address of
// a feed.
func (s *Server) sendLatestWorkbook(c echo.Context) error {
	return s.sendLatest(c, latestFile{group: names.Asked(c.QueryParam("group")), workbook: true}, "latest.xlsx", reports.WorkbookType)
}

// sendLatest sends a file. Whoever has an address with a token keeps nothing of it; others
// may ask whether theirs is still the newest.
func (s *Server) sendLatest(c echo.Context, f latestFile, name, kind string) error {
	body, snapshot, err := s.latestBody(c.Request().Context(), f)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentDisposition, disposition(name))
	if !isFeed(c) {
		return sendUnlessKnown(c, kind, body, snapshot.AsOf)
	}
	h.Set(echo.HeaderContentLength, strconv.Itoa(len(body)))
	return c.Blob(http.StatusOK, kind, body)
}

// latestBody is a file as it is with the data as they are.
func (s *Server) latestBody(ctx context.Context, f latestFile) ([]byte, *figures.Snapshot, error) {
	mark, err := s.data.ChangeMark(ctx) // first: the targets are never older than it
	if err != nil {
		return nil, nil, err
	}
	snapshot, err := s.data.LatestSnapshot(ctx)
	if err != nil {
		return nil, nil, err
	}
	if f.group != "" && len(reports.About(snapshot, f.group).Stores) == 0 {
		return nil, nil, badParam("group", words.Later("the name of a group that has stores"), feed.Shown(f.group))
	}
	body, err := s.latest.get(ctx, readersOf(ctx), latestEpoch{snapshot.Whole(), mark.Entered}, f, func(ctx context.Context) ([]byte, error) {
		content, err := s.data.LatestContent(ctx, snapshot, f.group)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		err = f.write(&b, content)
		return b.Bytes(), err
	})
	return body, snapshot, err
}

func (f latestFile) write(b *bytes.Buffer, content reports.Content) error {
	switch {
	case f.workbook:
		return reports.WriteWorkbook(b, content.Report(f.group), content.Rows())
	case f.details:
		return reports.WriteDetailsCSV(b, false, content.Rows())
	default:
		return reports.WriteCSV(b, f.corrected, content.Rows())
	}
}

// isLatest reports whether a request is for such a file by a session or a key. Who asks for
// it without asking for pages is a program.
func isLatest(c echo.Context) bool {
	path := c.Request().URL.Path
	return (path == latestCSV || path == latestWorkbook) && !asksForPage(c.Request())
}

const (
	latestCSV      = "/reports/latest.csv"
	latestWorkbook = "/reports/latest.xlsx"
)

// figuresFeedFile are the files below the address of a feed of figures.
var figuresFeedFile = map[string]access.FeedKind{
	feedURL(":token", "latest.csv"): access.FiguresFeed, feedURL(":token", "latest.xlsx"): access.FiguresFeed,
}
