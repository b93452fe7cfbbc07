package web

import (
	"context"
	"slices"

	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/reports"
	"lightson/models/uptime"
)

// groupFigures are the sums of the stores of a group, or of all stores. Times are
// summed, percentages never.
type groupFigures struct {
	stores    []int // indexes in the snapshot
	windows   [3]uptime.Figures
	corrected [3]uptime.Figures // the windows with corrections
	before    [3]uptime.Figures
	days      []uptime.Figures     // one for each of the trend's dates
	states    map[uptime.State]int // how many stores are in each of them now

	earliest, usual uptime.Date // see localDates

	// What a sum that is listed among others goes without.
	heatMap *uptime.HeatMap
	worst   []int // the stores that were down longest in the last week, the worst first
	moves   moves
}

// A groupSum is a group and the sums of its stores.
type groupSum struct {
	name   string
	rank   int    // in the order of names
	folded string // the name as it is searched
	*groupFigures
}

// groupSums are the sums of all groups, in the order of their names. They have
// neither heat maps nor worst stores.
func (s *Server) groupSums(ctx context.Context, t *figures.Trend) ([]groupSum, error) {
	sums, err := s.sums.get(ctx, readersOf(ctx), t.Whole(), struct{}{}, func(ctx context.Context) (sums []groupSum, err error) {
		for n, g := range t.Groups() {
			sum, err := sumOf(ctx, t, g.Stores)
			if err != nil {
				return nil, err
			}
			sums = append(sums, groupSum{g.Name, n, names.Fold(g.Name), sum})
		}
		return sums, nil
	})
	return slices.Clone(sums), err // callers sort and filter
}

// figuresOf are the figures of a group; "" is all stores. A group that does not
// exist has no stores, and no figures either.
func (s *Server) figuresOf(ctx context.Context, t *figures.Trend, group string) (*groupFigures, error) {
	stores := reports.About(t.Snapshot, group).Stores
	if len(stores) == 0 { // not kept: anybody can ask for any name
		return sumOf(ctx, t, nil)
	}
	return s.groups.get(ctx, readersOf(ctx), t.Whole(), group, func(ctx context.Context) (*groupFigures, error) {
		g, err := sumOf(ctx, t, stores)
		if err != nil {
			return nil, err
		}
		g.worst, g.moves = worstOf(t.Snapshot, stores), movesOf(t, stores)
		if group == "" {
			g.heatMap, err = t.HeatMap()
			return g, err
		}
		heat, err := t.HeatMapOf(stores)
		g.heatMap = &heat
		return g, err
	})
}

// sumOf adds up the figures of stores, except the heat map.
func sumOf(ctx context.Context, t *figures.Trend, stores []int) (g *groupFigures, err error) {
	g = &groupFigures{stores: stores, states: map[uptime.State]int{}}
	g.earliest, g.usual = localDates(t.Snapshot, stores)
	for _, n := range stores {
		for w := range g.windows {
			g.windows[w].Add(t.Figures[n][w])
			g.corrected[w].Add(t.Corrected(n)[w])
		}
		g.states[t.Now[n].State]++
	}
	g.before, g.days, err = t.SumPast(ctx, stores)
	return g, err
}
