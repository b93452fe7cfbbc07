package alerts

import (
	"context"
	"slices"

	"lightson/models/figures"
	"lightson/models/uptime"
)

// A sweep says by store where an episode may have news: where one went on at an instant or
// began since, and may have lasted long enough. It looks at two days of polls only, so it
// costs little beside finding the episodes.
type sweep struct {
	offline []bool
	noData  []bool
}

// sweepStores looks for news since an instant. least is the shortest time without polls that
// any rule tells.
func sweepStores(ctx context.Context, s *figures.Snapshot, since uptime.Instant, least uptime.Micros) (found sweep, err error) {
	found = sweep{make([]bool, len(s.Stores)), make([]bool, len(s.Stores))}
	return found, s.EachStore(ctx, func(first, last int) (err error) {
		var polls []uptime.Poll
		for n := first; n < last; n++ {
			if !s.Stores[n].FirstPollAt.Known {
				found.noData[n] = true
				continue
			}
			if polls, err = s.RecentPolls(polls[:0], n, since.Add(-uptime.Day)); err != nil {
				return err
			}
			found.offline[n] = mayBeOffline(polls, s.Openings(n), since)
			found.noData[n] = mayBeWithoutData(polls, since, s.AsOf, least)
		}
		return nil
	})
}

// mayBeOffline reports whether a store was seen inactive since an instant, or in open time
// last before it. Where the polls do not tell what was before, it may have been.
func mayBeOffline(polls []uptime.Poll, openings []uptime.Span, since uptime.Instant) bool {
	for _, p := range slices.Backward(polls) {
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

// mayBeWithoutData reports whether a time between polls, or after the last, is long enough
// and ended since an instant or goes on. Where the polls do not tell what was before, it may
// be so.
func mayBeWithoutData(polls []uptime.Poll, since, asOf uptime.Instant, least uptime.Micros) bool {
	if len(polls) == 0 || polls[0].At > since {
		return true
	}
	last := polls[0].At
	for _, p := range polls[1:] {
		if p.At > since && p.At >= last.Add(least) {
			return true
		}
		last = p.At
	}
	return asOf >= last.Add(least)
}
