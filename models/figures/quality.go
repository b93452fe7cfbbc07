package figures

import (
	"cmp"
	"context"
	"slices"

	"lightson/models/uptime"
)

// A Check is something that the data are looked through for.
type Check string

// The checks. Each finds stores, but for conflicts, which imports have.
const (
	CheckNoHours      Check = "no_hours"      // polled, but no feed gave hours: always open
	CheckNoZone       Check = "no_zone"       // polled, but no feed gave a zone
	CheckNeverPolled  Check = "never_polled"  // named by another feed
	CheckSilent       Check = "silent"        // not polled for some hours
	CheckConflicting  Check = "conflicts"     // polls of a store at one instant that disagree
	CheckOutsideHours Check = "outside_hours" // polls made while the store was closed
	CheckOddHours     Check = "odd_hours"     // rows that may be typing mistakes
	CheckNoGroup      Check = "no_group"      // named, but in no group, where others are in one
)

// Checks are all checks, in the order in which people read of them.
var Checks = []Check{CheckNoHours, CheckNoZone, CheckNeverPolled, CheckSilent, CheckConflicting, CheckOutsideHours, CheckOddHours, CheckNoGroup}

// Quality is what could be better in the data behind a snapshot. Stores are given
// by their indexes in it.
type Quality struct {
	*Snapshot
	NoHours, NoZone, NeverPolled, NoGroup []int

	Silences []Silence      // of every store that was polled, the longest open time first
	Outside  []OutsidePolls // of the last week, the most first
	Odd      []OddStore
}

// Quality looks a snapshot through.
func (s *Snapshot) Quality(ctx context.Context) (*Quality, error) {
	q := &Quality{Snapshot: s}
	grouped := len(s.Groups()) > 0
	for n, store := range s.Stores {
		polled := s.polled(n)
		switch {
		case !polled:
			q.NeverPolled = append(q.NeverPolled, n)
		case len(s.Hours[n]) == 0:
			q.NoHours = append(q.NoHours, n)
		}
		if polled && store.Zone == "" {
			q.NoZone = append(q.NoZone, n)
		}
		if grouped && store.Name != "" && store.Group == "" {
			q.NoGroup = append(q.NoGroup, n)
		}
		if odd := OddRows(s.Hours[n]); len(odd) > 0 {
			q.Odd = append(q.Odd, OddStore{n, odd})
		}
	}
	return q, q.listen(ctx)
}

// polled reports whether store n was ever polled until the as-of instant.
func (s *Snapshot) polled(n int) bool {
	first := s.Stores[n].FirstPollAt
	return first != 0 && first <= s.AsOf
}

// listen looks at the polls of all stores.
func (q *Quality) listen(ctx context.Context) error {
	silences := make([]Silence, len(q.Stores))
	outside := make([]OutsidePolls, len(q.Stores))
	err := parallel(ctx, len(q.Stores), func(first, last int) error {
		var polls []uptime.Poll
		for n := first; n < last; n++ {
			if !q.polled(n) {
				continue
			}
			var err error
			if polls, err = q.period.appendPolls(polls[:0], n); err != nil {
				return err
			}
			silences[n] = silenceOf(n, q.Openings(n), polls, q.Heard())
			outside[n] = outsideOf(n, q.Openings(n), polls, uptime.Windows(q.AsOf)[uptime.LastWeek])
		}
		return nil
	})
	q.Silences = slices.DeleteFunc(silences, func(s Silence) bool { return s.For == 0 })
	slices.SortStableFunc(q.Silences, func(a, b Silence) int {
		return cmp.Or(cmp.Compare(b.Open, a.Open), cmp.Compare(b.For, a.For))
	})
	q.Outside = slices.DeleteFunc(outside, func(o OutsidePolls) bool { return o.Outside == 0 })
	slices.SortStableFunc(q.Outside, func(a, b OutsidePolls) int {
		return cmp.Or(cmp.Compare(b.Outside, a.Outside), cmp.Compare(a.Polls, b.Polls))
	})
	return err
}

// Heard is the time of which a snapshot has all polls.
func (s *Snapshot) Heard() uptime.Span { return uptime.Span{From: s.period.readFrom(), To: s.AsOf} }

// KnownFrom are the feeds that say something of store n, but for the polls.
func (s *Snapshot) KnownFrom(n int) []string {
	var feeds []string
	store := s.Stores[n]
	if len(s.Hours[n]) > 0 {
		feeds = append(feeds, "business hours")
	}
	if store.Zone != "" {
		feeds = append(feeds, "time zones")
	}
	if store.Name != "" || store.Group != "" || store.City != "" {
		feeds = append(feeds, "store names")
	}
	return feeds
}
