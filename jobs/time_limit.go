package jobs

import (
	"context"
	"time"

	"lightson/models"
	"lightson/models/words"
)

// Limits bound how long an attempt at each kind of work may take. A kind that is
// missing has no limit. They end work that hangs on a server that lives: where
// the server died, the lease ends much sooner.
type Limits map[models.WorkKind]time.Duration

// Defaults of the limits: many times what the work takes.
const (
	DefaultReportTimeout = 10 * time.Minute
	DefaultImportTimeout = 2 * time.Hour
)

// timeLimitError says that an attempt took too long. It wrote nothing.
type timeLimitError struct {
	kind  models.WorkKind
	limit time.Duration
}

func (e timeLimitError) Error() string { return "it took longer than " + e.limit.String() }

// ForPeople implements problem.
func (e timeLimitError) ForPeople() words.Message {
	const tookLonger = "It took longer than {length}, the most that is set for it, and was stopped. Nothing was changed."
	if e.kind == models.ImportWork {
		return words.Later(tookLonger+" "+importAgainText, "length", lengthWords(e.limit))
	}
	return words.Later(tookLonger, "length", lengthWords(e.limit))
}

// within bounds the time of an attempt. The cause of the context's end is a
// timeLimitError then.
func (l Limits) within(ctx context.Context, kind models.WorkKind) (context.Context, context.CancelFunc) {
	limit := l[kind]
	if limit <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, limit, timeLimitError{kind, limit})
}

// longest is the longest of the limits, or 0 where there is none.
func (l Limits) longest() (longest time.Duration) {
	for _, limit := range l {
		longest = max(longest, limit)
	}
	return longest
}

// lengthWords are a length of time: "2 hours", "1 minute and 30 seconds".
func lengthWords(d time.Duration) (length words.Message) {
	if d < time.Second {
		return words.Said(d.String())
	}
	for _, unit := range []struct {
		long time.Duration
		text words.Plural
	}{
		{time.Hour, words.Plural{One: "{n} hour", Other: "{n} hours"}},
		{time.Minute, words.Plural{One: "{n} minute", Other: "{n} minutes"}},
		{time.Second, words.Plural{One: "{n} second", Other: "{n} seconds"}},
	} {
		n := d / unit.long
		d -= n * unit.long
		switch {
		case n == 0:
		case length.Empty():
			length = words.CountLater(int64(n), unit.text)
		default:
			length = words.Later("{several} and {last}", "several", length, "last", words.CountLater(int64(n), unit.text))
		}
	}
	return length
}
