package jobs

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lightson/models"
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
func (e timeLimitError) ForPeople() string {
	text := fmt.Sprintf("It took longer than %s, the most that is set for it, and was stopped. Nothing was changed.", lengthText(e.limit))
	if e.kind == models.ImportWork {
		text += " " + importAgainText
	}
	return text
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

// lengthText words a length of time: "2 hours", "1 minute and 30 seconds".
func lengthText(d time.Duration) string {
	if d < time.Second {
		return d.String()
	}
	var parts []string
	for _, unit := range []struct {
		name string
		long time.Duration
	}{{"hour", time.Hour}, {"minute", time.Minute}, {"second", time.Second}} {
		n := d / unit.long
		d -= n * unit.long
		switch {
		case n == 1:
			parts = append(parts, "1 "+unit.name)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %ss", n, unit.name))
		}
	}
	return strings.Join(parts, " and ")
}
