package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"lightson/cmd/rig"
)

// A page is a URL that is visited, or many of a kind: n counts the visits.
type page struct {
	name   string
	path   func(n int) string
	varies bool   // another URL at each visit
	cookie string // of who visits it; empty where nobody signs in
}

// always is the page at one URL.
func always(path string) page { return page{name: path, path: func(int) string { return path }} }

// varying is a kind of page, another one at each visit.
func varying(name string, path func(n int) string) page {
	return page{name: name, path: path, varies: true}
}

// visits are how long the answers of a page took, sorted, and over how long they
// came.
type visits struct {
	name   string
	took   []time.Duration
	lasted time.Duration
	wire   int64 // bytes of the largest answer
}

func (v visits) quantile(q float64) time.Duration {
	if len(v.took) == 0 {
		return 0
	}
	return v.took[min(int(q*float64(len(v.took))), len(v.took)-1)]
}

func (v visits) perSecond() float64 { return float64(len(v.took)) / v.lasted.Seconds() }

// each is the time from one answer to the next.
func (v visits) each() time.Duration { return v.lasted / time.Duration(max(1, len(v.took))) }

// together are the visits of several pages as if they were of one.
func together(all []visits) visits {
	v := visits{lasted: all[0].lasted}
	for _, one := range all {
		v.wire = max(v.wire, one.wire)
		v.took = append(v.took, one.took...)
	}
	slices.Sort(v.took)
	return v
}

// visitAll lets all clients ask for the pages in turn, each as fast as it is
// answered, until the time is over. The result has the visits of each page.
func (b *bench) visitAll(ctx context.Context, addr string, pages []page, lasting time.Duration) ([]visits, error) {
	began, first := time.Now(), rand.IntN(1_000_000)
	byClient := make([][]visits, b.clients)
	g, ctx := errgroup.WithContext(ctx)
	for n := range b.clients {
		g.Go(func() error {
			took, err := visitor(ctx, addr, pages, first+n, b.clients, began.Add(lasting))
			byClient[n] = took
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	all := make([]visits, len(pages))
	for p, page := range pages {
		all[p] = visits{name: page.name, lasted: time.Since(began)}
		for _, took := range byClient {
			all[p].took = append(all[p].took, took[p].took...)
			all[p].wire = max(all[p].wire, took[p].wire)
		}
		slices.Sort(all[p].took)
	}
	return all, nil
}

// visitor is one client. Their numbers follow one another, so that each begins
// at a page of its own, and none visits what another did where pages are many.
func visitor(ctx context.Context, addr string, pages []page, number, clients int, end time.Time) ([]visits, error) {
	c, err := rig.Dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	took := make([]visits, len(pages))
	for visit := 0; ; visit++ {
		p := (number + visit) % len(pages)
		path := pages[p].path(number + visit*clients)
		c.Cookie = pages[p].cookie
		start := time.Now()
		if err := c.Get(path); err != nil {
			return nil, fmt.Errorf("after %d visits: %w", visit, err)
		}
		took[p].took = append(took[p].took, time.Since(start))
		took[p].wire = max(took[p].wire, c.Wire)
		if time.Now().After(end) || ctx.Err() != nil {
			return took, ctx.Err()
		}
	}
}
