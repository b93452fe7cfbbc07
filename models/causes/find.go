package causes

import (
	"math"
	"slices"

	"lightson/models/uptime"
)

// Find says which causes explain the stores that went dark together beyond chance, the
// one with most stores first. None is the usual answer. The order of stores does not matter to what is
// named.
func Find(stores []Member) []Cause {
	s, some := newSearch(stores)
	if !some {
		return nil
	}
	found := s.cover(newShare(float64(backgroundDark) / (backgroundDark + backgroundOn)))
	// The more stores go dark by themselves, the less a cause explains.
	for range 2 {
		seen := s.background(found)
		if len(found) == 0 || seen.dark <= s.share.dark {
			break
		}
		found = s.cover(seen)
	}
	return s.causes(s.beyondChance(found))
}

// A search looks for the causes of some stores.
type search struct {
	candidates []candidate
	darks      []darkStore // by when they were first seen inactive
	evidence   evidence
	price      float64 // of naming one of the candidates
	share      share   // of stores that go dark by themselves

	explained []bool // of darks
	sweeps    []sweep
}

// A sweep visits the moments at which stores of one candidate were first seen inactive.
type sweep struct {
	active, inactive []uptime.Instant // of those that are not explained, both ascending
}

// A pick is a candidate at a moment.
type pick struct {
	candidate int
	at        uptime.Instant
	dark, on  int
	price     float64
	gain      float64 // in the log likelihood of all stores, less the price
	stores    []int   // places in darks
}

func newSearch(stores []Member) (s *search, some bool) {
	candidates, darks, tried := possible(stores)
	if len(candidates) == 0 {
		return nil, false
	}
	return &search{
		candidates: candidates, darks: darks,
		evidence:  newEvidence(len(stores)),
		price:     math.Log(float64(tried)) - math.Log(Chance),
		explained: make([]bool, len(darks)),
		sweeps:    make([]sweep, len(candidates)),
	}, true
}

// cover finds the set of causes that explains most with least, where stores go dark by
// themselves with a share.
func (s *search) cover(by share) []pick {
	s.share = by
	banned := make([]bool, len(s.candidates))
	found := s.greedy(banned)
	for i := 0; i < len(found); i++ {
		without := slices.Clone(banned)
		without[found[i].candidate] = true
		if other := s.greedy(without); total(other) > total(found)+equal {
			found, banned, i = other, without, -1
		}
	}
	return found
}

// equal is what two sums of logarithms may differ by though they are of the same stores.
const equal = 1e-6

func total(picks []pick) (gain float64) {
	for _, p := range picks {
		gain += p.gain
	}
	return gain
}

// greedy takes the best cause of what is not explained yet, until there is none, and then
// each of them again, given the others.
func (s *search) greedy(banned []bool) (found []pick) {
	clear(s.explained)
	for {
		p, ok := s.best(banned)
		if !ok {
			break
		}
		s.explain(p, true)
		found = append(found, p)
	}
	if len(found) < 2 {
		return found
	}
	again := found[:0]
	for _, p := range found {
		s.explain(p, false)
		if p, ok := s.best(banned); ok {
			s.explain(p, true)
			again = append(again, p)
		}
	}
	return again
}

func (s *search) explain(p pick, explained bool) {
	for _, i := range p.stores {
		s.explained[i] = explained
	}
}

// best is the candidate and the moment that explain most of what is not explained.
func (s *search) best(banned []bool) (best pick, ok bool) {
	s.prepare()
	for c := range s.candidates {
		if banned[c] {
			continue
		}
		p, some := s.bestMoment(c)
		if !some || p.gain <= 0 {
			continue
		}
		if !ok || p.gain > best.gain+equal || p.gain > best.gain-equal && s.candidates[c].before(&s.candidates[best.candidate]) {
			best, ok = p, true
		}
	}
	if ok {
		best.stores = s.darkAt(best)
	}
	return best, ok
}

// prepare sorts what is not explained into the sweeps.
func (s *search) prepare() {
	for c := range s.sweeps {
		s.sweeps[c] = sweep{active: s.sweeps[c].active[:0], inactive: s.sweeps[c].inactive[:0]}
	}
	for i, d := range s.darks {
		if s.explained[i] {
			continue
		}
		for _, c := range d.candidates {
			s.sweeps[c].active = append(s.sweeps[c].active, d.active)
			s.sweeps[c].inactive = append(s.sweeps[c].inactive, d.inactive)
		}
	}
	for _, w := range s.sweeps {
		slices.Sort(w.active)
	}
}

func (s *search) bestMoment(c int) (best pick, ok bool) {
	w := s.sweeps[c]
	if len(w.inactive) < Least {
		return pick{}, false
	}
	moments := slices.Compact(slices.Clone(w.inactive))
	price := s.price + math.Log(float64(len(moments)))
	later, over := 0, 0 // how many were active before the moment, and inactive before it
	for _, t := range moments {
		for later < len(w.active) && w.active[later] < t {
			later++
		}
		for w.inactive[over] < t {
			over++
		}
		dark := later - over
		if dark < Least || ok && dark < best.dark/2 {
			continue
		}
		on := s.candidates[c].on(t)
		if on > dark {
			continue
		}
		gain := s.evidence.cause(dark, on) - s.share.background(dark, on) - price
		if !ok || gain > best.gain {
			best, ok = pick{candidate: c, at: t, dark: dark, on: on, price: price, gain: gain}, true
		}
	}
	return best, ok
}

// darkAt are the stores that a pick explains.
func (s *search) darkAt(p pick) (stores []int) {
	for i, d := range s.darks {
		if !s.explained[i] && d.active < p.at && p.at <= d.inactive && slices.Contains(d.candidates, p.candidate) {
			stores = append(stores, i)
		}
	}
	return stores
}
