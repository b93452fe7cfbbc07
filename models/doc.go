// Package models is where Lights On remembers: stores, hours, polls, imports
// and reports, on PostgreSQL or on an embedded SQLite, and the snapshot of
// figures that pages and reports share.
//
// It must not know HTTP, HTML, the job queue or the schedule. GORM and SQL are
// known here and nowhere else. Every instant in a column is an integer of
// microseconds since 1970-01-01 UTC, on both databases, because SQLite would
// compare times as text; 0 stands for "not yet" in the columns that say so.
//
// # At a million stores
//
// That is seventy times the full set of 14,000 stores that make bench measures,
// and everything here grows with stores and with the window, not with history.
// Multiply what it prints for one load, one report, their memory and one more
// hour by seventy: a week is loaded and reported in less than a minute each, and
// an hour's import takes longer than is pleasant. In this order, and nothing of
// it before it is needed:
//
//  1. poll_days partitioned by month. Its key begins with the day, so imports and
//     reports touch one or two partitions as they are, and retention drops one.
//  2. Snapshots and reports in shards of some ten thousand stores, each a job of
//     its own on any server. Stores do not depend on each other, and a report is
//     kept in parts already; the last shard completes it. Pages then read the
//     figures of their shard instead of one snapshot in memory.
//  3. A PostgreSQL that is distributed, such as Citus, with store_id as the
//     distribution column of poll_days, hours and stores: every statement on
//     poll_days names a range of days and works on each node's stores alone.
package models
