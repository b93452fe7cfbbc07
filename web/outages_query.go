package web

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/entered"
	"lightson/models/feed"
	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// outageQuery is the state of the log of outages, as its URL carries it.
type outageQuery struct {
	Q        string // part of the id, the name, the group or the city of a store
	Store    string // an id; empty for all
	Group    string // empty for all
	Period   string // a name of outagePeriods; empty where From and To are given
	From, To string // as they were written
	AtLeast  int    // minutes
	Ended    string // as reports.EndedName; empty for all
	Excused  string // "true": at least in part, "false": not at all; empty for all
	Sort     string // newestFirst or longestFirst
	Page     int    // from 1

	within uptime.Span // from From to To
}

// outagePeriods are the ranges that have names. They end at the as-of instant.
var outagePeriods = []struct {
	name   string
	text   words.Text
	length uptime.Micros
}{
	{"7d", "Last 7 days", uptime.Week},
	{"24h", "Last 24 hours", uptime.Day},
	{"28d", "Last 28 days", 4 * uptime.Week},
	{"1h", "Last hour", uptime.Hour},
}

// usualPeriod is that of the tile of the last week.
const usualPeriod = "7d"

// The orders of the log.
const (
	newestFirst  = "newest"
	longestFirst = "longest"
)

// endedChoices are what can have ended an outage, as filters name it.
var endedChoices = []struct {
	name string
	text words.Text
}{
	{"ongoing", "Still going on|an outage"}, {"back_online", "Back online|a store"}, {"closed", "Store closed|an outage ended"},
	{"no_data", "No data|of a store"}, {"later", "After this time|an outage ended"},
}

// mostMinutes is the longest that a filter can ask for: a range has no longer outage.
const mostMinutes = 366 * 24 * 60

func (s *Server) parseOutageQuery(c echo.Context) (q outageQuery, err error) {
	err = echo.QueryParamsBinder(c).String("q", &q.Q).String("store", &q.Store).String("group", &q.Group).
		String("period", &q.Period).String("from", &q.From).String("to", &q.To).Int("at_least", &q.AtLeast).
		String("ended", &q.Ended).String("excused", &q.Excused).String("sort", &q.Sort).Int("page", &q.Page).BindError()
	if err != nil {
		return q, err
	}
	q.Q, q.Store, q.Group = strings.TrimSpace(q.Q), strings.TrimSpace(q.Store), names.Asked(q.Group)
	q.Sort, q.Page = cmp.Or(q.Sort, newestFirst), max(q.Page, 1)
	if err := q.check(); err != nil {
		return q, err
	}
	if q.Period != "" && (q.From != "" || q.To != "") {
		if strings.HasPrefix(c.Path(), "/api/") {
			return q, badField("period", words.Later("a period, or from and to"), "both")
		}
		q.From, q.To = "", "" // the fields of the page still have what was asked for before
	}
	if q.From == "" && q.To == "" {
		q.Period = cmp.Or(q.Period, usualPeriod)
		return q, nil
	}
	scope, err := s.parseScope(c.Request().Context(), scopeInput{From: q.From, To: q.To})
	q.within = scope.Range
	return q, err
}

// check returns a problem if a parameter has a value that is not allowed.
func (q outageQuery) check() error {
	periods, ended := []string{""}, []string{""}
	for _, p := range outagePeriods {
		periods = append(periods, p.name)
	}
	for _, e := range endedChoices {
		ended = append(ended, e.name)
	}
	for _, param := range []struct {
		name, found string
		expected    words.Text
		allowed     []string
	}{
		{"period", q.Period, "1h, 24h, 7d or 28d", periods},
		{"ended", q.Ended, "ongoing, back_online, closed, no_data or later", ended},
		{"excused", q.Excused, "true or false", []string{"", "true", "false"}},
		{"sort", q.Sort, "newest or longest", []string{newestFirst, longestFirst}},
	} {
		if !slices.Contains(param.allowed, param.found) {
			return badParam(param.name, words.Later(param.expected), feed.Shown(param.found))
		}
	}
	if q.AtLeast < 0 || q.AtLeast > mostMinutes {
		return badParam("at_least", words.Later("0 to {most} minutes", "most", strconv.Itoa(mostMinutes)), strconv.Itoa(q.AtLeast))
	}
	return nil
}

// values is the query as a URL carries it, without defaults.
func (q outageQuery) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{
		"q": q.Q, "store": q.Store, "group": q.Group, "from": q.From, "to": q.To, "ended": q.Ended, "excused": q.Excused,
	} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.Period != usualPeriod && q.Period != "" {
		v.Set("period", q.Period)
	}
	if q.AtLeast > 0 {
		v.Set("at_least", strconv.Itoa(q.AtLeast))
	}
	if q.Sort != newestFirst {
		v.Set("sort", q.Sort)
	}
	addPage(v, q.Page)
	return v
}

func (q outageQuery) url() string { return withQuery("/outages", q.values()) }

// outagesURL is the log of a period, of a store or a group; empty is all.
func outagesURL(period, store, group string) string {
	return outageQuery{Period: period, Store: store, Group: group, Sort: newestFirst}.url()
}

// addOutageLinks leads from how many outages the three windows have to the log of them. They
// are of a store, or of a group; of neither, they are of all stores.
func addOutageLinks(w spoken, windows []views.Window, figures [uptime.WindowCount]uptime.Figures, store, group string) {
	for n, period := range [uptime.WindowCount]string{"1h", "24h", "7d"} {
		if count := figures[n].Outages; count > 0 {
			windows[n].Outages = views.Link{Text: w.Number(int64(count)), URL: outagesURL(period, store, group)}
		}
	}
}

// with is the query with a change, on the first page.
func (q outageQuery) with(change func(*outageQuery)) outageQuery {
	change(&q)
	q.Page = 1
	return q
}

// narrows reports whether the query leaves out outages of its stores and its time.
func (q outageQuery) narrows() bool { return q.AtLeast > 0 || q.Ended != "" || q.Excused != "" }

// chooses reports whether the query leaves out stores.
func (q outageQuery) chooses() bool { return q.Q != "" || q.Store != "" || q.Group != "" }

// span is the time that the query asks for. What has a name begins where polls are kept.
func (q outageQuery) span(s *figures.Snapshot) uptime.Span {
	for _, p := range outagePeriods {
		if p.name != q.Period {
			continue
		}
		from := s.AsOf.Add(-p.length)
		if s.KeptFrom.Known {
			from = min(max(from, s.KeptFrom.At), s.AsOf)
		}
		return uptime.Span{From: from, To: s.AsOf}
	}
	return q.within
}

// figuresQuery is what the query asks of a snapshot.
func (s *Server) figuresQuery(ctx context.Context, snapshot *figures.Snapshot, q outageQuery) (figures.OutageQuery, error) {
	f := figures.OutageQuery{Within: q.span(snapshot), Longest: q.Sort == longestFirst}
	if q.narrows() {
		least := uptime.Micros(q.AtLeast) * uptime.Minute
		f.Keep = func(o *figures.StoreOutage) bool {
			return o.Length() >= least && (q.Excused == "" || (q.Excused == "true") == (o.Excused > 0)) &&
				(q.Ended == "" || q.Ended == reports.EndedName(snapshot, o))
		}
	}
	if !q.chooses() {
		return f, nil
	}
	called, err := s.namesOf(ctx, snapshot)
	if err != nil {
		return f, err
	}
	search := names.NewSearch(q.Q)
	f.Stores = []int{} // none, and not all
	for n := range snapshot.Stores {
		store := &snapshot.Stores[n]
		if (q.Store == "" || q.Store == store.Code) && (q.Group == "" || q.Group == store.Group) && search.FindsIn(called.folded[n]) {
			f.Stores = append(f.Stores, n)
		}
	}
	return f, nil
}

// keptProblem is a KeptError as a problem with the field that asks for too early a time.
func keptProblem(err error) error {
	var kept figures.KeptError
	if !errors.As(err, &kept) {
		return err
	}
	const field = "from"
	return fieldProblem{badInput(words.Later("{field}: {problem}", "field", field, "problem", kept.ForPeople())), field, kept.ForPeople()}
}

// lostTo is what an outage of so long may have cost a store. It reports false where
// nobody entered what the store sells.
func lostTo(sales entered.Sales, s *figures.Snapshot, o *figures.StoreOutage) (entered.Money, bool) {
	rate, known := sales.Of(s.Stores[o.Store])
	if !known {
		return 0, false
	}
	return entered.Lost(map[entered.Money]uptime.Micros{rate.PerHour: o.Length()}), true
}
