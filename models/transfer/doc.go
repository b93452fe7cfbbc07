// Package transfer copies a whole database into an empty one, of the same kind or of the
// other: from SQLite to PostgreSQL and back.
//
// It must not know what the rows mean. It knows every table by name (tables.go), and
// learns the columns from the databases themselves. A test fails where a migration adds a
// table that is not listed.
//
// # What Copy guarantees
//
//   - The source is only read, in one transaction that sees a single state: a snapshot on
//     SQLite, REPEATABLE READ on PostgreSQL. Servers on it go on reading and writing. What
//     they write after the beginning is not in the copy, so whoever moves for good stops
//     them first.
//   - The target is written in one transaction, which locks its tables against everybody
//     else and requires that they are empty. Killed at any moment, the copy leaves the
//     target empty or whole.
//   - Before that transaction is committed, every table is read back from the target. Its
//     number of rows and its checksum must be those that were read from the source.
//   - Rows go through one by one, so memory does not grow with the database.
//
// # What is the same, and what is not copied
//
// Ids, times, secrets and the version of the data are the same. Equal versions mean equal
// data, so what was made from the source is right for the copy. As soon as either changes,
// it draws a random version that the other never has.
//
// Sessions and counts of failed sign-ins are not copied: whoever was signed in signs in
// again. Jobs of the queue are not copied but made anew from the rows that wait, see
// package jobs. Neither is the list of migrations, which the target keeps by itself.
//
// # Values
//
// There are three kinds of values: numbers, texts and bytes. Truth is a number on SQLite
// and a boolean on PostgreSQL; all times are numbers, and all JSON is text. PostgreSQL has
// no text with a zero byte or with broken UTF-8. SQLite might, and then the copy ends with
// an error that names the column; no row is changed on its way.
//
// # Checksums
//
// The checksum of a row is the SHA-256 of its values in the order of their columns' names.
// That of a table is the sum of its rows' first eight bytes, so it depends neither on the
// order of the rows nor on the kind of database.
package transfer
