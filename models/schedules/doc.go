// Package schedules says what becomes of a store's weekly hours when files say others:
// from which date on they hold, how people read a change, and on how many days it shows.
//
// It must not know the database, files or HTTP. Everything here is computed from its
// arguments.
//
// # What rows of hours mean
//
// The rows of one import for one store are a [Said]: rows that say from which date on
// they hold, and rows that do not.
//
//   - Rows with a date replace the schedule that begins on exactly that date. Schedules
//     from other dates stay, because somebody said them, even where they are equal to
//     what holds before them.
//   - Rows without a date hold for all time where the store had no hours, or where no
//     poll is known yet: nobody has seen a figure.
//   - Otherwise they are compared with the hours in force on the store's local date of
//     the newest poll. Equal ones change nothing. Others hold from that date on, so that
//     no figure that people have seen changes unasked.
//   - A [Choice] replaces these rules: for all time, as the only schedule, or from a date.
//
// A store may have rows of both kinds in one import. Then those without a date say what
// holds before the first of the dates too: they change nothing if they are in force on
// the day before it. Where both are about the same date, those that say it win.
package schedules
