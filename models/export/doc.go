// Package export writes what is known as CSV, in the forms in which it can be loaded
// again: polls, business hours, time zones, store names and special days are feeds. What
// people entered besides, which is corrections, sales and targets, has no feed: this package
// reads its files back, and the command enter enters them. What comes into an empty
// database by all of these gives the same figures, so nothing is locked in.
//
// Feeds know stores only, so special days of a group or of all stores are written for each
// store that they count for. The figures are the same; stores that come later, or change
// their group, are without them. Corrections, sales and targets keep their scope.
// Who entered something stays, but not when. To move a whole database with everything in
// it, see package transfer.
//
// It must not know who asks or where the bytes go. The files are for programs, so ids and
// texts are not guarded against spreadsheets.
//
// Each file is of one state of the database. Its rows are sorted, except for polls, which
// are as they come.
package export
