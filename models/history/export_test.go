package history

import "lightson/models/uptime"

// SetSizes makes parts of fewer stores.
func (h *History) SetSizes(least, most, others int) { h.sizes = sizes{least, most, others} }

// Measured are how many dates of how many parts are kept, all together.
func (h *History) Measured() (parts, dates int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	count := func(s *sum) {
		parts++
		for _, g := range s.segments {
			dates += len(g.days)
		}
	}
	for _, s := range h.sums {
		count(s)
	}
	for _, s := range h.loose.Values() {
		count(s)
	}
	return parts, dates
}

// Spoil overwrites what was measured of a date, so that a test sees whether it is measured
// again.
func (h *History) Spoil(date uptime.Date) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.sums {
		for _, g := range s.segments {
			if n := int(date - g.first); 0 <= n && n < len(g.days) {
				g.days[n].Open++
			}
		}
	}
}

// SpoilRanges overwrites all sums of ranges, so that a test sees whether they are measured
// again.
func (h *History) SpoilRanges() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.ranges.Values() {
		for _, p := range r.parts {
			for n := range p.raw {
				p.raw[n].open++
			}
		}
	}
}

// RangesKept is of how many ranges sums are kept.
func (h *History) RangesKept() int { return h.ranges.Len() }
