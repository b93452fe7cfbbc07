package figures

import (
	"cmp"
	"slices"

	"lightson/models/uptime"
)

// countPolls counts the polls from an instant until before another. They are
// sorted.
func countPolls(polls []uptime.Poll, from, to uptime.Instant) int {
	return pollIndex(polls, max(from, to)) - pollIndex(polls, from)
}

// pollIndex is the index of the first poll that is not before an instant.
func pollIndex(polls []uptime.Poll, at uptime.Instant) int {
	n, _ := slices.BinarySearchFunc(polls, at, func(p uptime.Poll, at uptime.Instant) int { return cmp.Compare(p.At, at) })
	return n
}
