package web

import (
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/reports"
	"lightson/models/words"
)

type apiReportRows struct {
	Report     string         `json:"report"`
	AsOf       *apiTime       `json:"as_of"`
	Total      int64          `json:"total"` // in all pieces of the list
	Rows       []apiReportRow `json:"rows"`
	NextCursor *string        `json:"next_cursor"`
}

type apiReportRow struct {
	ID           string     `json:"id"` // of the store
	Zone         string     `json:"zone"`
	ZoneAssumed  bool       `json:"zone_assumed"`
	HoursAssumed bool       `json:"hours_assumed"`
	Windows      apiWindows `json:"windows"`
	Range        *apiWindow `json:"range"` // if the report was asked for one

	Target *apiRowTarget `json:"target"` // null where it had none
}

// apiListReportRows serves GET /api/v1/reports/:id/rows?q=&down=&bin=&sort=&order=&limit=&cursor=.
// A client that accepts CSV gets all rows that were chosen as one file.
func (s *Server) apiListReportRows(c echo.Context) error {
	varies(c, echo.HeaderAccept)
	r, err := s.completeReport(c)
	if err != nil {
		return err
	}
	query, err := parseAPIRowQuery(c)
	if err != nil {
		return err
	}
	if acceptsCSV(c) && query == wholeReport {
		return s.sendContract(c, r, r.ID+".csv")
	}
	from, limit, err := parseCursor(c, query.listOf(r))
	if err != nil {
		return err
	}
	finished, err := s.finishedReport(c, r)
	if err != nil {
		return err
	}
	chosen, err := query.choose(c.Request().Context(), finished)
	if err != nil {
		return err
	}
	if acceptsCSV(c) {
		return s.sendChosen(c, r, chosen)
	}
	return sendAPIRows(c, r, query, chosen, from, limit)
}

// wholeReport chooses all rows, by id.
var wholeReport = reportQuery{Sort: byStore}

// parseAPIRowQuery reads which rows of a report are asked for, and in which order.
func parseAPIRowQuery(c echo.Context) (reportQuery, error) {
	q, order := wholeReport, "asc"
	err := echo.QueryParamsBinder(c).String("q", &q.Q).Bool("down", &q.Down).String("sort", &q.Sort).String("order", &order).BindError()
	if err != nil {
		return q, err
	}
	q.Q, q.Desc = strings.TrimSpace(q.Q), order == "desc"
	if !q.Desc && order != "asc" {
		return q, badParam("order", words.Said("asc or desc"), order)
	}
	if columns := slices.Sorted(maps.Keys(reportColumns)); !slices.Contains(columns, q.Sort) {
		return q, badParam("sort", words.Said("one of "+strings.Join(columns, ", ")), q.Sort)
	}
	if id := c.QueryParam("bin"); id != "" {
		if q.Bin, q.binned = slices.Index(binIDs, id), true; q.Bin < 0 {
			return q, badParam("bin", words.Said("one of "+strings.Join(binIDs, ", ")), id)
		}
	}
	return q, nil
}

// listOf names the rows of a report that are chosen, for a cursor.
func (q reportQuery) listOf(r models.Report) string {
	name := "rows of " + r.ID
	if q != wholeReport {
		name += "?" + q.values().Encode()
	}
	return name
}

// A placedRow is a row and its number among those that are chosen. A complete report does not
// change, and so neither does the number.
type placedRow struct {
	*reports.Row
	number int
}

// placeOf is how rows are placed in the order of the query.
func (q reportQuery) placeOf(r placedRow) place {
	if q.Sort == byStore {
		return place{byText(r.Store).falling(q.Desc)}
	}
	return place{byNumber(r.number)}
}

func sendAPIRows(c echo.Context, r models.Report, q reportQuery, chosen []*reports.Row, from cursor, limit int) error {
	placed := make([]placedRow, len(chosen))
	for n, row := range chosen {
		placed[n] = placedRow{row, n}
	}
	piece, more := cutAfter(placed, from, limit, q.placeOf)
	list := apiReportRows{
		Report: r.ID, AsOf: optionalTime(r.AsOf), Total: int64(len(chosen)),
		Rows:       make([]apiReportRow, len(piece)),
		NextCursor: nextAfter(from, piece, more, q.placeOf),
	}
	for n, row := range piece {
		list.Rows[n] = newAPIReportRow(*row.Row)
	}
	return sendAPIList(c, list, list.Rows, list.NextCursor)
}

// sendChosen sends some rows as the report that scripts read.
func (s *Server) sendChosen(c echo.Context, r models.Report, chosen []*reports.Row) error {
	corrected, err := wantsCorrected(c, r)
	if err != nil {
		return err
	}
	return csvFile{name: r.ID + ".csv"}.send(c, func(w io.Writer) error {
		return reports.WriteCSV(w, corrected, func(yield func(reports.Row, error) bool) {
			for _, row := range chosen {
				if !yield(*row, nil) {
					return
				}
			}
		})
	})
}

// leaveOutBounds is for reports that did not keep them.
func (r *apiReportRow) leaveOutBounds() {
	for _, w := range []*apiWindow{&r.Windows.LastHour, &r.Windows.LastDay, &r.Windows.LastWeek, r.Range} {
		if w != nil {
			w.apiBounds = apiBounds{}
		}
	}
}

func newAPIReportRow(r reports.Row) apiReportRow {
	corrected := r.Corrected()
	row := apiReportRow{
		ID: r.Store, Zone: r.Zone, ZoneAssumed: r.ZoneAssumed, HoursAssumed: r.HoursAssumed,
		Windows: newAPIWindows(r.Figures).with(corrected.Figures),
		Target:  newAPIRowTarget(r),
	}
	if r.Ranged {
		w := newAPIWindow(r.Range).with(corrected.Range)
		row.Range = &w
	}
	if !r.Sure {
		row.leaveOutBounds()
	}
	return row
}
