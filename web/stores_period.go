package web

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"lightson/models/figures"
	"lightson/models/history"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// filePatience is how long a file waits for a period that is not added up yet: it cannot ask
// again.
const filePatience = 20 * time.Second

// duringDays is the query without its period where there is no day yet.
func (q storeQuery) duringDays(s *figures.Snapshot) storeQuery {
	if !s.AsOfKnown || len(s.Stores) == 0 {
		return q.during(period{})
	}
	return q
}

// periodOfList is the period of the list of all stores, or nil.
func (s *Server) periodOfList(ctx context.Context, t *figures.Trend, q storeQuery) (*periodFigures, error) {
	if !q.Period.some() {
		return nil, nil
	}
	return s.measurePeriod(ctx, t, sortedIndexes(len(t.Stores), cmp.Compare[int]), q.Period, q.url(), s.stripPatience)
}

// periodOfFile is the period of a file, all of which must be known.
func (s *Server) periodOfFile(ctx context.Context, t *figures.Trend, q storeQuery) (*periodFigures, error) {
	if !q.Period.some() {
		return nil, nil
	}
	f, err := s.measurePeriod(ctx, t, sortedIndexes(len(t.Stores), cmp.Compare[int]), q.Period, q.url(), max(s.stripPatience, filePatience))
	if err == nil && (f.now.Pending || f.before.Pending) {
		err = problem{http.StatusServiceUnavailable, words.Later("{period} is still being added up", "period", f.text(f.w)), words.Later("Please download the file again in some seconds."), cmp.Or(f.now.Err, f.before.Err)}
	}
	return f, err
}

// sorted are all stores by their figures or their change in the period; nil where the query
// asks for another order, or there is no period.
func (f *periodFigures) sorted(q storeQuery) []int {
	switch {
	case f == nil || q.Sort != byPeriod && q.Sort != byChange:
		return nil
	case q.Sort == byPeriod:
		return sortedIndexes(len(f.stores), func(a, b int) int {
			x, y := &f.now.Figures[a], &f.now.Figures[b]
			unseen := compareBools(x.Up+x.Down == 0, y.Up+y.Down == 0)
			if q.Desc {
				x, y = y, x
			}
			return cmp.Or(unseen, cmp.Compare(x.Down, y.Down))
		})
	default:
		return sortedIndexes(len(f.stores), func(a, b int) int {
			x, known := f.moved(a)
			y, other := f.moved(b)
			if q.Desc {
				x, y = y, x
			}
			return cmp.Or(compareBools(!known, !other), cmp.Compare(x, y))
		})
	}
}

// wasDown reports whether store n was down in the period or, where there is none, in the last
// week.
func (f *periodFigures) wasDown(s *figures.Snapshot, n int) bool {
	if f == nil {
		return s.Figures[n][uptime.LastWeek].Down > 0
	}
	return f.now.Figures[n].Down > 0
}

// moved is by how much the store at a place became worse: its downtime in microseconds or, where
// the period is not over and so shorter than the one before, its availability in hundredths of a
// percent.
func (f *periodFigures) moved(place int) (by int64, known bool) {
	now, before := f.now.Figures[place], f.before.Figures[place]
	switch {
	case !f.comparable(place):
		return 0, false
	case f.soFar:
		return int64(before.ShownPercent() - now.ShownPercent()), true
	default:
		return int64(now.Down - before.Down), true
	}
}

func (f *periodFigures) comparable(place int) bool {
	return f.now.States[place] == history.Known && f.before.States[place] == history.Known &&
		f.now.Figures[place].ComparableTo(f.before.Figures[place])
}

// newChange says how the downtime of the store at a place changed against the period before.
func (f *periodFigures) newChange(place int) views.WeekChange {
	now, before := f.now.Figures[place], f.before.Figures[place]
	by, known := f.moved(place)
	switch {
	case f.now.States[place] != history.Known || now.Confidence() <= uptime.NothingSeen || f.before.Pending:
		return views.WeekChange{}
	case f.before.States[place] == history.NotKept:
		return views.WeekChange{Why: upperFirst(f.w.Say("polls of {before} are no longer kept", "before", f.earlier().name))}
	case !known:
		return views.WeekChange{Why: upperFirst(f.w.incomparable(now.Obstacle(before), f.earlier()))}
	case by == 0:
		return views.WeekChange{Text: f.w.Say("No change"), Trend: "same"}
	}
	amount := f.w.length(uptime.Micros(max(by, -by)))
	if f.soFar {
		amount = f.w.points(int(max(by, -by)))
	}
	c := newChange(f.w, amount, by > 0)
	if f.soFar {
		c.Why = f.w.Say("{now} available so far, {then} {before}",
			"now", f.w.percent(now.Up, now.Down), "then", f.w.percent(before.Up, before.Down), "before", f.earlier().when)
	} else {
		c.Why = f.w.offlineAndBefore(now, before, f.earlier())
	}
	return c
}

// addToList makes a list of stores one of the period, and offers the choice of one.
func (f *periodFigures) addToList(w spoken, l *views.StoreList, t *figures.Trend, q storeQuery, days pickerDays) {
	l.Period = newPeriodPicker(w, q.Period, q.with(func(q *storeQuery) { *q = q.during(period{}) }).url(), days)
	if f == nil {
		return
	}
	l.PeriodName, l.PeriodState, l.ClearURL = f.text(w), f.state, storeQuery{Sort: byPeriod, Desc: true, Period: q.Period}.url()
	if f.soFar {
		l.PeriodName = f.textSoFar(w)
	}
	name, from, to, about := f.forReport(w, t.Snapshot)
	l.Report = views.Link{Text: w.Say("Report of {period}", "period", about), URL: reportFormURL(name, from, to, q.Group)}
	for i := range l.Rows {
		row := &l.Rows[i]
		n, _ := t.Find(row.ID)
		row.URL = q.Period.on(row.URL)
		if row.Group.URL != "" {
			row.Group.URL = q.Period.on(row.Group.URL)
		}
		row.Week, row.Change = withCorrected(w, newWindow(w, "", f.now.Figures[n]), f.now.Corrected[n]), f.newChange(n)
		row.NotKept = f.now.States[n] == history.NotKept
	}
	if f.now.Pending {
		l.Rows, l.Pages, l.Export = nil, views.Pages{}, views.Download{}
	}
}

// row is the period of store n in a file.
func (f *periodFigures) row(n int) reports.StorePeriod {
	d := f.period.dates(f.today(n))
	return reports.StorePeriod{
		First: d.First, Last: d.Last,
		Figures: f.now.Figures[n], Kept: f.now.States[n] == history.Known,
		Before: f.before.Figures[n], BeforeKept: f.before.States[n] == history.Known,
	}
}
