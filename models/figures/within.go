package figures

import (
	"math"
	"slices"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"lightson/models/reach"
)

// Within is the snapshot narrowed to the stores of a reach, as if there were no others:
// its stores have indexes of their own, and its groups, sums, counts and checks know
// these stores only. The version of the data, the as-of instant and what is kept of
// polls are those of the whole. The reach of all is the snapshot itself.
//
// It costs some microseconds for a thousand stores and shares the polls, so whoever has
// the same reach shares the same narrowed snapshot for as long as there is room for it.
func (s *Snapshot) Within(r reach.Reach) *Snapshot {
	if r.IsAll() {
		return s
	}
	return s.within.of(r, s, func(text string) *Snapshot { return s.narrowedTo(s.storesWithin(r), text) })
}

// Whole is the snapshot that this one was narrowed from, or itself. Those that were
// narrowed from one are of one version; what is kept of them is out of date when there
// is another whole one.
func (s *Snapshot) Whole() *Snapshot {
	if s.whole == nil {
		return s
	}
	return s.whole
}

// InWhole is the index of store n in the whole snapshot.
func (s *Snapshot) InWhole(n int) int {
	if s.whole == nil {
		return n
	}
	return int(s.origin[n])
}

// storesWithin are the indexes of the stores of a reach, in order.
func (s *Snapshot) storesWithin(r reach.Reach) []int {
	var stores []int
	for _, group := range r.Groups() {
		stores = append(stores, s.StoresOf(group)...)
	}
	for _, code := range r.Stores() {
		if n, found := s.Find(code); found {
			stores = append(stores, n)
		}
	}
	slices.Sort(stores)
	return slices.Compact(stores)
}

// narrowedTo is a snapshot of some of the stores, which are the reach with a text.
func (s *Snapshot) narrowedTo(stores []int, text string) *Snapshot {
	if len(stores) == len(s.Stores) {
		return s
	}
	if s.reach != "" {
		text = s.reach + " " + text
	}
	n := &Snapshot{
		Version: s.Version, AsOf: s.AsOf, AsOfKnown: s.AsOfKnown, KeptFrom: s.KeptFrom,
		Stores: pick(s.Stores, stores), Calendars: pick(s.Calendars, stores), PollEvery: s.PollEvery, Figures: pick(s.Figures, stores), Now: pick(s.Now, stores),
		polls: pick(s.polls, stores), excused: pick(s.excused, stores), corrected: pick(s.corrected, stores), special: s.special, excuses: s.excuses,
		pastMark: s.pastMark, whole: s.Whole(), origin: s.originOf(stores), reach: text,
	}
	for _, polls := range n.polls {
		n.Polls += int64(polls)
	}
	n.period = s.period.narrowedTo(stores)
	return n
}

// originOf are the indexes of stores in the whole snapshot.
func (s *Snapshot) originOf(stores []int) []int32 {
	origin := make([]int32, len(stores))
	for i, n := range stores {
		if origin[i] = int32(n); s.whole != nil {
			origin[i] = s.origin[n]
		}
	}
	return origin
}

// narrowedTo is the period of some of the stores. It shares the polls.
func (p *period) narrowedTo(indexes []int) *period {
	n := newPeriod(p.times.pick(indexes), p.span, p.asOf, p.near)
	n.polls, n.openings = p.polls, pick(p.openings, indexes)
	for i := range n.stores {
		if name := n.stores[i].ZoneName(); n.zones[name].location == nil {
			n.zones[name] = p.zones[name]
		}
	}
	if len(p.earlier) > 0 {
		for i, index := range indexes {
			if poll, some := p.earlier[index]; some {
				n.earlier[i] = poll
			}
		}
	}
	return n
}

// pick are the elements with some indexes.
func pick[T any](list []T, indexes []int) []T {
	picked := make([]T, len(indexes))
	for i, n := range indexes {
		picked[i] = list[n]
	}
	return picked
}

// Within is the trend narrowed to the stores of a reach, see [Snapshot.Within]. Its dates
// are those of a trend of these stores.
func (t *Trend) Within(r reach.Reach) *Trend {
	if r.IsAll() {
		return t
	}
	return t.within.of(r, t.Snapshot, func(string) *Trend { return t.narrowedTo(t.Snapshot.Within(r)) })
}

// Whole is the trend that this one was narrowed from, or itself.
func (t *Trend) Whole() *Trend {
	if t.whole == nil {
		return t
	}
	return t.whole
}

// narrowedTo is the trend of a snapshot that was narrowed from that of the trend.
func (t *Trend) narrowedTo(s *Snapshot) *Trend {
	if s == t.Snapshot {
		return t
	}
	whole := t.Whole()
	return &Trend{Snapshot: s, Dates: s.trendDates(), whole: whole, heatMaps: whole.heatMaps}
}

// A narrowed keeps what a value was narrowed to lately, by reach. Together they have at
// most as many stores as the value itself, so that memory does not grow with the number
// of people; what is not kept is soon made again. It is gone with the value that was
// narrowed: another version of the data has another.
type narrowed[T hasStores] struct {
	mu     sync.Mutex
	latest *simplelru.LRU[string, T]
	size   int // of what is kept
}

type hasStores interface{ storeCount() int }

func (s *Snapshot) storeCount() int { return len(s.Stores) }

const (
	narrowedSize = 8   // about how many stores take as much room as what does not grow with them
	narrowedText = 700 // and how many bytes of text are as much as a store
)

// sizeOf is in stores. What has all stores of the whole is the whole, and has none of its own.
func sizeOf(v, whole hasStores, text string) int {
	size := narrowedSize + len(text)/narrowedText
	if stores := v.storeCount(); stores < whole.storeCount() {
		size += stores
	}
	return size
}

// of returns what the value was narrowed to lately, or narrows it.
func (c *narrowed[T]) of(r reach.Reach, whole hasStores, narrow func(text string) T) T {
	text := r.String()
	if kept, some := c.get(text); some {
		return kept
	}
	made := narrow(text)
	c.mu.Lock()
	defer c.mu.Unlock()
	if kept, some := c.latest.Get(text); some { // somebody was quicker
		return kept
	}
	c.latest.Add(text, made)
	for c.size += sizeOf(made, whole, text); c.size > narrowedSize+whole.storeCount() && c.latest.Len() > 1; {
		of, oldest, _ := c.latest.RemoveOldest()
		c.size -= sizeOf(oldest, whole, of)
	}
	return made
}

func (c *narrowed[T]) get(text string) (kept T, some bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.latest == nil {
		latest, err := simplelru.NewLRU[string, T](math.MaxInt, nil) // its size is ours to bound
		if err != nil {
			panic(err) // it fails for no size but one below 1
		}
		c.latest = latest
	}
	return c.latest.Get(text)
}
