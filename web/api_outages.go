package web

import (
	"encoding/json"

	"github.com/labstack/echo/v4"

	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/reports"
	"lightson/models/uptime"
)

type apiOutageLog struct {
	AsOf        *apiTime          `json:"as_of"`
	DataVersion int64             `json:"data_version"`
	From        *apiTime          `json:"from"` // of the time asked for
	To          *apiTime          `json:"to"`
	Total       int               `json:"total"`   // in all pieces of the list
	Stores      int               `json:"stores"`  // that they are of
	Down        uptime.Micros     `json:"down_us"` // what all their lengths add up to
	Outages     []apiLoggedOutage `json:"outages"`
	NextCursor  *string           `json:"next_cursor"`
}

type apiLoggedOutage struct {
	Store     string        `json:"store"` // its id
	Name      *string       `json:"name"`
	Group     *string       `json:"group"`
	Zone      string        `json:"zone"`
	From      apiTime       `json:"from"`
	To        *apiTime      `json:"to"` // none while it goes on
	FirstSeen *apiTime      `json:"first_seen_at"`
	Length    uptime.Micros `json:"length_us"`
	Least     uptime.Micros `json:"least_us"`
	Most      uptime.Micros `json:"most_us"`
	Ended     string        `json:"ended"`
	Ongoing   bool          `json:"ongoing"`
	Reason    *string       `json:"reason"`
	Excused   uptime.Micros `json:"excused_us"`
	LostSales *json.Number  `json:"lost_sales"`
}

// apiListOutages serves GET /api/v1/outages.
func (s *Server) apiListOutages(c echo.Context) error {
	query, err := s.parseOutageQuery(c)
	if err != nil {
		return err
	}
	query.Page = 0
	from, limit, err := parseCursor(c, query.url())
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	sales, err := s.sales(ctx)
	if err != nil {
		return err
	}
	return s.withSnapshot(c, s.snapshot, func(snapshot *figures.Snapshot) error {
		asked, err := s.figuresQuery(ctx, snapshot, query)
		if err != nil {
			return err
		}
		asked.After, asked.Limit = from.Outage.in(snapshot), limit
		list, err := s.data.Outages(ctx, snapshot, asked)
		if err != nil {
			return keptProblem(err)
		}
		answer := newAPIOutageLog(snapshot, sales, from, asked, list)
		return sendAPIList(c, answer, answer.Outages, answer.NextCursor)
	})
}

// An outageCursor is the place of an outage in lists of any version of the data.
type outageCursor struct {
	From   uptime.Instant
	Length uptime.Micros
	Store  string // its id
}

func newOutageCursor(s *figures.Snapshot, o *figures.StoreOutage) outageCursor {
	return outageCursor{o.From, o.Length(), s.Stores[o.Store].Code}
}

// in is the place in the lists of a snapshot, in which the store may not be any more.
func (o outageCursor) in(s *figures.Snapshot) figures.OutagePlace {
	n, found := s.Find(o.Store)
	if !found {
		n-- // the store before it
	}
	return figures.OutagePlace{From: o.From, Length: o.Length, Store: n}
}

func newAPIOutageLog(s *figures.Snapshot, sales entered.Sales, from cursor, asked figures.OutageQuery, list figures.OutageList) apiOutageLog {
	answer := apiOutageLog{
		AsOf: optionalTime(s.KnownAsOf()), DataVersion: s.Version,
		From: knownTime(asked.Within.From, s.AsOfKnown), To: knownTime(asked.Within.To, s.AsOfKnown),
		Total: list.Sum.Outages, Stores: list.Sum.Stores, Down: list.Sum.Down, Outages: make([]apiLoggedOutage, len(list.Outages)),
	}
	for n := range list.Outages {
		answer.Outages[n] = newAPILoggedOutage(s, sales, &list.Outages[n])
	}
	if list.More {
		answer.NextCursor = cursor{List: from.List, Outage: newOutageCursor(s, &list.Outages[len(list.Outages)-1])}.next(true)
	}
	return answer
}

func newAPILoggedOutage(s *figures.Snapshot, sales entered.Sales, o *figures.StoreOutage) apiLoggedOutage {
	store := s.Stores[o.Store]
	outage := apiLoggedOutage{
		Store: store.Code, Name: orNull(store.Name), Group: orNull(store.Group), Zone: store.ZoneName(),
		From: apiTime(o.From), To: knownTime(o.To, !s.Ongoing(o.Outage)), FirstSeen: knownTime(o.Seen, o.SeenKnown),
		Length: o.Length(), Least: o.Least, Most: o.Most, Ended: reports.EndedName(s, o), Ongoing: s.Ongoing(o.Outage),
		Reason: orNull(o.Reason), Excused: o.Excused,
	}
	if lost, known := lostTo(sales, s, o); known {
		amount := json.Number(lost.String())
		outage.LostSales = &amount
	}
	return outage
}
