package figures

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// storesAtOnce is how many stores a worker takes at a time.
const storesAtOnce = 512

// parallel gives stores out to all processors, some at a time. The result must not
// depend on how many there are: every store has its own place.
func parallel(ctx context.Context, stores int, work func(first, last int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for first := 0; first < stores; first += storesAtOnce {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return work(first, min(first+storesAtOnce, stores))
		})
	}
	return g.Wait()
}

// everyStore are the indexes of all stores.
func everyStore(count int) []int {
	stores := make([]int, count)
	for n := range stores {
		stores[n] = n
	}
	return stores
}
