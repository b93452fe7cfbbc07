// Package months keeps the table poll_days in partitions of a month, on PostgreSQL.
//
// It must not know what a day of polls has in it, nor the rest of models, which uses it.
//
// # Partitions
//
// A new database has them from its first migration on, and an earlier one after [Convert].
// Until then poll_days is a plain table, and everything works with either. A partition comes
// into being in the transaction that first needs it ([Months.Add]), so there are only those of
// months that have polls. All days before the year 2000 share one, which leaves a dozen a year.
// A statement that names no days is planned for all of them; one that is run often names a
// range of days.
//
// The key is a unique index and no PRIMARY KEY: pg_restore --clean, which people restore dumps
// with, cannot drop that of a partition.
//
// There is no default partition: to add a month PostgreSQL would have to read all of it, while
// nobody can write to it.
//
// # Tables do not wait for snapshots
//
// A transaction that sees the database as it was a moment ago ([lightson/models.DB.View])
// sees the tables that there are now. Rows that were copied into another table after it began
// are not there for it, and rows of a dropped table are gone for it. So before a table is
// exchanged or dropped, the transactions that began before end ([Older]).
//
// # How a table with rows is converted
//
// Rows are copied day by day into a partitioned table beside, each day in a transaction of its
// own, while servers go on. A trigger lists the days that anybody changes meanwhile, and those
// are copied again. Then the tables are exchanged. Only that waits for the lock of the data
// version, so no writer is at work, and for a lock that keeps readers out, but for no longer than
// a third of a second at a time.
//
// What is done is known from two tables: poll_days_by_month has the copy, and poll_days_to_copy
// the days that are not in it or not as they are now. So the work can be stopped at any
// moment, and the next call goes on. The copy takes as much room as the table has.
//
// To attach the table as it is, as a partition of all its months, would be done in a moment.
// But its months would never part: rows cannot move from one partition to another in small
// steps, so each month would need the same copy, list and exchange.
//
// # Under Citus
//
// Nobody has tried it yet. poll_days would be distributed by store_id right after the
// migrations, while it has no rows. Its key has that column, as Citus demands, and a month that
// is attached gets the shards of its parent. These must change:
//
//   - [Months.Add] makes and attaches a table on every node. That belongs into a transaction
//     before the one that writes, so that rows do not wait for it, and needs the months of all
//     rows beforehand.
//   - [Older] sees the transactions of one node. It must ask all of them.
//   - [Months.Drop] sets lock_timeout for one node. It must be set on all.
//   - [Convert] works by triggers and renames, so it converts before the table is distributed;
//     or lightson copy fills a new database.
package months
