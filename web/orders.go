package web

import (
	"slices"
	"sync"

	"lightson/models/figures"
)

// orders keeps the ways in which a list that does not change was sorted, so that
// each is found once and not by every page of it.
type orders struct {
	mu    sync.Mutex
	found map[string]*order
}

type order struct {
	once  sync.Once
	index []int
}

// by is the order of n things by compare, which name stands for.
func (o *orders) by(name string, n int, compare func(a, b int) int) []int {
	o.mu.Lock()
	if o.found == nil {
		o.found = map[string]*order{}
	}
	sorted := o.found[name]
	if sorted == nil {
		sorted = &order{}
		o.found[name] = sorted
	}
	o.mu.Unlock()
	sorted.once.Do(func() {
		sorted.index = make([]int, n)
		for i := range sorted.index {
			sorted.index[i] = i
		}
		slices.SortStableFunc(sorted.index, compare)
	})
	return sorted.index
}

// storeOrders are the orders of the stores of the snapshot that was last shown.
type storeOrders struct {
	mu       sync.Mutex
	snapshot *figures.Snapshot
	orders   *orders
}

func (o *storeOrders) of(s *figures.Snapshot) *orders {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.snapshot != s {
		o.snapshot, o.orders = s, &orders{}
	}
	return o.orders
}
