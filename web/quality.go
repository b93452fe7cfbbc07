package web

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/figures"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// qualityQuery is the state of the page of a check, as its URL carries it.
type qualityQuery struct {
	Check figures.Check
	Hours int // the shortest silence that counts
	Page  int
}

// usualSilence is the default of qualityQuery.Hours.
const usualSilence = 24

// longestSilence is the most hours that can be asked for.
const longestSilence = int(figures.LongestSilence / uptime.Hour)

func parseQualityQuery(c echo.Context) (qualityQuery, error) {
	q := qualityQuery{Check: figures.Check(c.Param("check")), Hours: usualSilence}
	err := echo.QueryParamsBinder(c).Int("hours", &q.Hours).Int("page", &q.Page).BindError()
	q.Page = min(max(q.Page, 1), mostPages)
	switch {
	case err != nil:
		return q, err
	case q.Hours < 1 || q.Hours > longestSilence:
		return q, badParam("hours", words.Later("1 to {most}", "most", strconv.Itoa(longestSilence)), strconv.Itoa(q.Hours))
	case q.Check != "" && !slices.Contains(checksFor(c.Request().Context()), q.Check):
		return q, problem{http.StatusNotFound, words.Later("There is no such check"), words.Later("The data are not checked for {check}.", "check", string(q.Check)), models.ErrNotFound}
	}
	return q, nil
}

// checksFor are the checks that the principal of a context may see. Conflicts are found by
// imports, which tell of all stores.
func checksFor(ctx context.Context) []figures.Check {
	if may(ctx, access.ReadImports) {
		return figures.Checks
	}
	return slices.DeleteFunc(slices.Clone(figures.Checks), func(check figures.Check) bool { return check == figures.CheckConflicting })
}

// conflictSum counts the conflicts, for those who may see them.
func (s *Server) conflictSum(ctx context.Context) (models.ConflictSum, error) {
	if !may(ctx, access.ReadImports) {
		return models.ConflictSum{}, nil
	}
	return s.data.ConflictSum(ctx)
}

func (q qualityQuery) long() uptime.Micros { return uptime.Micros(q.Hours) * uptime.Hour }

func (q qualityQuery) values() url.Values {
	v := url.Values{}
	if q.Hours != usualSilence && (q.Check == figures.CheckSilent || q.Check == "") {
		v.Set("hours", strconv.Itoa(q.Hours))
	}
	addPage(v, q.Page)
	return v
}

func (q qualityQuery) path() string { return "/quality/" + string(q.Check) }
func (q qualityQuery) url() string  { return withQuery(q.path(), q.values()) }

// csvURL is the address of all pages as one file.
func (q qualityQuery) csvURL() string {
	q.Page = 1
	return withQuery(q.path()+"/list.csv", q.values())
}

// recentQuality is what is found in the snapshot for pages.
func (s *Server) recentQuality(c echo.Context) (*figures.Quality, error) {
	snapshot, err := s.recentSnapshot(c.Request().Context())
	if err != nil {
		return nil, err
	}
	return s.qualityOf(c, snapshot)
}

// qualityOf is what is found in a snapshot.
func (s *Server) qualityOf(c echo.Context, snapshot *figures.Snapshot) (*figures.Quality, error) {
	return s.quality.get(c.Request().Context(), readersOf(c.Request().Context()), snapshot.Whole(), struct{}{}, snapshot.Quality)
}

// showQuality serves GET /quality?hours=.
func (s *Server) showQuality(c echo.Context) error {
	query, err := parseQualityQuery(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	quality, err := s.recentQuality(c)
	if err != nil {
		return err
	}
	page, _, err := s.pageOf(c, quality.Snapshot, spokenOf(ctx).Say("Data quality"), views.NavImports)
	if err != nil {
		return err
	}
	conflicts, err := s.conflictSum(ctx)
	if err != nil {
		return err
	}
	shown := views.Quality{Empty: len(quality.Stores) == 0, Can: page.Can}
	for _, query.Check = range checksFor(ctx) {
		shown.Checks = append(shown.Checks, newQualityCheck(spokenOf(ctx), quality, conflicts, query))
	}
	return renderEither(c, views.QualityPage(page, shown), views.QualityChecks(shown))
}

// showCheck serves GET /quality/:check?hours=&page=.
func (s *Server) showCheck(c echo.Context) error {
	query, err := parseQualityQuery(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	quality, err := s.recentQuality(c)
	if err != nil {
		return err
	}
	page, _, err := s.pageOf(c, quality.Snapshot, spokenOf(ctx).Say(checkWords[query.Check].title), views.NavImports)
	if err != nil {
		return err
	}
	list, err := s.newQualityList(ctx, quality, query)
	if err != nil {
		return err
	}
	return renderEither(c, views.QualityListPage(page, list), views.QualityTable(list))
}

// downloadCheck serves GET /quality/:check/list.csv?hours=.
func (s *Server) downloadCheck(c echo.Context) error {
	query, err := parseQualityQuery(c)
	if err != nil {
		return err
	}
	quality, err := s.recentQuality(c)
	if err != nil {
		return err
	}
	return s.sendCheck(c, quality, query)
}

// sendCheck sends everything that a check found as CSV.
func (s *Server) sendCheck(c echo.Context, q *figures.Quality, query qualityQuery) error {
	return csvFile{name: string(query.Check) + ".csv"}.sendToPeople(c, func(w io.Writer) error {
		if query.Check == figures.CheckConflicting {
			return s.data.WriteConflictsCSV(c.Request().Context(), w)
		}
		return reports.WriteQualityCSV(q, w, query.Check, query.long())
	})
}

// countOf is the number of stores that a check found.
func countOf(q *figures.Quality, query qualityQuery) int {
	switch query.Check {
	case figures.CheckSilent:
		return len(q.SilentFor(query.long()))
	case figures.CheckOutsideHours:
		return len(q.Outside)
	case figures.CheckOddHours:
		return len(q.Odd)
	case figures.CheckOddIDs:
		return len(q.OddIDs)
	default:
		return len(storesOf(q, query.Check))
	}
}

// storesOf are the stores that a check found, for checks that find nothing but
// stores.
func storesOf(q *figures.Quality, check figures.Check) []int {
	switch check {
	case figures.CheckNoHours:
		return q.NoHours
	case figures.CheckNoZone:
		return q.NoZone
	case figures.CheckNeverPolled:
		return q.NeverPolled
	case figures.CheckNoGroup:
		return q.NoGroup
	default:
		return nil
	}
}
