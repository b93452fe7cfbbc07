package jobs

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lightson/models"
)

// Limits are how long an attempt at each kind of work may take; none where it is
// not named. Its server is alive, or the work would be given to another: this
// ends work that hangs.
type Limits map[models.WorkKind]time.Duration

// The usual limits, many times what the work takes.
const (
	DefaultReportTimeout = 10 * time.Minute
	DefaultImportTimeout = 2 * time.Hour
)

// timeLimitError says that work took too long. Nothing of it was written.
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

// within bounds the time of an attempt.
func (l Limits) within(ctx context.Context, kind models.WorkKind) (context.Context, context.CancelFunc) {
	limit := l[kind]
	if limit <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, limit, timeLimitError{kind, limit})
}

// longest is the longest of them.
func (l Limits) longest() (longest time.Duration) {
	for _, limit := range l {
		longest = max(longest, limit)
	}
	return longest
}

// lengthText is a length of time in words: "2 hours", "1 minute and 30 seconds".
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
