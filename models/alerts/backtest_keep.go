package alerts

import (
	"context"
	"slices"
	"sync"

	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/reach"
	"lightson/models/uptime"
	"lightson/models/words"
)

// mostKept is how many messages Backtests keep: some 20 MB.
const mostKept = 3000

// Backtests run backtests, and keep the latest of the present data: whoever tries a rule
// again, or one after the other, need not wait again. The zero value is ready for use, by
// several goroutines at once.
type Backtests struct {
	mu   sync.Mutex
	kept []keptBacktest // the latest last
}

type keptBacktest struct {
	of       backtestKey
	backtest Backtest
}

// A backtestKey is all that a backtest depends on, with the language of its messages. Its rule
// has only what is tried.
type backtestKey struct {
	version int64
	asOf    uptime.Instant
	every   uptime.Micros
	reach   string
	rule    triedRule
	spoken  words.Language
}

type triedRule struct {
	kind                 Kind
	subject              entered.Subject
	after, again, remind uptime.Micros
	tellBack             bool
	quietFrom, quietTo   int
	zone                 string
}

// Run is RunBacktest, unless the same was run before. The messages are shared: nobody may
// change them.
func (k *Backtests) Run(ctx context.Context, f *figures.Figures, s *figures.Snapshot, r Rule, within reach.Reach) (Backtest, error) {
	s = s.Whole()
	key := backtestKey{s.Version, s.AsOf, s.PollEvery, within.String(), triedRule{
		r.Kind, r.Subject, r.After, r.Again, r.Remind, r.TellBack, r.QuietFrom, r.QuietTo, r.Zone,
	}, words.Of(ctx).Language()}
	if b, known := k.find(key); known {
		return b, nil
	}
	b, err := RunBacktest(ctx, f, s, r, within)
	if err == nil && !b.late {
		k.keep(keptBacktest{key, b})
	}
	return b, err
}

// find returns what was kept, and drops what is of other data.
func (k *Backtests) find(key backtestKey) (Backtest, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kept = slices.DeleteFunc(k.kept, func(b keptBacktest) bool { return b.of.version != key.version })
	n := slices.IndexFunc(k.kept, func(b keptBacktest) bool { return b.of == key })
	if n < 0 {
		return Backtest{}, false
	}
	return k.kept[n].backtest, true
}

// keep keeps a backtest, and drops the oldest where there are too many messages.
func (k *Backtests) keep(b keptBacktest) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kept = append(k.kept, b)
	messages := 0
	for n, b := range slices.Backward(k.kept) {
		if messages += 1 + len(b.backtest.Messages); messages > mostKept {
			k.kept = slices.Delete(k.kept, 0, n+1)
			return
		}
	}
}
