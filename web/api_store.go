package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/uptime"
)

type apiStoreDetail struct {
	AsOf        *apiTime `json:"as_of"`
	DataVersion int64    `json:"data_version"`
	apiStore
	Hours   []apiHours  `json:"hours"`
	Outages []apiOutage `json:"outages"` // of the last week, oldest first
}

// apiHours is one row of business hours, as the feed gave it.
type apiHours struct {
	Day   int    `json:"day"` // 0 = Monday
	Start string `json:"start"`
	End   string `json:"end"`
}

type apiOutage struct {
	From    apiTime       `json:"from"`
	To      *apiTime      `json:"to"` // none while the outage lasts
	Length  uptime.Micros `json:"length_us"`
	Ongoing bool          `json:"ongoing"`
}

// apiShowStore serves GET /api/v1/stores/:id?before=&period=&from=&to=.
func (s *Server) apiShowStore(c echo.Context) error {
	extras, err := parseStoreExtras(c)
	if err != nil {
		return err
	}
	for {
		err := s.sendAPIStore(c, extras)
		if !errors.Is(err, models.ErrDataMoved) {
			return err
		}
	}
}

func (s *Server) sendAPIStore(c echo.Context, extras storeExtras) error {
	ctx := c.Request().Context()
	n := 0
	snapshot, err := s.snapshotWith(c, &extras, func(snapshot *figures.Snapshot) (of []int, err error) {
		n, err = findStore(snapshot, c.Param("id"))
		return []int{n}, err
	})
	if err != nil {
		return err
	}
	polls, err := snapshot.PollsOf(n)
	if err != nil {
		return err
	}
	detail := apiStoreDetail{
		AsOf: optionalTime(snapshot.KnownAsOf()), DataVersion: snapshot.Version,
		apiStore: newAPIStore(snapshot, n),
		Hours:    newAPIHours(snapshot.Hours(n)),
		Outages:  newAPIOutages(snapshot, n, polls),
	}
	targets, err := s.targets(ctx)
	if err != nil {
		return err
	}
	months := make([]figures.Month, 1)
	if _, known := targets.Of(snapshot.Stores[n]); known {
		if months, err = s.data.Months(ctx, snapshot, []int{n}); err != nil {
			return err
		}
	}
	addAPITarget(ctx, &detail.apiStore, snapshot, n, targets, months[0])
	extras.addTo(&detail.apiStore, n)
	return c.JSON(http.StatusOK, detail)
}

func newAPIHours(hours []uptime.Hours) []apiHours {
	list := make([]apiHours, 0, len(hours))
	for _, h := range hours {
		if !h.Closed() { // a day without a row is closed
			list = append(list, apiHours{h.Day, uptime.LongClockText(h.Start), uptime.LongClockText(h.End)})
		}
	}
	return list
}

func newAPIOutages(s *figures.Snapshot, n int, polls []uptime.Poll) []apiOutage {
	list := []apiOutage{}
	week := uptime.Windows(s.AsOf)[uptime.LastWeek]
	for _, o := range s.History(n, polls).Outages(week) {
		outage := apiOutage{From: apiTime(o.From), Length: o.Length(), Ongoing: s.Ongoing(o)}
		if !outage.Ongoing {
			outage.To = (*apiTime)(&o.To)
		}
		list = append(list, outage)
	}
	return list
}
