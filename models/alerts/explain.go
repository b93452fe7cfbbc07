package alerts

import (
	"sync"

	"lightson/models/causes"
	"lightson/models/figures"
	"lightson/models/uptime"
)

// An explainer finds what some stores that are offline have in common, see [causes.Words].
type explainer func(codes []string) []causes.Cause

// newExplainer looks at all stores, and only once it is asked.
func newExplainer(s *figures.Snapshot) explainer {
	found := sync.OnceValue(func() []causes.Cause { return findCauses(s) })
	return func(codes []string) []causes.Cause {
		if len(codes) < causes.Least {
			return nil
		}
		asked := make(map[int]bool, len(codes))
		for _, code := range codes {
			if n, known := s.Find(code); known {
				asked[n] = true
			}
		}
		var own []causes.Cause
		for _, c := range found() {
			var stores []int
			for _, n := range c.Stores {
				if asked[n] {
					stores = append(stores, n)
				}
			}
			c.Stores = stores
			own = append(own, c)
		}
		return own
	}
}

// findCauses gives the causes with indexes of the snapshot.
func findCauses(s *figures.Snapshot) []causes.Cause {
	var members []causes.Member
	var indexes []int
	for n, now := range s.Now {
		if now.State != uptime.Up && now.State != uptime.Down || !now.SeenKnown {
			continue
		}
		store := s.Stores[n]
		m := causes.Member{Group: store.Group, City: store.City, Zone: store.ZoneName(), Active: now.Seen}
		if now.State == uptime.Down {
			m.Dark = true
			m.Active, m.Inactive = wentDark(s, n)
		}
		members, indexes = append(members, m), append(indexes, n)
	}
	found := causes.Find(members)
	for c := range found {
		for i, n := range found[c].Stores {
			found[c].Stores[i] = indexes[n]
		}
	}
	return found
}

// wentDark is the last poll that saw a store active before it was offline, or its opening,
// and the first that saw it inactive.
func wentDark(s *figures.Snapshot, n int) (active, inactive uptime.Instant) {
	active, inactive = uptime.Beginning, s.Now[n].Seen
	opening, open := openingAt(s.Openings(n), inactive)
	if !open {
		return active, inactive
	}
	for p := range s.PollsBackward(n) {
		switch {
		case p.At > s.AsOf:
		case p.At < opening.From:
			return opening.From, inactive
		case p.Active:
			return p.At, inactive
		default:
			inactive = p.At
		}
	}
	return max(active, opening.From), inactive
}
