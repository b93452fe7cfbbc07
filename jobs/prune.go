package jobs

import (
	"context"
	"errors"
	"time"

	"lightson/models"
	"lightson/models/alerts"
)

// pruneEvery is how often the server looks for data that are older than they are
// to be kept.
const pruneEvery = time.Hour

// prune deletes data that are older than they are to be kept. It does so in small
// transactions, so that several servers can do it at the same time, and a server
// that stops or dies leaves the rest to the next.
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

// pruneIncidents deletes what alert rules found long ago.
func (j *Jobs) pruneIncidents(ctx context.Context) error {
	deleted, err := alerts.Prune(ctx, j.db, j.instant())
	if deleted > 0 {
		j.log.InfoContext(ctx, "old data deleted", "what", "incidents", "deleted", deleted)
	}
	return err
}

// prunes reports whether any data are not kept for ever.
func prunes(keep models.Keep) bool { return keep != models.Keep{} }
