package figures

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

	"lightson/models"
)

// storesPerCall is how many stores one call of work is for.
const storesPerCall = 512

// parallel calls work for stores first to last-1, some at a time, on all
// processors. Each store must write to a place of its own, so that the result
// does not depend on how many processors there are.
func parallel(ctx context.Context, stores int, work func(first, last int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for first := 0; first < stores; first += storesPerCall {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return models.Caught(func() error { return work(first, min(first+storesPerCall, stores)) })
		})
	}
	return g.Wait()
}

// allIndexes are the indexes of a slice of so many stores.
func allIndexes(count int) []int {
	indexes := make([]int, count)
	for n := range indexes {
		indexes[n] = n
	}
	return indexes
}
