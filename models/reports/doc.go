// Package reports makes the rows of a report from a snapshot, packs and unpacks
// them, completes the report, and writes every CSV file of figures: reports,
// details, lists of stores and findings about the data.
//
// It must not know how figures are computed: it takes them from package figures.
// It must not know who waits for a report, HTTP or the queue; the state of a
// report, its attempts and its lease are those of package models.
//
// # A report never changes
//
// A complete report says for good what was known when it was made, whatever is
// imported, undone or deleted later. Its rows are therefore stored, and its page,
// its JSON and its CSV files are made from them each time. Nothing is ever
// converted: the decoder must read every row that any version ever wrote, and
// rows without newer fields must be written as they were before these fields
// existed.
//
// # Parts
//
// A row of the table report_parts holds up to 1000 rows of a report, one packed
// row after another, without a count or a separator. Parts are numbered from 0,
// and the rows of all parts in order are sorted by store. A report of any size is
// thus written and read in small pieces. Parts are complete when the report is:
// [Finish] saves them and the report's new state in one transaction.
//
// # Shards
//
// Where there are very many stores, a report is made in shards ([MakeInShards]): of stores with
// ids in a range, a snapshot is computed, packed, and forgotten. Memory does not grow with the
// number of stores then, and several processes share the work. Stores do not depend on each
// other, so the rows are those of one snapshot, byte for byte.
//
// All see one state of the data: who makes the report reads in one transaction from its beginning
// to its end, and lets the others see what that sees ([models.Tx.Share]). On SQLite they compare
// the version of the data, and leave the work to the first one where it moved. Who has other time
// zones, another interval of polls or other rules leaves it, too.
//
// The table report_shards says which shards somebody has begun with and which are done. Whoever
// makes the report does those last that others have begun with and do not end, so nobody has to
// be found dead; of two who do the same, the first one saves it. Every write names the attempt
// ([models.Attempt]), so an attempt that was given up leaves nothing in the next one.
//
// Shard n has the parts from 1024 × n on, and the report has the number of its shards. The rows
// of each are sorted, and [Rows] merges them while it reads. While the report is not complete it
// has no rows for anybody. What an attempt left goes when the next one begins, and that of a
// report that failed or was cancelled with the next report in shards, or with the report.
//
// Under Citus, or any PostgreSQL of several nodes, pg_export_snapshot tells of the transactions
// of one node only: there, shards would have to compare versions as on SQLite.
//
// # Format of a row
//
//	flags    1 byte
//	texts    2 or 5, each its length in bytes and then its bytes, in UTF-8
//	figures  3 or 4 times 5, 6, 8 or 9 numbers
//	figures  with flag 32, as many again
//	target   with flag 64, 1 number
//
// Lengths and numbers are unsigned varints: seven bits a byte, the least
// significant first, the highest bit set in each byte but the last
// ([encoding/binary.AppendUvarint]).
//
// The flags are
//
//	1  the time zone is assumed: no feed gave one
//	2  the hours are assumed: no feed gave any, and the store is always open
//	4  the store has a name, a group or a city
//	8  the report has a range beside the windows
//	16 figures have what is certain and what was closely seen of them
//	32 the store has corrections: the second figures are the corrected ones
//	64 the store has a target
//
// The highest bit is zero. The texts are the store's id in the feeds and its IANA
// time zone and, with flag 4, its name, its group and its city, which may be
// empty. The figures are those of the last hour, the last day and the last week
// and, with flag 8, those of the range; the five numbers of each are open time,
// uptime, downtime, outages and the longest outage. With flag 16, certain uptime, certain
// downtime and closely seen time follow; with flag 32, the time that is excused. Times
// are in microseconds, and the target is in hundredths of a percent.
//
// Flags 4 to 64 were added later: rows from before never have them. A new field
// needs a flag of its own, so that rows without it stay as they are.
//
// # CSV files
//
// Scripts read the report, people the details:
//
//   - [WriteCSV] is a contract. Its seven columns, their order and their units are
//     fixed: minutes for the last hour, hours for day and week, two decimals. A
//     store without data has zeros, because scripts parse numbers.
//   - [WriteDetailsCSV] tells apart what the report cannot: uptime, downtime and no
//     data add up to open time, and a share of nothing is "—". New columns are
//     added at the end, because some readers count them. Only the columns of a
//     range stand between the windows and the name.
//   - [WriteRangeCSV] is for people who asked about a range, which comes first.
//
// Lines end in LF. Texts that come from feeds may begin with a character that
// makes a spreadsheet run them as a formula, or have one behind a semicolon;
// [feed.SafeCell] puts an apostrophe before these. Numbers and instants are ours
// and need none.
//
// The sizes of a report's files are stored with it, and so is the version of the
// writers that counted them ([FilesVersion]). If the writers changed since, the
// sizes are counted anew. Files for people begin with a byte order mark, which the
// sizes do not count. The contract and the files of the API have none.
package reports
