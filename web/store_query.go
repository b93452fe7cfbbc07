package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/names"
	"lightson/models/words"
	"lightson/views"
)

// storeQuery is the state of the list of stores, as its URL carries it.
type storeQuery struct {
	Q       string // part of an id, a name, a group or a city
	State   string // one of the four states; empty for all
	Zone    string // an IANA name; empty for all
	Group   string // empty for all
	Down    bool   // only stores with downtime in the last week, or in the period
	Target  string // missed or met: only stores whose last week does so; empty for all
	Assumed string // only stores whose hours, zone or either of them no feed gave
	Sort    string // a column; empty for the week, worst first
	Desc    bool
	Page    int    // from 1; 0 is 1
	Size    int    // stores on a page; 0 is the usual number. Only pages have it
	Period  period // which days the figures are of; only pages and files have it
	Name    string // what a person calls this view in the address that they keep; only pages have it
}

// The columns that stores can be sorted by.
const (
	byStore = "store"
	byState = "state"
	byZone  = "zone"
	byHour  = "hour"
	byDay   = "day"
	byWeek  = "week"

	byPeriod = "period" // that is chosen, in place of the hour, the day and the week
	byChange = "change" // of the week against the week before; only of pages and files
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

// longestViewName bounds what a person may call a view, in characters.
const longestViewName = 60

// storesSizes are how many stores a page of the list may have.
var storesSizes = []int{25, storesPerPage, 100, 200}

// parseStoreList reads the query of the list as a page or a file. It knows more than that of the
// API.
func parseStoreList(c echo.Context) (storeQuery, error) {
	chosen, err := parsePagePeriod(c)
	if err != nil {
		return storeQuery{}, err
	}
	columns := []string{byStore, byState, byZone, byHour, byDay, byWeek, byChange}
	if chosen.some() {
		columns = []string{byStore, byState, byZone, byPeriod, byHour, byDay, byWeek, byChange}
	}
	q, err := parseStoreColumns(c, columns...)
	if err != nil {
		return q, err
	}
	q = q.during(chosen)
	if err := echo.QueryParamsBinder(c).Int("size", &q.Size).String("name", &q.Name).BindError(); err != nil {
		return q, err
	}
	if q.Size == storesPerPage {
		q.Size = 0
	}
	if q.Size != 0 && !slices.Contains(storesSizes, q.Size) {
		return q, badParam("size", words.Later("25, 50, 100 or 200"), strconv.Itoa(q.Size))
	}
	q.Name = shortened(names.Visible(q.Name), longestViewName)
	return q, nil
}

// parseStoreColumns reads a query that may sort by some columns.
func parseStoreColumns(c echo.Context, columns ...string) (storeQuery, error) {
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
	return q, q.check(order, columns)
}

// check returns a problem if a parameter has a value that is not allowed.
func (q storeQuery) check(order string, columns []string) error {
	for _, param := range []struct {
		name, found string
		expected    words.Message
		allowed     []string
	}{
		{"order", order, words.Later("asc or desc"), []string{"", "asc", "desc"}},
		{"state", q.State, words.Later("offline, online, closed or no_data"),
			[]string{"", string(views.Offline), string(views.Online), string(views.Closed), string(views.NoData)}},
		{"assumed", q.Assumed, words.Later("hours, zone or any"), []string{"", assumedHours, assumedZone, assumedAny}},
		{"target", q.Target, words.Later("missed or met"), []string{"", targetMissed, targetMet}},
		{"sort", q.Sort, oneOf(columns), columns},
	} {
		if !slices.Contains(param.allowed, param.found) {
			return badParam(param.name, param.expected, param.found)
		}
	}
	return nil
}

// values is the query as a URL carries it, without defaults.
func (q storeQuery) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{
		"q": q.Q, "state": q.State, "zone": q.Zone, "group": q.Group, "assumed": q.Assumed, "target": q.Target, "name": q.Name,
	} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.Down {
		v.Set("down", "true")
	}
	addSort(v, q.Sort, q.Desc, q.usualSort(), true)
	addPage(v, q.Page)
	q.Period.addTo(v)
	if q.Size != 0 {
		v.Set("size", strconv.Itoa(q.Size))
	}
	return v
}

// usualSort is the column that the list is sorted by if nothing is asked for.
func (q storeQuery) usualSort() string {
	if q.Period.some() {
		return byPeriod
	}
	return byWeek
}

// during is the query about a period, or about none. Whoever sorted by downtime still does.
func (q storeQuery) during(p period) storeQuery {
	q.Period = p
	if p.some() && slices.Contains([]string{byHour, byDay, byWeek}, q.Sort) || !p.some() && q.Sort == byPeriod {
		q.Sort = q.usualSort()
	}
	return q
}

func (q storeQuery) url() string { return withQuery("/stores", q.values()) }

// narrows reports whether the query has any filter.
func (q storeQuery) narrows() bool {
	return q.Q != "" || q.State != "" || q.Zone != "" || q.Group != "" || q.Assumed != "" || q.Target != "" || q.Down
}

// with is the query with a change, on the first page. It is another view than the one that was
// given a name.
func (q storeQuery) with(change func(*storeQuery)) storeQuery {
	change(&q)
	q.Page, q.Name = 1, ""
	return q
}
