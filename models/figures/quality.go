package figures

import (
	"cmp"
	"context"
	"slices"

	"lightson/models/entered"
	"lightson/models/feed"
	"lightson/models/uptime"
)

// A Check is one kind of gap or possible mistake that is looked for in the data.
// Its text is part of addresses and of the API.
type Check string

// The checks. Each finds stores, except CheckConflicting, which finds imports.
const (
	CheckNoHours      Check = "no_hours"      // polled, but no feed gave hours: always open
	CheckNoZone       Check = "no_zone"       // polled, but no feed gave a zone, or one that this program does not know
	CheckNeverPolled  Check = "never_polled"  // named by another feed
	CheckSilent       Check = "silent"        // not polled for some hours
	CheckConflicting  Check = "conflicts"     // polls of a store at one instant that disagree
	CheckOutsideHours Check = "outside_hours" // polls made while the store was closed
	CheckOddHours     Check = "odd_hours"     // rows that may be typing mistakes
	CheckOddIDs       Check = "odd_ids"       // ids that a spreadsheet damaged, or that look like others
	CheckNoGroup      Check = "no_group"      // named, but in no group, where others are in one
)

// Checks are all checks, in the order in which they are shown.
var Checks = []Check{CheckNoHours, CheckNoZone, CheckNeverPolled, CheckSilent, CheckConflicting, CheckOutsideHours, CheckOddHours, CheckOddIDs, CheckNoGroup}

// Quality is what could be better in the data that a snapshot was computed from.
// Stores are indexes of the snapshot.
type Quality struct {
	*Snapshot
	NoHours, NoZone, NeverPolled, NoGroup []int

	Silences []Silence      // of every store that was ever polled, the longest open time first
	Outside  []OutsidePolls // of the last week, the highest count first
	Odd      []OddStore
	OddIDs   []feed.OddID // indexes are those of the stores
}

// Quality runs all checks on a snapshot, except CheckConflicting.
func (s *Snapshot) Quality(ctx context.Context) (*Quality, error) {
	q := &Quality{Snapshot: s}
	grouped := len(s.Groups()) > 0
	for n, store := range s.Stores {
		if err := ctx.Err(); err != nil {
			return nil, context.Cause(ctx)
		}
		polled := s.polled(n)
		switch {
		case !polled:
			q.NeverPolled = append(q.NeverPolled, n)
		case len(s.Hours(n)) == 0:
			q.NoHours = append(q.NoHours, n)
		}
		if !store.ZoneKnown() && (polled || store.Zone != "") {
			q.NoZone = append(q.NoZone, n)
		}
		if grouped && store.Name != "" && store.Group == "" {
			q.NoGroup = append(q.NoGroup, n)
		}
		if odd := OddRows(s.Hours(n)); len(odd) > 0 {
			q.Odd = append(q.Odd, OddStore{n, odd})
		}
	}
	q.OddIDs = feed.OddIDs(s.codes())
	return q, q.checkPolls(ctx)
}

// codes are the ids of all stores.
func (s *Snapshot) codes() []string {
	codes := make([]string, len(s.Stores))
	for n, store := range s.Stores {
		codes[n] = store.Code
	}
	return codes
}

// checkPolls runs the checks that need the polls of all stores.
func (q *Quality) checkPolls(ctx context.Context) error {
	silences := make([]Silence, len(q.Stores))
	outside := make([]OutsidePolls, len(q.Stores))
	err := parallel(ctx, len(q.Stores), func(first, last int) error {
		var polls []uptime.Poll
		for n := first; n < last; n++ {
			if !q.polled(n) {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			var err error
			if polls, err = q.period.appendPolls(polls[:0], n); err != nil {
				return err
			}
			silences[n] = silenceOf(n, q.Openings(n), polls, q.Heard())
			outside[n] = countOutside(n, q.Openings(n), polls, uptime.Windows(q.AsOf)[uptime.LastWeek])
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

// KnownFrom are the feeds that have rows about store n, except the polls, by the
// names that people call them.
func (s *Snapshot) KnownFrom(n int) []string {
	var feeds []string
	store := s.Stores[n]
	if len(s.Calendars[n].Schedules) > 0 { // also where none of them holds yet
		feeds = append(feeds, feed.Hours.String())
	}
	if store.Zone != "" {
		feeds = append(feeds, feed.Zones.String())
	}
	if store.Name != "" || store.Group != "" || store.City != "" {
		feeds = append(feeds, feed.Names.String())
	}
	if slices.ContainsFunc(s.SpecialDays(n), func(d entered.SpecialDay) bool { return d.Scope == entered.OfStore }) {
		feeds = append(feeds, feed.SpecialDays.String())
	}
	return feeds
}
