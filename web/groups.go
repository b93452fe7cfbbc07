package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/names"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

const (
	groupsOnOverview = 10
	groupsPerPage    = 50
)

// groupQuery is the whole state of the list of groups, as its URL has it.
type groupQuery struct {
	Q    string // part of a name
	Sort string // a column; empty for downtime of the week, worst first
	Desc bool
	Page int
}

// groupColumns are the columns that groups can be sorted by.
var groupColumns = map[string]func(a, b groupSum) int{
	"name":    func(a, b groupSum) int { return cmp.Compare(a.rank, b.rank) },
	"stores":  func(a, b groupSum) int { return cmp.Compare(len(a.stores), len(b.stores)) },
	"offline": func(a, b groupSum) int { return cmp.Compare(a.states[uptime.Down], b.states[uptime.Down]) },
	"week": func(a, b groupSum) int {
		return cmp.Compare(a.windows[uptime.LastWeek].Down, b.windows[uptime.LastWeek].Down)
	},
	"change": func(a, b groupSum) int { return cmp.Compare(a.weekChange(), b.weekChange()) },
}

// weekChange is the change of the week's availability, as it is shown, in
// hundredths of a percent.
func (g groupSum) weekChange() int {
	now, before := g.windows[uptime.LastWeek], g.before[uptime.LastWeek]
	if !now.ComparableTo(before) {
		return 0
	}
	return now.ShownPercent() - before.ShownPercent()
}

func parseGroupQuery(c echo.Context) (groupQuery, error) {
	var q groupQuery
	var order string
	err := echo.QueryParamsBinder(c).String("q", &q.Q).String("sort", &q.Sort).String("order", &order).Int("page", &q.Page).BindError()
	if err != nil {
		return q, err
	}
	q.Q, q.Page, q.Desc = strings.TrimSpace(q.Q), max(q.Page, 1), order == "desc"
	if !slices.Contains([]string{"", "asc", "desc"}, order) {
		return q, badParam("order", words.Later("asc or desc"), order)
	}
	if q.Sort == "" {
		q.Sort, q.Desc = byWeek, order != "asc"
	}
	if groupColumns[q.Sort] == nil {
		return q, badParam("sort", words.Later("name, stores, offline, week or change"), q.Sort)
	}
	return q, nil
}

func (q groupQuery) values() url.Values {
	v := url.Values{}
	if q.Q != "" {
		v.Set("q", q.Q)
	}
	addSort(v, q.Sort, q.Desc, byWeek, true)
	addPage(v, q.Page)
	return v
}

func (q groupQuery) url() string { return withQuery("/groups", q.values()) }

// listGroups serves GET /groups.
func (s *Server) listGroups(c echo.Context) error {
	query, err := parseGroupQuery(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	trend, err := s.recentTrend(ctx)
	if err != nil {
		return err
	}
	page, at, err := s.pageOf(c, trend.Snapshot, spokenOf(ctx).Say("Groups"), views.NavOverview)
	if err != nil {
		return err
	}
	sums, err := s.groupSums(ctx, trend)
	if err != nil {
		return err
	}
	list := newGroupPage(query, sums, at)
	list.Can = page.Can
	if err := s.addGroupTargets(ctx, list.Rows, trend.Snapshot); err != nil {
		return err
	}
	return renderEither(c, views.GroupsPage(page, list), views.GroupsTable(list))
}

func newGroupPage(q groupQuery, sums []groupSum, at moment) views.GroupList {
	empty := len(sums) == 0
	sums = q.choose(sums)
	sortGroups(sums, q.Sort, q.Desc)
	pager, shown := paginate(at.w, sums, q.Page, groupsPerPage, words.Plural{One: "{first}–{last} of {n} group", Other: "{first}–{last} of {n} groups"}, func(page int) string {
		q.Page = page
		return q.url()
	})
	sorted := func(column string, first bool) views.SortLink {
		return sortLink(q.Sort == column, q.Desc, first, func(desc bool) string {
			return groupQuery{Q: q.Q, Sort: column, Desc: desc}.url()
		})
	}
	list := newGroupList(shown, at)
	list.Search = views.Search{Action: "/groups", Query: q.Q, Keep: hiddenParams(groupQuery{Sort: q.Sort, Desc: q.Desc}.values())}
	list.Sort = views.GroupSort{
		Name: sorted("name", false), Stores: sorted("stores", true), Offline: sorted("offline", true),
		Week: sorted(byWeek, true), Change: sorted("change", false),
	}
	list.Pager, list.ClearURL, list.Empty = pager, "/groups", empty
	return list
}

// choose are the groups that the query finds.
func (q groupQuery) choose(sums []groupSum) []groupSum {
	search := names.NewSearch(q.Q)
	return slices.DeleteFunc(sums, func(g groupSum) bool { return !search.Finds(g.folded) })
}

func sortGroups(sums []groupSum, column string, desc bool) {
	compare := groupColumns[column]
	slices.SortStableFunc(sums, func(a, b groupSum) int {
		if desc {
			a, b = b, a
		}
		return compare(a, b)
	})
}

// newWorstGroups lists the groups with most downtime, for the overview.
func newWorstGroups(sums []groupSum, at moment) views.GroupList {
	sortGroups(sums, byWeek, true)
	list := newGroupList(sums[:min(len(sums), groupsOnOverview)], at)
	if len(sums) > groupsOnOverview {
		list.More, list.URL = at.w.Say("All {n} groups", "n", len(sums)), "/groups"
	}
	return list
}

func newGroupList(sums []groupSum, at moment) views.GroupList {
	list := views.GroupList{Now: at.word(time.UTC)}
	for _, g := range sums {
		query := storeQuery{Group: g.name}
		row := views.GroupRow{
			Name: g.name, URL: groupURL(g.name),
			Stores: at.w.Number(int64(len(g.stores))), StoresURL: query.url(),
			Offline: at.w.Number(int64(g.states[uptime.Down])), AnyOffline: g.states[uptime.Down] > 0,
			Week: withCorrected(at.w, newWindow(at.w, "", g.windows[uptime.LastWeek]), g.corrected[uptime.LastWeek]),
		}
		if silent := g.states[uptime.NoData]; silent > 0 {
			row.Unchecked = at.w.Count(int64(silent), words.Plural{One: "{n} could not be checked", Other: "{n} could not be checked"})
		}
		query.State = string(views.Offline)
		row.OfflineURL = query.url()
		row.Week.Change, row.Week.Trend = at.w.change(g.windows[uptime.LastWeek], g.before[uptime.LastWeek], weekBefore)
		row.Week.Change = upperFirst(row.Week.Change)
		list.Rows = append(list.Rows, row)
	}
	return list
}

// groupURL is the overview of a group.
func groupURL(group string) string { return withQuery("/", url.Values{"group": {group}}) }
