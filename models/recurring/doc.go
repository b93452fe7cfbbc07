// Package recurring says when something is due that is due again and again: every day,
// every week, every month or by a cron expression, at a time that the clocks of a zone
// show.
//
// It must not know the database, the clock of the machine, or what is due. Everything
// here is computed from its arguments.
//
// # Clock changes
//
// Dates are chosen on the local calendar first, and times on those dates are turned into
// instants by the rule that business hours follow: a local time that a clock change skips
// is moved forward by the gap, and of one that occurs twice the first is meant. So
// whatever is due once a day is due once on every date of the calendar, the days of a
// clock change included. Two times of a cron expression that a gap moves onto the same
// instant are due once.
//
// # Unknown zones
//
// Clean refuses a zone that the program does not know. One that was known when times were
// entered, and is not known now, stands for UTC, and Words say so.
//
// # Cron expressions
//
// Five fields: minute, hour, day of the month, month, day of the week. Each is a list of
// values, ranges and steps, with names for months and days of the week; both 0 and 7 are
// Sunday. Where both kinds of days are restricted, either suffices. @hourly, @daily,
// @midnight, @weekly, @monthly, @yearly and @annually stand for what they say. Expressions
// that are never due, or more often than [Closest] allows, are refused.
package recurring
