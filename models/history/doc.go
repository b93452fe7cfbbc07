// Package history keeps what stores were like day by day: the sums of groups of stores on
// each local date of the last three months. A page that shows ninety days of 14,000 stores
// cannot read and measure their polls each time.
//
// It must not know people, HTML or SQL. The rule and the reading of polls are those of
// package figures: each sum is what [figures.Figures.MeasureDates] gives for its stores, raw,
// to the microsecond.
//
// # Two kinds of days
//
// The newest [figures.TrendDays] dates come from the trend, so that an hourly import costs
// nothing here. Polls of older dates change seldom. They are measured once, in the
// background, and stay right while the mark of older polls ([models.DataVersion].PastMark)
// and what is known of when their stores are open stay the same. Every date is at least a day
// older than what can change without a new mark. One thing is not: of a store that is always
// open and fell silent for days, the next poll decides how certain the last hours before the
// silence are. Such a poll is remembered beside the sum, compared with that of every new
// snapshot, and a sum for which it differs is measured again.
//
// # Parts
//
// Stores are kept in parts: a group of some size is a part, or several if it is large, and
// all other stores are in parts by their id. A part is known by a checksum of everything that
// decides its sums, so a store that is new, moves to another group or changes its hours costs
// the measuring of its parts alone, and versions of the data need no comparing.
//
// Whoever sees all stores of a part is given its sum. Of a part of which somebody sees only
// some stores nothing is used: these are a part of their own. So no sum has a store that is
// out of somebody's reach.
//
// # Ranges
//
// A range is some dates in a row, and is asked for of many stores at once. Each store has its
// own local dates, so at one instant "last month" may be two or three ranges. What the trend
// has of a range is added up from it each time. The older dates are measured once, a month at a
// time, and kept by store in the parts that all stores are in; when a date leaves the trend, it
// alone is measured and added. A part of a range is known by the key of the part and by the
// corrections of its stores, and is watched for the poll that ends a silence as above.
//
// Whoever asks is given the sums of the stores that they asked for, one by one, though the
// whole part was measured. Sums do not count outages: one that goes on across the seam of two
// parts would count twice.
//
// # Memory
//
// A part takes up to 7 KB and has [leastStores] stores or more on the average, so this is at
// most 0.2 KB a store: 3 MB for 14,000, and less than 250 MB for a million. The parts of
// people who see some stores of a part are [loosePartsKept] at most, 14 MB. A range takes 48
// bytes a store, and [rangesKept] are kept: together 8 MB for 14,000 stores, and 600 MB for a
// million if all twelve are asked for. While it measures, there are the polls of some thousand stores for a month, see
// [figures.Figures.EachHistory].
package history
