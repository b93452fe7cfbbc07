package web

import (
	"github.com/labstack/echo/v4"

	"lightson/models/figures"
	"lightson/models/uptime"
)

// apiRows is a list of rows of a feed, in the form in which they can be sent.
type apiRows[T any] struct {
	DataVersion int64   `json:"data_version"`
	Total       int     `json:"total"` // in all pieces of the list
	NextCursor  *string `json:"next_cursor"`
	rows        []T
}

type apiHoursRow struct {
	Store     string  `json:"store_id"`
	Day       int     `json:"day"`
	Start     *string `json:"start_time_local"` // null where it is closed
	End       *string `json:"end_time_local"`
	ValidFrom *string `json:"valid_from"` // null where they hold for all time before others do
}

type apiHoursRows struct {
	apiRows[apiHoursRow]
	Rows []apiHoursRow `json:"hours"`
}

type apiZoneRow struct {
	Store string `json:"store_id"`
	Zone  string `json:"timezone_str"`
}

type apiZoneRows struct {
	apiRows[apiZoneRow]
	Rows []apiZoneRow `json:"zones"`
}

type apiNamesRow struct {
	Store string  `json:"store_id"`
	Name  *string `json:"name"`
	Group *string `json:"group"`
	City  *string `json:"city"`
}

type apiNamesRows struct {
	apiRows[apiNamesRow]
	Rows []apiNamesRow `json:"names"`
}

// apiListHours serves GET /api/v1/hours?store=&limit=&cursor=.
func (s *Server) apiListHours(c echo.Context) error {
	list, err := listRows(s, c, "hours", hoursOf)
	if err != nil {
		return err
	}
	return sendAPIList(c, apiHoursRows{list, list.rows}, list.rows, list.NextCursor)
}

// apiListZones serves GET /api/v1/zones?store=&limit=&cursor=.
func (s *Server) apiListZones(c echo.Context) error {
	list, err := listRows(s, c, "zones", func(s *figures.Snapshot, n int) []apiZoneRow {
		if s.Stores[n].Zone == "" {
			return nil
		}
		return []apiZoneRow{{s.Stores[n].Code, s.Stores[n].Zone}}
	})
	if err != nil {
		return err
	}
	return sendAPIList(c, apiZoneRows{list, list.rows}, list.rows, list.NextCursor)
}

// apiListNames serves GET /api/v1/names?store=&limit=&cursor=.
func (s *Server) apiListNames(c echo.Context) error {
	list, err := listRows(s, c, "names", func(s *figures.Snapshot, n int) []apiNamesRow {
		store := s.Stores[n]
		if store.Name == "" && store.Group == "" && store.City == "" {
			return nil
		}
		return []apiNamesRow{{store.Code, orNull(store.Name), orNull(store.Group), orNull(store.City)}}
	})
	if err != nil {
		return err
	}
	return sendAPIList(c, apiNamesRows{list, list.rows}, list.rows, list.NextCursor)
}

// hoursOf are the hours of store n, with the dates from which on they hold. A closed day has a
// row without times, so that a store that never opens is not one of unknown hours.
func hoursOf(s *figures.Snapshot, n int) (rows []apiHoursRow) {
	for _, schedule := range s.Calendars[n].Schedules {
		for _, h := range schedule.Hours {
			row := apiHoursRow{Store: s.Stores[n].Code, Day: h.Day}
			if schedule.From != uptime.Ever {
				row.ValidFrom = orNull(uptime.DateText(schedule.From))
			}
			if !h.Closed() {
				row.Start, row.End = orNull(uptime.LongClockText(h.Start)), orNull(uptime.LongClockText(h.End))
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// listRows are a piece of the rows of all stores, or of the one that is asked for, by store.
func listRows[T any](s *Server, c echo.Context, name string, of func(*figures.Snapshot, int) []T) (list apiRows[T], err error) {
	code := c.QueryParam("store")
	from, limit, err := parseCursor(c, name+" of "+code)
	if err != nil {
		return list, err
	}
	snapshot, err := s.snapshot(c.Request().Context())
	if err != nil {
		return list, err
	}
	first, end := 0, len(snapshot.Stores)
	if code != "" {
		if first, err = findStore(snapshot, code); err != nil {
			return list, err
		}
		end = first + 1
	}
	list.DataVersion, list.rows = snapshot.Version, []T{}
	last := from.After
	for n := first; n < end; n++ {
		rows := of(snapshot, n)
		list.Total += len(rows)
		for k, row := range rows {
			at := place{byText(snapshot.Stores[n].Code), byNumber(k)}
			if len(from.After) > 0 && from.After.compare(at) >= 0 {
				continue
			}
			if len(list.rows) == limit {
				list.NextCursor = cursor{List: from.List, After: last}.next(true)
				break
			}
			list.rows, last = append(list.rows, row), at
		}
	}
	return list, nil
}
