package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/names"
	"lightson/views"
)

// storeQuery is the state of the list of stores, as its URL carries it.
type storeQuery struct {
	Q       string // part of an id, a name, a group or a city
	State   string // one of the four states; empty for all
	Zone    string // an IANA name; empty for all
	Group   string // empty for all
	Down    bool   // only stores with downtime in the last week
	Target  string // missed or met: only stores whose last week does so; empty for all
	Assumed string // only stores whose hours, zone or either of them no feed gave
	Sort    string // a column; empty for the week, worst first
	Desc    bool
	Page    int // from 1; 0 is 1
}

// The columns that stores can be sorted by.
const (
	byStore = "store"
	byState = "state"
	byZone  = "zone"
	byHour  = "hour"
	byDay   = "day"
	byWeek  = "week"
)

// What can be assumed about a store.
const (
	assumedHours = "hours"
	assumedZone  = "zone"
	assumedAny   = "any"
)

// What can become of a target.
const (
	targetMissed = "missed"
	targetMet    = "met"
)

func parseStoreQuery(c echo.Context) (storeQuery, error) {
	var q storeQuery
	var order string
	err := echo.QueryParamsBinder(c).String("q", &q.Q).String("state", &q.State).String("zone", &q.Zone).
		String("group", &q.Group).Bool("down", &q.Down).String("assumed", &q.Assumed).String("target", &q.Target).
		String("sort", &q.Sort).String("order", &order).Int("page", &q.Page).BindError()
	if err != nil {
		return q, err
	}
	q.Q, q.Group = strings.TrimSpace(q.Q), names.Asked(q.Group)
	q.Page = max(q.Page, 1)
	q.Desc = order == "desc"
	if q.State == "no_data" { // as the API calls it
		q.State = string(views.NoData)
	}
	if q.Sort == "" {
		q.Sort, q.Desc = byWeek, order != "asc"
	}
	return q, q.check(order)
}

// check returns a problem if a parameter has a value that is not allowed.
func (q storeQuery) check(order string) error {
	for _, param := range []struct {
		name, found, expected string
		allowed               []string
	}{
		{"order", order, "asc or desc", []string{"", "asc", "desc"}},
		{"state", q.State, "offline, online, closed or no_data",
			[]string{"", string(views.Offline), string(views.Online), string(views.Closed), string(views.NoData)}},
		{"assumed", q.Assumed, "hours, zone or any", []string{"", assumedHours, assumedZone, assumedAny}},
		{"target", q.Target, "missed or met", []string{"", targetMissed, targetMet}},
		{"sort", q.Sort, "store, state, zone, hour, day or week", []string{byStore, byState, byZone, byHour, byDay, byWeek}},
	} {
		if !slices.Contains(param.allowed, param.found) {
			return badInput(param.name + ": expected " + param.expected + ", found " + param.found)
		}
	}
	return nil
}

// values is the query as a URL carries it, without defaults.
func (q storeQuery) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{
		"q": q.Q, "state": q.State, "zone": q.Zone, "group": q.Group, "assumed": q.Assumed, "target": q.Target,
	} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.Down {
		v.Set("down", "true")
	}
	addSort(v, q.Sort, q.Desc, byWeek, true)
	addPage(v, q.Page)
	return v
}

func (q storeQuery) url() string { return withQuery("/stores", q.values()) }

// narrows reports whether the query has any filter.
func (q storeQuery) narrows() bool {
	return q.Q != "" || q.State != "" || q.Zone != "" || q.Group != "" || q.Assumed != "" || q.Target != "" || q.Down
}

// with is the query with a change, on the first page.
func (q storeQuery) with(change func(*storeQuery)) storeQuery {
	change(&q)
	q.Page = 1
	return q
}
