package alerts

import (
	"context"
	"iter"

	"lightson/models/figures"
	"lightson/models/uptime"
)

// A sweep says by store where an episode may have news: where one went on at an instant or
// began since, and may have lasted long enough. It looks at the newest polls only, so it
// costs little beside finding the episodes.
type sweep struct {
	offline []bool
	noData  []bool
}

// sweepStores looks for news since an instant. least is the shortest time without polls that
// any rule tells.
func sweepStores(ctx context.Context, s *figures.Snapshot, since uptime.Instant, least uptime.Micros) (found sweep, err error) {
	found = sweep{make([]bool, len(s.Stores)), make([]bool, len(s.Stores))}
	return found, s.EachStore(ctx, func(first, last int) error {
		for n := first; n < last; n++ {
			if !s.Stores[n].FirstPollAt.Known {
				found.noData[n] = true
				continue
			}
			found.offline[n] = mayBeOffline(s.PollsBackward(n), s.Openings(n), since)
			found.noData[n] = mayBeWithoutData(s.PollsBackward(n), since, s.AsOf, least)
		}
		return nil
	})
}

// mayBeOffline reports whether a store was seen inactive since an instant, or in open time
// last before it. Where the polls, of which the newest comes first, do not tell what was
// before, it may have been.
func mayBeOffline(polls iter.Seq[uptime.Poll], openings []uptime.Span, since uptime.Instant) bool {
	for p := range polls {
		if p.At > since {
			if !p.Active {
				return true
			}
			continue
		}
		if _, open := openingAt(openings, p.At); open {
			return !p.Active
		}
	}
	return true
}

// mayBeWithoutData reports whether a time between polls, of which the newest comes first, or
// after the newest is long enough and ended since an instant or goes on. Where the polls do
// not tell what was before, it may be so.
func mayBeWithoutData(polls iter.Seq[uptime.Poll], since, asOf uptime.Instant, least uptime.Micros) bool {
	next := asOf
	for p := range polls {
		if next >= p.At.Add(least) {
			return true
		}
		if next = p.At; next <= since {
			return false
		}
	}
	return true
}
