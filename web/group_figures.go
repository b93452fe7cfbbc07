package web

import (
	"slices"
	"sync"

	"lightson/models/figures"
	"lightson/models/reports"
	"lightson/models/uptime"
)

// groupFigures are what the stores of a group add up to, or all stores. Time is
// summed; percentages never are.
type groupFigures struct {
	stores  []int // of the snapshot
	windows [3]uptime.Figures
	before  [3]uptime.Figures
	days    []uptime.Figures // by the trend's dates
	offline int              // now

	earliest, usual uptime.Date // see todays
	heatMap         *uptime.HeatMap
}

// groupCache keeps the figures of the groups that were looked at since the trend
// changed: pages that show reports on their way are made anew each second.
type groupCache struct {
	mu    sync.Mutex
	trend *figures.Trend
	found map[string]*groupFigures
	sums  []groupSum // of all groups, for their list; nil until it is asked for
}

// show throws away what was kept of another trend.
func (c *groupCache) show(t *figures.Trend) {
	if c.trend != t {
		c.trend, c.found, c.sums = t, map[string]*groupFigures{}, nil
	}
}

// A groupSum is a group and what its stores add up to.
type groupSum struct {
	name string
	*groupFigures
}

// all are all groups, in the order of their names. They have no heat maps.
func (c *groupCache) all(t *figures.Trend) []groupSum {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.show(t); c.sums == nil {
		for _, g := range t.Groups() {
			c.sums = append(c.sums, groupSum{g.Name, sumOf(t, g.Stores)})
		}
	}
	return slices.Clone(c.sums) // callers sort and filter
}

// of are the figures of a group; "" is all stores. There are none where the group
// has no stores.
func (c *groupCache) of(t *figures.Trend, group string) (*groupFigures, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.show(t)
	if g := c.found[group]; g != nil {
		return g, nil
	}
	g := sumOf(t, reports.About(t.Snapshot, group).Stores)
	if len(g.stores) == 0 {
		return g, nil // not worth a place: anybody can ask for any name
	}
	g.heatMap = &t.HeatMap
	if group != "" {
		heat, err := t.HeatMapOf(g.stores)
		if err != nil {
			return nil, err
		}
		g.heatMap = &heat
	}
	c.found[group] = g
	return g, nil
}

// sumOf adds up the figures of stores, but for the heat map.
func sumOf(t *figures.Trend, stores []int) *groupFigures {
	g := &groupFigures{stores: stores, days: make([]uptime.Figures, len(t.Dates))}
	g.earliest, g.usual = todays(t.Snapshot, stores)
	for _, n := range stores {
		for w := range g.windows {
			g.windows[w].Add(t.Figures[n][w])
			g.before[w].Add(t.Before[n][w])
		}
		for d := range g.days {
			g.days[d].Add(t.Days[n][d])
		}
		if t.Now[n].State == uptime.Down {
			g.offline++
		}
	}
	return g
}
