package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"lightson/models/causes"
	"lightson/models/uptime"
)

const (
	pollEvery = uptime.Instant(3600e6)
	// plantedLeast is how many stores a planted cause makes dark at least.
	plantedLeast = 8
)

// A plant is what a poller saw of stores of which some went dark by known causes, and
// others by themselves.
type plant struct {
	stores []causes.Member
	causes []causes.Name
}

// A garden is what plants are drawn from: which stores there are, and how they behave.
type garden struct {
	*rand.Rand
	stores   []causes.Member // their names alone
	open     float64         // share of stores that are open
	rate     float64         // of going dark by itself, in an hour
	hours    float64         // how long that lasts
	look     uptime.Instant  // when the polls are looked at
	downFrom []uptime.Instant
}

// plantSeed draws a plant: 30 to 3,000 stores, up to 5 % of which go dark by themselves
// in an hour, and no cause, one or two.
func plantSeed(seed uint64) plant {
	g := &garden{Rand: rand.New(rand.NewPCG(seed, 14))}
	g.populate(int(30 * math.Pow(100, g.Float64())))
	g.open = 0.5 + g.Float64()/2
	g.rate = 0.0005 * math.Pow(100, g.Float64())
	g.hours = 1 + 7*g.Float64()
	g.look = 24 * pollEvery
	g.stores = slices.DeleteFunc(g.stores, func(causes.Member) bool { return g.Float64() > g.open })
	g.downFrom = make([]uptime.Instant, len(g.stores))
	for i := range g.downFrom {
		g.downFrom[i] = uptime.Forever
	}
	var p plant
	for range [...]int{0, 1, 1, 2}[g.IntN(4)] {
		if name, some := g.harm(p.causes); some {
			p.causes = append(p.causes, name)
		}
	}
	for i := range g.stores {
		p.stores = append(p.stores, g.polled(i))
	}
	return p
}

// populate names n stores. Cities lie in zones; some groups are mostly in one city, some
// are everywhere, and some stores have no group or no city.
func (g *garden) populate(n int) {
	zones, cities, groups := 1+g.IntN(6), 1+g.IntN(1+n/15), 1+g.IntN(1+n/12)
	zoneOf, homeOf := make([]int, cities), make([]int, groups)
	for c := range zoneOf {
		zoneOf[c] = g.IntN(zones)
	}
	for k := range homeOf {
		homeOf[k] = g.IntN(cities)
	}
	local := g.Float64() // how much groups stay at home
	for range n {
		city, group := int(float64(cities)*math.Pow(g.Float64(), 1.5)), g.IntN(groups)
		if group%2 == 0 && g.Float64() < local {
			city = homeOf[group]
		}
		m := causes.Member{Group: fmt.Sprint("group ", group), City: fmt.Sprint("city ", city), Zone: fmt.Sprint("zone ", zoneOf[city])}
		if g.Float64() < 0.05 {
			m.Group = ""
		}
		if g.Float64() < 0.02 {
			m.City = ""
		}
		g.stores = append(g.stores, m)
	}
}

// harm makes most stores of one cause dark, where that makes at least plantedLeast dark and
// does not hide what was planted before.
func (g *garden) harm(before []causes.Name) (name causes.Name, some bool) {
	for range 100 {
		name = g.someName()
		if len(before) > 0 && (name.Kind == causes.Everything || before[0].Kind == causes.Everything) {
			continue // it leaves nothing to tell another by
		}
		if g.harmBy(name, before) {
			return name, true
		}
	}
	return name, false
}

// someName draws a cause: each kind as often, and of a kind what a store has in common
// with others. The only zone of all stores is everything.
func (g *garden) someName() causes.Name {
	m := g.stores[g.IntN(len(g.stores))]
	name := [...]causes.Name{{Kind: causes.Everything}, {Kind: causes.Group, Text: m.Group}, {Kind: causes.City, Text: m.City}, {Kind: causes.Zone, Text: m.Zone}}[g.IntN(4)]
	if !slices.ContainsFunc(g.stores, func(m causes.Member) bool { return !has(name, m) }) {
		return causes.Name{Kind: causes.Everything}
	}
	return name
}

// has reports whether a cause concerns a store.
func has(name causes.Name, m causes.Member) bool {
	switch name.Kind {
	case causes.Everything:
		return true
	case causes.Group:
		return name.Text != "" && m.Group == name.Text
	case causes.City:
		return name.Text != "" && m.City == name.Text
	case causes.Zone:
		return name.Text != "" && m.Zone == name.Text
	}
	return false
}

func (g *garden) harmBy(name causes.Name, before []causes.Name) bool {
	at := g.look - pollEvery*uptime.Instant(45+g.IntN(136))/60
	strength := 0.75 + g.Float64()/4
	var hit []int
	all, shared, others := 0, 0, 0
	for i, m := range g.stores {
		was := slices.ContainsFunc(before, func(b causes.Name) bool { return has(b, m) })
		switch {
		case !has(name, m):
			if was {
				others++
			}
			continue
		case was:
			shared++
		case g.Float64() < strength:
			hit = append(hit, i)
		}
		all++
	}
	if len(hit) < plantedLeast || 2*shared > all || len(before) > 0 && others < max(plantedLeast, shared) {
		return false
	}
	for _, i := range hit {
		g.downFrom[i] = min(g.downFrom[i], at)
	}
	return true
}

// polled is what hourly polls of the last day saw of a store.
func (g *garden) polled(i int) causes.Member {
	m := g.stores[i]
	m.Active = uptime.Beginning
	back := g.backAfter(0) // the end of the outage that goes on, or went on last
	next := back + g.wait(1/g.rate)
	if g.Float64() >= g.rate*g.hours {
		next, back = g.wait(1/g.rate), 0
	}
	offset := uptime.Instant(g.Float64() * float64(pollEvery))
	for at := offset; at <= g.look; at += pollEvery {
		poll := at + uptime.Instant(g.Int64N(120e6))
		for next <= poll {
			back = g.backAfter(next)
			next = back + g.wait(1/g.rate)
		}
		switch off := poll < back || poll >= g.downFrom[i]; {
		case !off:
			m.Active, m.Dark = poll, false
		case !m.Dark:
			m.Dark, m.Inactive = true, poll
		}
	}
	return m
}

func (g *garden) backAfter(at uptime.Instant) uptime.Instant { return at + g.wait(g.hours) }

// wait draws a time that is so many hours long on average.
func (g *garden) wait(hours float64) uptime.Instant {
	return uptime.Instant(g.ExpFloat64() * hours * float64(pollEvery))
}
