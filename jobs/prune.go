package jobs

import (
	"context"
	"errors"
	"time"

	"lightson/models"
)

// pruneEvery is how often the server looks for what need not be kept any more.
const pruneEvery = time.Hour

// prune deletes what is older than it is to be kept. It does so in small steps,
// each complete in itself: servers can do it at the same time, and one that is
// stopped or killed leaves the rest to the next.
func (j *Jobs) prune(ctx context.Context) error {
	keep := j.settings.Keep
	var failed error
	for _, kind := range []struct {
		name  string
		days  int // 0 = for ever
		prune func(ctx context.Context, days int) (int64, error)
	}{
		{"days of polls", keep.Polls, j.db.PrunePolls},
		{"reports", keep.Reports, j.db.PruneReports},
		{"imports", keep.Imports, j.db.PruneImports},
		{"pieces of rejects", keep.Rejects, j.db.PruneRejects},
	} {
		if kind.days == 0 {
			continue
		}
		deleted, err := kind.prune(ctx, kind.days)
		if deleted > 0 {
			j.log.InfoContext(ctx, "old data deleted", "what", kind.name, "deleted", deleted, "kept_days", kind.days)
		}
		failed = errors.Join(failed, err)
	}
	return failed
}

// prunes reports whether anything is to be deleted, ever.
func prunes(keep models.Keep) bool { return keep != models.Keep{} }
