// Package polls is the packed form in which polls are stored and merged: the
// polls of one store on one UTC day are one value, a [Day].
//
// It must not know databases, files or business hours. It is pure: the same
// input gives the same bytes.
//
// # Format of a day
//
// A Day is a version byte, which is 1, and five bytes for each poll. The five
// bytes are a mark, most significant byte first: the microsecond of the day times
// two, plus one if the store was inactive. Marks are sorted, and there is at most
// one per microsecond. There is no empty Day: a day without polls has no row.
//
// Reading checks all of this, and gives [ErrCorrupt] for anything that [Pack]
// would not write. A fuzz test holds it.
//
// # Format of reasons
//
// Reasons are a version byte, which is 1, and for each reason five bytes of the
// microsecond of the day, most significant byte first, one byte of the length of its text,
// and the text in UTF-8, which is never empty. They are sorted, at most one per
// microsecond. A day without reasons has no row. Reading checks all of this as well.
//
// # Format of a part
//
// A [Part] is a version byte, which is 1, and for each store of a range of ids, in order, the
// length of its Day as an unsigned varint and the Day. The length is 0 where it has none, and
// the stores after the last Day are left out. Bytes of another version, such as 0, say nothing.
// Parts can be made again from the days, so a release that packs them otherwise need not read
// this.
//
// # Decisions
//
//   - A row per poll would cost 40 bytes of row header and index for the same
//     fact. A day of hourly polls is 121 bytes.
//   - Marks sort by time. Where two polls have the same instant, the inactive one
//     sorts last and wins, so a merge is a maximum: its result does not depend on
//     the order or the number of imports.
//   - A mark is a uint64 outside of a Day, so that sorting and merging compare
//     integers. Its upper bits are free for whoever sorts it ([MarkMask]).
//   - Reasons are beside the days and not within them: most polls have none, and what
//     reads a week of polls need not read them.
//   - Stored days and reasons are read for ever: another format needs another version byte,
//     and this one stays readable.
package polls
