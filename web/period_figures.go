package web

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"time"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/history"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// periodFigures are the figures of some stores in a period and in the one before it.
type periodFigures struct {
	period
	w           spoken                  // of whoever reads them
	stores      []int                   // indexes in the snapshot; the ranges have their places
	usual       history.Dates           // of most stores
	usualToday  uptime.Date             // the local date of most stores
	today       func(n int) uptime.Date // the local date of a store of the snapshot
	soFar       bool                    // the period is not over for all of them
	now, before history.Range

	sum, corrected, sumBefore uptime.Figures
	notKept                   int    // stores some of whose polls of the period were deleted
	incomparable              string // why nothing can be compared with the period before; may be empty
	state                     views.PeriodState
}

// measurePeriod measures a period of some stores, for a page at an address. What is not added
// up yet makes the page ask again.
func (s *Server) measurePeriod(ctx context.Context, t *figures.Trend, stores []int, p period, address string, patience time.Duration) (*periodFigures, error) {
	ranges, err := s.data.Ranges(ctx, t, stores, []func(uptime.Date) history.Dates{p.dates, p.before}, patience)
	if err != nil {
		return nil, err
	}
	f := &periodFigures{period: p, w: spokenOf(ctx), stores: stores, now: ranges[0], before: ranges[1]}
	earliest, usual := localDates(t.Snapshot, stores)
	f.usual, f.usualToday = p.dates(usual), usual
	f.soFar = p.dates(earliest).Last >= earliest
	f.today = t.Today
	f.addUp()
	if f.now.Pending || f.before.Pending {
		recordingOf(ctx).isDated()
		f.state = views.PeriodState{Text: f.w.Say("{period} is being added up and will appear here.", "period", f.text(f.w)), URL: address, Poll: true}
		if !f.now.Pending {
			f.state.Text = upperFirst(f.w.Say("{before} is still being added up", "before", f.earlier().name)) + "."
		}
	}
	if err := cmp.Or(f.now.Err, f.before.Err); err != nil {
		s.log.ErrorContext(ctx, "a period of stores could not be added up", "error", err)
		f.state = views.PeriodState{Text: f.w.Say("{period} could not be added up. The reason is in the log of the server.", "period", f.text(f.w)), URL: address}
	}
	if f.notKept > 0 && f.notKept == len(stores) {
		f.state = views.PeriodState{Text: f.w.Say("Polls of {dates} are no longer kept, so nothing can be said of these days.", "dates", f.w.dates(f.usual))}
	}
	return f, nil
}

func (f *periodFigures) addUp() {
	lost := 0 // stores of which the period before is not kept
	for place := range f.stores {
		switch f.now.States[place] {
		case history.NotKept:
			f.notKept++
		case history.Known:
			f.sum.Add(f.now.Figures[place])
			f.corrected.Add(f.now.Corrected[place])
		}
		switch f.before.States[place] {
		case history.NotKept:
			lost++
		case history.Known:
			f.sumBefore.Add(f.before.Figures[place])
		}
	}
	switch {
	case f.before.Pending:
		f.incomparable = f.w.Say("{before} is still being added up", "before", f.earlier().name)
	case lost > 0:
		f.incomparable = f.w.Say("polls of {before} are no longer kept", "before", f.earlier().name)
	}
}

// known reports whether figures of all the stores can be shown.
func (f *periodFigures) known() bool { return !f.now.Pending && f.notKept == 0 }

// tiles are the period and the one before it. There are none where nothing can be shown.
func (f *periodFigures) tiles() []views.Window {
	if !f.known() {
		return nil
	}
	name := f.text(f.w)
	if f.soFar {
		name = f.textSoFar(f.w)
	}
	now := withCorrected(f.w, newWindow(f.w, name, f.sum), f.corrected)
	if now.Change = f.incomparable; now.Change != "" {
		return []views.Window{now}
	}
	now.Change, now.Trend = f.w.change(f.sum, f.sumBefore, f.earlier())
	return []views.Window{now, newWindow(f.w, upperFirst(f.earlier().name.In(f.w.Words)), f.sumBefore)}
}

// change compares the store at a place in words.
func (f *periodFigures) change(place int) (said, trend string) {
	switch {
	case f.before.Pending:
		return "", ""
	case f.before.States[place] == history.NotKept:
		return f.w.Say("polls of {before} are no longer kept", "before", f.earlier().name), ""
	default:
		return f.w.change(f.now.Figures[place], f.before.Figures[place], f.earlier())
	}
}

// worst are the places of the stores that were down longest, the worst first. Those of which
// nothing is known come last, as in the list of stores.
func (f *periodFigures) worst() []int {
	return sortedIndexes(len(f.stores), func(a, b int) int {
		x, y := &f.now.Figures[a], &f.now.Figures[b]
		return cmp.Or(compareBools(x.Up+x.Down == 0, y.Up+y.Down == 0), cmp.Compare(y.Down, x.Down))
	})
}

// outagesURLOf is the address of the outages on dates in any of the zones of some stores. It is
// empty where they have hardly begun.
func outagesURLOf(s *figures.Snapshot, stores []int, d history.Dates, q outageQuery) string {
	var whole uptime.Span
	for i, n := range stores {
		days, err := s.SpanOfDates(n, d.First, d.Last)
		if err != nil {
			return ""
		}
		if i == 0 {
			whole = days
		}
		whole = uptime.Span{From: min(whole.From, days.From), To: max(whole.To, days.To)}
	}
	whole.To = min(whole.To, s.AsOf)
	const minute = "2006-01-02T15:04"
	from, to := whole.From.Time().UTC().Format(minute), whole.To.Time().UTC().Format(minute)
	if whole.Empty() || from == to || whole.Length() > models.LongestRange {
		return ""
	}
	q.From, q.To, q.Page = from, to, 1
	return q.url()
}

// addPeriod makes an overview one of a period: its tiles, its worst stores and its links.
func (s *Server) addPeriod(ctx context.Context, o *views.Overview, t *figures.Trend, g *groupFigures, p period, at moment) error {
	address := overviewURL(o.Group)
	o.Period = newPeriodPicker(at.w, p, address, daysToPick(t.Snapshot, g.stores))
	if !p.some() {
		return nil
	}
	f, err := s.measurePeriod(ctx, t, g.stores, p, p.on(address), s.stripPatience)
	if err != nil {
		return err
	}
	o.PeriodState, o.Windows, o.BoundsNote = f.state, f.tiles(), ""
	if f.notKept > 0 && f.state.Text == "" {
		o.PeriodState.Text = at.w.Count(int64(f.notKept), words.Plural{
			One:   "Polls of {dates} are no longer kept for {n} store, so nothing can be said of all together.",
			Other: "Polls of {dates} are no longer kept for {n} stores, so nothing can be said of all together.",
		}, "dates", at.w.dates(f.usual))
	}
	o.Worst = f.newWorst(t, o.Group, at)
	if len(o.Windows) > 0 {
		if url := outagesURLOf(t.Snapshot, oneOfEachZone(t.Snapshot, g.stores), f.usual, outageQuery{Group: o.Group, Sort: longestFirst}); url != "" && f.sum.Down > 0 {
			o.Windows[0].Outages = views.Link{Text: at.w.Say("Show them|outages"), URL: url}
		}
		if anyBounds(o.Windows) {
			o.BoundsNote = boundsNote(at.w, t.PollEvery)
		}
		sales, err := s.sales(ctx)
		if err != nil {
			return err
		}
		s.addLostOf(at.w, &o.Windows[0], sales, t.Snapshot, g.stores, f.now.Figures)
	}
	o.Generate.Period, o.Generate.From, o.Generate.To, o.Generate.About = p.forReport(at.w, t.Snapshot)
	p.carry(o)
	return nil
}

// forReport is the period as the form of a report has it, and what it is called.
func (p period) forReport(w spoken, s *figures.Snapshot) (name, from, to, about string) {
	if p.name != customPeriod {
		return p.name, "", "", p.about(w)
	}
	first, last := p.custom.First, min(p.custom.Last, lastDay(s.AsOf))
	if last < first {
		return "", "", "", ""
	}
	span := utcDays(history.Dates{First: first, Last: last})
	return "", span.From.Time().UTC().Format(fieldLayout), span.To.Time().UTC().Format(fieldLayout), p.about(w)
}

// reportFormURL is the form of a report, filled in.
func reportFormURL(period, from, to, group string) string {
	v := url.Values{}
	for name, value := range map[string]string{"period": period, "from": from, "to": to, "group": group} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return withQuery("/reports", v)
}

// newWorst lists the stores that lost most in the period.
func (f *periodFigures) newWorst(t *figures.Trend, group string, at moment) views.WorstStores {
	list := views.WorstStores{
		Heading: at.w.Say("Worst stores {when}", "when", f.when(at.w)), Period: f.text(at.w), More: at.w.allStores(len(f.stores)),
		URL: storeQuery{Group: group, Period: f.period}.url(), Now: at.title(time.UTC),
	}
	if group != "" {
		list.Heading = at.w.Say("Its stores {when}, worst first", "when", f.when(at.w))
	}
	for _, place := range f.worstPlaces(group) {
		n, figures := f.stores[place], f.now.Figures[place]
		row := newWorstStore(t, n, group, at)
		row.Week = withCorrected(at.w, newWindow(at.w, "", figures), f.now.Corrected[place])
		row.Week.Change, row.Week.Trend = f.change(place)
		list.Rows = append(list.Rows, row)
	}
	return list
}

// worstPlaces are the places of the stores that an overview names: as many of a group, and those
// of all that lost anything.
func (f *periodFigures) worstPlaces(group string) []int {
	if f.now.Pending || f.notKept == len(f.stores) {
		return nil
	}
	worst := f.worst()
	if group != "" {
		return worst[:min(len(worst), worstOfGroup)]
	}
	worst = worst[:min(len(worst), worstOnOverview)]
	return slices.DeleteFunc(worst, func(place int) bool { return f.now.Figures[place].Down == 0 })
}

// carry makes the links of an overview lead to pages about the period.
func (p period) carry(o *views.Overview) {
	for _, c := range []*views.Count{&o.Counts.Offline, &o.Counts.Online, &o.Counts.Closed, &o.Counts.NoData} {
		c.URL = p.on(c.URL)
	}
	for n := range o.Offline.Rows {
		o.Offline.Rows[n].URL = p.on(o.Offline.Rows[n].URL)
	}
	o.Offline.URL = p.on(o.Offline.URL)
	for n := range o.Worst.Rows {
		row := &o.Worst.Rows[n]
		row.URL = p.on(row.URL)
		if row.Group.URL != "" {
			row.Group.URL = p.on(row.Group.URL)
		}
	}
	for n := range o.Groups.Rows {
		o.Groups.Rows[n].URL = p.on(o.Groups.Rows[n].URL)
	}
	o.AllURL = p.on("/")
	v := url.Values{}
	p.addTo(v)
	o.ChooserKeep = hiddenParams(v)
}

// overviewURL is the overview of a group; "" is that of all stores.
func overviewURL(group string) string {
	if group == "" {
		return "/"
	}
	return groupURL(group)
}

// addLostOf estimates the sales that stores with a known rate lost to downtime in other
// figures than those of the three windows.
func (s *Server) addLostOf(w spoken, window *views.Window, sales entered.Sales, snapshot *figures.Snapshot, stores []int, of []uptime.Figures) {
	lost := lostOf(sales, snapshot, stores, of)
	if lost.rated == 0 || !window.Known {
		return
	}
	window.Lost, window.LostNote = s.lostText(w, lost.down, lost.rated, len(stores), window.Thin)
}

// marked are the days of a strip of which some dates are the chosen ones.
func marked(strip views.Strip, first uptime.Date, d history.Dates) views.Strip {
	strip.Days = slices.Clone(strip.Days)
	for n := range strip.Days {
		date := first + uptime.Date(n)
		strip.Days[n].Chosen = d.First <= date && date <= d.Last
	}
	return strip
}
