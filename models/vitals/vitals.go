// Package vitals reads what tells whoever watches a server how it fares: what waits to be
// done, and what became of the sources. It tells of all stores, and nothing of any of them,
// so its callers check beforehand who asks.
package vitals

import (
	"context"
	"fmt"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/uptime"
)

// A Queue is the work of one kind that is not done yet.
type Queue struct {
	Kind    models.WorkKind
	Waiting int64          // could begin now
	Oldest  uptime.Instant // since when the oldest of these could; 0 where there is none
	Running int64
}

// Kinds are the kinds of work, in the order of Queues.
var Kinds = []models.WorkKind{models.ImportWork, models.ReportWork, deliveries.Work}

// waitsSince is since when work could begin, as SQL: an import that was previewed waits from
// when it was confirmed, a delivery that is tried again from when it is due.
var waitsSince = map[models.WorkKind]string{
	models.ImportWork: "CASE WHEN queued_at > 0 THEN queued_at ELSE created_at END",
	models.ReportWork: "created_at",
	deliveries.Work:   "due_at",
}

// Queues reads the queue of each kind of work. It looks at unfinished work only, which has
// indexes of its own.
func Queues(ctx context.Context, db *models.DB) ([]Queue, error) {
	queues, now := make([]Queue, len(Kinds)), models.Now()
	for n, kind := range Kinds {
		var found []struct {
			State  models.State
			Count  int64
			Oldest uptime.Instant
		}
		since := waitsSince[kind]
		err := db.GORM(ctx).Raw("SELECT state, COUNT(*) AS count, MIN("+since+") AS oldest FROM "+string(kind)+
			" WHERE state IN ('queued', 'running') AND (state = 'running' OR "+since+" <= ?) GROUP BY state", now).Scan(&found).Error
		if err != nil {
			return nil, fmt.Errorf("read the queue of %s: %w", kind, err)
		}
		queues[n].Kind = kind
		for _, f := range found {
			if f.State == models.Running {
				queues[n].Running = f.Count
			} else {
				queues[n].Waiting, queues[n].Oldest = f.Count, f.Oldest
			}
		}
	}
	return queues, nil
}
