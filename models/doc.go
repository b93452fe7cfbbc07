// Package models is where Lights On remembers: stores, hours, polls, imports
// and reports, on PostgreSQL or on an embedded SQLite, and the snapshot of
// figures that pages and reports share.
//
// It must not know HTTP, HTML, the job queue or the schedule. GORM and SQL are
// known here and nowhere else. Every instant in a column is an integer of
// microseconds since 1970-01-01 UTC, on both databases, because SQLite would
// compare times as text; 0 stands for "not yet" in the columns that say so.
package models
