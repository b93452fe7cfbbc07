// Package export writes what is known as CSV, in the forms in which it can be loaded
// again: polls, business hours, time zones, store names and special days are feeds. What
// is loaded into an empty database from all of these gives the same figures, so nothing is
// locked in. Corrections have no feed; their file is for reading, and a program can enter
// them again by the API.
//
// It must not know who asks or where the bytes go. The files are for programs, so ids and
// texts are not guarded against spreadsheets.
//
// Each file is of one state of the database. Its rows are sorted, except for polls, which
// are as they come.
package export
