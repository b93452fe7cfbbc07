package web

import "slices"

// A sortOrder is one way to sort a list. Lists that do not change are sorted
// once for each, and not again for every page of them.
type sortOrder struct {
	column string
	desc   bool
}

// sortedIndexes are the indexes of a list of n things, sorted by compare.
func sortedIndexes(n int, compare func(a, b int) int) []int {
	indexes := make([]int, n)
	for i := range indexes {
		indexes[i] = i
	}
	slices.SortStableFunc(indexes, compare)
	return indexes
}
