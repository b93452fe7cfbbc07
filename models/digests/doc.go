// Package digests tells people again and again how their stores did: every day of the day
// before, every week of the week before, every month of the month before.
//
// A [Digest] is a row: for which stores, when, and to which channels. A [Content] is what
// one says of a [Period], computed from one snapshot that was narrowed to the stores of the
// person; its Message is for people, its Payload for programs. Package jobs looks which
// digests are due, and sends them; who may see a digest, package access decides.
//
// # Periods
//
// A period is whole calendar dates: those before the date on which the digest is due in its
// own zone. Each store has them in its own zone, so that its figures are those of its page
// for the same days. Where a date is not over yet somewhere, or polls of it are still to
// come, the digest waits for [Patience]; then it is sent and says what is not known yet.
//
// # Which figures
//
// Figures are raw, as on pages; what corrections excuse is said beside them. Targets are
// judged with corrections, as in reports. Time that is excused is nothing to report.
package digests
