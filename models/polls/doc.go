// Package polls is the packed form in which polls are stored and merged: the
// polls of one store on one UTC day are one value, a Day.
//
// It must not know databases, files or business hours. It is pure: the same
// input gives the same bytes.
//
// # Format of a day
//
// A Day is a version byte (1) and then five bytes a poll, sorted, one poll per
// microsecond. The five bytes are a mark, the most significant byte first: the
// microsecond of the day times two, plus one if the store was inactive. Marks
// sort by time, and where two polls share an instant the inactive one sorts last
// and wins.
//
// A row per poll would cost 40 bytes of row header and index for the same fact.
// What was written once is read for ever: another format needs another version.
package polls
