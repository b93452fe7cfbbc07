package web

import (
	"context"
	"errors"
	"sync"
)

// A cache keeps values for as long as what they were made from stays the same;
// the epoch stands for that. A value is computed once for each audience and key,
// and everyone who asks meanwhile waits for it. Errors are not kept. The zero
// cache is empty and has no bound.
//
// A cache that keepsPrevious keeps the values of the epoch before as well, since a
// request can come late with an older epoch than others have seen.
//
// The package golang.org/x/sync/singleflight does not serve here: its callers
// cannot stop waiting when their visitor leaves, and its keys are strings.
type cache[E, K comparable, V any] struct {
	size func(K, V) int // of a value with its key, where most bounds their sum
	most func(E) int    // in an epoch; nil with size

	keepsPrevious bool

	mu     sync.Mutex
	latest *generation[E, K, V]
	before *generation[E, K, V]
}

// A generation is the values of one epoch.
type generation[E, K comparable, V any] struct {
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
	for {
		p, own := c.join(epoch, k)
		if own {
			p.run(ctx, compute, func() { c.settle(epoch, k, p) })
			return p.value, p.err
		}
		value, err := p.wait(ctx)
		if !errors.Is(err, errAbandoned) || ctx.Err() != nil {
			return value, err
		}
	}
}

// join returns the value that is kept or being computed, or a new one that the
// caller is to compute.
func (c *cache[E, K, V]) join(epoch E, k cacheKey[K]) (p *pending[V], own bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := c.begin(epoch)
	if p := g.values[k]; p != nil {
		return p, false
	}
	p = newPending[V]()
	g.values[k] = p
	return p, true
}

// forgetUnless forgets the epochs of which is is not true.
func (c *cache[E, K, V]) forgetUnless(is func(E) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, g := range []**generation[E, K, V]{&c.latest, &c.before} {
		if *g != nil && !is((*g).epoch) {
			*g = nil
		}
	}
}

// settle keeps a value that was computed, or forgets it if there is none.
func (c *cache[E, K, V]) settle(epoch E, k cacheKey[K], p *pending[V]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := c.of(epoch)
	switch {
	case g == nil || g.values[k] != p: // the epoch ended, or the cache was full
	case p.err != nil:
		delete(g.values, k)
	default:
		c.add(g, k, p)
	}
}

// find returns a value that is kept. It does not wait for one that is being
// computed.
func (c *cache[E, K, V]) find(a audience, epoch E, key K) (value V, found bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := c.of(epoch)
	if g == nil {
		return value, false
	}
	p := g.values[cacheKey[K]{a, key}]
	if p == nil || !p.settled() {
		return value, false
	}
	return p.value, true
}

// put keeps a value that the caller has computed, unless there is one.
func (c *cache[E, K, V]) put(a audience, epoch E, key K, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g, k := c.begin(epoch), cacheKey[K]{a, key}
	if g.values[k] != nil {
		return
	}
	p := newPending[V]()
	p.value = value
	close(p.done)
	c.add(g, k, p)
}

// of returns the generation of an epoch, or nil where it is forgotten.
func (c *cache[E, K, V]) of(epoch E) *generation[E, K, V] {
	for _, g := range []*generation[E, K, V]{c.latest, c.before} {
		if g != nil && g.epoch == epoch {
			return g
		}
	}
	return nil
}

// begin returns the generation of an epoch. A new one makes the cache forget the
// others, or all but the latest.
func (c *cache[E, K, V]) begin(epoch E) *generation[E, K, V] {
	if g := c.of(epoch); g != nil {
		return g
	}
	if c.keepsPrevious {
		c.before = c.latest
	}
	c.latest = &generation[E, K, V]{epoch: epoch, values: map[cacheKey[K]]*pending[V]{}}
	return c.latest
}

// add counts a value in. A full cache starts anew: a visitor who leafs through
// all stores must not leave it full of pages that nobody else asks for. A value that
// would fill it alone is not kept.
func (c *cache[E, K, V]) add(g *generation[E, K, V], k cacheKey[K], p *pending[V]) {
	size, most := 0, 0
	if c.size != nil {
		size, most = c.size(k.key, p.value), c.most(g.epoch)
	}
	if size > most {
		delete(g.values, k)
		return
	}
	if c.sum()+size > most {
		c.before = nil
	}
	if c.of(g.epoch) == nil {
		return // it was older, and the newer one has the room
	}
	if c.sum()+size > most {
		g.values, g.sum = map[cacheKey[K]]*pending[V]{}, 0
	}
	g.values[k] = p
	g.sum += size
}

// sum is the size of everything that is kept.
func (c *cache[E, K, V]) sum() (sum int) {
	for _, g := range []*generation[E, K, V]{c.latest, c.before} {
		if g != nil {
			sum += g.sum
		}
	}
	return sum
}
