package web

import (
	"github.com/labstack/echo/v4"

	"lightson/models/reports"
)

type apiReportRows struct {
	Report     string         `json:"report"`
	AsOf       *apiTime       `json:"as_of"`
	Total      int64          `json:"total"` // in all pieces of the list
	Rows       []apiReportRow `json:"rows"`  // sorted by id
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

// apiListReportRows serves GET /api/v1/reports/:id/rows?limit=&cursor=. A client
// that accepts CSV gets the whole report as one file.
func (s *Server) apiListReportRows(c echo.Context) error {
	varies(c, echo.HeaderAccept)
	r, err := s.completeReport(c)
	if err != nil {
		return err
	}
	if acceptsCSV(c) {
		return s.sendContract(c, r, r.ID+".csv")
	}
	from, limit, err := parseCursor(c, "rows of "+r.ID)
	if err != nil {
		return err
	}
	finished, err := s.finishedReport(c, r)
	if err != nil {
		return err
	}
	piece, more := cutAfter(finished.rows, from, limit, rowPlace)
	list := apiReportRows{
		Report: r.ID, AsOf: optionalTime(r.AsOf), Total: r.Stores,
		Rows:       make([]apiReportRow, len(piece)),
		NextCursor: nextAfter(from, piece, more, rowPlace),
	}
	for n, row := range piece {
		list.Rows[n] = newAPIReportRow(row)
	}
	return sendAPIList(c, list, list.Rows, list.NextCursor)
}

func rowPlace(r reports.Row) place { return place{byText(r.Store)} }

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
