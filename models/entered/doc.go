// Package entered is what people enter about stores: special days, corrections, targets
// and sales rates. Each is of one store, of every store of a group, or of all stores, see
// [Subject].
//
// Special days change what counts as open, and corrections say which time counts for
// nobody, so each of them gives the data a new version. Targets and sales rates change no
// figure: they only renew the version that ChangeMark.Entered is.
//
// It must not know how figures are computed, who is allowed to enter what, feeds or pages.
// Package access says who may; whoever has these from files puts them in by the functions
// that take a transaction.
//
// # Which one counts
//
// Of special days and targets, the one of the store itself goes before the one of its
// group, and this one before the one of all stores. Special days are chosen date by date:
// all rows of the date, and none of the others. Corrections add up: time is excused where
// any of them says so.
//
// A store is in the group whose name it shows, as everywhere, so its entries change with
// its group. What names a store or a group that does not exist is kept and changes nothing;
// it counts from when there is one of that name.
//
// # What is kept
//
// Everything says who entered it and when. Corrections are never deleted: a withdrawn one
// says by whom and when, and is no longer asked. Special days, targets and sales rates are
// replaced and removed; the audit log has who did it.
package entered
