// Package demo makes believable feeds — polls, business hours, time zones and
// store names — so that Lights On can be tried, shown and measured without anyone's real data.
//
// The same options give the same bytes on every machine. The package therefore
// knows no clock and no zone database, and decides everything with integers: a
// fused multiply-add of floats differs between processors. It knows nothing of
// the database or of how the feeds are read; it writes what section 1 of the
// contract describes and leaves the rest to the importer.
package demo
