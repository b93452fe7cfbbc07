package causes

import (
	"cmp"
	"slices"

	"lightson/models/uptime"
)

// others are the stores outside of a cause at its moment that no other cause explains.
func (s *search) others(p pick, found []pick) (dark, on int) {
	clear(s.explained)
	for _, other := range found {
		s.explain(other, true)
	}
	for i, d := range s.darks {
		if !s.explained[i] && d.active < p.at && p.at <= d.inactive {
			dark++
		}
	}
	return dark, s.everything().on(p.at) - p.on
}

// everything is the candidate that every store belongs to. It is there whenever another
// is.
func (s *search) everything() *candidate {
	return &s.candidates[slices.IndexFunc(s.candidates, func(c candidate) bool { return c.name.Kind == Everything })]
}

// background is the largest share of stores that went dark by themselves at the moments of
// some causes.
func (s *search) background(found []pick) (largest share) {
	for _, p := range found {
		if seen := expected(s.others(p, found)); seen.dark > largest.dark {
			largest = seen
		}
	}
	return largest
}

// beyondChance leaves away what the stores outside show to be chance.
func (s *search) beyondChance(found []pick) []pick {
	for {
		worst, least := -1, 0.0
		for i, p := range found {
			otherDark, otherOn := s.others(p, found)
			beyond := s.evidence.cause(p.dark, p.on) - s.evidence.background(p.dark, p.on, otherDark, otherOn) - p.price
			if beyond < least {
				worst, least = i, beyond
			}
		}
		if worst < 0 {
			return found
		}
		found = slices.Delete(found, worst, worst+1)
	}
}

func (s *search) causes(found []pick) (causes []Cause) {
	for _, p := range found {
		c := Cause{
			Name: s.candidates[p.candidate].name, Alike: s.alike(p), Of: p.dark + p.on,
			From: uptime.Beginning, To: uptime.Forever,
		}
		for _, i := range p.stores {
			d := s.darks[i]
			c.Stores = append(c.Stores, d.place)
			c.From, c.To = max(c.From, d.active), min(c.To, d.inactive)
		}
		slices.Sort(c.Stores)
		causes = append(causes, c)
	}
	slices.SortStableFunc(causes, func(a, b Cause) int { return cmp.Compare(len(b.Stores), len(a.Stores)) })
	return causes
}

// alike are the other candidates that have every store that a pick explains, and no more
// that were seen to stay on.
func (s *search) alike(p pick) (names []Name) {
	if s.candidates[p.candidate].name.Kind == Everything {
		return nil
	}
	in := make([]int, len(s.candidates))
	for _, i := range p.stores {
		for _, c := range s.darks[i].candidates {
			in[c]++
		}
	}
	for c, n := range in {
		k := &s.candidates[c]
		if c != p.candidate && k.name.Kind != Everything && n == len(p.stores) && k.on(p.at) == p.on {
			names = append(names, k.name)
		}
	}
	return names
}
