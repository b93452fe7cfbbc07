// Package causes says what stores that went dark together have in common: everything, a
// group, a city or a time zone. It tells one incident with a cause from many stores that
// happen to be offline. It knows no clock and no database.
//
// # Together
//
// A store is polled now and then, so it went dark somewhere after the last poll that saw
// it active and not later than the first that saw it inactive. At a moment t it went dark
// if t lies between the two, stayed on if a poll at t or later saw it active, and cannot be
// told otherwise: it was not polled since, or was dark before. A cause is judged by the
// stores that can be told at its moment. Which of its stores are closed does not matter,
// since these are not given.
//
// # Beyond chance
//
// The background is that each store goes dark by itself, with the share that those outside
// of the cause show at the same moment. The evidence for a cause is how much likelier its
// stores are under a share that is high (beta 4, 1) than under the one of the background (beta
// 1, 30, updated by the stores outside), both in logarithms and exact. Under the background
// such a ratio exceeds 1/a with probability a at most, so that dividing by the number of
// candidates and of moments tried bounds what one search finds by chance to [Chance].
//
// # Most with least
//
// Candidates overlap: a group is mostly in one city, a city in one zone, and everything
// holds them all. A set of causes is preferred by the likelihood of all stores under it,
// less the price of naming each. So a city explains better than the zone around it of which the
// rest stayed on, everything better than each of its cities, and two cities better than
// everything where the other cities stayed on. The search is greedy, then picks each cause
// again given the others, and then tries to do without each.
//
// Candidates that hold the same stores of those that can be told are told together
// ([Cause.Alike]): the polls cannot tell them apart.
package causes
