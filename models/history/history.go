package history

import (
	"context"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"lightson/models/figures"
	"lightson/models/uptime"
)

// Length is how many dates can be asked for.
const Length = 90

const (
	// apart is how far the latest local dates of some stores can lie before those of others.
	apart = 2
	// keptDates is for how many dates before those of the trend sums are kept.
	keptDates = Length + 2*apart - figures.TrendDays
	// loosePartsKept is how many parts are kept of people who see some stores of a part.
	loosePartsKept = 2048
)

// A History keeps sums by group and local date. It is safe for use by several goroutines.
type History struct {
	figures *figures.Figures
	sizes   sizes

	mu      sync.Mutex
	bases   []*base // of the latest versions of the data, the newest last
	sums    map[key]*sum
	loose   *lru.Cache[key, *sum]
	ranges  *lru.Cache[Dates, *rangeSums]
	wanted  map[key][]int32 // parts to be measured, with the ids of their stores
	running chan struct{}   // closed when the goroutine that measures ends; nil while there is none
	failure error           // why the last one ended early
}

// New returns a History that knows nothing yet. It ends with the figures.
func New(f *figures.Figures) *History {
	loose, err := lru.New[key, *sum](loosePartsKept)
	if err != nil {
		panic(err) // it fails for no size but one below 1
	}
	ranges, err := lru.New[Dates, *rangeSums](rangesKept)
	if err != nil {
		panic(err) // likewise
	}
	return &History{figures: f, sizes: usualSizes, sums: map[key]*sum{}, loose: loose, ranges: ranges, wanted: map[key][]int32{}}
}

// A State is what is known of a date.
type State int

const (
	Known   State = iota
	Pending       // it is being measured
	NotKept       // polls of it were deleted by retention
)

// A Day is the figures of some stores together, each on its own local date.
type Day struct {
	Date    uptime.Date
	State   State
	Figures uptime.Figures // raw, of all the stores; zero unless the day is Known
}

// Days are the days of some stores.
type Days struct {
	Days    []Day       // Length of them, oldest first
	Pending bool        // some are pending: ask again
	Err     error       // why the pending ones could not be measured; then asking again may help or not
	Polled  uptime.Date // the local date of the first poll of any of the stores
	Ever    bool        // whether there was one
}

// Days are the Length dates until last of some stores of a trend, which may be narrowed to
// somebody's reach. Recent are the sums of these stores on the trend's dates. Last is the
// trend's last date or one of the two before it. There are no days where nobody was ever
// polled.
//
// What is missing is measured in the background. Days waits for it, but no longer than wait.
func (h *History) Days(ctx context.Context, t *figures.Trend, stores []int, recent []uptime.Figures, last uptime.Date, wait time.Duration) Days {
	if len(t.Dates) == 0 || len(stores) == 0 {
		return Days{}
	}
	newest := t.Dates[len(t.Dates)-1]
	q := question{trend: t, stores: stores, recent: recent, last: min(max(last, newest-apart), newest)}
	days, running := h.answer(q)
	if waited(ctx, running, wait) {
		days, _ = h.answer(q)
	}
	return days
}

// waited waits for a measuring, but no longer than a time, and reports whether it ended.
func waited(ctx context.Context, running <-chan struct{}, wait time.Duration) bool {
	if running == nil || wait <= 0 {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-running:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

// A question is what Days was asked.
type question struct {
	trend  *figures.Trend
	stores []int
	recent []uptime.Figures
	last   uptime.Date
}

// answer says what is known now. Where something is missing it has it measured, and returns
// what is closed when that ends.
func (h *History) answer(q question) (Days, <-chan struct{}) {
	t := q.trend
	days := Days{Days: make([]Day, Length)}
	days.Polled, days.Ever = firstPolled(t.Snapshot, q.stores)
	kept := firstKept(t.Snapshot, q.stores)

	h.mu.Lock()
	defer h.mu.Unlock()
	b := h.baseOf(t.Whole().Snapshot)
	parts := b.cover(t.Snapshot, q.stores)
	sums := make([]*sum, len(parts))
	for i, p := range parts {
		sums[i] = h.sumOf(p.key, b)
	}
	for i := range days.Days {
		day := &days.Days[i]
		day.Date = q.last - Length + 1 + uptime.Date(i)
		switch back := int(day.Date - t.Dates[0]); {
		case day.Date < kept:
			day.State = NotKept
		case back >= 0:
			day.Figures = q.recent[back]
		default:
			day.Figures, day.State = addUp(sums, day.Date)
		}
		days.Pending = days.Pending || day.State == Pending
	}
	if !days.Pending {
		return days, nil
	}
	if h.failure != nil { // said once; whoever asks again has it tried again
		days.Err, h.failure = h.failure, nil
		return days, nil
	}
	return days, h.want(b, parts, sums)
}

// addUp adds up the sums of parts on a date. It is pending while one of them is missing.
func addUp(sums []*sum, date uptime.Date) (f uptime.Figures, _ State) {
	for _, s := range sums {
		of, some := s.on(date)
		if !some {
			return uptime.Figures{}, Pending
		}
		f.Add(of)
	}
	return f, Known
}

// firstPolled is the local date of the first poll of any of some stores, if there was one.
func firstPolled(s *figures.Snapshot, stores []int) (first uptime.Date, ever bool) {
	oldest := map[string]int{} // by zone
	for _, n := range stores {
		if !s.Stores[n].FirstPollAt.Known || s.Stores[n].FirstPollAt.At > s.AsOf {
			continue
		}
		zone := s.Stores[n].ZoneName()
		if m, some := oldest[zone]; !some || s.Stores[n].FirstPollAt.At < s.Stores[m].FirstPollAt.At {
			oldest[zone] = n
		}
	}
	for _, n := range oldest {
		date := uptime.DateOf(s.Stores[n].FirstPollAt.At.Time().In(s.Location(n)).Date())
		if !ever || date < first {
			first, ever = date, true
		}
	}
	return first, ever
}

// firstKept is the first date of which all polls of some stores are kept.
func firstKept(s *figures.Snapshot, stores []int) (first uptime.Date) {
	if !s.KeptFrom.Known {
		return first
	}
	zones := map[string]bool{}
	for _, n := range stores {
		zone := s.Stores[n].ZoneName()
		if zones[zone] {
			continue
		}
		zones[zone] = true
		date := uptime.DateOf(s.KeptFrom.At.Time().In(s.Location(n)).Date())
		if day, err := s.SpanOfDates(n, date, date); err == nil && day.From < s.KeptFrom.At {
			date++ // the polls of its beginning were deleted
		}
		first = max(first, date)
	}
	return first
}
