// Package models is the database of Lights On: connections, transactions,
// migrations, and the rows of stores, hours, polls, imports, reports and sources, on
// PostgreSQL or on an embedded SQLite. Rows of people and of all that proves who they are
// belong to package access, those of what people enter about stores to package entered.
//
// It must not know HTTP, HTML, the job queue, the schedule, or how figures are
// computed. GORM and SQL are known here and in the packages below models only.
//
// # What is open to whom
//
// Web, jobs and commands use the methods of [DB], and [Tx] where a job of the
// queue must be in the same transaction as its row. These are open to the packages
// of models/… and to nobody else, because they leave rules to their caller:
//
//   - [DB.GORM], [Tx.GORM], [Tx.StoreTable], [Tx.PollTable], [Tx.PackPolls], [Tx.ForgetPolls], [Tx.ReasonTable] and
//     [Tx.AddPollMonth]: any statement.
//   - [Tx.LockDataVersion], [Tx.SaveDataVersion] and [Tx.RequireVersion]: whoever
//     changes data locks the version first and saves a new one.
//   - [Tx.Copy]: many new rows at once.
//   - [Tx.StoresByCode], [Tx.AddStores], [Tx.SetZones], [Tx.SetFirstPolls], [Tx.Stores], [Tx.EachStore], [Tx.HoursOf],
//     [Tx.AllHours], [Tx.StoresWithHours] and [Tx.ReplaceHours]: the steps of a merge and of a
//     snapshot; [Tx.StoresWithHoursBetween]: the same of a shard.
//   - [Tx.Share] and [DB.ViewOf]: for several who are to see one state of the database.
//   - [DataVersion.RenewBy], [DataChange] and [Tx.ChangesSince]: what a change of the data touched.
//   - [DataVersion.PollsChanged] and [DataVersion.RenewPastMark]: for whoever changes polls.
//   - [Tx.RenewEntered]: for whoever changes what people enter that changes no figure.
//   - [Tx.DryRun] and [Tx.Dry]: the same steps over tables that discard what is written.
//   - [Tx.Claim], [Attempt.Write] and [Attempt.Complete]: the claim of a row that is worked
//     on in a transaction with more to do, and writes to it.
//   - [JournalPart], [ImportReject] and [ReportPart]: rows whose bytes belong to
//     imports and reports.
//   - [Asker], [DB.ReportWithin], [DB.ReportsWithin], [DB.ReportsAfterWithin] and
//     [Store.Within]: what is within a reach. Whose reach it is, package access knows.
//   - [NewID], [Now], [OrEmpty], [NotFound], [StoresPerStatement] and [ManyStores].
//   - [Caught]: for goroutines.
//   - [ShareFolder], [LockFolder], [SQLiteURI], [SQLiteHeader], [SQLiteCompanions],
//     [TakeFromOthers], [AppliedVersion] and [RefuseNewerSQLite]: the database as a file,
//     for backups.
//
// # Times
//
// Every instant in a column is an integer: microseconds since 1970-01-01 UTC, on
// both databases, because SQLite would compare times as text. Where an instant comes
// from the data, NULL is "none" ([OptionalInstant]); in columns that the clock of the
// machine fills, 0 is "not yet". Amounts of money are integers as well, in hundredths.
//
// # Tables that bypass GORM
//
// A week of a large chain is a hundred thousand rows of poll_days, and its hours
// are as many rows. GORM's reflection takes 4 s and 300 MB for such a week; COPY,
// arrays and prepared statements take less than a second and 33 MB. So stores, hours,
// polls and their reasons each have a table type, used where many rows are read or written
// at once. Everything else goes through GORM. Package polls has the formats of a day and
// of its reasons.
//
// # Packed rows
//
// Whoever computes something of all stores reads them and their hours by
// [Tx.StoresWithHours]: of 14,000 stores some thirty rows of store_parts instead of a hundred
// thousand. These say nothing new. Triggers
// of the database delete the part that a changed row is in, and where a part is missing the
// plain rows are read. So nothing has to know which parts are right, and no statement, of
// whatever release or person, can leave one that is not. [Tx.SaveDataVersion] writes those that
// are missing, unless somebody is changing stores or hours by hand just then.
//
// poll_parts is the same of the polls of the latest days, a row for each day and a thousand
// stores, which [PollTable] reads in ReadDays and ReadBlock. A load packs its days as it writes
// them ([Tx.PackPolls]). What an hour changes of the newest two days is not packed again until the
// next days come, so an hour packs nothing. Where the table itself writes many rows it deletes
// their parts at once, and the triggers, which would do it for each row, rest until it is done.
//
// # Migrations
//
// They are numbered SQL files, one folder for each database, and applied in order
// when a program starts. Servers that start together apply them once.
//
//   - A file that was released is never changed: databases have run it. A mistake is
//     mended by the next number.
//   - Both folders have the same numbers for the same change, and both databases have
//     the same tables and columns after it.
//   - A new column has a default that is right for rows of earlier versions.
//   - A program refuses a database with a higher number than it knows
//     ([NewerError]) and changes nothing.
//   - Tests migrate databases that were filled by each released version, and compare
//     their reports before and after.
//
// # Versions and change marks
//
// The row of data_versions has a version, a random number that every transaction
// draws anew that changes stores, hours, polls, special days or corrections. Figures are
// kept for as long as it stays the same. A [ChangeMark] is finer: it differs whenever
// anything was committed by anyone, and pages are kept by it. A request asks for it once
// ([WithOneMark]).
//
// The same row has PastMark, which is drawn anew whenever polls, or their reasons, changed that
// are older than the last nine days. What was found in those can be kept for longer.
//
// Beside the row, data_changes tells of the latest transactions what they changed, each as a
// link from the version before it to its own ([DataVersion.RenewBy], [Tx.ChangesSince]). One
// that does not say it, such as retention, leaves a gap, and a reader from before the gap reads
// everything again.
//
// All are compared by equality and never by order, because a database that was
// restored, or that failed over, may go back. A reader that needs the data of a
// certain version calls [Tx.RequireVersion] and begins again at [ErrDataMoved].
//
// # Leases and attempts
//
// An import or a report is a row with a [Work], and this row is the truth about it.
// jobs/doc.go describes the queue that wakes workers.
//
//	preview -> queued (confirmed), cancelled (discarded)
//	queued  -> running (claimed), cancelled
//	running -> complete, failed, cancelled, queued (given back, or its worker died)
//
// A claim counts the attempt up and takes a [Lease], which the worker renews while
// it works. Every write of a worker names its attempt and requires that the row is
// running; otherwise it gets [ErrAttemptLost] and has written nothing.
//
// A worker whose lease is seen unchanged for [Lease] is taken for dead, by the steady
// clock of whoever looks, since clocks of servers differ and jump. The row goes to the
// next attempt, and the death is counted, because the work itself may be what kills
// workers ([MaxAttempts]). Work that was given back on purpose counts no death.
//
// The result is written in the transaction that makes the row complete. An import can
// be cancelled until its rows are merged.
//
// # Reports and reaches
//
// A report keeps for good the reach that it was asked for with, and is seen by whoever
// has all of it within their own reach, whoever asked. Reports are many and reaches few,
// so lists of reports decide once for each reach and group, by ReachKey: the reach, or
// the checksum of one that is too long for an index. Of two askers, or two reaches of
// one, no report stands for the other, whatever their idempotency keys.
//
// # Retention
//
// Reports, imports and rejects are deleted some days after they ended, polls some
// days before the newest one with their reasons, in small transactions that may stop and go on later.
// [DataVersion].KeptFrom moves first, and only forward; readers then ask for
// nothing older. Of each store one older day stays, the last on which it was
// polled: the figures of the first kept day depend on its last poll.
//
// # At a million stores
//
// That is seventy times the full set of 14,000 stores that make bench measures, and make bench
// with --million measures it by hand. Everything grows with stores and with the window, not with
// history.
//
//   - An import holds the rows of its files but polls, which are sorted on disk; each kind is
//     forgotten once it is merged, and hours are merged some stores at a time.
//   - A report is made in shards of some ten thousand stores, by all servers, see package
//     reports, and takes the memory of a few shards.
//   - A server that shows pages has one snapshot and one trend of all stores in memory: their
//     polls of nine days, and the lines of two weeks, are most of it. A push measures only the stores
//     that it polls, but slides the windows of all others. The first page after a start waits for
//     all polls of the window.
//
// What is to be done, in this order:
//
//  1. Done on PostgreSQL: poll_days partitioned by month, see package months. Its key begins
//     with the day, so imports and reports touch one or two partitions, and retention drops
//     those of which nothing stays. Within a month it deletes rows: of a store that
//     is polled no more the last day stays for good, and keeps the partition of its month.
//  2. Done for reports: shards. Pages are to read the figures of their shard as well: what lists
//     sort and search by stays in memory, and polls and lines of a store are read with its shard.
//  3. Done for reports and first pages: packed polls of several stores. Hourly imports still
//     find and write a row for each store.
//  4. A PostgreSQL that is distributed, such as Citus, with store_id as the
//     distribution column of poll_days, hours and stores: every statement on
//     poll_days names a range of days and works on each node's stores alone.
//     What that changes about its partitions, package months says, and about shards,
//     package reports.
package models
