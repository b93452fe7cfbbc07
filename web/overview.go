package web

import (
	"cmp"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

const reportsOnOverview = 5

// showOverview serves GET /?group=&period=.
func (s *Server) showOverview(c echo.Context) error {
	return s.sendOverview(c, http.StatusOK, names.Asked(c.QueryParam("group")), nil)
}

// sendOverview sends the overview of a group or of all stores. wrong, if any, is
// the problem with what was typed into one of its forms.
func (s *Server) sendOverview(c echo.Context, status int, group string, wrong *fieldProblem) error {
	ctx := c.Request().Context()
	trend, err := s.recentTrend(ctx)
	for err == nil {
		err = s.renderOverview(c, status, trend, group, wrong)
		if !errors.Is(err, models.ErrDataMoved) {
			return err
		}
		trend, err = s.trend(ctx) // of the data as they are now
	}
	return err
}

func (s *Server) renderOverview(c echo.Context, status int, trend *figures.Trend, group string, wrong *fieldProblem) error {
	ctx := c.Request().Context()
	page, at, err := s.pageOf(c, trend.Snapshot, cmp.Or(group, spokenOf(ctx).Say("Overview")), views.NavOverview)
	if err != nil {
		return err
	}
	if err := s.watch(c, &page, trend.Snapshot, ofFigures); err != nil {
		return err
	}
	figures, err := s.figuresOf(ctx, trend, group)
	if err != nil {
		return err
	}
	if group != "" && len(figures.stores) == 0 {
		return noSuchGroup(group)
	}
	reports, err := s.data.ReportsOfGroup(ctx, group, reportsOnOverview)
	if err != nil {
		return err
	}
	chosen, err := parsePagePeriod(c)
	if err != nil {
		return err
	}
	overview := views.Overview{Group: group, Generate: newGenerateForm(spokenOf(ctx), trend.Snapshot), Reports: s.newReportList(spokenOf(ctx), reports)}
	overview.Generate.Short, overview.Generate.Group, overview.Reports.Short = true, group, true
	overview.Reports.NoData = overview.Generate.NoData
	overview.Can, overview.Generate.Can, overview.Reports.Can = page.Can, page.Can, page.Can
	if len(trend.Stores) == 0 {
		overview.FirstUse = newFirstUse(spokenOf(ctx))
		return render(c, http.StatusOK, views.OverviewPage(page, overview))
	}
	if !trend.AsOfKnown {
		chosen = period{} // there is no day yet
	}
	if err := s.fillOverview(c, &overview, trend, figures, chosen, at); err != nil {
		return err
	}
	page.Period = chosen.query()
	if form := overview.Target.Form; wrong != nil && wrong.field == "percent" && form != nil {
		form.Percent, form.Problem = c.FormValue("percent"), wrong.said.In(words.Of(ctx))
	} else if wrong != nil && overview.Sales != nil {
		overview.Sales.PerHour, overview.Sales.Problem = c.FormValue("per_hour"), wrong.said.In(words.Of(ctx))
	}
	return render(c, status, views.OverviewPage(page, overview))
}

// fillOverview adds the figures of the stores of a group, or of all stores.
func (s *Server) fillOverview(c echo.Context, o *views.Overview, t *figures.Trend, g *groupFigures, chosen period, at moment) error {
	ctx := c.Request().Context()
	o.Verdict = newVerdict(ctx, t, g, o.Group, at)
	o.Worst = newWorstStores(t, g, o.Group, at)
	o.Counts = newCounts(g, o.Group, at)
	o.Offline = newOfflineList(t.Snapshot, g, o.Group, at)
	o.Windows = newWindows(at.w, g.windows, t.AsOf, time.UTC)
	if anyBounds(o.Windows) {
		o.BoundsNote = boundsNote(at.w, t.PollEvery)
	}
	addCorrected(at.w, o.Windows, g.corrected[:])
	addChanges(at.w, o.Windows, g.windows, g.before)
	addOutageLinks(at.w, o.Windows, g.windows, "", o.Group)
	strip, err := s.newGroupStrip(ctx, t, g, o.Group, chosen)
	if err != nil {
		return err
	}
	o.Strip, o.Trend, o.Movers = strip, newTrend(at.w, t, g), newMovers(at.w, t, g, o.Group)
	if t.AsOfKnown {
		o.HeatMap = newHeatMap(at.w, g.heatMap, o.Group)
	}
	if groups := t.Groups(); len(groups) > 0 {
		o.Chooser = newGroupSelect(at.w, groups, at.w.Say("All stores"), o.Group)
		if o.Group == "" {
			sums, err := s.groupSums(ctx, t)
			if err != nil {
				return err
			}
			o.Groups = newWorstGroups(sums, at)
			if err := s.addGroupTargets(ctx, o.Groups.Rows, t.Snapshot); err != nil {
				return err
			}
		}
	}
	if o.Group != "" {
		o.SpecialURL = specialDaysURL(entered.Group(o.Group))
	}
	sales, err := s.sales(ctx)
	if err != nil {
		return err
	}
	s.addLostSales(at.w, o.Windows, sales, t.Snapshot, g.stores)
	if err := s.addTargets(ctx, o, t, g, at); err != nil {
		return err
	}
	if o.Group != "" && o.Can.KeepSales {
		o.Sales = s.newGroupSales(at.w, sales, o.Group)
	}
	return s.addPeriod(ctx, o, t, g, chosen, at)
}

// newCounts counts stores by their present state.
func newCounts(g *groupFigures, group string, at moment) views.Counts {
	count := func(state uptime.State) views.Count {
		n := g.states[state]
		return views.Count{
			N: at.w.Number(int64(n)), Share: float64(n) / float64(len(g.stores)),
			URL: storeQuery{State: string(kindOf(state)), Group: group}.url(),
		}
	}
	stores := int64(len(g.stores))
	return views.Counts{
		Offline: count(uptime.Down), Online: count(uptime.Up),
		Closed: count(uptime.Closed), NoData: count(uptime.NoData),
		Label: at.w.Count(stores, words.Plural{One: "The {n} store {now}", Other: "The {n} stores {now}"}, "now", at.word(time.UTC)),
		Total: at.w.Count(stores, words.Plural{One: "{n} store in all", Other: "{n} stores in all"}),
		Now:   at.word(time.UTC),
	}
}

func newFirstUse(w spoken) *views.FirstUse {
	return &views.FirstUse{
		Samples: sampleDownloads(w),
		CanDemo: true,
	}
}
