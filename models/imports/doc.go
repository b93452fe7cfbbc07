// Package imports brings the data of feeds into the database, and takes them out
// again: it reads files into a batch, merges the batch, and keeps a journal by
// which the merge can be undone. Previews and pushed polls use the same merge.
//
// It must not know figures and reports, HTTP, the job queue, or where files come
// from. It is given readers and an attempt, and returns rows, counts and errors.
//
// # The way of an import
//
//  1. [Batch.Read] reads each file by means of package feed, without the database.
//     Good rows go to the batch, bad rows to a rejects.csv.
//  2. [Merge] takes the merge lock, resolves store codes to ids, adds new stores,
//     merges hours, zones, names, special days, polls and their reasons in this order, and writes the journal,
//     the data version, the rejects and the row of the import: all in one
//     transaction. Either all of it is in the database or nothing.
//  3. [Complete] marks the import as complete. It is a transaction of its own, so
//     that the caller can prepare pages in between. If a process dies before step
//     2 has committed, the next attempt begins again; if it dies afterwards, the
//     next attempt only completes.
//
// [CompleteSame] replaces all steps where the bytes are known. [Preview] replaces
// steps 2 and 3. [Undo] is the inverse of step 2. [Pusher.MergeWithin] is steps 1 to
// 3 for polls that a program sends, of stores within its reach.
//
// # The merge
//
// The data are a set of facts: the polls of a store on a UTC day (a poll day), the
// hours of a store, its zone, and its names (name, group and city together).
//
//   - Polls are united. Where a store has both states at an instant, inactive
//     wins, because an outage that was seen must not disappear. Each such instant
//     is a conflict: all are counted and the first 200 are listed.
//   - Hours are replaced per store and date: rows of all files of the import together
//     are the hours from a date on. Package schedules says from which. By its rule, rows
//     without a date hold from the date of the newest poll known before the import; that
//     alone makes the order of imports matter.
//   - Special days are replaced per store and date. Where rows of a date disagree, times
//     win over a closed day, and of notes the first in byte order that is not empty.
//   - A poll that is inactive has the first of its reasons in byte order. A later import
//     may give one to a poll that was known without; its row counts as duplicate.
//   - Zone and names are replaced per store. Where rows of an import disagree, the
//     first in byte order wins and the others count as conflicting. A names file
//     without the column group or city leaves that field as it is.
//
// Where an import asks for it, rows of ids that a spreadsheet damaged go to the known
// stores that these ids can only stand for (feed.DamagedIDs). That is decided within
// the merge, before stores are resolved, so a preview decides as the import does.
// Unmatched ids are stores of their own, as everywhere.
//
// None of this depends on the order of rows or files, and for polls not on the
// order of imports either. Importing the same files again changes nothing.
//
// Every row read is counted exactly once, as kept, duplicate, conflicting or
// rejected ([models.Counts]).
//
// The merge lock is the single row of data_versions, locked for update
// (SELECT … FOR UPDATE on PostgreSQL; a writing transaction of SQLite is alone
// anyway). Merges, pushes and undos take it first, because merging a poll day
// reads the day and writes it back: of two merges at once, one would lose polls.
// The version in that row is drawn anew if the data changed. Readers are never
// locked out.
//
// # Sorting polls on disk
//
// Files have polls in any number and order, but poll days are merged one after
// another. A batch therefore gathers polls by UTC day. A poll is a key of 64 bits:
//
//	bits 63–38  number of the store within the batch, from 0   (26 bits)
//	bits 37–0   mark: microsecond of the day × 2 + 1 if inactive  (38 bits)
//
// Sorting keys as plain integers sorts by store, then by time, and puts the state
// that wins last. A batch can have at most 2²⁶ stores.
//
// Once 2,097,152 keys (16 MB) or more than 4,096 days are in memory, they are
// moved to a temporary file as a run: the keys of each day, in order of day and range,
// as little-endian integers of 8 bytes, not sorted within the range. A range is 4,096
// stores by their numbers. Runs follow each other without headers. Offset and length of
// each day and range in each run are kept in memory, so the file means nothing to another
// process; where the system allows it, the file loses its name as soon as it is created.
//
// Merging a day reads one range after another from all runs and sorts it, while the
// database is busy with the range before. So a day of any number of stores needs no more
// memory than a range does, and what is sorted at a time fits into the processor's cache:
// keys are put in their places by store, and only the few of each store are compared.
// Where the numbers of the stores are not in the order of their ids in the database, the
// stores first get other numbers, which are, so that a day is written in order of the
// table's key.
//
// Reasons of polls that are inactive are sorted beside them, in runs of about 32 MB in a
// file of their own: the records of a day are sorted within each run, and the runs are
// merged while a day is read. A record is, little-endian, the number of the store (4
// bytes), the microsecond of the day (8), the length of the text (1) and the text. Of
// several reasons of a poll, the first in byte order is kept. Files without reasons
// make no such file.
//
// # The journal
//
// A merge with a journal has a merge number: one more than the highest of all
// imports and journals. A journal is the rows of import_journal that have the merge
// number:
//
//	merge_number  the merge
//	part          0, 1, 2, …: the order of the parts of a merge
//	kind          1 polls, 2 hours without dates (of earlier versions; not written any
//	              more), 3 zones, 4 names, 5 stores that the merge added, 6 schedules
//	              (hours with dates), 7 special days, 8 reasons of polls
//	day           of kinds 1 and 8: days since 1970-01-01 UTC; of kind 7: the date; else 0
//	entries       packed entries, back to back
//
// All entries of a part have its kind and day. A part ends when the next entry has
// another kind or day, or once it has 256 KiB; the last entry may exceed that. A
// poll day or a kind may thus have several parts.
//
// An entry says what the merge did to one fact of one store:
//
//	store     varint   id of the store minus id of the store of the previous
//	                   entry in the part; the first one is minus 0
//	change    1 byte   0 confirmed, 1 added, 2 replaced, 3 changed again
//	checksum  4 bytes  CRC-32C of what was written, little-endian; not if confirmed
//	length    uvarint  of before, in bytes; only if replaced
//	before    length bytes: what was there; only if replaced
//
// varint (zigzag) and uvarint are those of encoding/binary. What was written and
// what was there before have the same form, by kind:
//
//	polls   a poll day, in the format of package polls
//	hours   per row, sorted by weekday, start and end: weekday, 1 byte, 0 is
//	        Monday; start and end, uvarints, in seconds since local midnight
//	zones   the name of the zone
//	names   name, group and city, each with its length in bytes as a uvarint before
//	        it; empty if the store has none of the three
//	stores  nothing: the change is always 1 and the checksum 0
//	schedules  per schedule: its date as a varint, how many rows it has as a uvarint, and
//	        the rows as those of hours
//	special days  per row, sorted: start and end, uvarints; note and who entered it, each
//	        with its length as a uvarint before it; when, a varint
//	reasons a day of reasons, in the format of package polls
//
// Confirmed means that the import repeated what was known: all its rows for that
// fact were duplicates, or conflicts that changed nothing. It is recorded because
// two imports then support the fact, so that undoing the earlier import cannot
// remove it.
//
// A merge that changed nothing at all has no journal and no merge number. It is as
// if it had never been: it cannot be undone, and undoing an earlier import may
// remove what it repeated.
//
// Journals take space, and few people undo an import of last month. Each merge
// removes the journals that are older than the last 30 imports of files or the last
// 72 of pushes, its own included. Both bounds cut off everything before them: what
// came later must be known. The formats have no version: no journal lives long, but
// those that are there must stay readable, so a new format needs a new kind or a
// new change.
//
// # Undo
//
// Undo restores what each entry has as before, or removes what was added, and
// removes the journal. A store that the import added is removed if it has no data
// left and no later journal names it; if one does, the first such journal gets an
// entry of kind 5, so that undoing that import removes the store. First polls and
// the newest poll are found again in what is left. The data version is drawn anew,
// although the data may be those of a former version.
//
// An undo is refused, by an [UndoError] and without any change, if
//
//   - the import is not complete, was undone already, changed nothing, or has no
//     journal (any more);
//   - retention deleted days whose polls it brought;
//   - a later import has an entry for a fact that this one added or replaced. Undo
//     that one first; the error names the newest;
//   - another import is running;
//   - a fact no longer has the checksum that was recorded. Something without a
//     journal changed it, such as a statement that someone typed.
//
// [UndoStates] says the same beforehand, except for the last: it reads no data, and
// of the journals only the parts that may have a fact in common.
//
// Imports that have no facts in common can be undone in any order, and what is left
// is what the other imports alone would have given.
//
// # The same bytes
//
// An import is complete without reading its files ([CompleteSame]), and its preview
// is empty ([SameAs]), if every file has the SHA-256 and the size of a file of an
// earlier import that was merged and not undone, unless reading them again could
// change anything:
//
//   - Polls stay known until their import is undone, so polls files are always
//     the same.
//   - Special days are always read again: people change them without an import. Hours
//     are, where another choice was made from when on they hold, or where schedules have
//     dates and polls came in since.
//   - Hours, zones and names replace what is there. All files of such a kind must
//     come from one earlier import, include all of its files of that kind, and no
//     later import may have changed data of that kind.
//   - A file with rejected rows is read again: the rules may have changed.
//   - Where damaged ids were matched, or are to be, files are read again: what they
//     match depends on the stores that are known.
//
// The later import changed nothing, so it does not keep the earlier one from being
// undone. After that, the bytes are read again. For the same reason an import that
// was read and changed nothing is no such earlier import.
//
// # Previews
//
// A preview is the merge itself, over tables that read as always and discard what
// is written (models.Tx.DryRun), in a read-only transaction and without the merge
// lock. Its numbers are those of the import, as long as the data version is that
// of the preview. There is no second implementation that could disagree.
//
// # Hours applied to the past
//
// Hours that an import changed from a date on can be made to hold for all time
// ([ApplyHoursToPast]), for the stores that still have them. That is an import of its
// own, whose one file names the import that the hours are of. [FindPastHours] and
// previews say beforehand on how many days of the stores opening hours would be others.
//
// # Pushes
//
// A chain whose pollers push their own polls makes thousands of pushes an hour. The
// pushes of one UTC hour are therefore one import, which grows during the hour and
// is undone as a whole. A push that changed nothing is not recorded. The sender gets
// one answer per row, and the answers add up to the counts.
//
// An import of pushes ends early where it was undone, and where files are merged
// after it: the next push then begins another. So its pushes have one place in the
// order of merges. Otherwise it and the files between its pushes could each stand in
// the other's way.
//
// The import has one journal, to which each push adds its entries. The last part is
// written again until it has 16 KiB, so that thousands of pushes do not make
// thousands of rows. Of polls that an earlier push of the same import changed, an
// entry has the checksum only: what was there before the import is in the first
// entry. A [Pusher] remembers for which polls that holds. Where it does not know,
// because the server was started again or another server has pushed, it writes what
// was there before the push, which an undo does not need.
//
// Pushes are counted apart from files, because each hour of them would use up one
// of the 30.
//
// # Rejects
//
// A bad row never stops an import. It goes to the rejects.csv of its file, which is
// stored in import_rejects in parts of 256 KiB, without its header: that follows
// from the columns of the file. The rows are those of the file with the columns line,
// column and reason after them, so that the file can be corrected and imported again.
package imports
