package web

import (
	"context"
	"sync"
)

// flights lets those who ask for the same page at the same time wait for the
// first of them: when the data change, a crowd must not render it once each.
type flights struct {
	mu     sync.Mutex
	flying map[flightKey]*flight
}

type flightKey struct {
	epoch liveEpoch
	page  pageKey
}

// A flight is a page being made. page is nil if it is not one to share.
type flight struct {
	landed chan struct{}
	page   *rendered
}

// join returns the flight of a page, and whether the caller is to make it.
func (f *flights) join(key flightKey) (own *flight, first bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if other := f.flying[key]; other != nil {
		return other, false
	}
	if f.flying == nil {
		f.flying = map[flightKey]*flight{}
	}
	own = &flight{landed: make(chan struct{})}
	f.flying[key] = own
	return own, true
}

// land lets the others have the page.
func (f *flights) land(key flightKey, own *flight) {
	f.mu.Lock()
	delete(f.flying, key)
	f.mu.Unlock()
	close(own.landed)
}

// wait is the page that another request makes; nil if none comes of it.
func (f *flight) wait(ctx context.Context) *rendered {
	select {
	case <-f.landed:
		return f.page
	case <-ctx.Done():
		return nil
	}
}
