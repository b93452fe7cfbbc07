package jobs

import (
	"cmp"
	"context"
	"runtime"

	"github.com/riverqueue/river"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/reports"
)

const (
	// DefaultShardStores is how many stores a shard of a report has.
	DefaultShardStores = 16_384
	// shardsFrom is from how many shards on a report is made in shards. Below it, one snapshot
	// is quicker, and is there where pages show it.
	shardsFrom = 6
	// shardHelps is how many lanes of other workers are asked to help with one report.
	shardHelps = 32
)

// needsShards reports whether there are so many stores that reports are made in shards.
func (w *Worker) needsShards(ctx context.Context) (bool, error) {
	highest, err := w.db.HighestStore(ctx)
	return int(highest) > shardsFrom*w.shardStores, err
}

// reportInShards makes the report of an attempt. A server has the queue ask all servers to help,
// itself too; a command has goroutines of its own.
func (w *Worker) reportInShards(ctx context.Context, a models.Attempt, progress figures.Progress) error {
	helpers := 0
	if w.shareShards == nil {
		helpers = runtime.GOMAXPROCS(0) - 1
	}
	return reports.MakeInShards(ctx, w.db, w.figures, a, w.shardStores, helpers, w.shareShards, progress)
}

// SetShardStores says of how many stores a shard is; 0 for DefaultShardStores.
func (w *Worker) SetShardStores(stores int) { w.shardStores = cmp.Or(stores, DefaultShardStores) }

// reportShardsArgs name a report that some server makes in shards.
type reportShardsArgs struct{ reports.Sharing }

// Kind implements river.JobArgs.
func (reportShardsArgs) Kind() string { return "report_shards" }

// shareShards asks servers to help with a report.
func (j *Jobs) shareShards(ctx context.Context, tx *models.Tx, s reports.Sharing, shards int) error {
	for range min(shards-1, shardHelps) {
		if err := j.queue.insert(ctx, tx, reportShardsArgs{s}, &river.InsertOpts{Queue: shardQueue, MaxAttempts: 1}); err != nil {
			return err
		}
	}
	return nil
}

// helpWithReport computes shards of a report of some server. That one does what is left undone, so
// nothing is tried again.
func (j *Jobs) helpWithReport(ctx context.Context, s reports.Sharing) {
	err := protect(func() error { return reports.Help(ctx, j.db, j.worker.figures, s) })
	if err != nil && ctx.Err() == nil {
		j.log.WarnContext(ctx, "no more help with a report", "id", s.Report, "attempt", s.Attempt, "error", err)
	}
}
