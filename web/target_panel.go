package web

import (
	"context"
	"time"

	"lightson/models/access"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// addStoreTarget says on the page of store n how it stands to its target, if it has one.
func (s *Server) addStoreTarget(ctx context.Context, store *views.Store, t *figures.Trend, n int, at moment) error {
	targets, err := s.targets(ctx)
	if err != nil {
		return err
	}
	stored := t.Stores[n]
	store.Target.Form = newStoreTargetForm(at.w, targets, stored)
	target, known := targets.Of(stored)
	if !known || !t.AsOfKnown {
		return nil
	}
	addTarget(at.w, store.Windows, target, t.Figures[n], *t.Corrected(n))
	months, err := s.data.Months(ctx, t.Snapshot, []int{n})
	if err != nil {
		return err
	}
	store.Target.Facts = newTargetFacts(at.w, target, months[0])
	if rank, known := rankOf(ctx, t.Snapshot, n); known && rank.Of > 1 {
		store.Target.Facts = append(store.Target.Facts, newRankFact(stored.Group, rank, at, t.Location(n)))
	}
	return nil
}

// addDayTargets says at the days of a store's strip, of which the past is known, whether they
// reach its target.
func (s *Server) addDayTargets(ctx context.Context, t *figures.Trend, n int, past figures.StoreDays, days []views.StripDay) error {
	targets, err := s.targets(ctx)
	if err != nil {
		return err
	}
	target, known := targets.Of(t.Stores[n])
	if !known {
		return nil
	}
	for i := range days {
		if days[i].Kind != views.StripMeasured {
			continue
		}
		day := past.Day(t.Today(n) - uptime.Date(len(days)-1-i)).Span
		addWindowTarget(spokenOf(ctx), &days[i].Window, target, past.Measure(day)[0], past.MeasureCorrected(day)[0])
	}
	return nil
}

// addTargets says on the overview of a group, or of all stores, how they stand together.
func (s *Server) addTargets(ctx context.Context, o *views.Overview, t *figures.Trend, g *groupFigures, at moment) error {
	targets, err := s.targets(ctx)
	if err != nil {
		return err
	}
	if o.Target.All = true; o.Can.SetTargets && (o.Group != "" || mayForAll(ctx)) {
		o.Target.Form = newOverviewTargetForm(at.w, targets, o.Group)
	}
	if !t.AsOfKnown {
		return nil
	}
	if missed, judged := countMissed(t.Snapshot, targets, g.stores); judged > 0 {
		o.Target.Missing.Text = at.w.Count(int64(judged), words.Plural{
			One: "{missed} of {n} store with a target missed it {week}", Other: "{missed} of {n} stores with a target missed it {week}",
		}, "missed", missed, "week", at.week(time.UTC))
		if missed > 0 {
			o.Target.Missing.URL = storeQuery{Group: o.Group, Target: targetMissed}.url()
		}
	}
	target, known := targets.OfAll()
	if o.Group != "" {
		target, known = targets.OfGroup(o.Group)
	}
	if !known {
		return nil
	}
	addTarget(at.w, o.Windows, target, g.windows, correctedSum(t.Snapshot, g.stores))
	months, err := s.monthsOf(ctx, t.Snapshot)
	if err != nil {
		return err
	}
	o.Target.Facts = newTargetFacts(at.w, target, months.sum(g.stores))
	return nil
}

// addGroupTargets marks the groups whose last week misses their target.
func (s *Server) addGroupTargets(ctx context.Context, rows []views.GroupRow, snapshot *figures.Snapshot) error {
	targets, err := s.targets(ctx)
	if err != nil || !targets.Some() {
		return err
	}
	for n := range rows {
		if target, known := targets.OfGroup(rows[n].Name); known {
			raw, stores := uptime.Figures{}, snapshot.StoresOf(rows[n].Name)
			for _, store := range stores {
				raw.Add(snapshot.Figures[store][uptime.LastWeek])
			}
			addWindowTarget(spokenOf(ctx), &rows[n].Week, target, raw, correctedSum(snapshot, stores)[uptime.LastWeek])
		}
	}
	return nil
}

// addListTargets marks the stores of a list whose last week misses their target, and adds the
// filter for them where any store has one.
func (s *Server) addListTargets(ctx context.Context, list *views.StoreList, snapshot *figures.Snapshot, q storeQuery) error {
	targets, err := s.targets(ctx)
	if err != nil || q.Target == "" && !anyTarget(snapshot, targets) {
		return err
	}
	w := spokenOf(ctx)
	list.Missing = views.Filter{Text: w.Say("Missing their target"), Active: q.Target == targetMissed, URL: q.with(func(q *storeQuery) {
		if q.Target == targetMissed {
			q.Target = ""
		} else {
			q.Target = targetMissed
		}
	}).url()}
	if q.Period.some() {
		list.Missing.Text = w.Say("Missed their target last week")
		return nil
	}
	for i := range list.Rows {
		n, _ := snapshot.Find(list.Rows[i].ID)
		if target, known := targets.Of(snapshot.Stores[n]); known {
			addWindowTarget(w, &list.Rows[i].Week, target, snapshot.Figures[n][uptime.LastWeek], snapshot.Corrected(n)[uptime.LastWeek])
		}
	}
	return nil
}

// mayForAll reports whether the principal may set the target of all stores.
func mayForAll(ctx context.Context) bool {
	p, err := access.Of(ctx)
	return err == nil && p.Reach.IsAll() && p.May(access.SetTargets)
}
