package digests

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/uptime"
)

// How many rows the lists of a digest have at most.
const (
	mostWorst   = 20
	mostOthers  = 10 // targets missed, stores without data
	mostOutages = 5
)

// Content is what a digest says, as figures.
type Content struct {
	Digest
	Period Period
	Today  uptime.Date // when it is told, in the digest's zone
	Stores int         // that it is of; 0: there is nothing to say

	AsOf      uptime.Instant // until when data reach
	AsOfKnown bool
	Ends      uptime.Instant // when the last date is over in all stores
	Unended   int            // stores whose last date ends after AsOf
	Waits     bool           // polls are still to be waited for, so nothing below is known

	Lost     Loss           // why nothing is known of the period
	KeptFrom uptime.Instant // polls from before it are no longer kept, where these are lost

	Sum, Corrected uptime.Figures // of all stores together
	Before         uptime.Figures // of the period before
	BeforeLost     bool           // polls of the period before are no longer kept

	Worst   List[Line] // stores that were offline, the worst first
	Missed  List[Line] // stores that missed their target
	Silent  List[Line] // stores that were open and have no data
	Thin    int        // other stores of which little may be said
	Outages List[Outage]

	snapshot *figures.Snapshot
}

// Loss is why nothing is known of a period.
type Loss int

// The reasons.
const (
	NothingLost Loss = iota // something may be known
	NoData                  // there are none at all
	NoDataYet               // there are none of the period yet
	NotKept                 // its polls were deleted
)

// A List is the first of what there is.
type List[T any] struct {
	Shown []T
	All   int
}

func (l *List[T]) cut(most int) {
	l.All = len(l.Shown)
	l.Shown = l.Shown[:min(most, l.All)]
}

// A Line is a store of a digest.
type Line struct {
	Code, Name string
	Figures    uptime.Figures
	Corrected  uptime.Figures
	Target     int // in hundredths of a percent; 0 where it has none
}

// An Outage is one of the longest of a digest.
type Outage struct {
	Code, Name string
	uptime.Span
	Zone    *time.Location // of the store
	Reason  string
	Ongoing bool
	Excused uptime.Micros
}

// storesOf are the stores of a subject that a snapshot has.
func storesOf(s *figures.Snapshot, of entered.Subject) (stores []int) {
	for n := range s.Stores {
		if of.Has(s.Stores[n]) {
			stores = append(stores, n)
		}
	}
	return stores
}

func (c *Content) findEnds(stores []int) error {
	for _, n := range stores {
		span, err := c.snapshot.SpanOfDates(n, c.Period.First, c.Period.Last)
		if err != nil {
			return err
		}
		if c.Ends = max(c.Ends, span.To); !c.AsOfKnown || c.AsOf < span.To {
			c.Unended++
		}
	}
	return nil
}

// untouched reports whether the period begins after all data in every store.
func (c *Content) untouched(stores []int) bool {
	return !slices.ContainsFunc(stores, func(n int) bool {
		span, err := c.snapshot.SpanOfDates(n, c.Period.First, c.Period.Last)
		return err != nil || span.From < c.AsOf
	})
}

// Complete reports whether all dates of the period are over and data reach to their end.
func (c *Content) Complete() bool { return c.Unended == 0 }

// sort adds up the figures of the stores and puts each where it belongs.
func (c *Content) sort(stores []int, measured figures.Range, targets entered.Targets) {
	for i, n := range stores {
		line := c.lineOf(n)
		line.Figures, line.Corrected = measured.Figures[i], measured.Corrected[i]
		c.Sum.Add(line.Figures)
		c.Corrected.Add(line.Corrected)
		if line.Figures.Down > 0 {
			c.Worst.Shown = append(c.Worst.Shown, line)
		}
		switch line.Corrected.Confidence() {
		case uptime.NothingSeen:
			c.Silent.Shown = append(c.Silent.Shown, line)
		case uptime.Thin:
			c.Thin++
		}
		if target, some := targets.Of(c.snapshot.Stores[n]); some {
			if met, judged := target.Met(line.Corrected); judged && !met {
				line.Target = target.Percent
				c.Missed.Shown = append(c.Missed.Shown, line)
			}
		}
	}
	slices.SortStableFunc(c.Worst.Shown, worse)
	slices.SortStableFunc(c.Missed.Shown, func(a, b Line) int {
		return cmp.Or(cmp.Compare(b.short(), a.short()), worse(a, b))
	})
	slices.SortStableFunc(c.Silent.Shown, func(a, b Line) int { return cmp.Compare(b.Figures.Open, a.Figures.Open) })
	c.Worst.cut(mostWorst)
	c.Missed.cut(mostOthers)
	c.Silent.cut(mostOthers)
}

// worse orders stores by down time that is not excused, and then by all down time.
func worse(a, b Line) int {
	return cmp.Or(cmp.Compare(b.Corrected.Down, a.Corrected.Down), cmp.Compare(b.Figures.Down, a.Figures.Down))
}

// short is by how many hundredths of a percent a line misses its target.
func (l Line) short() float64 {
	return float64(l.Target) - entered.HighestTarget*(float64(l.Corrected.Up)/float64(l.Corrected.Up+l.Corrected.Down))
}

func (c *Content) lineOf(n int) Line {
	store := c.snapshot.Stores[n]
	return Line{Code: store.Code, Name: store.Name}
}

// addOutages finds the longest outages. Stores of one zone have the same time.
func (c *Content) addOutages(ctx context.Context, f *figures.Figures, stores []int) error {
	if c.Sum.Down == 0 {
		return nil
	}
	zones := map[uptime.Span][]int{}
	for _, n := range stores {
		span, err := c.snapshot.SpanOfDates(n, c.Period.First, c.Period.Last)
		if err != nil {
			return err
		}
		zones[span] = append(zones[span], n)
	}
	var longest []figures.StoreOutage
	for span, stores := range zones {
		list, err := f.Outages(ctx, c.snapshot, figures.OutageQuery{Stores: stores, Within: span, Longest: true, Limit: mostOutages})
		if err != nil {
			return err
		}
		longest = append(longest, list.Outages...)
		c.Outages.All += list.Sum.Outages
	}
	slices.SortFunc(longest, func(a, b figures.StoreOutage) int {
		return cmp.Or(cmp.Compare(b.Length(), a.Length()), cmp.Compare(a.From, b.From), cmp.Compare(a.Store, b.Store))
	})
	for _, o := range longest[:min(mostOutages, len(longest))] {
		line := c.lineOf(o.Store)
		c.Outages.Shown = append(c.Outages.Shown, Outage{
			Code: line.Code, Name: line.Name, Span: o.Span, Reason: shortened(o.Reason),
			Zone: c.snapshot.Location(o.Store), Ongoing: c.snapshot.Ongoing(o.Outage), Excused: o.Excused,
		})
	}
	return nil
}

// Nothing reports whether there is nothing to report: no down time that counts, no missed
// target, and data enough to know.
func (c *Content) Nothing() bool {
	return c.Lost == NothingLost && c.Complete() && c.Corrected.Down == 0 && c.Missed.All == 0 && c.Silent.All == 0 && c.Thin == 0
}

const longestReason = 100

func shortened(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > longestReason {
		return string(runes[:longestReason]) + "…"
	}
	return text
}
