package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// apiOverview is what the overview of all stores, or of a group, says of them.
type apiOverview struct {
	AsOf        *apiTime         `json:"as_of"`
	DataVersion int64            `json:"data_version"`
	Group       *string          `json:"group"` // null for all stores
	Stores      int              `json:"stores"`
	States      apiStates        `json:"states"` // how many stores are in each now
	Verdict     string           `json:"verdict"`
	Windows     apiWindows       `json:"windows"`
	Before      apiWindows       `json:"before"`
	Target      *apiTargetResult `json:"target"`
	Missed      *apiMissed       `json:"targets_missed"` // null where no store can be judged
	Worst       []apiWorstStore  `json:"worst"`
	Movers      apiMovers        `json:"movers"`
	Lost        *apiLost         `json:"lost_sales"` // null where no rate was entered
	Period      *apiPeriod       `json:"period,omitempty"`
}

type apiStates struct {
	Offline int `json:"offline"`
	Online  int `json:"online"`
	Closed  int `json:"closed"`
	NoData  int `json:"no_data"`
}

// apiMissed is how many stores missed their target in the last week.
type apiMissed struct {
	Missed int `json:"missed"`
	Judged int `json:"judged"`
}

// apiNamedStore is a store in a list of others' figures.
type apiNamedStore struct {
	ID    string  `json:"id"`
	Name  *string `json:"name"`
	Group *string `json:"group"`
	City  *string `json:"city"`
}

func newAPINamedStore(s *figures.Snapshot, n int) apiNamedStore {
	store := s.Stores[n]
	return apiNamedStore{store.Code, orNull(store.Name), orNull(store.Group), orNull(store.City)}
}

type apiWorstStore struct {
	apiNamedStore
	State   string    `json:"state"`
	Figures apiWindow `json:"figures"` // of the period or, without one, of the last week
}

// apiMovers are the stores whose downtime of the last week changed most against the week before.
type apiMovers struct {
	Worse    []apiMove `json:"worse"`
	Better   []apiMove `json:"better"`
	Compared int       `json:"compared"`
	Unknown  int       `json:"unknown"` // stores that were open and cannot be compared
}

type apiMove struct {
	apiNamedStore
	Change uptime.Micros `json:"change_us"` // of downtime; negative where it became better
}

// apiShowOverview serves GET /api/v1/overview?group=&period=&from=&to=.
func (s *Server) apiShowOverview(c echo.Context) error {
	chosen, err := parsePagePeriod(c)
	if err != nil {
		return err
	}
	for {
		err := s.sendAPIOverview(c, names.Asked(c.QueryParam("group")), chosen)
		if !errors.Is(err, models.ErrDataMoved) {
			return err
		}
	}
}

func (s *Server) sendAPIOverview(c echo.Context, group string, chosen period) error {
	ctx := c.Request().Context()
	t, g, err := s.apiFiguresOf(ctx, group)
	if err != nil {
		return err
	}
	overview := apiOverview{
		AsOf: optionalTime(t.KnownAsOf()), DataVersion: t.Version, Group: orNull(group), Stores: len(g.stores),
		States:  apiStates{g.states[uptime.Down], g.states[uptime.Up], g.states[uptime.Closed], g.states[uptime.NoData]},
		Windows: newAPIWindows(g.windows).with(g.corrected), Before: newAPIWindows(g.before),
		Worst: newAPIWorst(t, g, group), Movers: newAPIMovers(t, g),
	}
	if len(g.stores) > 0 {
		english := newMoment(spoken{words.Of(context.Background())}, t.KnownAsOf(), s.now(), s.data.PollEvery())
		overview.Verdict = plainText(newVerdict(ctx, t, g, group, english))
	}
	if err := s.addAPITargets(ctx, &overview, t, g, group); err != nil {
		return err
	}
	sales, err := s.sales(ctx)
	if err != nil {
		return err
	}
	overview.Lost = newAPILost(sales, t.Snapshot, g.stores)
	if chosen.some() && t.AsOfKnown {
		f, err := s.measureAPIPeriod(c, t, g.stores, chosen)
		if err != nil {
			return err
		}
		overview.Period, overview.Worst = f.ofAll(), f.worstOfAll(t, group)
		overview.Period.Lost = lostOf(sales, t.Snapshot, g.stores, f.now.Figures).cents
	}
	return c.JSON(http.StatusOK, overview)
}

// apiFiguresOf are the figures of a group as of now; "" is all stores.
func (s *Server) apiFiguresOf(ctx context.Context, group string) (*figures.Trend, *groupFigures, error) {
	t, err := s.trend(ctx)
	if err != nil {
		return nil, nil, err
	}
	g, err := s.figuresOf(ctx, t, group)
	if err != nil {
		return nil, nil, err
	}
	if group != "" && len(g.stores) == 0 {
		return nil, nil, noSuchGroup(group)
	}
	return t, g, nil
}

func (s *Server) addAPITargets(ctx context.Context, o *apiOverview, t *figures.Trend, g *groupFigures, group string) error {
	targets, err := s.targets(ctx)
	if err != nil || !t.AsOfKnown {
		return err
	}
	if missed, judged := countMissed(t.Snapshot, targets, g.stores); judged > 0 {
		o.Missed = &apiMissed{missed, judged}
	}
	target, known := targets.OfAll()
	if group != "" {
		target, known = targets.OfGroup(group)
	}
	if !known {
		return nil
	}
	months, err := s.monthsOf(ctx, t.Snapshot)
	if err != nil {
		return err
	}
	o.Target = newAPITarget(target, correctedSum(t.Snapshot, g.stores), months.sum(g.stores))
	return nil
}

func newAPIWorst(t *figures.Trend, g *groupFigures, group string) []apiWorstStore {
	list := []apiWorstStore{}
	for _, n := range worstShown(t.Snapshot, g.worst, group) {
		list = append(list, apiWorstStore{
			newAPINamedStore(t.Snapshot, n), reports.StateName(t.Now[n].State),
			newAPIWindow(t.Figures[n][uptime.LastWeek]).with(t.Corrected(n)[uptime.LastWeek]),
		})
	}
	return list
}

func newAPIMovers(t *figures.Trend, g *groupFigures) apiMovers {
	m := apiMovers{Worse: []apiMove{}, Better: []apiMove{}, Compared: g.moves.compared, Unknown: g.moves.unknown}
	for _, move := range g.moves.worse {
		m.Worse = append(m.Worse, apiMove{newAPINamedStore(t.Snapshot, move.store), move.by})
	}
	for _, move := range g.moves.better {
		m.Better = append(m.Better, apiMove{newAPINamedStore(t.Snapshot, move.store), -move.by})
	}
	return m
}

// plainText is a sentence without its links.
func plainText(s views.Sentence) string {
	var b strings.Builder
	for _, piece := range s {
		b.WriteString(piece.Text)
	}
	return strings.ReplaceAll(b.String(), "\u202f", " ")
}
