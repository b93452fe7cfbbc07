package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/models/words"
)

// apiSales is what a store, or each store of a group, sells per open hour, and what downtime
// cost by that. Amounts are whole hundredths of the currency.
type apiSales struct {
	Scope    entered.Scope  `json:"scope"` // of what is asked for
	Name     string         `json:"name"`
	PerHour  *int64         `json:"per_hour_cents"` // that counts; null where there is none
	Source   *entered.Scope `json:"source"`         // for what that was entered
	Currency string         `json:"currency"`       // the sign of it, as a setting has it
	Lost     *apiLost       `json:"lost_sales"`
}

// apiLost is an estimate of the sales that downtime cost. A window of which nothing is known is
// null.
type apiLost struct {
	Rated    int    `json:"stores"` // that have a rate; the others count for nothing
	LastHour *int64 `json:"last_hour_cents"`
	LastDay  *int64 `json:"last_day_cents"`
	LastWeek *int64 `json:"last_week_cents"`
}

// newAPILost is nil where none of the stores has a rate.
func newAPILost(sales entered.Sales, s *figures.Snapshot, stores []int) *apiLost {
	if !sales.Some() {
		return nil
	}
	hour := lostIn(sales, s, stores, uptime.LastHour)
	if hour.rated == 0 {
		return nil
	}
	return &apiLost{
		Rated: hour.rated, LastHour: hour.cents,
		LastDay: lostIn(sales, s, stores, uptime.LastDay).cents, LastWeek: lostIn(sales, s, stores, uptime.LastWeek).cents,
	}
}

type apiSalesRates struct {
	Total      int            `json:"total"`
	Currency   string         `json:"currency"` // the sign of it, as a setting has it
	Rates      []apiSalesRate `json:"rates"`    // those of groups first, each by name
	NextCursor *string        `json:"next_cursor"`
}

// apiSalesRate is what was entered for a group or a store.
type apiSalesRate struct {
	Scope   entered.Scope `json:"scope"`
	Name    string        `json:"name"`
	PerHour int64         `json:"per_hour_cents"`
}

// apiListSales serves GET /api/v1/sales?limit=&cursor=. Who sees some stores is told the rates
// of these and of their groups, as on their pages.
func (s *Server) apiListSales(c echo.Context) error {
	ctx := c.Request().Context()
	snapshot, err := s.snapshot(ctx)
	if err != nil {
		return err
	}
	sales, err := s.sales(ctx)
	if err != nil {
		return err
	}
	seen := seenSubjects(ctx, snapshot, sales.Rates(), func(r entered.SalesRate) entered.Subject { return r.Subject })
	piece, next, err := pieceOf(c, "sales", seen, func(r entered.SalesRate) place {
		rank, name := bySubject(r.Subject)
		return place{rank, name}
	})
	if err != nil {
		return err
	}
	list := apiSalesRates{Total: len(seen), Currency: s.settings.Currency, Rates: make([]apiSalesRate, len(piece)), NextCursor: next}
	for n, r := range piece {
		list.Rates[n] = apiSalesRate{r.Scope, r.Name, int64(r.PerHour)}
	}
	return sendAPIList(c, list, list.Rates, next)
}

// apiShowStoreSales serves GET /api/v1/stores/:id/sales.
func (s *Server) apiShowStoreSales(c echo.Context) error {
	snapshot, of, stores, err := s.apiStoreOf(c)
	if err != nil {
		return err
	}
	return s.sendAPISales(c, snapshot, of, stores)
}

// apiSetStoreSales serves PUT /api/v1/stores/:id/sales.
func (s *Server) apiSetStoreSales(c echo.Context) error {
	return s.apiSetSalesOf(c, s.apiStoreOf)
}

// apiShowGroupSales serves GET /api/v1/groups/:name/sales.
func (s *Server) apiShowGroupSales(c echo.Context) error {
	snapshot, of, stores, err := s.apiGroupOf(c)
	if err != nil {
		return err
	}
	return s.sendAPISales(c, snapshot, of, stores)
}

// apiSetGroupSales serves PUT /api/v1/groups/:name/sales.
func (s *Server) apiSetGroupSales(c echo.Context) error {
	return s.apiSetSalesOf(c, s.apiGroupOf)
}

// apiSetSalesOf sets the sales of what an address names, and says what they are then.
func (s *Server) apiSetSalesOf(c echo.Context, find func(echo.Context) (*figures.Snapshot, entered.Subject, []int, error)) error {
	snapshot, of, stores, err := find(c)
	if err != nil {
		return err
	}
	if err := s.apiSetSales(c, of); err != nil {
		return err
	}
	return s.sendAPISales(c, snapshot, of, stores)
}

// apiStoreOf is the store of an address.
func (s *Server) apiStoreOf(c echo.Context) (snapshot *figures.Snapshot, of entered.Subject, stores []int, err error) {
	if snapshot, err = s.snapshot(c.Request().Context()); err != nil {
		return nil, of, nil, err
	}
	n, err := findStore(snapshot, c.Param("id"))
	if err != nil {
		return nil, of, nil, err
	}
	return snapshot, entered.Store(snapshot.Stores[n].Code), []int{n}, nil
}

// apiGroupOf is the group of an address, and its stores.
func (s *Server) apiGroupOf(c echo.Context) (snapshot *figures.Snapshot, of entered.Subject, stores []int, err error) {
	group := names.Asked(c.Param("name"))
	if snapshot, err = s.snapshot(c.Request().Context()); err != nil {
		return nil, of, nil, err
	}
	if stores = reports.About(snapshot, group).Stores; group == "" || len(stores) == 0 {
		return nil, of, nil, noSuchGroup(group)
	}
	return snapshot, entered.Group(group), stores, nil
}

// apiSetSales reads {"per_hour_cents":5990}; null or 0 takes a rate away.
func (s *Server) apiSetSales(c echo.Context, of entered.Subject) error {
	noteSubject(noteOf(c), of)
	var asked struct {
		PerHour sentNumber `json:"per_hour_cents"`
	}
	if err := readAPIBody(c, &asked, `{"per_hour_cents":5990}`); err != nil {
		return err
	}
	expected := words.Said(fmt.Sprintf("a whole number from 0 to %d, or null", entered.MaxSalesPerHour))
	if !asked.PerHour.sent {
		return badParam("per_hour_cents", expected, "")
	}
	rate := entered.SalesRate{Subject: of, PerHour: entered.Money(asked.PerHour.number)}
	noteOf(c).detail = rate.PerHour.String() + " an hour"
	err := s.data.SetSalesRate(c.Request().Context(), rate)
	switch {
	case errors.Is(err, entered.ErrNoSuchRate):
		return badParam("per_hour_cents", expected, fmt.Sprint(asked.PerHour.number))
	case errors.Is(err, models.ErrNotFound):
		return noSuchGroup(of.Name)
	default:
		return err
	}
}

func (s *Server) sendAPISales(c echo.Context, snapshot *figures.Snapshot, of entered.Subject, stores []int) error {
	sales, err := s.sales(c.Request().Context())
	if err != nil {
		return err
	}
	shown := apiSales{Scope: of.Scope, Name: of.Name, Currency: s.settings.Currency, Lost: newAPILost(sales, snapshot, stores)}
	rate := entered.SalesRate{Subject: of}
	var known bool
	if of.Scope == entered.OfStore {
		rate, known = sales.Of(snapshot.Stores[stores[0]])
	} else {
		rate.PerHour, known = sales.OfGroup(of.Name)
	}
	if known {
		perHour := int64(rate.PerHour)
		shown.PerHour, shown.Source = &perHour, &rate.Scope
	}
	return c.JSON(http.StatusOK, shown)
}

// A sentNumber is a whole number of a body, which knows whether it was sent. Null is 0.
type sentNumber struct {
	number int64
	sent   bool
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *sentNumber) UnmarshalJSON(text []byte) error {
	n.sent = true
	return json.Unmarshal(text, &n.number)
}
