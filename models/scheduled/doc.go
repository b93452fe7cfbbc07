// Package scheduled keeps reports that are made again and again, and what became of each
// time that one was due; and reports that somebody waits for.
//
// A [Report] says when a report is made, about which stores, and how its person is told.
// A [Run] is one time that it was due: it has a report, or a sentence that says why there
// is none. Both rows and the report's own are written in one transaction, which locks the
// row of the Report and moves it to its next time: so several servers make one report, and
// one that was down makes up for the latest time that it missed, once.
//
// Once the report has ended, a second transaction writes the deliveries and marks the run
// as told. The run is the cause of its deliveries, so they are written once.
//
// The package knows neither who may see what nor how reports are made. A person gets what
// is within their reach when a report is due: package jobs asks package access for it.
package scheduled
