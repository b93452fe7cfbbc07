// Package backup copies the SQLite database to a file, restores it from one, and writes it
// anew without the room of what was deleted. PostgreSQL has its own tools.
//
// It must not know what the rows mean. It works on files and on the lock of the
// data folder, and knows package models for their names, form and migrations.
//
// # Format
//
// A backup is a SQLite database like any other: one file without a log, named as
// the operator likes. It has the tables of the version that wrote it.
//
// # What BackUp guarantees
//
//   - The backup is the state of one instant. Servers go on reading and writing.
//   - It is read in full, checked and synced to disk before it gets its name. A
//     backup that fails or is killed leaves nothing under that name.
//   - A file that has the name already stays, unless the caller wants it replaced.
//     Then the name leads to the old file or to the new one at every moment.
//
// # What Restore guarantees
//
//   - The backup itself is only read. A copy is checked and migrated to this version
//     before anything else changes. A damaged file, another program's database and
//     one of a newer version are refused.
//   - The name that servers open leads to the old database or to the new one at every
//     moment, also when the process is killed or the power fails.
//   - The old database stays beside it under a name with the time of the restore.
//   - Nobody uses the database meanwhile: Restore holds the lock of the data folder
//     alone, and is refused where a server or command has a share of it. Programs
//     that know no such lock are noticed because SQLite does not let go of its log.
//
// # What Vacuum guarantees
//
// The same as Restore, of a copy of the database itself. It is refused while a server runs,
// because SQLite has one writer at a time and would hold up imports for as long as it takes;
// there is no hurry, since free pages are used for new rows. Why not SQLite's own VACUUM:
// it writes the database to a temporary folder, which may be small or in memory, and then
// once more to its log. This way one new file is all the room that is needed, it is beside
// the old one, and it is checked before it is used.
package backup
