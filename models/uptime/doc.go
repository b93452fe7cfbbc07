// Package uptime says for how long a store was up, down or unseen while it
// should have been open. It is the one place where this is computed: every
// page, report and export shows its numbers.
//
// It must not know the clock, the database, the files the polls came from or
// the names of time zones. Every input is a value and the result depends on
// nothing else.
//
// # The rule
//
// Openings. Each row of business hours gives, for every local date of its
// weekday, one span from start to end. An end at or before the start is on
// the next day; equal times are 24 hours; an end of 23:59 or later means
// midnight, because people cannot type 24:00. Overlapping and touching spans
// are one opening. A store without any row is always open; rows of closed
// days say that it is not. A local time that occurs twice is the first of the
// two; one that does not exist is moved forward by the gap (RFC 5545, 3.3.5).
//
// Evidence. Only polls made while the store was open count, each for its own
// opening. From a poll to the next, the store is in the state that the poll
// saw. The first poll of an opening also speaks for the time since the store
// opened, the last one for the time until it closes. No poll speaks for more
// than [Reach], 24 hours, in either direction.
//
// No data. Open time that no poll speaks for is neither up nor down:
// up + down + no data = open, to the microsecond.
//
// As of. The report's "now" is given. Polls after it are not used, a poll
// exactly at it is, and no time at or after it is judged.
//
// # Dates and corrections
//
// A [Calendar] has weekly hours with the local date from which on they hold, and special
// days. An opening belongs to the date on which it begins and stays whole. Time inside a
// correction is [Excused], whatever it was: neither up, down nor no data. Corrections cut
// what the polls say; they do not change it.
//
// # How sure
//
// Time between two polls of one opening that saw the same is certain; all other time that
// a poll speaks for is not. The least down time is the certain part of it, the most all
// time that polls speak for but what was certainly up. The truth lies between the two if
// the state changed at most once between two polls. Time that is at most [Near] from the
// poll that speaks for it is closely seen.
//
// # Polls
//
// The polls of a [History] are sorted by time with
// one poll per instant: all from [Reach] before the earliest time asked about
// until the as-of instant, and before those the last older one, where there
// is one. The older one speaks for nothing; that it exists tells that the
// next is not the first poll of its opening, which matters where an opening
// began long ago, as in a store that is always open. It is seldom needed:
// [History.NeedsEarlier] tells when it has to be looked up. Where the time asked about
// ends before the as-of instant, polls until [Reach] after it will do, and the next one
// where [History.NeedsLater] asks for it.
package uptime
