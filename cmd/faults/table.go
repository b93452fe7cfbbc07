package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"lightson/cmd/rig"
)

// print writes the table of what became of the faults and returns how many lost
// something.
func (h *harness) print(out io.Writer) (lost int) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\nseed %d\nwhat\tdatabase\tfaults tried\tin mid-work\tsurvived\tlost\tslowest recovery\n", h.seed)
	var all counts
	for _, s := range h.chosen() {
		for _, kind := range h.kinds {
			c := h.count(ofKind{s.name, kind})
			c.print(w, s.name, kind)
			all.add(c)
		}
	}
	all.print(w, "all", "")
	_ = w.Flush() // a table that cannot be printed is seen not to be there
	return all.lost
}

// counts are what became of some faults.
type counts struct {
	tried, met, lost int
	slowest          time.Duration
}

func (h *harness) count(of ofKind) (c counts) {
	for _, o := range h.outcomes {
		if o.ofKind != of {
			continue
		}
		one := counts{tried: 1, slowest: o.recovery}
		if o.inWork {
			one.met = 1
		}
		if o.lost != nil {
			one.lost = 1
		}
		c.add(one)
	}
	return c
}

func (c *counts) add(other counts) {
	c.tried, c.met, c.lost = c.tried+other.tried, c.met+other.met, c.lost+other.lost
	c.slowest = max(c.slowest, other.slowest)
}

func (c *counts) print(w io.Writer, what string, kind rig.Kind) {
	fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%.1f s\n", what, kind, c.tried, c.met, c.tried-c.lost, c.lost, c.slowest.Seconds())
}
