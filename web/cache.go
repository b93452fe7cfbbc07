package web

import (
	"context"
	"sync"
)

// A cache keeps values for as long as what they were made from stays the same;
// the epoch stands for that. A value is computed once for each audience and key,
// and everyone who asks meanwhile waits for it. Errors are not kept. The zero
// cache is empty and has no bound.
//
// The package golang.org/x/sync/singleflight does not serve here: its callers
// cannot stop waiting when their visitor leaves, and its keys are strings.
type cache[E, K comparable, V any] struct {
	size func(K, V) int // of a value with its key, where most bounds their sum
	most int

	mu     sync.Mutex
	epoch  E
	values map[cacheKey[K]]*pending[V]
	sum    int
}

type cacheKey[K comparable] struct {
	audience audience
	key      K
}

// get returns the value of a key in an epoch, and computes it where it is
// missing. The context of compute outlives the visitor who asked.
func (c *cache[E, K, V]) get(ctx context.Context, a audience, epoch E, key K, compute func(context.Context) (V, error)) (V, error) {
	k := cacheKey[K]{a, key}
	p, own := c.join(epoch, k)
	if !own {
		return p.wait(ctx)
	}
	p.run(ctx, compute, func() { c.settle(k, p) })
	return p.value, p.err
}

// join returns the value that is kept or being computed, or a new one that the
// caller is to compute.
func (c *cache[E, K, V]) join(epoch E, k cacheKey[K]) (p *pending[V], own bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.begin(epoch)
	if p := c.values[k]; p != nil {
		return p, false
	}
	p = newPending[V]()
	c.values[k] = p
	return p, true
}

// settle keeps a value that was computed, or forgets it if there is none.
func (c *cache[E, K, V]) settle(k cacheKey[K], p *pending[V]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.values[k] != p: // the epoch ended, or the cache was full
	case p.err != nil:
		delete(c.values, k)
	default:
		c.add(k, p)
	}
}

// find returns a value that is kept. It does not wait for one that is being
// computed.
func (c *cache[E, K, V]) find(a audience, epoch E, key K) (value V, found bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.values[cacheKey[K]{a, key}]
	if p == nil || c.epoch != epoch || !p.settled() {
		return value, false
	}
	return p.value, true
}

// put keeps a value that the caller has computed, unless there is one.
func (c *cache[E, K, V]) put(a audience, epoch E, key K, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.begin(epoch)
	k := cacheKey[K]{a, key}
	if c.values[k] != nil {
		return
	}
	p := newPending[V]()
	p.value = value
	close(p.done)
	c.add(k, p)
}

// begin forgets the values of another epoch.
func (c *cache[E, K, V]) begin(epoch E) {
	if c.epoch != epoch || c.values == nil {
		c.epoch, c.values, c.sum = epoch, map[cacheKey[K]]*pending[V]{}, 0
	}
}

// add counts a value in. A full cache starts anew: a visitor who leafs through
// all stores must not leave it full of pages that nobody else asks for.
func (c *cache[E, K, V]) add(k cacheKey[K], p *pending[V]) {
	size := 0
	if c.size != nil {
		size = c.size(k.key, p.value)
	}
	if c.sum+size > c.most {
		c.values, c.sum = map[cacheKey[K]]*pending[V]{}, 0
	}
	c.values[k] = p
	c.sum += size
}
