// Package feed reads the CSV files that pollers and owners hand in: it turns
// bytes into polls, business hours, time zones, store names and special days. For every
// row that it cannot take it says where the row stands, what was found and what was
// expected.
//
// It must not know where the bytes come from, where the rows go, or which of
// them are already known: it keeps nothing between two files and remembers no
// row. Which names are zones, package zones tells it; beside that it needs the
// standard library alone. Its memory does not grow with the file.
//
// # Files
//
// The kind of a file is told from its header line, never from its name. The
// columns may be in any order, their names in any case. Text is UTF-8, with or
// without a byte order mark, UTF-16 with one, or Windows-1252 ([Encoding] says
// how they are told apart); lines end in LF or CRLF; fields are separated by
// commas, semicolons, tabs or vertical bars, whichever makes the header one of
// ours, and may be quoted as in RFC 4180, also with blanks around the quotes.
// A file that is none of this is refused as a whole, by a [RefusedError]. Files of
// polls, hours and zones may have a column called name; it does not make them
// files of store names. Nor does a date make a file of hours one of special days, as
// long as it has days of the week.
//
// # Rows
//
// A bad row is rejected and every other row is kept. Where the quoting of a
// row is wrong, its end cannot be known: only its first line is rejected, and
// reading goes on with the next line. Blank lines and lines of nothing but
// delimiters are not rows, nor is the header where it is met again in files that were
// joined. Ids are kept as they are; [OddIDs] finds those that a spreadsheet damaged,
// and [MatchDamaged] the known ids that they can only stand for.
// Names lose what nobody sees of them. Free text, such as the reason of a poll or the
// note of a special day, loses its line breaks as well; a reason that is too long is cut,
// since no figure depends on it.
package feed
