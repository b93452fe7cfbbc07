package web

import (
	"errors"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/reports"
)

type apiStores struct {
	AsOf        *apiTime   `json:"as_of"`
	DataVersion int64      `json:"data_version"`
	Total       int        `json:"total"` // in all pieces of the list
	Stores      []apiStore `json:"stores"`
	NextCursor  *string    `json:"next_cursor"`
}

type apiStore struct {
	ID           string           `json:"id"`
	Name         *string          `json:"name"` // null unless a feed gives one
	Group        *string          `json:"group"`
	City         *string          `json:"city"`
	Zone         string           `json:"zone"`
	ZoneAssumed  bool             `json:"zone_assumed"`
	HoursAssumed bool             `json:"hours_assumed"`
	State        string           `json:"state"`
	Since        *apiTime         `json:"since"`
	Until        *apiTime         `json:"until"`
	LastSeenAt   *apiTime         `json:"last_seen_at"` // in its present opening
	Windows      apiWindows       `json:"windows"`
	Target       *apiTargetResult `json:"target"` // null where it has none
	Rank         *apiRank         `json:"rank"`   // null where it has none, and for who may not see all of its group

	apiStoreExtras
}

// apiListStores serves GET /api/v1/stores?q=&state=&zone=&group=&down=&assumed=&sort=&order=&before=&period=&from=&to=&limit=&cursor=.
func (s *Server) apiListStores(c echo.Context) error {
	query, err := parseAPIStoreQuery(c)
	if err != nil {
		return err
	}
	extras, err := parseStoreExtras(c)
	if err != nil {
		return err
	}
	from, limit, err := parseCursor(c, query.url())
	if err != nil {
		return err
	}
	for {
		err := s.sendAPIStores(c, query, extras, from, limit)
		if !errors.Is(err, models.ErrDataMoved) {
			return err
		}
	}
}

func (s *Server) sendAPIStores(c echo.Context, query storeQuery, extras storeExtras, from cursor, limit int) error {
	ctx := c.Request().Context()
	extras.compares = query.Sort == byChange
	snapshot, err := s.snapshotWith(c, &extras, nil)
	if err != nil {
		return err
	}
	query = query.duringDays(snapshot)
	f, err := s.frame(ctx)
	if err != nil {
		return err
	}
	choice, err := s.chooseStores(ctx, snapshot, extras.trend, query, extras.of)
	if err != nil {
		return err
	}
	months, err := s.monthsOf(ctx, snapshot)
	if err != nil {
		return err
	}
	placeOf := extras.placeOf(snapshot, query)
	piece, more := cutAfter(choice.stores, from, limit, placeOf)
	list := apiStores{
		AsOf: optionalTime(snapshot.KnownAsOf()), DataVersion: snapshot.Version, Total: len(choice.stores),
		Stores:     make([]apiStore, len(piece)),
		NextCursor: nextAfter(from, piece, more, placeOf),
	}
	for i, n := range piece {
		list.Stores[i] = newAPIStore(snapshot, n)
		month, _ := months.of(n)
		addAPITarget(ctx, &list.Stores[i], snapshot, n, f.targets, month)
		extras.addTo(&list.Stores[i], n)
	}
	return sendAPIList(c, list, list.Stores, list.NextCursor)
}

func newAPIStore(s *figures.Snapshot, n int) apiStore {
	stored, now := s.Stores[n], s.Now[n]
	store := apiStore{
		ID: stored.Code, Name: orNull(stored.Name), Group: orNull(stored.Group), City: orNull(stored.City),
		Zone:        stored.ZoneName(),
		ZoneAssumed: !stored.ZoneKnown(), HoursAssumed: len(s.Hours(n)) == 0,
		State: reports.StateName(now.State), Windows: newAPIWindows(s.Figures[n]).with(*s.Corrected(n)),
	}
	if s.AsOfKnown { // else no store was ever polled, and there is no now
		store.Since, store.Until = knownTime(now.Since, now.SinceKnown), knownTime(now.Until, now.UntilKnown)
		store.LastSeenAt = knownTime(now.Seen, now.SeenKnown)
	}
	return store
}
