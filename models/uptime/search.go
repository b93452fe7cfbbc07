package uptime

import "sort"

// notAfter is the polls made at or before i.
func notAfter(polls []Poll, i Instant) []Poll {
	n := len(polls)
	if n == 0 || polls[n-1].At <= i { // the usual case: the caller read no further
		return polls
	}
	return polls[:sort.Search(n, func(k int) bool { return polls[k].At > i })]
}

// firstFrom is the index of the first poll at or after i.
func firstFrom(polls []Poll, i Instant) int {
	return sort.Search(len(polls), func(k int) bool { return polls[k].At >= i })
}

// firstEndingAfter is the index of the first opening that is not over at i.
func firstEndingAfter(openings []Span, i Instant) int {
	return sort.Search(len(openings), func(k int) bool { return openings[k].To > i })
}
