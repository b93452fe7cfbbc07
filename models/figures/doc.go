// Package figures computes everything that is shown of stores: the figures and
// the state of each, their trend, any range of time, single days, and what could
// be better in the data. It owns the caches that share the results. A [Figures]
// is the way in; a process has one for each database.
//
// It must not know how data get into the database: it and package imports never
// import each other, and meet only in the version of the data that package models
// keeps. It must not know HTTP, jobs or the queue either. The rule by which open
// time becomes up, down or no data is not here but in package uptime; this
// package decides which openings and polls to give it.
//
// Every length is in microseconds ([uptime.Micros]), every instant in UTC
// ([uptime.Instant]), every span half-open. Dates are those of the store's own
// time zone, or of America/Chicago for a store without one.
//
// # Snapshots
//
// A [Snapshot] has the three windows and the present state of every store as of
// one instant. It belongs to one version of the data and never changes, so any
// number of pages, reports and API answers can read it without a lock. Its stores
// are sorted by code, and everywhere in this package a store is given by its
// index in them.
//
// A snapshot keeps the polls it was computed from, packed as in the database: 9
// MB for a week of 14,000 stores. The last seven days, outages and heat maps are
// computed from these on demand.
//
// Whatever else is asked about a snapshot ([Figures.MeasureRange],
// [Figures.StoreDays]) is read from the database, in a transaction that begins by
// comparing the version. Where it is another one the answer is
// [models.ErrDataMoved], and the caller begins again with a new snapshot; figures
// of two versions are never mixed. Where the polls of the time asked about were
// deleted by retention, the answer is a [KeptError], because without them the
// time would pass for time without data.
//
// # Following
//
// Where a process shows pages, a snapshot follows the one before it. Each change of the data
// says which days of which stores it touched ([models.DataChange]), as a link from one version
// to the next. If links lead from the version of the latest snapshot to the present one, only
// those rows are read; days, stores, hours and openings that stay are shared.
//
// Each store has an [uptime.Line]: its time as the polls tell it, laid out as if no further
// poll came. A store of which nothing changed is measured from it as of the new instant, which
// takes no poll, and not even the line while the edges of its windows stay in their pieces
// ([uptime.Glide]). Where polls of a store changed, its line goes on from the last poll that both
// snapshots know, since what was before it stays. Where anything else did, it is measured from
// its polls and gets a new line; once a day, where the first day that is read is another, and
// where a link is missing, all stores are.
//
// A trend follows in the same way, from the trend before it and the new snapshot, and reads
// older polls of those stores alone that are new or that it can tell nothing of. It has the
// older part of each line, of which the snapshot has the newer one ([uptime.LineParts]). Lines
// of snapshots are cut at the same instant all day, so that the older parts stay, too. The
// windows before and the dates of a store are measured from its line when somebody asks for them,
// and the heat map is changed by the hours that moved.
//
// A snapshot as of another instant, and that of a report, is computed from nothing. This is the
// plain path: the tests hold what follows against it after every kind of change.
//
// # Shards
//
// [Shards] are snapshots of the stores with ids in a range, one after another, in a transaction
// of the caller. Each is computed from nothing, and nothing of it is kept. Reports of very many
// stores are made from them; package reports says how several processes share them.
//
// # Special days and corrections
//
// A snapshot reads the special days and corrections of its version and keeps them. Special
// days belong to a store's calendar, so every figure knows them. Corrections do not change
// figures: Figures, trends, days and heat maps are raw, and beside the windows, ranges,
// days and months that are corrected stand the corrected ones ([Snapshot.Corrected],
// [Range], [StoreDays.MeasureCorrected], [Figures.Months]). Only stores with corrections
// are measured twice.
//
// # Reaches
//
// [Snapshot.Within] and [Trend.Within] narrow to the stores of a reach, as if there
// were no others. A page or report of somebody is made from what was narrowed to
// their reach, so it cannot tell of another's store because a filter was forgotten.
// What is narrowed has copies of the small things of each store, some 700 bytes
// (BenchmarkNarrow), and shares the polls and the lines. It is not computed anew: nothing is
// read, and nothing measured.
//
// Each whole snapshot and trend keeps what it was narrowed to lately, with at most as
// many stores as it has itself, and takes it along when it goes. So memory does not
// grow with the number of people, and whoever keeps something of a narrowed snapshot
// keeps it under the whole one ([Snapshot.Whole]) and the text of the reach, not under
// the narrowed one, which may be made again.
//
// The as-of instant and the version are those of all stores. Whatever else could tell
// of others is not: the dates of a trend end with the latest local date of its own
// stores, for which the whole trend has up to two dates more than it shows.
//
// # Periods
//
// All figures are computed from a period: some stores, a span of time, the
// openings of the stores around it, and the polls that speak in it. Its polls are
// read from [uptime.Reach] before the span on, because an older poll cannot speak
// in the span. Snapshots, trends, parts of ranges and a store's days each have a
// period of their own, and all of them measure it in the same way.
//
// One older poll can still matter. Where a store opened before the first poll
// that was read, and was polled again only after the span began, an older poll
// of the same opening decides whether that first poll also speaks for the time
// before it. This is rare, so it is not read for every store:
// [uptime.History.NeedsEarlier] finds the stores concerned, and the poll is looked up for
// each of them in a second step. Where a span ends before the as-of instant and a store
// fell silent for a day then, the next poll decides what of that day is certain;
// [uptime.History.NeedsLater] finds these.
//
// Since when a store is in its state is another question that older polls decide.
// The state of a store that closes began in what was read, unless it is open for
// weeks on end. For the others [uptime.History.NeedsRun] tells whether it did, and a second
// step goes back from day to day until it finds the poll before the state began. It
// costs a look-up for each store and day of such a state; of a thousand stores and
// more, whole days are read. What was found of stores that are always open is kept for
// the next snapshot, with the mark that the data's version has of older polls
// ([models.DataVersion].PastMark); while the mark is the same, only the days that are
// no longer recent are added. Reports do not say since when a store is in its state,
// so [Figures.ReportSnapshotAt] does not look for it.
//
// Stores are measured on all processors, 512 at a time. Each writes to its own
// place, so the result does not depend on the order.
//
// # Reading
//
// Reading is most of what a snapshot from nothing costs, and most of that is work of the
// processor, so two connections share it where the database has them to spare.
// Each takes the next day that nobody reads yet, after one of them has read the stores.
// Each reads in a transaction of its own; both see the same data if they see the
// same version, because every change of the data changes the version in the same
// transaction. If they see two versions, one connection reads everything again.
//
// # Trends
//
// A [Trend] stands beside a snapshot and adds the windows before the last ones,
// sixteen days by local date, and the heat map of the last week. The first one reads the
// days before those that the snapshot has, and keeps of them the lines that they make. It is
// computed on its own, because reports do not need it: a process that never shows
// a trend never computes one.
//
// # Ranges
//
// A range is measured a week at a time, so that memory does not grow with it. A
// [uptime.Tally] joins the weeks: an outage that goes on across a seam is
// one outage.
//
// # Histories
//
// [Figures.EachHistory] gives what is known of many stores, as backtests of alert rules need
// it. It reads blocks of stores over all days, because a history needs its days together:
// one block by the range of ids in which it lies, while the stores of the block before are
// visited. So memory does not grow with the number of stores. Where few stores are asked for
// among many, they are looked up. Between two blocks a new snapshot has its turn.
//
// # Months
//
// A [Month] is the calendar month of a store in its own zone: what was of it until the
// as-of instant, and how long the store is to be open in all of it. It is computed when it
// is asked for, which only targets do. The days that the snapshot has are measured from its
// polls; those before are read as for a range.
//
// # Outages
//
// [Figures.Outages] and [Figures.EachOutage] find the outages of a range in parts as
// well, from the newest part to the oldest: what the snapshot itself has is one part,
// and everything before it is read a week at a time. So the newest come first and
// memory does not grow with the range. An outage that goes on across a seam is put
// together from its parts; its lengths add up to what [Figures.MeasureRange] measures.
//
// When an outage was first seen can be told by polls from long before the range. They
// are looked up only for the outages that are shown, as for the state of a store. So is
// what the poller gave as the reason.
//
// # Caches
//
// [Figures] keeps one snapshot and one trend, those of the newest data. A new one
// is computed when it is asked for and the version of the data has changed, in a
// goroutine of the cache's own: all who ask meanwhile wait for the same pending
// value, and a visitor who leaves does not end it for the others.
//
//   - [Figures.Snapshot] and [Figures.Trend] return a value of the version that
//     the database had when they were called, or of one committed afterwards.
//   - [Figures.RecentSnapshot] and [Figures.RecentTrend] wait 50 ms for that, and
//     then return the previous value, which is of one version as well. Pages use
//     them, so that an import by another process does not hold them up.
//   - [Figures.Refresh] computes the snapshot before anyone asks. Changes that
//     follow each other closely share one computation, and the pause after it grows with
//     what it cost.
//
// A version is one random number, so comparing it costs one small query and decides
// whether a value can be served. Versions have no order, because a database that is
// restored or fails over beneath a running server goes back, and its next changes
// must not pass for those that were lost. A value of another version is served to
// those alone who asked before its computation began: it has seen everything that
// they could know of.
//
// One snapshot, trend, range or block of many stores is computed at a time: each uses
// all processors, and each may hold one connection while it waits for a second.
//
// [Figures.Close] ends what runs in the background and waits for it, so that
// nothing reads from a database that is being closed. After it, asking for what
// is not in the cache is [ErrClosed].
package figures
